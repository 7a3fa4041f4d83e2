"""A worker dies while it sends notes back: each comes once, with its letter, or not at all yet."""

import random
from datetime import datetime, timedelta

import pytest

from bench import seed
from followups.survey import notes
from followups.tables import FollowUp, Reply
from members.tables import Community
from server import clock, db
from tests.gatherings import make_event
from tests.kills import killed_while_it_writes

pytestmark = pytest.mark.slow

PEOPLE = 400
KILLS = 4
SENDING = """
import asyncio
from datetime import datetime
from followups.survey import notes
from server import composition, schema

async def send():
    composition.compose()
    notes.LETTERS_AT_ONCE = 10
    async with schema.pool():
        await notes.send_back_due(datetime.fromisoformat({now!r}))

asyncio.run(send())
"""


async def notes_due(now: datetime) -> None:
    """So many people have a note that comes back by now, after a gathering long ago."""
    walkers = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await walkers.save()
    event = await make_event(walkers, starts_at=now - timedelta(days=40))
    opened = now - timedelta(days=39)
    follow_up = FollowUp(event=event.id, opened_at=opened, closes_at=opened + timedelta(days=14))
    await follow_up.save()
    people = await seed.people(PEOPLE)
    await db.run(
        """
        INSERT INTO follow_up_replies (public_id, follow_up, person, note, note_back_at, created_at)
        SELECT substr(md5(person::text), 1, 12), $1, person, 'Ask about the bees.', $3, $4
        FROM unnest($2::bigint[]) AS people (person)
        """,
        follow_up.id,
        people,
        now,
        opened,
    )
    await db.run("UPDATE people SET zone = 'Europe/Berlin'")


async def test_a_worker_is_killed_between_the_claim_and_the_letter(committed: str) -> None:
    now = clock.now().replace(hour=11, minute=0)
    await notes_due(now)
    await killed_while_it_writes(SENDING.format(now=now.isoformat()), committed)
    assert (await _sent(), await _letters()) == (0, 0)
    assert await notes.send_back_due(now) == PEOPLE
    assert (await _sent(), await _letters()) == (PEOPLE, PEOPLE)


async def test_workers_are_killed_while_they_send(committed: str) -> None:
    now = clock.now().replace(hour=11, minute=0)
    await notes_due(now)

    for kill in range(KILLS):
        code = SENDING.format(now=now.isoformat())
        await killed_while_it_writes(code, committed, at=random.randint(1, PEOPLE // 10 // KILLS))
        assert await _letters() == await _sent() < PEOPLE, f"after {kill + 1} kills"
    await notes.send_back_due(now)
    assert (await _sent(), await _letters()) == (PEOPLE, PEOPLE)
    assert await notes.send_back_due(now) == 0


async def _sent() -> int:
    return await Reply.count().where(Reply.note_sent_at.is_not_null())


async def _letters() -> int:
    """Of notes that come back, no two of which are one."""
    count: int = await db.value(
        "SELECT count(DISTINCT args) FROM due_work WHERE kind = 'followups.note_back'"
    )
    assert count == await db.value("SELECT count(*) FROM due_work WHERE kind = 'followups.note_back'")
    return count
