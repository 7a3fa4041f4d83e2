"""An organiser's home: what is asked of them, what they run next, drafts, what people said, and what has been."""

import re
from datetime import timedelta

import httpx
import pytest

from events.hosting import co_hosts, keeping_out
from events.publishing import publishing
from members.blocking import blocks
from members.communities import joining
from members.communities.keeping_out import Whom
from members.tables import Community, Person
from rsvps.door import doors
from rsvps.questions import sheet
from rsvps.questions.sheet import AskedQuestion
from rsvps.seating import seats
from server import clock, tokens
from server.pages import url
from server.settings import settings
from tests.counting import counted
from tests.gatherings import details, in_days, make_event
from tests.people import As
from tests.rsvps.gatherings import answer_of
from volunteers import shifts
from volunteers.shifts import Needed

HOME = "/organising"
TITLE = re.compile(r'class="event-link[^"]*" href="[^"]*">(.*?)</a>')


async def home(browser: httpx.AsyncClient, path: str = HOME) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200
    return answer.text


def section(page: str, name: str) -> str:
    """One section of the page, by its id; empty if it is not there."""
    found = re.search(rf'<section[^>]*aria-labelledby="{name}">(.*?)</section>', page, re.DOTALL)
    return found[1] if found else ""


def titles(page: str, name: str) -> list[str]:
    return TITLE.findall(section(page, name))


# Whose it is


async def test_signed_out_it_asks_to_sign_in(client: httpx.AsyncClient) -> None:
    for path in (HOME, f"{HOME}/ahead"):
        answer = await client.get(path)
        assert answer.status_code in {302, 303}
        assert answer.headers["location"].startswith("/sign-in")


