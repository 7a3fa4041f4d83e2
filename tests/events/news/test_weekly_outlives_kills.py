"""Workers die while they tell who follows, and while the letters go out: nobody is left out, nobody is told twice."""

import asyncio
import random
import signal
from collections import Counter
from datetime import timedelta

import pytest

from bench import seed
from events.news import each, store, weekly
from members.tables import Community
from server import clock, composition, db
from server.smtp import LAST_STAGES
from tests.kills import killed_while_it_writes
from tests.pace import PATIENCE, until
from tests.processes import mail_server, worker

pytestmark = pytest.mark.slow

PEOPLE = 250
KILLS = 3
TELLING = """
import asyncio
from datetime import datetime
from events.news import each, weekly
from server import composition, schema

async def tell():
    composition.compose()
    each.PEOPLE_AT_ONCE = weekly.PEOPLE_AT_ONCE = 10
    async with schema.pool():
        await asyncio.gather(each.tell_due(), weekly.tell_due())

asyncio.run(tell())
"""


async def test_workers_are_killed_while_they_tell_and_while_they_send(committed: str) -> None:
    composition.compose()
    await _followers()
    for kill in range(KILLS):
        await killed_while_it_writes(TELLING, committed, at=random.randint(1, 2 * PEOPLE // 10 // KILLS))
        waiting = await db.value("SELECT count(*) FROM news_due") + await db.value(
            "SELECT count(*) FROM weekly_turns WHERE due_at <= $1", clock.now()
        )
        assert await _written() + waiting == 2 * PEOPLE, f"after {kill + 1} kills"
        assert waiting
    await asyncio.gather(each.tell_due(), weekly.tell_due(), each.tell_due(), weekly.tell_due())
    assert await _written() == 2 * PEOPLE
    assert await db.value("SELECT count(*) FROM news_due") == 0

    with mail_server() as (server, smtp_url):
        for kill in range(KILLS):
            with worker(committed, SMTP_URL=smtp_url) as process:
                await asyncio.to_thread(server.wait_for, 40 + 60 * kill, within=PATIENCE)
                await asyncio.sleep(random.uniform(0, 0.2))
                process.send_signal(signal.SIGKILL)
                process.wait(5)
        with worker(committed, SMTP_URL=smtp_url):
            await until(lambda: db.value("SELECT count(*) = 0 FROM due_work"))
        letters = {str(letter["Message-ID"]): letter for letter in server.letters()}
        assert len(letters) == 2 * PEOPLE
        told = Counter(str(letter["To"]).partition("<")[2] for letter in letters.values())
        assert len(told) == PEOPLE
        assert set(told.values()) == {2}, "one of the week, one of what is new"
        repeated = sum(count - 1 for count in server.ids.values())
        assert repeated <= KILLS * LAST_STAGES, repeated


async def _followers() -> None:
    """People who hear of one community once a week and of another's every gathering; both letters are due."""
    now = clock.now()
    walkers, readers = await seed.community("walkers"), await seed.community("readers")
    people = await seed.people(PEOPLE)
    await _hear(walkers, people, "weekly")
    await _hear(readers, people, "each")
    await seed.event(walkers, title="A walk")
    event = await seed.event(readers, title="A book")
    await store.note(readers.id, [event.id], now)
    await db.run("UPDATE weekly_turns SET due_at = $1, told_at = $2", now, now - timedelta(days=8))


async def _hear(community: Community, people: list[int], how: str) -> None:
    await db.run(
        """
        INSERT INTO follows (community, person, hears, since)
        SELECT $1, person, $2, $3 FROM unnest($4::bigint[]) AS person
        """,
        community.id,
        how,
        clock.now() - timedelta(days=9),
        people,
    )


async def _written() -> int:
    found = await db.row(
        """
        SELECT count(*) AS written, count(DISTINCT (kind, args)) AS different FROM due_work
        WHERE kind IN ('events.weekly', 'events.new_gatherings')
        """
    )
    assert found
    assert found["written"] == found["different"], "somebody would be told twice"
    return int(found["written"])
