"""What sign-ups have to say when an event shall become another."""

from events.details import Details
from events.tables import Event
from server import db

NOT_MEMBERS = (
    "Some who help are not members, and would no longer see their shifts. Ask them first, or choose "
    "“Those you invite”: they go on seeing it."
)


async def to_editing(event: Event, details: Details) -> tuple[str, str] | None:
    """Nobody's shift is to be left where they can neither see it nor give it back. At most one query."""
    if details.visibility != "members" or event.visibility == "members":
        return None
    others = await db.value(
        """
        SELECT true FROM volunteer_sign_ups AS signed JOIN volunteer_roles AS roles ON roles.id = signed.role
        WHERE roles.event = $1
            AND NOT EXISTS (SELECT FROM memberships WHERE community = $2 AND person = signed.person)
            AND NOT EXISTS (SELECT FROM co_hosts WHERE event = $1 AND person = signed.person)
        LIMIT 1
        """,
        event.id,
        event.community,
    )
    return ("visibility", NOT_MEMBERS) if others else None
