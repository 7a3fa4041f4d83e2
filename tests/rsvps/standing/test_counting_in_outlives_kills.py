"""A worker dies while a batch is made, answered and written about: nothing is there twice, and nothing is missing."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from events.series import making
from events.tables import Event, Series
from members.tables import Community, Person
from rsvps.standing import counting_in
from rsvps.tables import CountedIn, Rsvp, StandingAnswer
from server import clock, db
from tests.gatherings import make_series
from tests.kills import killed_while_it_writes
from tests.people import join, make_person

pytestmark = pytest.mark.slow

PEOPLE = 40
WEEKS = 6
# Where it dies: while it makes evenings, tells of them, answers for people, and writes their letters down.
KILLS = ("events", "due_work", "counted_in", "rsvps", "counted_in", "due_work")
WORKING = """
import asyncio
from datetime import timedelta
from events.series import making
from rsvps.standing import counting_in
from server import clock, composition, jobs, schema

async def work():
    composition.compose()
    counting_in.AT_ONCE = 7
    async with schema.pool():
        await making.make_due()
        # As if the leases of those who died had run out.
        for one in await jobs.claim("a worker", most=20, now=clock.now() + timedelta(minutes={minutes})):
            if one.kind == "rsvps.count_in":
                await jobs.do(one)

asyncio.run(work())
"""


async def prepared() -> tuple[Series, list[Person]]:
    """So many people who are counted in, and a series of which the next gatherings are to be made by now."""
    walkers = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await walkers.save()
    ana = await make_person("Ana")
    await join(ana, walkers, "owner")
    series = await make_series(walkers, ana, weeks_ahead=1, seats=PEOPLE // 2)
    people = [await make_person(f"Regular {number}") for number in range(PEOPLE)]
    now = clock.now()
    await StandingAnswer.insert(
        *[
            StandingAnswer(series=series.id, person=person.id, since=now - timedelta(days=100 - number))
            for number, person in enumerate(people)
        ]
    )
    await db.run("DELETE FROM due_work")
    await db.run("UPDATE series SET weeks_ahead = $1, due_at = $2", WEEKS, now)
    return series, people


async def test_workers_are_killed_while_they_make_answer_and_write(committed: str) -> None:
    series, people = await prepared()

    for number, table in enumerate(KILLS, 1):
        at = random.randint(1, 6) if table in ("rsvps", "counted_in") else 1
        await killed_while_it_writes(WORKING.format(minutes=number), committed, table, at=at)
        assert await Rsvp.count() == await CountedIn.count() <= PEOPLE * WEEKS
    await making.make_due()
    await counting_in.count_in(series.id)
    evenings = await Event.count().where(Event.series_date.is_not_null())
    assert evenings >= WEEKS
    answers = await db.rows("SELECT event, person, status, queued FROM rsvps ORDER BY event, queued")
    assert len(answers) == PEOPLE * evenings
    for event in {row["event"] for row in answers}:
        going = [row["person"] for row in answers if row["event"] == event and row["status"] == "going"]
        line = [row["person"] for row in answers if row["event"] == event and row["status"] == "waitlisted"]
        assert sorted(going) == [person.id for person in people[: PEOPLE // 2]]
        assert line == [person.id for person in people[PEOPLE // 2 :]]
    told: Counter[tuple[int, int]] = Counter()
    for row in await db.rows("SELECT args FROM due_work WHERE kind = 'rsvps.counted_in'"):
        _, person, events = row["args"]
        told.update((person, event) for event in events)
    assert len(told) == PEOPLE * evenings and set(told.values()) == {1}
    letters = await db.value("SELECT count(*) FROM due_work WHERE kind = 'rsvps.counted_in'")
    assert letters == PEOPLE, "each has one letter about the whole batch"
