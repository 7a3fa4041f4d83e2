"""Who may see or touch a follow-up, a connection, an arrival: the only road from an address to a row."""

from events.access import organised_event, view_by_link
from events.tables import Event
from followups import links as signed
from followups.connections import queries as connections
from followups.connections.queries import Connected
from followups.days import ASKS_KEPT
from followups.hosts import queries as hosts
from followups.hosts.queries import AnswerOfArrival, AskOf
from followups.prompts import links as prompt_links
from followups.prompts import queries as prompts
from followups.prompts.queries import Prompt
from followups.survey import links, queries
from followups.survey.queries import Asked
from followups.writing import queries as writing
from followups.writing.queries import Correspondence
from members.access import signed_in
from members.queries import are_blocked, person_by_id
from members.tables import Person
from server import clock
from server.errors import LinkExpired, NotFound
from server.languages.messages import _

CLOSED = _(
    "This page has closed. If you and somebody both wished to stay in touch, you both know. The rest is deleted."
)
LONG_AGO = _(
    "This letter is from long ago. In your settings, under Letters, you choose whether such letters come."
)
REPLACED = _("This link has been replaced by a newer one. Please look for a later letter.")

WORDS_CLOSED = _(
    "This page has closed. What two people write to each other here is deleted after thirty days."
)
WAY_CLOSED = _(
    "This link is too old. You can choose how you are reached in your settings, under Contact card."
)


async def asked_by(token: str) -> Asked:
    """The follow-up behind a letter's link. Raises NotFound; LinkExpired once it has closed, or is out of sight."""
    try:
        reply, version = links.read(token)
    except LinkExpired as error:
        raise LinkExpired(CLOSED) from error
    return await _asked(reply, version)


async def left_by(token: str) -> Asked:
    """The same, also once it has closed: for what is left there to its person alone. Raises NotFound; LinkExpired when
    it is out of sight."""
    try:
        reply, version = links.read(token)
    except LinkExpired as error:
        reply, version = (int(part) for part in error.parts)
    return await _asked(reply, version)


async def prompted_by(token: str) -> Prompt:
    """The prompt behind a letter's link, whether it is still true or not. Raises NotFound, LinkExpired."""
    try:
        found = await prompts.prompt_called(prompt_links.read(token))
    except LinkExpired as error:
        raise LinkExpired(LONG_AGO) from error
    if found is None:
        raise NotFound
    return found


async def own_connection(person: Person | None, public_id: str) -> tuple[Person, Connected]:
    """Somebody who is signed in, and one of their living connections. Raises SignInNeeded, NotFound."""
    me = signed_in(person)
    connection = await connections.connection_of(me, public_id)
    if connection is None:
        raise NotFound
    return me, connection


async def own_correspondence(person: Person | None, public_id: str) -> Correspondence:
    """The same, to write. Raises SignInNeeded, NotFound."""
    between = await writing.correspondence_of(signed_in(person), public_id)
    if between is None:
        raise NotFound
    return between


async def correspondence_by(token: str) -> Correspondence:
    """The two behind a letter's link. Raises NotFound; LinkExpired once they cannot write, with the same words
    whatever the reason is."""
    try:
        connection, person = signed.read_words(token)
    except LinkExpired as error:
        raise LinkExpired(WORDS_CLOSED) from error
    between = await writing.correspondence(connection, person)
    if between is None:
        raise LinkExpired(WORDS_CLOSED)
    return between


async def person_by_way(token: str) -> Person:
    """Who may say by a letter's link how they are reached. Raises NotFound, LinkExpired."""
    try:
        person = await person_by_id(signed.read_way(token))
    except LinkExpired as error:
        raise LinkExpired(WAY_CLOSED) from error
    if person is None:
        raise LinkExpired(WAY_CLOSED)
    return person


async def organised_answer(person: Person | None, rsvp: str) -> tuple[AnswerOfArrival, Event]:
    """An RSVP to an event that somebody organises, unless a block is between them and its person.

    Raises NotFound, SignInNeeded, Forbidden.
    """
    answer = await hosts.answer(rsvp)
    if answer is None or (person and await are_blocked(person.id, answer.person)):
        raise NotFound
    return answer, await organised_event(person, answer.event_public_id)


async def read_ask(person: Person | None, key: str) -> tuple[Person, AskOf]:
    """Somebody who is signed in, and what was asked of them. Raises SignInNeeded, NotFound."""
    me = signed_in(person)
    ask = await hosts.ask_read_by(me, key, since=clock.now() - ASKS_KEPT)
    if ask is None:
        raise NotFound
    return me, ask


async def _asked(reply: int, version: int) -> Asked:
    asked = await queries.asked(reply)
    if asked is None:
        raise NotFound
    if asked.link != version:
        raise LinkExpired(REPLACED)
    await view_by_link(asked.person, asked.event)
    return asked
