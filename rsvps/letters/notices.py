"""Telling those concerned that the event has moved or will not be: one letter each, however often we are asked."""

from rsvps.letters import mail
from server import clock, db
from server.db import transaction
from server.jobs import later_for_each

# Who is told when the gathering moves or is called off, once they have confirmed their answer.
CONCERNED = ("going", "maybe", "waitlisted", "offered", "requested")


async def tell_of_change(event: int, change: int) -> None:
    """A letter to each who is going, may come or waits, about one change. Nobody hears of it twice."""
    async with transaction():
        rows = await db.rows(
            """
            UPDATE rsvps SET told_change = $2
            WHERE event = $1 AND status = ANY($3)
                AND confirmed_at IS NOT NULL AND (told_change IS NULL OR told_change < $2)
            RETURNING id
            """,
            event,
            change,
            list(CONCERNED),
        )
        await later_for_each(mail.changed, [[row["id"], change] for row in rows])


async def tell_of_cancellation(event: int) -> None:
    """A letter to each whom the cancellation concerns, once."""
    async with transaction():
        rows = await db.rows(
            """
            UPDATE rsvps SET told_cancelled_at = $2
            WHERE event = $1 AND status = ANY($3)
                AND confirmed_at IS NOT NULL AND told_cancelled_at IS NULL
            RETURNING id
            """,
            event,
            clock.now(),
            list(CONCERNED),
        )
        await later_for_each(mail.cancelled, [[row["id"]] for row in rows])
