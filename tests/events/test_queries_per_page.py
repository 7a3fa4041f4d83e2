"""The pages that are opened most ask the database at most eight things, however many people come."""

from datetime import timedelta

import httpx
import pytest
import time_machine

from events.tables import Event
from members.tables import Community, Person
from rsvps.seating import seats
from tests.counting import counted
from tests.gatherings import in_days, make_event
from tests.ground import work_off
from tests.people import As, join, make_person
from volunteers import shifts
from volunteers.shifts import Needed

pytestmark = pytest.mark.slow

MOST = 8


async def busy(community: Community, ana: Person, people: int) -> Event:
    """An event with answers of every kind, and shifts some of which are taken."""
    event = await make_event(
        community, ana, seats=max(people // 2, 1), guests_allowed=2, ends_at=in_days(7, 22)
    )
    for number in range(people):
        person = await make_person(f"Guest {number}")
        await join(person, community)
        await seats.answer(event, person, answer="maybe" if number % 5 == 4 else "going", by=person)
    for title in ("Door", "Kitchen", "Cleaning up"):
        needed = Needed(title, "", 3, event.starts_at, event.starts_at + timedelta(hours=1))
        await shifts.add(event, needed)
    return event


async def queries(browser: httpx.AsyncClient, path: str) -> list[str]:
    await browser.get(path)
    async with counted() as statements:
        page = await browser.get(path)
    assert page.status_code == 200
    return statements


@pytest.mark.parametrize("people", [2, 40])
async def test_the_pages_opened_most_ask_little(
    client: httpx.AsyncClient, signed_in: As, walkers: Community, ana: Person, bo: Person, people: int
) -> None:
    event = await busy(walkers, ana, people)
    for number in range(people):
        other = await make_event(walkers, ana, title=f"Walk {number}", starts_at=in_days(10 + number))
        await seats.answer(other, bo, answer="going", by=bo)
    await seats.answer(event, bo, answer="going", by=bo)
    for browser in (await signed_in(bo), await signed_in(ana)):
        for path in (f"/events/{event.public_id}", "/", "/communities/walkers", "/events"):
            asked = await queries(browser, path)
            assert len(asked) <= MOST, (path, asked)
    for path in ("/", "/communities/walkers", "/events"):
        assert len(await queries(client, path)) <= MOST


async def test_a_page_that_is_kept_asks_one_thing(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    event = await busy(walkers, ana, 5)
    asked = await queries(client, f"/events/{event.public_id}")
    assert len(asked) == 1, asked


async def test_an_unchanged_calendar_asks_one_thing(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    await busy(walkers, ana, 5)
    asked = await queries(client, "/communities/walkers/calendar.ics")
    assert len(asked) == 1, asked


async def test_an_event_that_is_over_asks_no_more(
    signed_in: As, walkers: Community, ana: Person, bo: Person
) -> None:
    event = await busy(walkers, ana, 5)
    await seats.answer(event, bo, answer="going", by=bo)
    with time_machine.travel(event.over_at + timedelta(hours=20), tick=True):
        await work_off()
        asked = await queries(await signed_in(bo), f"/events/{event.public_id}")
    assert len(asked) <= MOST, asked
