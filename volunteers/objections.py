"""What sign-ups have to say when an event shall become another."""

from events.details import Details
from events.tables import Event
from server.languages.messages import Text, _
from volunteers import queries

NOT_MEMBERS = _(
    "Some who help are not members, and would no longer see their shifts. Ask them first, or choose "
    "“Those you invite”: they go on seeing it."
)


async def to_editing(event: Event, details: Details) -> tuple[str, Text] | None:
    """Nobody's shift is to be left where they can neither see it nor give it back. At most one query."""
    if details.visibility != "members" or event.visibility == "members":
        return None
    return ("visibility", NOT_MEMBERS) if await queries.strangers_help(event) else None
