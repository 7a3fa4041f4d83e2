"""Approval: a host accepts who asks to come, or turns them down. Until then nobody has a seat or a place in line.

Hosts themselves are in at once, also those who asked before they were hosts.
"""

from collections.abc import Sequence

from events.hosting.keeping_out import still_kept_out
from events.tables import Event
from members.communities.keeping_out import StillKeptOut
from members.tables import Community, Person
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


async def let_in_host(person: Person, events: Sequence[int], by: Person) -> None:
    """Let somebody come who hosts these events from now on, where they ask to: whoever has them host has accepted them.

    In the caller's transaction. One query, and a decision for each event at which they ask.
    """
    await _let_in(person, await queries.asks_to_come(person.id, events), by=by)


async def let_in_organiser(person: Person, community: Community, by: Person) -> None:
    """The same for somebody who organises a community from now on, at all of its gatherings."""
    await _let_in(person, await queries.asks_to_come_in(person.id, community.id), by=by)


async def end(event: Event) -> None:
    """Approval is no longer asked for: those who still wait for it come in, in the order in which they asked."""
    await grant_all(event, await queries.requested(event.id), by=None)


async def _let_in(person: Person, events: Sequence[int], *, by: Person) -> None:
    # In order of their ids: two who do this at once must not deadlock.
    for event in events:
        await seats.decide_together(event, [Answer(person.id, "approved", by=by.id)])


async def _decided(rsvp: Rsvp, answer: Answer) -> Rsvp:
    try:
        decided = await seats.decide_one(rsvp.event, answer)
    except StillKeptOut as refusal:
        raise await still_kept_out(rsvp.event, rsvp.person) from refusal
    if decided is None:
        raise NotFound
    return decided
