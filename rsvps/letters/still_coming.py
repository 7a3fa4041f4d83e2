"""Still coming? Asked once, two days before, of those who hold a counted seat. Silence changes nothing, ever.

Nobody counts who answers, or who does not come.
"""

from datetime import timedelta

from rsvps.letters import mail
from rsvps.letters.reminders import AHEAD as REMINDED_AHEAD
from rsvps.letters.reminders import AT_ONCE, FRESH, MOVED_FAR
from rsvps.seating import store
from server import clock, db
from server.db import transaction
from server.jobs import later_for_each

AHEAD = timedelta(hours=48)
SETTLED = timedelta(hours=24)  # Whose answer was younger than this by then has only just said so.


async def ask() -> None:
    """Write down every question that is due, in batches; each person's once for a start.

    Not within two hours of a reminder, before or after. Asked again only when the event has moved far since.
    """
    while await _ask_some():
        pass


async def _ask_some() -> int:
    async with transaction(first=db.BY_INDEX):
        now = clock.now()
        due = await store.claim_questions(
            now,
            not_before=now + REMINDED_AHEAD + FRESH,
            ahead=now + AHEAD,
            settled=AHEAD + SETTLED,
            reminded=now - FRESH,
            moved_far=AHEAD + MOVED_FAR,
            most=AT_ONCE,
        )
        await later_for_each(mail.still_coming, [[rsvp] for rsvp in due])
    return len(due)
