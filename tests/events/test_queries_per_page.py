"""The pages that are opened most ask the database at most eight things, however many people come; an event's, four."""

from datetime import timedelta

import httpx
import pytest
import time_machine

from events.tables import AnswerPolicy, CoHost, Event
from members.tables import Community, Person
from rsvps.attending.queries import NAMES_ON_A_PAGE
from rsvps.questions import sheet
from rsvps.questions.sheet import AskedQuestion
from rsvps.seating import seats
from server import clock, db
from server.pages import url
from tests.counting import counted
from tests.gatherings import in_days, make_event
from tests.ground import work_off
from tests.people import As, join, make_person
from volunteers import shifts
from volunteers.queries import shifts_of
from volunteers.shifts import Needed

pytestmark = pytest.mark.slow

MOST = 8
MOST_OF_AN_EVENT = 4


async def busy(community: Community, ana: Person, people: int) -> Event:
    """An event with answers of every kind, two questions, and shifts some of which are taken."""
    event = await make_event(
        community, ana, seats=max(people // 2, 1), guests_allowed=2, ends_at=in_days(7, 22)
    )
    await sheet.put(
        event, [AskedQuestion("text", "What do you eat?"), AskedQuestion("text", "How do you come?")]
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
        for path in ("/", "/communities/walkers", "/events"):
            asked = await queries(browser, path)
            assert len(asked) <= MOST, (path, asked)
    for path in ("/", "/communities/walkers", "/events"):
        assert len(await queries(client, path)) <= MOST


@pytest.mark.parametrize("people", [2, 40])
async def test_the_page_of_an_event_asks_four_things_whoever_reads_it(
    signed_in: As, walkers: Community, ana: Person, bo: Person, cleo: Person, people: int
) -> None:
    event = await busy(walkers, ana, people)
    going, waiting, helping, hosting = [await make_person(name) for name in ("Gil", "Wanda", "Hilda", "Hugo")]
    for person in (going, waiting, helping, hosting):
        await join(person, walkers)
    await db.run("UPDATE seat_pools SET seats = seats + 3 WHERE event = $1", event.id)
    await seats.answer(event, going, answer="going", by=going, guests=1, listed="coming")
    await seats.answer(event, waiting, answer="going", by=waiting, guests=2)
    (door, *_) = await shifts_of(event, helping)
    await (await signed_in(helping)).post(url("volunteers:sign-up", shift=door.public_id))
    await CoHost(event=event.id, person=hosting.id).save()
    for approval in (False, True):
        policy = AnswerPolicy.update({AnswerPolicy.approval: approval})
        await policy.where(AnswerPolicy.event == event.id)
        for person in (ana, bo, cleo, going, waiting, helping, hosting):
            asked = await queries(await signed_in(person), f"/events/{event.public_id}")
            assert len(asked) <= MOST_OF_AN_EVENT, (person.name, asked)


async def test_hundreds_who_come_and_many_shifts_cost_no_more_queries(
    signed_in: As, walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, ana, ends_at=in_days(7, 22))
    await db.run(
        """
        WITH made AS (
            INSERT INTO people (public_id, email, name, zone, language, created_at)
            SELECT 'many' || n, n || '@example.net', 'Guest ' || n, 'UTC', 'en', $2
            FROM generate_series(1, 300) AS n RETURNING id
        ) INSERT INTO rsvps
            (public_id, event, person, status, wanted, guests, listed, confirmed_at, link, answered_at, created_at)
        SELECT 'many' || id, $1, id, 'going', 'going', 0, 'coming', $2, 0, $2, $2 FROM made
        """,
        event.id,
        clock.now(),
    )
    for number in range(40):
        starts = event.starts_at + timedelta(minutes=5 * number)
        await shifts.add(event, Needed(f"Shift {number}", "", 3, starts, starts + timedelta(minutes=5)))
    await seats.answer(event, bo, answer="going", by=bo)
    browser = await signed_in(bo)
    assert len(await queries(browser, f"/events/{event.public_id}")) <= MOST_OF_AN_EVENT
    page = (await browser.get(f"/events/{event.public_id}")).text
    assert page.count(">Guest<") == NAMES_ON_A_PAGE and "32 more" in page


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
        for person in (bo, ana):
            asked = await queries(await signed_in(person), f"/events/{event.public_id}")
            assert len(asked) <= MOST_OF_AN_EVENT, asked
