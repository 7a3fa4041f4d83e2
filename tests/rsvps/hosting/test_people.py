"""The organiser's list, invitations and letters, as pages."""

import html
import re

import httpx
import pytest
import time_machine

from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.door import arrivals
from rsvps.seating import seats
from rsvps.tables import HostLetter, Rsvp
from tests.counting import counted
from tests.gatherings import in_days, make_event
from tests.people import As, make_person
from tests.rsvps.gatherings import make_people, open_door

PAGES = ("people", "people.csv", "people/new", "invitations", "letters")


def shown(name: str, page: str) -> bool:
    """Whether somebody stands in the list."""
    return bool(re.search(rf'class="person-name" href="/rsvps/\w+">{name}<', page))


def address_of(rel: str, page: str) -> str:
    """Where "Next" or "Previous" leads."""
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    assert found, rel
    return html.unescape(found[1])


def found_in(page: str) -> list[str]:
    """Who stands in the list, in its order."""
    return re.findall(r'class="person-name" href="/rsvps/\w+">([^<]+)<', page)


@pytest.mark.parametrize("page", PAGES)
async def test_the_list_is_for_organisers(
    walkers: Community,
    ana: Person,
    bo: Person,
    cleo: Person,
    client: httpx.AsyncClient,
    signed_in: As,
    page: str,
) -> None:
    event = await make_event(walkers, visibility="members")
    address = f"/events/{event.public_id}/{page}"
    assert (await client.get(address)).status_code == 404
    assert (await (await signed_in(cleo)).get(address)).status_code == 404
    assert (await (await signed_in(bo)).get(address)).status_code == 403
    assert (await (await signed_in(ana)).get(address)).status_code == 200


async def test_beside_a_party_that_is_more_than_all_seats_it_says_so(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, mode="in_person", seats=4, guests_allowed=9)
    sentence = "They are more than there are seats. Their page says that they can come with fewer."
    await seats.answer(event, dev, answer="going", guests=3, by=dev)
    rsvp = await seats.answer(event, bo, answer="going", guests=3, by=bo)
    browser, address = await signed_in(ana), f"/events/{event.public_id}/people"
    assert sentence not in (await browser.get(address)).text
    await seats.answer(event, bo, answer="going", guests=5, by=bo)
    assert (await browser.get(address)).text.count(sentence) == 1
    assert sentence in (await browser.get(f"/rsvps/{rsvp.public_id}")).text
    own = (await (await signed_in(bo)).get(f"/events/{event.public_id}")).text
    assert "There are 4 seats in all, not enough for the 6 of you. With fewer, it can be your turn." in own


@pytest.mark.parametrize("page", ["invitations", "letters", "people/new", "people/approvals"])
async def test_posting_is_for_organisers_too(
    walkers: Community, bo: Person, cleo: Person, signed_in: As, page: str
) -> None:
    event = await make_event(walkers, visibility="members")
    data = {
        "emails": "eve@example.org",
        "email": "eve@example.org",
        "step": "send",
        "subject": "x",
        "body": "y",
    }
    data["ref"] = "abcdefghjkmn"
    for person, expected in ((cleo, 404), (bo, 403)):
        browser = await signed_in(person)
        assert (await browser.post(f"/events/{event.public_id}/{page}", data=data)).status_code == expected
    assert [await Rsvp.count(), await HostLetter.count()] == [0, 0]


async def test_ana_finds_people_by_name_and_by_answer(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=1, guests_allowed=2)
    zoe = await make_person("Zoe")
    for person in (bo, dev, zoe):
        await seats.answer(event, person, answer="going", by=person)
    await seats.answer(event, dev, answer="declined", by=dev)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/people"
    everybody = (await browser.get(address)).text
    assert all(shown(name, everybody) for name in ("Bo", "Dev", "Zoe"))
    assert "number 1" in everybody
    assert "@example.org" not in everybody
    waiting = (await browser.get(address + "?status=waitlisted")).text
    assert shown("Zoe", waiting) and not shown("Bo", waiting)
    found = (await browser.get(address + "?q=ZO")).text
    assert shown("Zoe", found) and not shown("Bo", found)
    assert "Nobody by that name" in (await browser.get(address + "?q=nobody")).text
    assert (await browser.get(address + "?status=hostile&page=-3&q=" + "x" * 500)).status_code == 200


async def test_a_long_list_has_pages_and_few_queries(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers)
    for person in await make_people(120):
        await seats.answer(event, person, answer="going", by=person)
    browser = await signed_in(ana)
    async with counted() as asked:
        first = await browser.get(f"/events/{event.public_id}/people")
    assert first.text.count('class="person-name"') == 50
    assert len(asked) <= 8
    second = await browser.get(address_of("next", first.text))
    last = await browser.get(address_of("next", second.text))
    assert last.text.count('class="person-name"') == 20
    assert 'rel="next"' not in last.text
    back = await browser.get(address_of("prev", last.text))
    assert found_in(back.text) == found_in(second.text)


async def test_while_ana_types_only_what_is_found_comes_back(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    for person in (bo, dev):
        await seats.answer(event, person, answer="going", by=person)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/people?q=de"
    typed = {"hx-request": "true", "hx-request-type": "partial"}
    part = await browser.get(address, headers=typed)
    assert part.text.startswith('<div class="stack" id="found">') and "HX-Request" in part.headers["vary"]
    assert shown("Dev", part.text) and not shown("Bo", part.text)
    whole = await browser.get(address)
    assert part.text.strip() in whole.text and 'value="de"' in whole.text
    async with counted() as asked:
        await browser.get(address, headers=typed)
    assert len(asked) <= 6


async def test_what_nobody_confirmed_is_shown_as_such(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers, seats=3)
    await by_letter.ask(event, name="Nell", email="nell@example.org", answer="going", guests=0)
    page = (await (await signed_in(ana)).get(f"/events/{event.public_id}/people")).text
    assert "Not confirmed yet" in page


async def test_who_came_without_an_answer_is_on_the_list_and_counted_in_chairs(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=2, starts_at=in_days(1))
    rsvp = await seats.answer(event, bo, answer="going", by=bo)
    door, _ = await open_door(event, by=ana)
    browser, address = await signed_in(ana), f"/events/{event.public_id}/people"
    with time_machine.travel(event.starts_at, tick=False):
        await arrivals.mark(door, rsvp.public_id, here=True)
        await arrivals.walk_in(door, "Zoe", guests=1)
        await arrivals.walk_in(door, "Gone", key="a-key-of-a-walk-in")
        await arrivals.take_back_walk_in(event.id, "a-key-of-a-walk-in")
        page = (await browser.get(address)).text
        assert "3 came, guests included: 1 of those who had answered, and 2 without an answer." in page
        assert "Zoe" in page and "Came without an answer" in page and "Gone" not in page
        assert "1 of 2 seats taken" in page  # A chair that was promised stays promised.
        only = (await browser.get(f"{address}?status=walked_in")).text
        assert "Zoe" in only and 'href="/rsvps/' not in only
        assert "Zoe" not in (await browser.get(f"{address}?status=going")).text
        assert "Zoe" not in (await browser.get(f"{address}?q=nobody")).text


async def test_the_list_says_beside_its_table_what_is_in_it_and_why_addresses_are_not(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo)
    page = (await (await signed_in(ana)).get(f"/events/{event.public_id}/people")).text
    beside = page.split("people.csv")[1][:700]
    assert "e-mail address is in it" in beside and "not to be passed on" in beside and "/letters" in beside
