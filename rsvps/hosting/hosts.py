"""What hosts do about other people's answers. Never without the person being told, by letter."""

from events.hosting.keeping_out import still_kept_out
from events.queries import is_kept_out
from events.tables import Event
from members.communities.keeping_out import StillKeptOut
from members.tables import Person
from rsvps.letters import unasked
from rsvps.seating import seats
from rsvps.seating.rules import Answer
from rsvps.tables import Rsvp
from server.errors import NotFound, Refusal
from server.languages.messages import _


class MayNotBeWrittenTo(Refusal):
    """Who cannot be told cannot be put on the list."""

    sentence = _(
        "We cannot write to this address, so we cannot put them on the list. Please ask them to answer."
    )
    field = "email"


async def add(event: Event, person: Person, *, by: Person, guests: int = 0, online: bool = False) -> Rsvp:
    """Put somebody on the list: with a seat, or in line. They are told, and take it back with one press.

    Also outside of the time for answers. Twice is harmless. Raises MayNotBeWrittenTo, StillKeptOut, HaveAnswered when
    they have said something else themselves, AnswersClosed when the event is not on.
    """
    if await is_kept_out(event, person):
        raise await still_kept_out(event.id, person.id)
    if not await unasked.may_be_written_to(person.email):
        raise MayNotBeWrittenTo
    answer = Answer(person.id, "added", guests, by=by.id, online=online)
    return await _decided(event.id, answer)


async def take_off(rsvp: Rsvp, *, by: Person, note: str = "") -> Rsvp:
    """Take somebody's answer back for them, with a note that they read. Twice is harmless."""
    return await _decided(rsvp.event, Answer(rsvp.person, "withdrawn", by=by.id, note=note))


async def move_up(rsvp: Rsvp, *, by: Person, note: str) -> Rsvp:
    """Put somebody who waits before all others in their line. The note stays with the hosts.

    Raises NothingToDecide when they do not wait.
    """
    return await _decided(rsvp.event, Answer(rsvp.person, "first", by=by.id, note=note))


async def _decided(event: int, answer: Answer) -> Rsvp:
    try:
        decided = await seats.decide_one(event, answer)
    except StillKeptOut as refusal:
        raise await still_kept_out(event, answer.person) from refusal
    if decided is None:
        raise NotFound
    return decided
