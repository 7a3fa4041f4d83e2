"""What answers have to say when an event shall become another."""

from events.details import Details
from events.tables import Event
from rsvps.hosting import queries
from rsvps.tables import Rsvp
from server.languages.messages import Text, _
from server.statements import among

COMING = ("going", "maybe", "requested", "waitlisted", "offered")
NOT_MEMBERS = _(
    "Some who have answered are not members, and would no longer see that they come. Take them off the list first, "
    "or choose “Those you invite”: they go on seeing it."
)


async def to_editing(event: Event, details: Details) -> tuple[str, Text] | None:
    """What speaks against it: (field, sentence). At most two queries."""
    return await _of_the_call(event, details) or await _of_others_than_members(event, details)


async def _of_the_call(event: Event, details: Details) -> tuple[str, Text] | None:
    """While somebody comes by the call, or waits to, people go on meeting both ways."""
    if event.mode != "hybrid" or details.mode == "hybrid":
        return None
    by_the_call = (Rsvp.event == event.id) & Rsvp.online.eq(True)
    if not event.pool(online=True).taken and not await Rsvp.exists().where(
        by_the_call & among(Rsvp.status, COMING)
    ):
        return None
    return (
        "mode",
        _("People have answered for the call. While they have, this gathering is both in person and online."),
    )


async def _of_others_than_members(event: Event, details: Details) -> tuple[str, Text] | None:
    """Nobody's seat is to be left where they can neither see it nor give it back."""
    if details.visibility != "members" or event.visibility == "members":
        return None
    return ("visibility", NOT_MEMBERS) if await queries.strangers_come(event) else None
