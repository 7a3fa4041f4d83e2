"""Sixty small events, sixteen people at once for each, two web processes, and a slow way to the database."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

import pytest

from bench import seed
from events.tables import Event
from server import db
from tests.processes import web
from tests.rsvps.seating.crowds import Members, members
from tests.slow_network import slow

pytestmark = pytest.mark.slow

EVENTS = 60
AT_ONCE = 16
SIDE_BY_SIDE = 10  # Events that are answered at the same time.
NOWHERE = "smtp://127.0.0.1:1"


async def test_small_events_are_never_oversold(committed: str) -> None:
    events = await rush(committed, EVENTS)
    for event in events:
        counts = await outcome(event)
        assert counts == {"going": event.pool().seats, "waitlisted": AT_ONCE - (event.pool().seats or 0)}
        assert await taken(event) == event.pool().seats


async def test_without_the_lock_they_are_oversold(committed: str) -> None:
    await db.run("ALTER TABLE seat_pools DISABLE TRIGGER seat_pool_kept")
    await db.run("DROP INDEX rsvps_line")
    events = await rush(committed, 6, module="tests.rsvps.seating.unlocked")
    oversold = [event for event in events if await taken(event) > (event.pool().seats or 0)]
    assert oversold


async def rush(database: str, count: int, *, module: str = "server") -> list[Event]:
    """AT_ONCE people say yes at once to each of so many events, some of them side by side."""
    everybody = await members(AT_ONCE)
    community = await seed.community()
    events = [await seed.event(community, seats=random.choice((1, 2, 5))) for _ in range(count)]
    async with slow(database) as far, _two_webs(far, module) as addresses:
        for some in _batches(events):
            await asyncio.gather(*(_all_at_once(everybody, event, addresses) for event in some))
    return events


@asynccontextmanager
async def _two_webs(database: str, module: str) -> AsyncIterator[list[str]]:
    """Two web processes, begun and ended beside this loop: it carries their packets, their last ones too."""
    with ExitStack() as stack:
        webs = [
            await asyncio.to_thread(stack.enter_context, web(database, module=module, SMTP_URL=NOWHERE))
            for _ in range(2)
        ]
        yield [address for _, address in webs]
        await asyncio.to_thread(stack.close)


def _batches(events: list[Event]) -> list[list[Event]]:
    return [events[first : first + SIDE_BY_SIDE] for first in range(0, len(events), SIDE_BY_SIDE)]


async def _all_at_once(everybody: Members, event: Event, addresses: list[str]) -> None:
    crowd = everybody.crowd(event, addresses)
    await crowd.answer()
    assert set(crowd.statuses) == {200}


async def outcome(event: Event) -> dict[str, int]:
    """How many answers there are of each kind; nobody twice."""
    rows = await db.rows("SELECT person, status FROM rsvps WHERE event = $1", event.id)
    assert len({row["person"] for row in rows}) == len(rows) == AT_ONCE
    return dict(Counter(row["status"] for row in rows))


async def taken(event: Event) -> int:
    """Chairs that are really taken."""
    found: int = await db.value("SELECT count(*) FROM rsvps WHERE event = $1 AND status = 'going'", event.id)
    return found
