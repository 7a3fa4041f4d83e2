"""How much somebody may see of an event by their answer to it."""

from events.access import sight, sight_by_link
from events.view import Sight, Standing
from rsvps.status.queries import Answered, Word


async def sight_of(found: Answered) -> Sight:
    """How much whose answer it is may see of its event now: for letters, and the page behind a link.

    At most two queries; none when it was asked before.
    """
    return await sight(found.person, found.event)


async def behind_link(found: Answered) -> Sight:
    """The same for whoever opens the link of an answer. Raises OutOfSight."""
    return await sight_by_link(found.person, found.event)


def standing(word: Word) -> Standing:
    """What somebody's answer makes them to the event. What was only typed in their name makes them nothing.

    Who said no themselves is still invited if a host once asked for them; whom a host took off the list, or turned
    down, is not.
    """
    if word.status == "going":
        return Standing.IN_THE_CALL if word.online else Standing.IN_THE_ROOM
    if word.status in {"declined", "withdrawn"}:
        return Standing.INVITED if word.own and word.wanted else Standing.STRANGER
    return Standing.INVITED if word.confirmed or word.invited else Standing.STRANGER
