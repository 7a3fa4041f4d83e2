"""A worker dies while hosts are told: each of them is told once of each gathering, or not at all yet."""

import random
from datetime import datetime, timedelta

import pytest

from followups.hosts import telling
from followups.tables import FollowUp
from members.tables import Community
from server import clock, db
from tests.gatherings import make_event
from tests.kills import killed_while_it_writes
from tests.people import join, make_person

pytestmark = pytest.mark.slow

GATHERINGS = 120
HOSTS = 2
KILLS = 4
TELLING = """
import asyncio
from datetime import datetime
from followups.hosts import telling
from server import composition, schema

async def tell():
    composition.compose()
    telling.AT_ONCE = 3
    async with schema.pool():
        await telling.tell_due(datetime.fromisoformat({now!r}))

asyncio.run(tell())
"""


async def due(now: datetime) -> None:
    """The hosts of so many gatherings are to be told by now."""
    walkers = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await walkers.save()
    for name in ("Ana", "Eva"):
        await join(await make_person(name), walkers, "owner")
    for _ in range(GATHERINGS):
        event = await make_event(walkers, starts_at=now - timedelta(days=2))
        opened = now - timedelta(days=1)
        follow_up = FollowUp(
            event=event.id, opened_at=opened, closes_at=opened + timedelta(days=14), tells_at=now
        )
        await follow_up.save()


async def test_a_worker_is_killed_between_the_claim_and_the_letters(committed: str) -> None:
    now = clock.now().replace(hour=11, minute=0)
    await due(now)
    await killed_while_it_writes(TELLING.format(now=now.isoformat()), committed)
    assert (await told(), await letters()) == (0, 0)
    assert await telling.tell_due(now) == GATHERINGS
    assert (await told(), await letters()) == (GATHERINGS, HOSTS * GATHERINGS)


async def test_workers_are_killed_while_they_tell(committed: str) -> None:
    now = clock.now().replace(hour=11, minute=0)
    await due(now)

    for _ in range(KILLS):
        code = TELLING.format(now=now.isoformat())
        await killed_while_it_writes(code, committed, at=random.randint(1, GATHERINGS // 3 // KILLS))
        assert await letters() == HOSTS * await told() < HOSTS * GATHERINGS
    await telling.tell_due(now)
    assert await told() == GATHERINGS and await letters() == HOSTS * GATHERINGS


async def told() -> int:
    return await FollowUp.count().where(FollowUp.tells_at.is_null())


async def letters() -> int:
    count: int = await db.value(
        "SELECT count(DISTINCT args) FROM due_work WHERE kind = 'followups.organisers'"
    )
    assert count == await db.value("SELECT count(*) FROM due_work WHERE kind = 'followups.organisers'")
    return count
