"""What hosts say of who came. Their word stands above a person's own."""

from followups.queries import Answer
from members.tables import Person
from server import clock, db
from server.db import transaction


async def saw(answer: Answer, *, by: Person) -> None:
    """A host says that somebody was there. Twice is harmless; their own word stays their own."""
    async with transaction():
        await db.run(
            "INSERT INTO arrivals (rsvp, seen_by, arrived_at) VALUES ($1, $2, $3) ON CONFLICT (rsvp) DO NOTHING",
            answer.id,
            by.id,
            clock.now(),
        )
        await _reply_says(answer, not_seen_by=None)


async def did_not_see(answer: Answer, *, by: Person) -> None:
    """A host says that somebody was not there: they leave the list of those who were. Twice is harmless."""
    async with transaction():
        await db.run("DELETE FROM arrivals WHERE rsvp = $1", answer.id)
        await _reply_says(answer, not_seen_by=by.id)


async def _reply_says(answer: Answer, *, not_seen_by: int | None) -> None:
    await db.run(
        """
        UPDATE follow_up_replies AS replies SET not_seen_by = $3 FROM follow_ups
        WHERE follow_ups.id = replies.follow_up AND follow_ups.event = $1 AND replies.person = $2
        """,
        answer.event,
        answer.person,
        not_seen_by,
    )
