"""Deciding answers: which become seats, which places in line, and which are refused. Pure: no database, no clock.

Answers are decided in the order in which they are given, each as if the others had not come yet; whether they
are decided in one transaction or in many makes no difference to anybody.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from rsvps import guests, waitlist
from rsvps.room import Party, Room
from server.errors import Conflict, Refusal

HELD_FOR = timedelta(minutes=30)  # How long a seat waits for a stranger to confirm.

Wish = Literal["going", "maybe", "declined", "withdrawn"]


class AnswersClosed(Conflict):
    """The event takes no answers: a draft, cancelled, or over."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody wishes. `by` is who says so; unconfirmed is what anybody may have typed in their name."""

    person: int
    wish: Wish
    guests: int = 0
    by: int | None = None
    confirmed: bool = True


def closed(status: str, *, over: bool) -> str:
    """Why an event of this status takes no answers, in a sentence; empty when it does."""
    if status == "draft":
        return "This gathering is not published yet, so nobody can answer."
    if status == "cancelled":
        return "This gathering is cancelled, so there is nothing left to answer."
    return "This gathering is over, so answers stay as they are." if over else ""


def decide(room: Room, answers: Sequence[Answer]) -> list[Refusal | None]:
    """Decide them in order. What moved stands in `room.steps`; returns who was refused, and why."""
    if not room.closed:
        lapse(room)
        waitlist.settle(room)
    return [_refusal(room, answer) for answer in answers]


def lapse(room: Room) -> None:
    """Take back the seats that were held for longer than promised."""
    for party in list(room.parties.values()):
        if party.offer_until is not None and party.offer_until <= room.now:
            room.move(party.with_("invited"), by=None)


def _refusal(room: Room, answer: Answer) -> Refusal | None:
    try:
        _decide(room, answer)
    except Refusal as refusal:
        return refusal
    return None


def _decide(room: Room, answer: Answer) -> None:
    if room.closed:
        raise AnswersClosed(room.closed)
    party = room.party(answer.person)
    room.move(_answered(room, party, answer), by=answer.by)
    waitlist.settle(room)


def _answered(room: Room, party: Party, answer: Answer) -> Party:
    if not answer.confirmed:
        return _asked(room, party, answer)
    return _WISHES[answer.wish](room, _confirmed(room, party), answer)


def _confirmed(room: Room, party: Party) -> Party:
    return party if party.confirmed else replace(party, confirmed_at=room.now)


def _going(room: Room, party: Party, answer: Answer) -> Party:
    guests.check(room, party, answer.guests)
    guests.check_chairs(room, party, answer.guests)
    wished = party.with_("going", guests=answer.guests, wanted="going")
    if party.held or wished.chairs <= room.free:
        return wished
    return waitlist.join(room, wished.with_("waitlisted", queued=party.queued))


def _maybe(room: Room, party: Party, answer: Answer) -> Party:
    guests.check(room, party, answer.guests)
    return party.with_("maybe", guests=answer.guests, wanted="maybe")


def _declined(_room: Room, party: Party, answer: Answer) -> Party:
    return party.with_("declined", guests=0, wanted="declined")


def _withdrawn(_room: Room, party: Party, answer: Answer) -> Party:
    # Who never answered has nothing to take back; who said no has taken it back already.
    if party.status in {None, "declined"}:
        return party
    return party.with_("withdrawn", guests=0)


_WISHES: dict[str, Callable[[Room, Party, Answer], Party]] = {
    "going": _going,
    "maybe": _maybe,
    "declined": _declined,
    "withdrawn": _withdrawn,
}


def _asked(room: Room, party: Party, answer: Answer) -> Party:
    """What anybody may type in somebody's name: it changes no answer of theirs, and holds a seat for a while.

    It is refused or taken alike for every address, whatever its owner has answered. A seat that is held already
    is not lost by asking for more than there is.
    """
    guests.check(room, Party(answer.person), answer.guests)
    if party.confirmed:
        return party
    asked = party.with_("invited", guests=answer.guests, wanted=answer.wish)
    if answer.wish != "going":
        return asked
    if asked.chairs > room.free + party.held:
        return party if party.held else asked
    # Asking again does not hold the seat for longer.
    return asked.with_("offered", offer_until=party.offer_until or room.now + HELD_FOR)
