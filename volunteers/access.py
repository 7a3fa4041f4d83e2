"""Who may see what is needed, take it, and change it: the only road from an address to a role."""

from events.access import organised_event, view, view_by_link, visible_event
from events.tables import Event
from members.access import KeptOut, signed_in
from members.tables import Person
from rsvps.letters import links
from rsvps.status import queries as rsvps
from server.errors import NotFound
from volunteers import queries
from volunteers.tables import Role


async def helping_event(
    person: Person | None, public_id: str, rsvp_token: str
) -> tuple[Person | None, Event]:
    """An event, and who asks what is needed there: the one who is signed in, or the one a letter's link names.

    Such a link speaks for them at the event of their answer, and nowhere else. Raises NotFound, LinkExpired, KeptOut.
    """
    if person is not None or not rsvp_token:
        event = await visible_event(person, public_id)
        if (await view(person, event)).kept_out:
            raise KeptOut
        return person, event
    number, version = links.read(rsvp_token)
    found = await rsvps.answered(number)
    if found is None or found.rsvp.link != version or found.event.public_id != public_id:
        raise NotFound
    await view_by_link(found.person, found.event)
    return found.person, found.event


async def needed_role(person: Person | None, public_id: str, rsvp_token: str) -> tuple[Person, Role, Event]:
    """What is needed at an event that somebody may see, and who they are. Raises NotFound, SignInNeeded."""
    found = await queries.role_by_public_id(public_id)
    if found is None:
        raise NotFound
    role, event_id = found
    asking, event = await helping_event(person, event_id, rsvp_token)
    return signed_in(asking), role, event


async def organised_role(person: Person | None, public_id: str) -> tuple[Role, Event]:
    """A role of an event that somebody organises. Raises NotFound, SignInNeeded, Forbidden."""
    found = await queries.role_by_public_id(public_id)
    if found is None:
        raise NotFound
    role, event = found
    return role, await organised_event(person, event)
