"""Reminders: one to each who is going or may come, a day before, and again if the event has moved far since."""

from datetime import timedelta

from rsvps.letters import mail
from server import clock, db
from server.db import transaction
from server.jobs import later_for_each

AHEAD = timedelta(hours=24)
FRESH = timedelta(hours=2)  # Whose answer, or last such letter, is younger than this needs no reminder yet.
MOVED_FAR = timedelta(hours=12)  # A reminder that came this much too early is given again.
AT_ONCE = 500


async def remind() -> None:
    """Write down every reminder that is due, in batches; each person's once."""
    while await _remind_some():
        pass


async def _remind_some() -> int:
    async with transaction():
        due = await _claim()
        await later_for_each(mail.reminder, [[rsvp] for rsvp in due])
    return len(due)


async def _claim() -> list[int]:
    """Mark up to AT_ONCE answers as reminded and return them. Two workers never get the same."""
    rows = await db.rows(
        """
        UPDATE rsvps SET reminded_at = $1 FROM (
            SELECT rsvps.id FROM events JOIN rsvps ON rsvps.event = events.id
            WHERE events.status = 'published' AND events.starts_at > $1 AND events.starts_at <= $2
                AND rsvps.status IN ('going', 'maybe') AND rsvps.answered_at <= $3
                AND (rsvps.still_asked_at IS NULL OR rsvps.still_asked_at <= $3)
                AND (rsvps.reminded_at IS NULL OR rsvps.reminded_at < events.starts_at - $4::interval)
            ORDER BY rsvps.id LIMIT $5 FOR NO KEY UPDATE OF rsvps SKIP LOCKED
        ) AS due
        WHERE rsvps.id = due.id RETURNING rsvps.id
        """,
        clock.now(),
        clock.now() + AHEAD,
        clock.now() - FRESH,
        AHEAD + MOVED_FAR,
        AT_ONCE,
    )
    return [row["id"] for row in rows]
