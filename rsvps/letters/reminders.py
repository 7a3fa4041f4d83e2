"""Reminders: one to each who is going or may come, a day before, and again if the event has moved far since."""

from datetime import timedelta

from rsvps.letters import mail
from rsvps.seating import store
from server import clock, db
from server.db import transaction
from server.jobs import later_for_each

AHEAD = timedelta(hours=24)
FRESH = timedelta(hours=2)  # An answer, or last reminder, younger than this needs no reminder yet.
MOVED_FAR = timedelta(hours=12)  # A reminder that came this much too early is given again.
AT_ONCE = 500


async def remind() -> None:
    """Write down every reminder that is due, in batches; each person's once."""
    while await _remind_some():
        pass


async def _remind_some() -> int:
    async with transaction(first=db.BY_INDEX):
        now = clock.now()
        due = await store.claim_reminders(
            now, ahead=now + AHEAD, settled=now - FRESH, moved_far=AHEAD + MOVED_FAR, most=AT_ONCE
        )
        await later_for_each(mail.reminder, [[rsvp] for rsvp in due])
    return len(due)
