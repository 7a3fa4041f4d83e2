"""Whoever answers without an account is known in their browser: what comes next, and how it stands."""

import re
from datetime import timedelta

import httpx
import pytest_asyncio
import time_machine
from starlette.applications import Starlette

from events.hosting import keeping_out
from events.publishing import publishing
from events.tables import Event
from members.communities.keeping_out import Whom
from members.tables import Community, Person
from rsvps.attending import browsers, by_letter
from rsvps.hosting import hosts
from rsvps.seating import seats
from server import clock
from server.settings import settings
from tests.gatherings import in_days, make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As
from tests.rsvps.attending.test_by_letter import ask, link_in
from tests.rsvps.gatherings import answer_of, statuses, taken

GUEST = "new@example.org"


@pytest_asyncio.fixture(loop_scope="session")
async def another(app: Starlette):  # type: ignore[no-untyped-def]
    """Another browser in which nobody is signed in."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=settings.base_url) as browser:
        yield browser


def page_of(event: Event) -> str:
    return f"/events/{event.public_id}"


async def look(browser: httpx.AsyncClient, event: Event) -> str:
    """What the page says of one's answer, or has to be filled in."""
    page = await browser.get(page_of(event))
    return page.text if page.status_code == 200 else str(page.status_code)


def has_form(page: str) -> bool:
    return 'name="email"' in page


async def confirm(browser: httpx.AsyncClient, answer: str = "going", **more: str | int) -> httpx.Response:
    return await browser.post(await link_in(GUEST), data={"answer": answer, **more})


# Look into your mail


async def test_after_name_and_address_the_form_gives_way_to_the_letter(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=2, guests_allowed=3)
    with time_machine.travel(event.starts_at - timedelta(days=3), tick=False):
        answer = await ask(client, event, guests=1)
        until = clock.now() + timedelta(minutes=30)
        page = await look(client, event)
    assert answer.headers["location"] == f"{page_of(event)}#answer"
    assert "Look into your mail" in page and not has_form(page)
    at = until.astimezone(event.local_start.tzinfo)
    assert f"Your two seats are kept until <strong>{at:%H:%M}, Berlin time" in page
    assert GUEST in page and "Send it again" in page and "Wrong address?" in page
    assert "Every seat is taken" not in page and "free of 2" not in page


async def test_only_that_browser_is_told(
    walkers: Community, client: httpx.AsyncClient, another: httpx.AsyncClient
) -> None:
    event, other = await make_event(walkers, seats=5), await make_event(walkers, seats=5)
    await ask(client, event)
    personal = await client.get(page_of(event))
    assert personal.headers["cache-control"] == "no-store"
    assert "Look into your mail" in personal.text
    page = await look(another, event)
    assert "Look into your mail" not in page and has_form(page) and GUEST not in page
    assert has_form(await look(client, other)), "one gathering is not another"
    cookie = next(each for each in client.cookies.jar if each.name == browsers.COOKIE)
    assert cookie.path == page_of(event) and GUEST not in str(cookie.value)


async def test_the_page_says_what_becomes_of_it(
    walkers: Community, bo: Person, client: httpx.AsyncClient
) -> None:
    for given, answer, words in (
        ({"seats": 1}, "going", "you are in line"),
        ({"seats": 1, "approval": True}, "going", "they are asked"),
        ({"seats": None}, "going", "you are going"),
        ({"seats": 1}, "maybe", "you may come"),
        ({"seats": 1}, "declined", "you can’t come"),
    ):
        event = await make_event(walkers, **given)
        if answer == "going" and not event.policy.approval:
            await seats.answer(event, bo, answer="going", by=bo)
        await ask(client, event, answer=answer)
        page = await look(client, event)
        assert "Look into your mail" in page and words in page, given
        assert "kept until" not in page, given


async def test_a_cookie_of_one_gathering_or_of_nobodys_making_says_nothing_at_another(
    walkers: Community, client: httpx.AsyncClient, another: httpx.AsyncClient
) -> None:
    event, other = await make_event(walkers), await make_event(walkers)
    await ask(client, event)
    (token,) = [each.value for each in client.cookies.jar if each.name == browsers.COOKIE]
    for value in (token, "", "forged", f"{token}x", "a" * 4000):
        cookie = {"cookie": f"{browsers.COOKIE}={value}"}
        page = await another.get(page_of(other), headers=cookie)
        assert page.status_code == 200 and has_form(page.text), value


async def test_it_is_sent_again_but_not_at_once(walkers: Community, client: httpx.AsyncClient) -> None:
    event = await make_event(walkers)
    await ask(client, event)
    await work_off()
    address = f"{page_of(event)}/rsvp/letter"
    assert (await client.post(address)).status_code == 303
    assert "We wrote a moment ago" in await look(client, event)
    assert len(await letters_to(GUEST)) == 1


