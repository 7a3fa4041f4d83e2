"""Telling those who host what their guests said and asked for: once, a day after these were asked, in the morning."""

from datetime import datetime

from followups.days import zones_by_day
from followups.hosts import mail, queries, store
from server import clock, db
from server.db import transaction
from server.jobs import later_for_each

AT_ONCE = 100


async def tell_due(now: datetime | None = None) -> int:
    """Have the letters written of follow-ups whose morning has come, by daylight. Returns how many follow-ups.

    Each is claimed in the transaction that writes its letters down: whoever else tries, and whatever dies.
    """
    now = now or clock.now()
    told = 0
    while claimed := await _tell_some(now):
        told += claimed
    return told


async def _tell_some(now: datetime) -> int:
    async with transaction(first=db.BY_INDEX):
        claimed = await store.claim_to_tell(now, zones_by_day(now), most=AT_ONCE)
        if claimed:
            await later_for_each(mail.organisers, await queries.those_who_host(claimed))
    return len(claimed)
