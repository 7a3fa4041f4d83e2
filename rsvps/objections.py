"""What answers have to say when an event shall become another."""

from events.details import Details
from events.tables import Event
from server import db


async def to_editing(event: Event, details: Details) -> tuple[str, str] | None:
    """While somebody comes by the call, or waits to, people go on meeting both ways. At most one query."""
    if event.mode != "hybrid" or details.mode == "hybrid":
        return None
    counted_on = event.online_taken > 0 or await db.value(
        """
        SELECT true FROM rsvps WHERE event = $1 AND online
            AND status IN ('going', 'maybe', 'requested', 'waitlisted', 'offered') LIMIT 1
        """,
        event.id,
    )
    if not counted_on:
        return None
    return (
        "mode",
        "People have answered for the call. While they have, this gathering is both in person and online.",
    )