async def test_a_wrong_address_gives_the_seat_back_and_keeps_what_was_typed(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=2, guests_allowed=3)
    await ask(client, event, "nwe@example.org", guests=1)
    assert await taken(event) == 2
    for _ in range(2):
        answer = await client.post(f"{page_of(event)}/rsvp/letter/removal")
        assert answer.headers["location"] == f"{page_of(event)}#answer"
    assert await taken(event) == 0 and await statuses(event) == {}
    assert not await Person.exists().where(Person.email == "nwe@example.org")
    page = await look(client, event)
    assert 'value="nwe@example.org"' in page and 'value="Nell"' in page and "Every seat" not in page
    assert re.search(r'<option value="1" selected>', page)
    await ask(client, event, guests=1)
    assert GUEST in await look(client, event) and await taken(event) == 2


async def test_a_wrong_address_takes_nothing_from_who_has_answered_or_typed_it_since(
    walkers: Community, bo: Person, client: httpx.AsyncClient, another: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=5)
    await seats.answer(event, bo, answer="going", by=bo)
    await ask(client, event, bo.email)
    await client.post(f"{page_of(event)}/rsvp/letter/removal")
    assert await statuses(event) == {"going": 1}
    client.cookies.clear()
    await ask(client, event)
    await ask(another, event, answer="maybe")
    await client.post(f"{page_of(event)}/rsvp/letter/removal")
    assert (await statuses(event))["invited"] == 1, "what the other browser typed last stands"


async def test_a_hold_that_is_over_says_so_and_asks_again(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=2, guests_allowed=3, starts_at=in_days(9))
    await ask(client, event, guests=1)
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=True):
        page = await look(client, event)
        assert "Your two seats are not kept any more" in page and "Look into your mail" not in page
        assert f'value="{GUEST}"' in page and re.search(r'<option value="1" selected>', page)
        await ask(client, event, guests=1)
        assert "kept until" in await look(client, event)
    with time_machine.travel(clock.now() + by_letter.KEPT + timedelta(hours=1), tick=True):
        page = await look(client, event)
        assert has_form(page) and GUEST not in page


async def test_this_browser_forgets_and_the_answer_stays(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=2)
    await ask(client, event)
    answer = await client.post(f"{page_of(event)}/rsvp/browser/removal")
    assert answer.status_code == 303
    page = await look(client, event)
    assert has_form(page) and GUEST not in page
    assert await statuses(event) == {"offered": 1}


