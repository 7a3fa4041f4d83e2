"""Workers die while what is due of many series is made, answered and told: in the end all of it is there, once."""

import asyncio
import random
import signal
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta

import pytest

from events.series import making, queries
from events.tables import Series
from members.letters import following
from members.tables import Community, Person
from rsvps.tables import CountedIn, StandingAnswer
from server import clock, db
from tests.gatherings import make_series
from tests.ground import text_of
from tests.pace import until
from tests.people import join, make_person
from tests.processes import MailServer, mail_server, python

pytestmark = pytest.mark.slow

KILLS = 8
SERIES = 6
WEEKS = 5
REGULARS = 8  # are counted in everywhere, of whom five find a seat
SEATS = 5
FOLLOWERS = 8  # hear of each new gathering
AT_ONCE = 16  # letters of one worker on their way

# A worker whose minutes are short, and of whom others believe soon that it is dead.
WORKING = """
import asyncio, os
os.environ["SMTP_URL"] = "{smtp}"
from datetime import timedelta
from server import jobs
jobs.LEASE = timedelta(seconds=3)
from events.news import each
from events.series import making
from server import clock, composition, schema, worker

async def keep_time():
    while True:
        await making.make_due()
        await each.tell_due(clock.now() + each.SOON)
        await asyncio.sleep(0.05)

async def work():
    composition.compose()
    async with schema.pool():
        await asyncio.gather(worker.Sweeper().run(), keep_time())

asyncio.run(work())
"""


async def prepared() -> tuple[list[Series], list[Person], list[Person]]:
    """Series that have just been started and of which nothing is made; who is counted in; who hears of what is new."""
    walkers = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await walkers.save()
    ana = await make_person("Ana")
    await join(ana, walkers, "owner")
    regulars = [await make_person(f"Regular {number}") for number in range(REGULARS)]
    followers = [await make_person(f"Follower {number}") for number in range(FOLLOWERS)]
    for person in followers:
        await following.choose(person, walkers, "each")
    now = clock.now()
    everything = []
    for number in range(SERIES):
        series = await make_series(
            walkers, ana, weeks_ahead=WEEKS, seats=SEATS, started=False, title=f"Soup of kettle {number}"
        )
        everything.append(series)
        await StandingAnswer.insert(
            *(
                StandingAnswer(series=series.id, person=person.id, since=now - timedelta(days=100 - place))
                for place, person in enumerate(regulars)
            )
        )
    await db.run("DELETE FROM due_work")
    await db.run("UPDATE series SET started_at = $1, due_at = $1", now)
    return everything, regulars, followers


async def test_workers_are_killed_all_along(committed: str) -> None:
    everything, regulars, followers = await prepared()
    decided = SERIES * WEEKS * REGULARS
    told = SERIES * (REGULARS + FOLLOWERS)

    with mail_server() as (mail, smtp), ExitStack() as stack:
        code = WORKING.format(smtp=smtp)

        async def done_at_least(much: int) -> bool:
            """Also when all is done: how many letters it takes depends on how much each of them tells."""
            return await CountedIn.count() + len(mail.ids) >= much or await nothing_is_due()

        workers = [stack.enter_context(python(code, committed)) for _ in range(2)]
        for much in sorted(random.sample(range(1, decided + told * 3 // 4), KILLS)):
            await until(lambda: done_at_least(much))  # noqa: B023
            await asyncio.sleep(random.uniform(0, 0.05))
            victim = workers.pop(random.randrange(len(workers)))
            victim.send_signal(signal.SIGKILL)
            await asyncio.to_thread(victim.wait, 5)
            workers.append(stack.enter_context(python(code, committed)))
        await until(nothing_is_due)
    for series in everything:
        await each_day_is_there_once(series)
        await each_answer_is_decided_once(series, regulars)
    each_letter_is_one(mail)
    for person in (*regulars, *followers):
        for series in range(SERIES):
            letters = told_of(mail, person, f"Soup of kettle {series}")
            assert len(letters) == 1, (person.email, series, letters)


async def nothing_is_due() -> bool:
    """Whether all is made, answered and written."""
    return not await db.value(
        """
        SELECT (SELECT count(*) FROM due_work WHERE run_at < $1 AND dead_at IS NULL)
            + (SELECT count(*) FROM news_due) + (SELECT count(*) FROM series WHERE due_at <= now())
        """,
        clock.now() + timedelta(minutes=5),
    )


async def each_day_is_there_once(series: Series) -> None:
    days = await db.rows(
        "SELECT series_date, count(*) FROM events WHERE series = $1 AND series_date IS NOT NULL GROUP BY 1",
        series.id,
    )
    assert len(days) >= WEEKS - 1 and {row["count"] for row in days} == {1}
    current = await queries.series_by_id(series.id)
    assert current
    assert await making.lacking(current, await queries.pattern_of(series.id), clock.now()) == []


async def each_answer_is_decided_once(series: Series, regulars: list[Person]) -> None:
    """Whoever has been counted in for longest has a seat, the others wait in that order, and nobody was asked twice."""
    numbers = [person.id for person in regulars]
    for event in await queries.gatherings_of(series.id, since=clock.now(), most=100):
        answers = await db.rows(
            "SELECT id, person, status FROM rsvps WHERE event = $1 ORDER BY queued NULLS FIRST, person",
            event.id,
        )
        assert [row["person"] for row in answers] == numbers
        assert [row["status"] for row in answers] == ["going"] * SEATS + ["waitlisted"] * (REGULARS - SEATS)
        assert event.pool().taken == SEATS
        steps = await db.rows(
            "SELECT rsvp FROM rsvp_changes WHERE rsvp = ANY($1)", [row["id"] for row in answers]
        )
        assert len(steps) == REGULARS
        given = await db.value("SELECT count(*) FROM counted_in WHERE event = $1 AND NOT asks", event.id)
        assert given == REGULARS


def each_letter_is_one(mail: MailServer) -> None:
    """What came twice was on its way when its worker died: the same letter to the same person, by its Message-ID."""
    assert sum(mail.ids.values()) - len(mail.ids) <= KILLS * AT_ONCE
    to: dict[str, set[tuple[str, str]]] = {}
    for letter in mail.letters():
        to.setdefault(str(letter["Message-ID"]), set()).add((str(letter["To"]), str(letter["Subject"])))
    assert {len(same) for same in to.values()} == {1}


def told_of(mail: MailServer, person: Person, title: str) -> Counter[str]:
    """The letters to somebody that tell of this, by their Message-ID."""
    return Counter(
        str(letter["Message-ID"])
        for letter in mail.letters()
        if person.email in str(letter["To"]) and title in text_of(letter)
    )
