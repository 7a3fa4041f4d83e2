"""Two who both wished it: connected in the daily batch, and told in the same transaction."""

from datetime import datetime

from followups.connections import mail, queries, store
from followups.connections.queries import Due
from followups.days import reveal_after
from server import clock
from server.db import transaction
from server.jobs import later_for_each

FOLLOW_UPS_AT_ONCE = 200


async def reveal_due(now: datetime | None = None) -> int:
    """Hold every daily batch that is due. Returns how many connections it made.

    A batch counts the wishes made before its own 18:00, however late it is held; what a batch finds is committed
    together with the letters that tell of it. 20,000 marks take about a second.
    """
    now = now or clock.now()
    made = 0
    while (found := await _hold_some(now)) is not None:
        made += found
    return made


async def _hold_some(now: datetime) -> int | None:
    async with transaction():
        due = await queries.lock_due(now, most=FOLLOW_UPS_AT_ONCE)
        if not due:
            return None
        made = await store.connect(await queries.both_wished(due), now)
        await later_for_each(
            mail.connected, [[each.id, who] for each in made for who in (each.low, each.high)]
        )
        await store.move_on({each.id: _next_batch(each) for each in due})
    return len(made)


def _next_batch(due: Due) -> datetime | None:
    return reveal_after(due.reveals_at, opened_at=due.opened_at, closes_at=due.closes_at, zone=due.zone)