async def test_without_such_a_cookie_its_buttons_do_nothing(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event, hidden = await make_event(walkers), await make_event(walkers, visibility="members")
    for what in ("letter", "letter/removal", "browser/removal"):
        assert (await client.post(f"{page_of(event)}/rsvp/{what}")).status_code == 303
        assert (await client.post(f"{page_of(hidden)}/rsvp/{what}")).status_code == 404
        assert (await client.get(f"{page_of(event)}/rsvp/{what}")).status_code == 405


async def test_letter_and_page_say_what_becomes_of_it(
    walkers: Community, bo: Person, client: httpx.AsyncClient
) -> None:
    full, deciding = await make_event(walkers, seats=1), await make_event(walkers, approval=True)
    free = await make_event(walkers, seats=1)
    await seats.answer(full, bo, answer="going", by=bo)
    for event, words, after, subject in (
        (full, "There is no seat free just now: you will be in line.", "You are number 1 in line", "waiting"),
        (deciding, "they will be asked.", "You have asked to come", "request"),
        (free, "A seat is held for you until", "You are going", "You are going"),
    ):
        await ask(client, event)
        letter = text_of((await letters_to(GUEST))[-1])
        assert words in " ".join(letter.split())
        assert ("that you are going" in letter) == (event is free)
        page = (await client.get(await link_in(GUEST))).text
        assert words in page and ("You would like to come" in page) == (event is not free)
        await confirm(client)
        assert after in await look(client, event)
        assert subject in (await letters_to(GUEST))[-1]["Subject"]


# Known


async def test_who_confirms_here_is_known_here(
    walkers: Community, client: httpx.AsyncClient, another: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=5, guests_allowed=2)
    await ask(client, event, guests=1)
    await confirm(client, guests=1)
    page = await client.get(page_of(event))
    assert page.headers["cache-control"] == "no-store"
    assert "You are going" in page.text and "2 seats are kept" in page.text
    assert "Mill Lane" in page.text and "secret-room" not in page.text and "Add to calendar" in page.text
    assert "Not you?" in page.text and 'rel="canonical"' not in page.text
    assert "Mill Lane" not in await look(another, event)
    await client.post(f"{page_of(event)}/rsvp/browser/removal")
    page_again = await look(client, event)
    assert "Mill Lane" not in page_again and has_form(page_again)
    assert await statuses(event) == {"going": 1}


async def test_a_letter_opened_elsewhere_tells_the_first_browser_and_gives_it_no_more(
    walkers: Community, client: httpx.AsyncClient, another: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=5, guests_allowed=2)
    await ask(client, event, guests=1)
    await confirm(another, guests=1)
    assert "Mill Lane" in await look(another, event)
    page = await look(client, event)
    assert "You are going" in page and "You and 1 guest" in page and not has_form(page)
    assert "Mill Lane" not in page and "secret-room" not in page and "/rsvp/W" not in page
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
        await client.post(f"{page_of(event)}/rsvp/letter")
        assert await link_in(GUEST)


async def test_looking_at_the_link_makes_nobody_known(
    walkers: Community, client: httpx.AsyncClient, another: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    await ask(client, event)
    assert "set-cookie" not in (await another.get(await link_in(GUEST))).headers
    assert "Mill Lane" not in await look(another, event)


async def test_who_was_in_line_and_got_a_seat_reads_so(
    walkers: Community, bo: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=1)
    await seats.answer(event, bo, answer="going", by=bo)
    await ask(client, event)
    await confirm(client)
    assert "You are number 1 in line" in await look(client, event)
    await seats.withdraw(event, bo, by=bo)
    assert "You are going" in await look(client, event)


async def test_a_private_gathering_knows_its_guest_and_nobody_else(
    walkers: Community, ana: Person, client: httpx.AsyncClient, another: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana, visibility="invited")
    await hosts.add(event, await by_letter.somebody(GUEST, name="Nell"), by=ana)
    await confirm(client)
    assert "You are going" in await look(client, event)
    assert await look(another, event) == "404"
    answer = await client.post(f"{page_of(event)}/rsvp/browser/removal")
    assert answer.status_code == 303 and answer.headers["location"] == "/"
    assert await look(client, event) == "404"


async def test_nobody_is_known_by_a_link_that_was_replaced_an_answer_that_is_gone_or_once_kept_out(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana)
    await ask(client, event)
    await confirm(client)
    guest = await Person.objects().get(Person.email == GUEST)
    assert guest
    link = await link_in(GUEST)
    assert "You are going" in await look(client, event)
    await client.post(f"{link}/fresh")
    assert has_form(await look(client, event))
    await confirm(client)
    assert "You are going" in await look(client, event)
    await keeping_out.keep_out(event, Whom.named(guest), by=ana)
    assert "You are going" not in await look(client, event)
    await Person.delete().where(Person.id == guest.id)
    assert "You are going" not in await look(client, event)


async def test_who_is_signed_in_is_not_known_beside_it(walkers: Community, bo: Person, signed_in: As) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo)
    browser = await signed_in(bo)
    answer = await browser.post(await link_in(bo.email), data={"answer": "maybe"})
    assert browsers.COOKIE not in answer.headers.get("set-cookie", "")


async def test_a_gathering_that_is_called_off_says_so_to_both(
    walkers: Community, ana: Person, client: httpx.AsyncClient, another: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana)
    await ask(client, event)
    await ask(another, event, "other@example.org")
    await confirm(client)
    await publishing.cancel(event, reason="Snow.")
    for browser in (client, another):
        page = await look(browser, event)
        assert "This gathering is cancelled" in page and "Look into your mail" not in page


# What one may not learn


def plain(page: str, email: str) -> str:
    return re.sub(r'nonce="[^"]+"', "", page).replace(email, "somebody")


async def test_an_address_that_has_answered_is_told_the_same_however_often_it_is_typed(
    walkers: Community, bo: Person, client: httpx.AsyncClient, another: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=9, guests_allowed=3)
    await seats.answer(event, bo, answer="going", by=bo)
    start = clock.now()
    said: dict[str, list[tuple[str, int]]] = {}
    for browser, email in ((client, bo.email), (another, "xy@example.org")):
        said[email] = []
        for minutes, guests in ((0, 0), (10, 0), (20, 1), (31, 0), (45, 0)):
            with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
                answer = await ask(browser, event, email, guests=guests)
                cookie = answer.headers["set-cookie"]
                said[email].append((plain(await look(browser, event), email), len(cookie)))
        with time_machine.travel(start + timedelta(minutes=46), tick=False):
            await browser.post(f"{page_of(event)}/rsvp/letter/removal")
            said[email].append((plain(await look(browser, event), email), 0))
            await ask(browser, event, email)
            said[email].append((plain(await look(browser, event), email), 0))
    # Of equal length, so that the cookies can be compared, too.
    ours, theirs = said[bo.email], said["xy@example.org"]
    assert [page for page, _ in ours] == [page for page, _ in theirs]
    lengths = {length - len(bo.email) for _, length in ours[:5]}, {length - 14 for _, length in theirs[:5]}
    assert max(map(abs, (a - b for a, b in zip(sorted(lengths[0]), sorted(lengths[1]), strict=True)))) <= 2
    assert (await answer_of(event, bo)).status == "going"  # type: ignore[union-attr]


async def test_who_had_answered_before_tells_no_browser_that_types_their_address(
    walkers: Community, bo: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=9)
    await seats.answer(event, bo, answer="going", by=bo)
    await ask(client, event, bo.email)
    before = await look(client, event)
    await seats.answer(event, bo, answer="declined", by=bo)
    assert re.sub(r'nonce="[^"]+"', "", await look(client, event)) == re.sub(r'nonce="[^"]+"', "", before)
