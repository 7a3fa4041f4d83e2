"""Where somebody has been: the gatherings of each year, with notes to oneself, for nobody else."""

import re
from datetime import timedelta

import httpx
import pytest

from events.hosting import co_hosts, keeping_out
from events.publishing import publishing
from members.blocking import blocks
from members.communities.keeping_out import Whom
from members.tables import Community, Person
from rsvps.seating import seats
from tests.counting import counted
from tests.followups.connections.pairs import both_wish, met
from tests.followups.mornings import (
    ANNOUNCED,
    CLOSES,
    ENDS,
    FIRST_SIX,
    MORNING,
    STARTS,
    at,
    held,
    opened,
    reveal,
    say,
)
from tests.gatherings import make_event
from tests.paging import each_page
from tests.people import As
from volunteers import shifts
from volunteers.shifts import Needed

LATER = CLOSES + timedelta(days=100)
TITLE = re.compile(r'class="event-link[^"]*" href="[^"]*">(.*?)</a>')


async def page(browser: httpx.AsyncClient) -> str:
    answer = await browser.get("/been")
    assert answer.status_code == 200
    return answer.text


async def test_it_is_for_who_is_signed_in(client: httpx.AsyncClient) -> None:
    answer = await client.get("/been")
    assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")


async def test_it_is_kind_when_there_is_nothing_yet(signed_in: As, bo: Person) -> None:
    assert "No gathering yet" in await page(await signed_in(bo))


async def test_what_somebody_went_to_helped_at_or_hosted_is_there_by_year(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person, signed_in: As
) -> None:
    event = await held(walkers, [bo], title="A swim")
    with at(ANNOUNCED):
        shift = await shifts.add(event, Needed("Tea", "", 1, STARTS, ENDS))
        await shifts.sign_up(shift, dev, event)
        await co_hosts.add(event, cleo, by=ana)
        maybe = await make_event(walkers, title="Perhaps", starts_at=STARTS, ends_at=ENDS)
        await seats.answer(maybe, bo, answer="maybe", by=bo)
        off = await make_event(walkers, title="Called off", starts_at=STARTS, ends_at=ENDS)
        await seats.answer(off, bo, answer="going", by=bo)
        await publishing.cancel(off, reason="Rain.")
        assert "A swim" not in await page(await signed_in(bo)), "it is still to come"
    with at(LATER):
        for person in (bo, dev, cleo):
            text = await page(await signed_in(person))
            assert TITLE.findall(text) == ["A swim"]
            assert ">2026" in text
        assert "No gathering yet" in await page(await signed_in(ana))


async def test_who_says_that_they_were_not_there_was_not(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await opened(walkers, [ana, bo], title="A swim")
    with at(MORNING):
        await say(client, event, bo, was_there="no")
    with at(LATER):
        assert "A swim" not in await page(await signed_in(bo))
        assert "A swim" in await page(await signed_in(ana))


async def test_notes_to_oneself_stand_with_it_and_can_be_deleted_by_nobody_else(
    client: httpx.AsyncClient, signed_in: As, walkers: Community
) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    with at(MORNING):
        await say(client, event, ana, note="The tall man with the dog")
    with at(LATER):
        browser, bos = await signed_in(ana), await signed_in(bo)
        text = await page(browser)
        assert "The tall man with the dog" in text and "The tall man" not in await page(bos)
        removal = re.search(r"/notes/\w+/removal", text)
        assert removal
        await bos.post(removal[0])
        assert "The tall man" in await page(browser)
        await browser.post(removal[0])
        assert "The tall man" not in await page(browser)


async def test_whom_they_are_in_touch_with_since_then_is_said_to_the_two_alone(
    client: httpx.AsyncClient, signed_in: As, walkers: Community
) -> None:
    event, (ana, bo, cleo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    await reveal(FIRST_SIX + timedelta(minutes=5))
    with at(LATER):
        browser = await signed_in(ana)
        assert "In touch since then" in await page(browser) and "Bo Lind" in await page(browser)
        assert "In touch since then" not in await page(await signed_in(cleo))
        await blocks.block(bo, ana)
        assert "Bo Lind" not in await page(browser)


async def test_of_what_they_may_not_see_any_more_only_their_own_words_are_left(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    noted, other = [await opened(walkers, [bo], title=title) for title in ("A swim", "A walk")]
    with at(MORNING):
        await say(client, noted, bo, note="Cold, and lovely")
    with at(LATER):
        for event in (noted, other):
            await keeping_out.keep_out(event, Whom.named(bo), by=ana)
        text = await page(await signed_in(bo))
        assert "A swim" not in text and "A walk" not in text
        assert "Cold, and lovely" in text


@pytest.mark.slow
async def test_it_comes_in_pages_and_asks_as_little_for_many(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    for number in range(65):
        moved = {"starts_at": STARTS - timedelta(days=number), "ends_at": ENDS - timedelta(days=number)}
        await held(walkers, [bo], title=f"Walk {number}", **moved) if number < 9 else await make_event(
            walkers, title=f"Walk {number}", **moved
        )
    with at(LATER):
        browser = await signed_in(bo)
        await page(browser)
        async with counted() as statements:
            await page(browser)
        assert len(statements) <= 6
        seen = [title async for text in each_page(browser, "/been") for title in TITLE.findall(text)]
        assert seen == [f"Walk {number}" for number in range(9)]
