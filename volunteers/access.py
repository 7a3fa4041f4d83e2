"""Who may see what is needed, take it, and change it: the only road from an address to a role."""

from events.access import organised_event, visible_event
from events.tables import Event
from members import queries as members
from members.access import signed_in
from members.tables import Person
from rsvps import links
from rsvps import queries as rsvps
from server.errors import NotFound
from volunteers import queries
from volunteers.tables import Role


async def who(person: Person | None, rsvp_token: str) -> Person | None:
    """Who is asking: whoever is signed in, or else whom the link in a letter about their answer names.

    Raises NotFound for a link that was forged, LinkExpired for an old one.
    """
    if person is not None or not rsvp_token:
        return person
    number, version = links.read(rsvp_token)
    rsvp = await rsvps.rsvp_by_id(number)
    if rsvp is None or rsvp.link != version:
        raise NotFound
    return await members.person_by_id(rsvp.person)


async def needed_role(person: Person | None, public_id: str) -> tuple[Person, Role, Event]:
    """A role of an event that somebody may see, and who they are. Raises NotFound, SignInNeeded."""
    found = await queries.role_by_public_id(public_id)
    if found is None:
        raise NotFound
    role, event = found
    visible = await visible_event(person, event)
    return signed_in(person), role, visible


async def organised_role(person: Person | None, public_id: str) -> tuple[Role, Event]:
    """A role of an event that somebody organises. Raises NotFound, SignInNeeded, Forbidden."""
    found = await queries.role_by_public_id(public_id)
    if found is None:
        raise NotFound
    role, event = found
    return role, await organised_event(person, event)
