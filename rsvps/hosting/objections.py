"""What answers have to say when an event shall become another."""

from events.details import Details
from events.tables import Event
from server import db

NOT_MEMBERS = (
    "Some who have answered are not members, and would no longer see that they come. Take them off the list first, "
    "or choose “Those you invite”: they go on seeing it."
)


async def to_editing(event: Event, details: Details) -> tuple[str, str] | None:
    """What speaks against it: (field, sentence). At most two queries."""
    return await _of_the_call(event, details) or await _of_others_than_members(event, details)


async def _of_the_call(event: Event, details: Details) -> tuple[str, str] | None:
    """While somebody comes by the call, or waits to, people go on meeting both ways."""
    if event.mode != "hybrid" or details.mode == "hybrid":
        return None
    counted_on = event.pool(online=True).taken > 0 or await db.value(
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


async def _of_others_than_members(event: Event, details: Details) -> tuple[str, str] | None:
    """Nobody's seat is to be left where they can neither see it nor give it back."""
    if details.visibility != "members" or event.visibility == "members":
        return None
    others = await db.value(
        """
        SELECT true FROM rsvps WHERE event = $1 AND (confirmed_at IS NOT NULL OR invited_at IS NOT NULL)
            AND status IN ('going', 'maybe', 'requested', 'waitlisted', 'offered', 'invited')
            AND NOT EXISTS (SELECT FROM memberships WHERE community = $2 AND person = rsvps.person)
            AND NOT EXISTS (SELECT FROM co_hosts WHERE event = $1 AND person = rsvps.person)
        LIMIT 1
        """,
        event.id,
        event.community,
    )
    return ("visibility", NOT_MEMBERS) if others else None
