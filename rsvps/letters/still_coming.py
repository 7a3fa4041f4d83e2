"""Still coming? Asked once, two days before, of who holds a counted seat. Silence changes nothing, ever.

Nobody keeps count of who answers, nor of who does not come.
"""

from datetime import timedelta

from events.queries import PARTS
from rsvps.letters import mail
from rsvps.letters.reminders import AHEAD as REMINDED_AHEAD
from rsvps.letters.reminders import AT_ONCE, FRESH, MOVED_FAR
from server import clock, db
from server.db import transaction
from server.jobs import later_for_each

AHEAD = timedelta(hours=48)
SETTLED = timedelta(hours=24)  # Whose answer was younger than this by then has only just said so.


async def ask() -> None:
    """Write down every question that is due, in batches; each person's once for a start."""
    while await _ask_some():
        pass


async def _ask_some() -> int:
    async with transaction():
        due = await _claim()
        await later_for_each(mail.still_coming, [[rsvp] for rsvp in due])
    return len(due)


async def _claim() -> list[int]:
    """Mark up to AT_ONCE answers as asked and return them. Two workers never get the same.

    Not within two hours of a reminder, before or after. Asked again only when the event has moved far since.
    """
    now = clock.now()
    rows = await db.rows(
        f"""
        UPDATE rsvps SET still_asked_at = $1 FROM (
            SELECT rsvps.id FROM events JOIN rsvps ON rsvps.event = events.id {PARTS}
            WHERE events.status = 'published' AND events.starts_at > $2 AND events.starts_at <= $3
                AND rsvps.status = 'going' AND rsvps.answered_at <= events.starts_at - $4::interval
                AND CASE WHEN call.online AND rsvps.online THEN call.seats ELSE room.seats END IS NOT NULL
                AND (rsvps.reminded_at IS NULL OR rsvps.reminded_at <= $5)
                AND (rsvps.still_asked_at IS NULL OR rsvps.still_asked_at < events.starts_at - $6::interval)
            ORDER BY rsvps.id LIMIT $7 FOR NO KEY UPDATE OF rsvps SKIP LOCKED
        ) AS due
        WHERE rsvps.id = due.id RETURNING rsvps.id
        """,  # noqa: S608 - our own words
        now,
        now + REMINDED_AHEAD + FRESH,
        now + AHEAD,
        AHEAD + SETTLED,
        now - FRESH,
        AHEAD + MOVED_FAR,
        AT_ONCE,
    )
    return [row["id"] for row in rows]
