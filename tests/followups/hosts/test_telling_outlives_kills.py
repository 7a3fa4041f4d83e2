"""A worker dies while hosts are told: each of them is told once of each gathering, or not at all yet."""

import asyncio
import random
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from followups.hosts import telling
from followups.tables import FollowUp
from members.tables import Community
from server import clock, db
from server.processes import Process, start, stop
from tests.gatherings import make_event
from tests.pace import until
from tests.people import join, make_person
from tests.processes import ROOT, environment

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


@asynccontextmanager
async def tells(database: str, now: str) -> AsyncIterator[Process]:
    with tempfile.TemporaryDirectory(prefix="kith-log-") as folder:
        command = [sys.executable, "-c", TELLING.format(now=now)]
        process = start(command, env=environment(database), cwd=ROOT, log=Path(folder, "log"))
        try:
            yield process
        finally:
            stop(process, grace=10)


async def test_workers_are_killed_while_they_tell(committed: str) -> None:
    walkers = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await walkers.save()
    for name in ("Ana", "Eva"):
        await join(await make_person(name), walkers, "owner")
    now = clock.now().replace(hour=11, minute=0)
    for _ in range(GATHERINGS):
        event = await make_event(walkers, starts_at=now - timedelta(days=2))
        opened = now - timedelta(days=1)
        follow_up = FollowUp(
            event=event.id, opened_at=opened, closes_at=opened + timedelta(days=14), tells_at=now
        )
        await follow_up.save()

    async def at_least(count: int) -> bool:
        return await told() >= count

    for _ in range(KILLS):
        wanted = min(GATHERINGS, await told() + 3)
        async with tells(committed, now.isoformat()) as victim:
            await until(lambda: at_least(wanted))  # noqa: B023
            await asyncio.sleep(random.uniform(0, 0.03))
            victim.send_signal(signal.SIGKILL)
            victim.wait(5)
        assert await letters() == HOSTS * await told()
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
