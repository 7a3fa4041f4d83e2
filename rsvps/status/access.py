"""How much somebody may see of an event by their answer to it."""

from events.access import view, view_by_link
from events.view import EventView, Relation
from rsvps.status.queries import Answered, Word


async def view_of(found: Answered) -> EventView:
    """How much the person of an answer may see of its event now: for letters, and the page behind a link.

    At most two queries; none when it was asked before.
    """
    return await view(found.person, found.event)


async def behind_link(found: Answered) -> EventView:
    """The same for whoever opens the link of an answer. Raises OutOfSight."""
    return await view_by_link(found.person, found.event)


def relation(word: Word) -> Relation:
    """What somebody's answer makes them to the event. What was only typed in their name makes them nothing.

    Somebody who said no themselves is still invited if a host once asked for them; somebody whom a host took off the
    list, or turned down, is not.
    """
    if word.status == "going":
        return Relation.IN_THE_CALL if word.online else Relation.IN_THE_ROOM
    if word.status in {"declined", "withdrawn"}:
        return Relation.INVITED if word.own and word.wanted else Relation.STRANGER
    return Relation.INVITED if word.confirmed or word.invited else Relation.STRANGER
