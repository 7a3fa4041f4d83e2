"""The road from an organiser to the answers of an event."""

from events.access import organised_event, view
from events.tables import Event
from members.queries import are_blocked
from members.tables import Person
from rsvps.status import queries
from rsvps.status.queries import Answered
from server.errors import NotFound


async def organised_answer(person: Person | None, public_id: str) -> Answered:
    """An answer to an event that somebody organises, unless a block is between them and whose it is.

    Raises NotFound, Forbidden, SignInNeeded.
    """
    found = await queries.answered_called(public_id)
    if found is None or (person and await are_blocked(person.id, found.person.id)):
        raise NotFound
    await organised_event(person, found.event.public_id)
    return found


async def knows_the_members(person: Person, event: Event) -> bool:
    """Whether somebody who organises an event may choose from its community's members.

    A co-host neither sees who they are, nor finds it out by trying: to what is for members only they invite nobody.
    """
    return (await view(person, event)).organises_community
