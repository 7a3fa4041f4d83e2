"""Approval: a host accepts who asks to come, or turns them down. Until then nobody has a seat or a place in line."""

from events.hosting.keeping_out import still_kept_out
from events.tables import Event
from members.keeping_out import StillKeptOut
from members.tables import Person
from rsvps.hosting import queries
from rsvps.seating import seats
from rsvps.seating.rules import Answer
from rsvps.tables import Rsvp
from server.errors import NotFound


async def grant(rsvp: Rsvp, *, by: Person) -> Rsvp:
    """Let them come: with a seat if there is one for their party, else in line. Also after they were turned down.

    Twice is harmless. Raises NothingToDecide when they do not ask any more, AnswersClosed, NotFound.
    """
    return await _decided(rsvp, Answer(rsvp.person, "approved", by=by.id))


async def decline(rsvp: Rsvp, *, by: Person, note: str = "") -> Rsvp:
    """Turn them down, in the host's own words, which they read. Twice is harmless. Raises as `grant` does."""
    return await _decided(rsvp, Answer(rsvp.person, "turned_down", by=by.id, note=note))


async def grant_all(event: Event, rsvps: list[Rsvp], *, by: Person | None) -> int:
    """Let several come, in the order in which they asked. Returns for how many there was a seat.

    People who no longer ask are left as they are. `by` is None when Kith does it: approval was switched off.
    """
    in_order = sorted(rsvps, key=lambda rsvp: (rsvp.answered_at, rsvp.id))
    answers = [Answer(rsvp.person, "approved", by=by.id if by else None) for rsvp in in_order]
    decided = await seats.decide_together(event.id, answers)
    return sum(isinstance(one, Rsvp) and one.status == "going" for one in decided)


async def end(event: Event) -> None:
    """Approval is no longer asked for: those who still wait for it come in, in the order in which they asked."""
    await grant_all(event, await queries.requested(event.id), by=None)


async def _decided(rsvp: Rsvp, answer: Answer) -> Rsvp:
    try:
        decided = await seats.decide_one(rsvp.event, answer)
    except StillKeptOut as refusal:
        raise await still_kept_out(rsvp.event, rsvp.person) from refusal
    if decided is None:
        raise NotFound
    return decided