async def test_who_organises_nothing_is_told_how_one_begins(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    await make_event(walkers, ana)
    browser = await signed_in(bo)
    page = await home(browser)
    assert "You run no gathering yet" in page
    assert 'href="/communities/new"' in page and 'href="/events/new"' in page
    assert f'<a class="nav-link" href="{HOME}"' not in page


async def test_it_is_in_the_navigation_of_who_organises_or_hosts_anything(
    walkers: Community, ana: Person, bo: Person, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    await co_hosts.add(event, cleo, by=ana)
    here = url("events:event", event=event.public_id)
    for person, expected in ((ana, 2), (cleo, 2), (bo, 0)):
        browser = await signed_in(person)
        for path in ("/", here):
            bars = re.findall(rf'class="(?:nav|tab-bar)-link" href="{HOME}"', (await browser.get(path)).text)
            assert len(bars) == expected, (person.name, path)


async def test_a_list_that_is_none_is_not_there(ana: Person, walkers: Community, signed_in: As) -> None:
    assert (await (await signed_in(ana)).get(f"{HOME}/nothing")).status_code == 404


# What is in it


async def test_what_ana_runs_is_in_its_order_and_each_in_one_place(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    await make_event(walkers, title="In a month", starts_at=in_days(30))
    await make_event(walkers, title="Tomorrow", starts_at=in_days(1))
    await make_event(walkers, title="Called off", starts_at=in_days(3), status="cancelled")
    await make_event(walkers, title="An idea", status="draft")
    await make_event(walkers, title="Last week", starts_at=in_days(-7))
    await make_event(walkers, title="Last month", starts_at=in_days(-30))
    page = await home(await signed_in(ana))
    assert titles(page, "ahead") == ["Tomorrow", "Called off", "In a month"]
    assert titles(page, "drafts") == ["An idea"]
    assert titles(page, "past") == ["Last week", "Last month"]


async def test_a_draft_says_when_it_was_edited_and_is_gone_on_with_by_one_press(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await publishing.draft(walkers, details(title="An idea"), by=ana, public_id=tokens.public_id())
    drafts = section(await home(await signed_in(ana)), "drafts")
    assert "Last edited: Today" in drafts
    assert f'href="{url("events:edit", event=event.public_id)}"' in drafts


async def test_a_card_says_what_is_taken_who_waits_and_what_is_open(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(
        walkers, ana, mode="in_person", seats=1, starts_at=in_days(2), ends_at=in_days(2, 21)
    )
    for person in (bo, dev):
        await seats.answer(event, person, answer="going", by=person)
    needed = Needed("Tea", "", 2, event.starts_at, event.starts_at + timedelta(hours=1))
    await shifts.add(event, needed)
    browser = await signed_in(ana)
    card = section(await home(browser), "ahead")
    for words in ("1 of 1 seat taken", "1 waiting", "Still needed: Tea", "No door link yet", "Write to them"):
        assert words in card
    await doors.open_door(event, name="Front", by=ana)
    assert "Door link ready" in section(await home(browser), "ahead")


# What is asked


async def test_who_asks_to_come_is_let_in_by_one_press_and_gone_from_the_page(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, title="Supper", approval=True)
    for person in (bo, dev):
        await seats.answer(event, person, answer="going", by=person)
    browser = await signed_in(ana)
    asked = section(await home(browser), "asked")
    assert asked.index("Bo") < asked.index("Dev")
    action = re.findall(r'action="(/rsvps/\w+/approval)"', asked)[0]
    answer = await browser.post(action, headers={"referer": settings.base_url + HOME})
    assert answer.headers["location"] == HOME
    page = await home(browser)
    assert "Bo is going, and has been told." in page
    assert "Bo" not in section(page, "asked") and "Dev" in section(page, "asked")
    found = await answer_of(event, bo)
    assert found and found.status == "going"


async def test_replies_to_questions_are_read_before_somebody_is_let_in(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, approval=True)
    await sheet.put(event, [AskedQuestion("text", "Why would you like to come?")])
    (question,) = await sheet.of(event)
    rsvp = await seats.answer(event, bo, answer="going", by=bo, replies={question.id: "For the soup"})
    asked = section(await home(await signed_in(ana)), "asked")
    assert "has replied to your questions" in asked
    assert "/approval" not in asked and f'href="/rsvps/{rsvp.public_id}"' in asked


async def test_who_blocks_ana_asks_her_nothing(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, approval=True)
    await seats.answer(event, bo, answer="going", by=bo)
    await blocks.block(bo, ana)
    page = await home(await signed_in(ana))
    assert not section(page, "asked") and "asking to come" not in page


# For co-hosts


async def test_a_co_host_sees_what_they_host_and_nothing_else(
    walkers: Community, ana: Person, bo: Person, cleo: Person, signed_in: As
) -> None:
    theirs = await make_event(walkers, ana, title="Theirs", approval=True)
    other = await make_event(walkers, ana, title="Another", approval=True)
    await make_event(walkers, title="A draft", status="draft")
    for event in (theirs, other):
        await seats.answer(event, bo, answer="going", by=bo)
    await co_hosts.add(theirs, cleo, by=ana)
    browser = await signed_in(cleo)
    page = await home(browser)
    assert titles(page, "ahead") == ["Theirs"]
    assert "Theirs" in section(page, "asked") and "Another" not in page and "A draft" not in page


@pytest.mark.parametrize("how", ["taken off", "kept out", "kept out of the community"])
async def test_a_former_co_host_sees_nothing(
    walkers: Community, ana: Person, cleo: Person, signed_in: As, how: str
) -> None:
    event = await make_event(walkers, ana, title="Theirs")
    await co_hosts.add(event, cleo, by=ana)
    if how == "taken off":
        await co_hosts.remove(event, cleo)
    elif how == "kept out":
        await keeping_out.keep_out(event, Whom.named(cleo), by=ana)
    else:
        from members.communities import keeping_out as of_community

        await of_community.keep_out(walkers, Whom.named(cleo), by=ana)
    assert "Theirs" not in await home(await signed_in(cleo))


async def test_who_organises_no_longer_sees_nothing(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    await make_event(walkers, ana, title="A walk")
    await joining.change_role(bo, walkers, "organiser", by=ana)
    browser = await signed_in(bo)
    assert titles(await home(browser), "ahead") == ["A walk"]
    await joining.change_role(bo, walkers, "member", by=ana)
    assert "A walk" not in await home(browser)


# However many


@pytest.mark.slow
async def test_it_asks_as_little_for_hundreds_as_for_one_and_comes_in_pages(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    asked = []
    for number in range(45):
        event = await make_event(
            walkers, ana, title=f"Ahead {number}", approval=True, starts_at=in_days(1 + number)
        )
        await seats.answer(event, bo, answer="going", by=bo)
        await make_event(walkers, ana, title=f"Past {number}", starts_at=in_days(-1 - number))
        await make_event(walkers, ana, title=f"Draft {number}", status="draft")
        if number in {0, 44}:
            await home(browser)
            async with counted() as statements:
                page = await home(browser)
            asked.append(len(statements))
    assert asked[0] == asked[1] <= 8
    assert len(titles(page, "ahead")) == 8 and section(page, "asked").count("Accept<") == 10
    for which in ("ahead", "drafts", "past"):
        seen: list[str] = []
        path: str | None = url("events:organised", list=which)
        assert f'href="{path}"' in section(page, which)
        while path:
            text = await home(browser, path)
            seen += TITLE.findall(text)
            further = re.search(r'href="([^"]+)" rel="next"', text)
            path = further[1].replace("&amp;", "&") if further else None
        assert len(seen) == len(set(seen)) == 45, which


async def test_nothing_is_asked_about_what_is_over_or_cancelled(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, approval=True)
    await seats.answer(event, bo, answer="going", by=bo)
    await publishing.cancel(event, reason="Rain.")
    assert not section(await home(await signed_in(ana)), "asked")
    assert clock.now() < event.starts_at
