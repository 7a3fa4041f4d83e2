"""A worker dies in the middle of the week's choice: everybody is told once, with one letter, or not at all yet."""

import random
from datetime import timedelta

import pytest

from bench import seed
from followups.prompts import weekly
from followups.tables import Prompt
from members.tables import Community, Person
from server import clock, db
from tests.followups.prompts.weeks import gathering, turns_now
from tests.kills import killed_while_it_writes
from tests.people import make_person

pytestmark = pytest.mark.slow

PEOPLE = 400
KILLS = 4
CHOOSING = """
import asyncio
from datetime import datetime
from followups.prompts import weekly
from server import composition, schema

async def choose():
    composition.compose()
    weekly.PEOPLE_AT_ONCE = 10
    async with schema.pool():
        await weekly.choose_due(datetime.fromisoformat({now!r}))

asyncio.run(choose())
"""


async def test_workers_are_killed_while_they_choose(committed: str) -> None:
    walkers = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await walkers.save()
    ana = await make_person("Ana")
    now = clock.now().replace(hour=11, minute=0)
    event = await gathering(walkers, now + timedelta(days=3), ana)
    others = await seed.people(PEOPLE)
    await db.run("UPDATE people SET zone = 'Europe/Berlin'")
    await db.run(
        """
        INSERT INTO rsvps
            (public_id, event, person, status, wanted, confirmed_at, answered_at, created_at, listed, link)
        SELECT substr(md5(person::text), 1, 12), $1, person, 'going', 'going', $3, $3, $3, 'connections', 0
        FROM unnest($2::bigint[]) AS people (person)
        """,
        event.id,
        others,
        now - timedelta(days=40),
    )
    await db.run(
        """
        INSERT INTO connections (public_id, low, high, connected_at)
        SELECT substr(md5(person::text), 1, 12), $1, person, $3 FROM unnest($2::bigint[]) AS people (person)
        """,
        ana.id,
        others,
        now - timedelta(days=30),
    )
    await turns_now(ana, *[Person(id=other) for other in others], moment=now)

    for kill in range(KILLS):
        code = CHOOSING.format(now=now.isoformat())
        await killed_while_it_writes(code, committed, at=random.randint(1, PEOPLE // 10 // KILLS))
        assert await Prompt.count() == await _letters() <= PEOPLE, f"after {kill + 1} kills"
    await weekly.choose_due(now)
    assert await Prompt.count() == await _letters() == PEOPLE + 1
    assert await db.value("SELECT count(DISTINCT person) FROM prompts") == PEOPLE + 1
    assert await db.value("SELECT count(*) FROM prompt_turns WHERE due_at <= $1", now) == 0


async def _letters() -> int:
    count: int = await db.value("SELECT count(DISTINCT args) FROM due_work WHERE kind = 'followups.prompt'")
    assert count == await db.value("SELECT count(*) FROM due_work WHERE kind = 'followups.prompt'")
    return count
