"""Who may see or touch a follow-up, a connection, an arrival: the only road from an address to a row."""

from events.access import organised_event, view_by_link
from events.tables import Event
from followups.connections import queries as connections
from followups.connections.queries import Connected
from followups.hosts import queries as hosts
from followups.hosts.queries import AnswerOfArrival
from followups.survey import links, queries
from followups.survey.queries import Asked
from members.access import signed_in
from members.queries import are_blocked
from members.tables import Person
from server.errors import LinkExpired, NotFound

CLOSED = "This page has closed. If you and somebody both wished to stay in touch, you both know. The rest is deleted."
REPLACED = "This link has been replaced by a newer one. Please look for a later letter."


async def asked_by(token: str) -> Asked:
    """The follow-up behind a letter's link. Raises NotFound; LinkExpired once it has closed, or is out of sight."""
    try:
        reply, version = links.read(token)
    except LinkExpired as error:
        raise LinkExpired(CLOSED) from error
    asked = await queries.asked(reply)
    if asked is None:
        raise NotFound
    if asked.link != version:
        raise LinkExpired(REPLACED)
    await view_by_link(asked.person, asked.event)
    return asked


async def own_connection(person: Person | None, public_id: str) -> tuple[Person, Connected]:
    """Somebody who is signed in, and one of their living connections. Raises SignInNeeded, NotFound."""
    me = signed_in(person)
    connection = await connections.connection_of(me, public_id)
    if connection is None:
        raise NotFound
    return me, connection


async def organised_answer(person: Person | None, rsvp: str) -> tuple[AnswerOfArrival, Event]:
    """An RSVP to an event that somebody organises, unless a block is between them and its person.

    Raises NotFound, SignInNeeded, Forbidden.
    """
    answer = await hosts.answer(rsvp)
    if answer is None or (person and await are_blocked(person.id, answer.person)):
        raise NotFound
    return answer, await organised_event(person, answer.event_public_id)
