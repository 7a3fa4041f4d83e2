"""Deciding answers: which become seats, which places in line, and which are refused. Pure: no database, no clock.

Answers are decided in the order in which they are given, each as if the others had not come yet; whether they
are decided in one transaction or in many makes no difference to anybody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, TypedDict

from events.access import OutOfSight
from events.tables import Event
from members.access import KeptOut
from members.communities.keeping_out import StillKeptOut
from rsvps.seating import guests, waitlist
from rsvps.seating.room import Party, Room
from server.errors import Conflict, Refusal
from server.languages.messages import Text, Words, _
from server.presentation import in_zone, when

HELD_FOR = timedelta(minutes=30)  # How long a seat waits for a stranger to confirm.
ASKED = {"going", "offered", "waitlisted", "requested"}  # They have asked for a seat, and may go on doing so.

# The first four are a person's own; the others are a host's: accept, turn down, put on the list, first in line.
Wish = Literal["going", "maybe", "declined", "withdrawn", "approved", "turned_down", "added", "first"]


class AnswersClosed(Conflict):
    """The event takes no answers: a draft, cancelled, over, or outside of the time for answers."""


class TurnedDown(Conflict):
    """The hosts have said no."""

    sentence = _(
        "The hosts could not take you this time, so you cannot ask again. They can still change their mind."
    )


class NoSeatThere(Conflict):
    """Somebody with a seat wants to change sides, and there is no seat on the other."""


class HaveAnswered(Conflict):
    """A host wants to put somebody on the list who has answered themselves."""

    # Translators: to a host, about somebody whom they want to put on the list
    sentence = _(
        "They have answered themselves, and it was not a yes. Please ask them; only they can change it."
    )
    field = "email"


class OutsideOfIt(Conflict):
    """A host wants somebody in who could not see what they come to."""

    # Translators: to a host, about somebody whom they want to put on the list
    sentence = _(
        "They can’t see this gathering any more, so they can’t come to it. Its organisers choose who may see it."
    )
    field = "email"


class NothingToDecide(Conflict):
    """A host decides about somebody who does not ask, or moves up somebody who does not wait."""


class AnswerDetails(TypedDict, total=False):
    """What else people may say with an answer: from where they take part, the names of their guests (one per line),
    who may see that they come, and words by question."""

    online: bool | None
    guest_names: str | None
    listed: str | None
    replies: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody wishes. `by` is who says so; unconfirmed is what anybody may have typed in their name.

    `form` is the key of the form it came by: the same form again changes nothing. `note` is a host's. `standing`: said
    once for every gathering of a series. The rest is as in `Said`; None leaves what was said before.
    """

    person: int
    wish: Wish
    guests: int = 0
    by: int | None = None
    confirmed: bool = True
    form: str = ""
    note: str = ""
    standing: bool = False
    online: bool | None = None
    guest_names: str | None = None
    listed: str | None = None
    replies: Mapping[int, str] = field(default_factory=dict)

    @property
    def own(self) -> bool:
        """Whether it is said by themselves."""
        return self.by == self.person or not self.confirmed


def closed(status: str, *, over: bool) -> Text:
    """Why an event of this status takes no answers, in a sentence; empty when it does."""
    if status == "draft":
        return _("This gathering is not published yet, so nobody can answer.")
    if status == "cancelled":
        return _("This gathering is cancelled, so there is nothing left to answer.")
    return _("This gathering is over, so answers stay as they are.") if over else ""


def window(event: Event, now: datetime) -> Text:
    """Why nobody new can say yes just now, in a sentence; empty while they can."""
    return window_of(event.policy.answers_open_at, event.policy.answers_close_at, event.zone, now)


def window_of(opens: datetime | None, closes: datetime | None, zone: str, now: datetime) -> Text:
    """The same of its columns."""
    if opens and now < opens:
        return _("Answers open on %(moment)s.", moment=_moment(opens, zone))
    if closes and now >= closes:
        return _("Answers closed on %(moment)s.", moment=_moment(closes, zone))
    return ""


def decide(room: Room, answers: Sequence[Answer]) -> list[Refusal | None]:
    """Decide them in order. What moved is in `room.steps`; returns who was refused, and why."""
    if not room.closed:
        lapse(room)
        waitlist.settle(room)
    return [_refusal(room, number, answer) for number, answer in enumerate(answers)]


def lapse(room: Room) -> None:
    """Take back the seats that were held for longer than promised."""
    for party in list(room.parties.values()):
        if party.offer_until is not None and party.offer_until <= room.now:
            room.move(party.with_("invited"), by=None)


def _refusal(room: Room, number: int, answer: Answer) -> Refusal | None:
    form = (answer.person, answer.form)
    if answer.form and form in room.forms:
        return None
    counts = answer.confirmed or not room.party(answer.person).confirmed
    try:
        _decide(room, answer)
    except Refusal as refusal:
        return refusal
    if counts:
        room.accepted.append(number)
        room.forms.add(form)
    return None


def _decide(room: Room, answer: Answer) -> None:
    if room.closed:
        _leave(room, answer)
        return
    before = room.party(answer.person)
    after = _answered(room, before, answer)
    kept = _takes_kept(room, before, after)
    room.move(after, by=answer.by, note=answer.note, standing=answer.standing)
    waitlist.note_pass(room, before, after, kept=kept)
    waitlist.settle(room)


def _leave(room: Room, answer: Answer) -> None:
    """Take back an answer to what is called off: it may be on again. Nobody moves up. Raises AnswersClosed."""
    if not room.off or answer.wish != "withdrawn":
        raise AnswersClosed(room.closed)
    room.move(_answered(room, room.party(answer.person), answer), by=answer.by, note=answer.note)


def _takes_kept(room: Room, before: Party, after: Party) -> bool:
    """Whether all that a party gains is kept for newcomers."""
    side = room.side(after.online)
    had = before.held if room.side(before.online) == side else 0
    return waitlist.uses_kept(room, after, side, after.held - had)


def _answered(room: Room, party: Party, answer: Answer) -> Party:
    if not answer.confirmed:
        return _asked(room, party, answer)
    if answer.wish not in {"declined", "withdrawn", "turned_down"}:
        _check_allowed(room, answer)
    return _WISHES[answer.wish](room, party, answer)


def _check_allowed(room: Room, answer: Answer) -> None:
    """Raises KeptOut, OutOfSight for people who take no part here; to a host who adds them, what hosts read of it."""
    if answer.person in room.kept_out:
        raise KeptOut if answer.own else StillKeptOut
    if answer.person in room.outside and answer.own:
        raise OutOfSight
    # To what is for invited people a host's word lets in.
    if answer.person in room.outside and room.members_only:
        raise OutsideOfIt


def _going(room: Room, party: Party, answer: Answer) -> Party:
    _check_window(room, party, answer)
    guests.check(room, party, answer.guests)
    hosts = answer.own and party.person in room.hosts
    if party.turned_down and answer.own and not hosts:
        raise TurnedDown
    wished = _said(room, party, answer, "going")
    if party.held:
        return _kept(room, party, wished)
    if _has_to_ask(room, party) and not hosts:
        return wished.with_("requested")
    return waitlist.seat_or_join(room, party, wished)


def _kept(room: Room, party: Party, wished: Party) -> Party:
    """What becomes of somebody who has seats: they keep them, whatever else they wish for."""
    side = room.side(wished.online)
    if side != room.side(party.online):
        if not waitlist.fits(room, wished, online=side, place=room.last + 1):
            raise NoSeatThere(_NOT_THERE[side])
    elif wished.guests > party.guests:
        spare = 0 if waitlist.reserving(room, side) else room.free_for(party.person, side)
        guests.check_chairs(spare, wished.guests - party.guests)
    return wished


def _maybe(room: Room, party: Party, answer: Answer) -> Party:
    _check_window(room, party, answer)
    guests.check(room, party, answer.guests)
    if party.turned_down and party.person not in room.hosts:
        raise TurnedDown
    return _said(room, party, answer, "maybe")


def _declined(room: Room, party: Party, answer: Answer) -> Party:
    if party.turned_down:
        return party
    return _confirmed(room, party).with_("declined", guests=0, guest_names="", wanted="declined")


def _withdrawn(room: Room, party: Party, answer: Answer) -> Party:
    if answer.by is None and not (party.confirmed or party.invited_at):
        # Nobody's word yet, and gone after a week. The seat that is held for it is not.
        return party.with_("invited") if party.held else party
    if not answer.own:
        # Taken off: what a host had said for them ends with it, and they have to ask again.
        party = replace(party, invited_at=None, approved_at=None)
    # Who never answered has nothing to take back; who said no has taken it back already.
    if party.status in {None, "declined"}:
        return party
    return _confirmed(room, party).with_("withdrawn", guests=0, guest_names="")


def _approved(room: Room, party: Party, answer: Answer) -> Party:
    if party.status == "requested" or party.turned_down:
        return waitlist.seat_or_join(room, party, party.with_("going", approved_at=room.now, wanted="going"))
    if party.approved and party.status in ASKED:
        return party
    raise NothingToDecide(_("They do not ask to come any more, so there is nothing to accept."))


def _turned_down(_room: Room, party: Party, answer: Answer) -> Party:
    if party.turned_down:
        return party
    if party.status != "requested":
        raise NothingToDecide(_("They do not ask to come any more, so there is nothing to turn down."))
    return party.with_("declined", approved_at=None)


def _added(room: Room, party: Party, answer: Answer) -> Party:
    if party.confirmed and party.status in ASKED - {"requested"}:
        return party
    said_no = party.status in {"maybe", "declined", "withdrawn"} and party.answered_by == party.person
    if party.confirmed and said_no:
        raise HaveAnswered
    wished = replace(_said(room, party, answer, "going"), approved_at=room.now)
    return wished if party.held >= wished.chairs else waitlist.seat_or_join(room, party, wished)


def _first(room: Room, party: Party, answer: Answer) -> Party:
    if party.queued is None:
        raise NothingToDecide(_("They do not wait in line any more."))
    if room.line(room.side(party.online))[0] == party:
        return party
    return replace(party, queued=room.first_place())


_WISHES: dict[str, Callable[[Room, Party, Answer], Party]] = {
    "going": _going,
    "maybe": _maybe,
    "declined": _declined,
    "withdrawn": _withdrawn,
    "approved": _approved,
    "turned_down": _turned_down,
    "added": _added,
    "first": _first,
}
_NOT_THERE = {
    True: _("Every seat in the call is taken. Your seat in the room stays yours."),
    False: _("Every seat in the room is taken. Your seat in the call stays yours."),
}


def _asked(room: Room, party: Party, answer: Answer) -> Party:
    """What anybody may type in somebody's name: it changes no answer of theirs, and holds a seat for a while.

    It is refused or taken alike for every address, whatever its owner has answered; nothing is held for
    people kept out, and only they themselves are told. A seat that is already held is not lost by asking for more
    than there is. Where hosts accept each answer, no seat is held.
    """
    _check_window(room, Party(answer.person), answer)
    guests.check(room, Party(answer.person), answer.guests)
    if party.confirmed:
        return party
    asked = replace(_said(room, party, answer, "invited"), confirmed_at=None, wanted=answer.wish)
    if answer.wish != "going" or _has_to_ask(room, party) or answer.person in room.kept_out:
        return asked
    side = room.side(asked.online)
    had = party.held if room.side(party.online) == side else 0
    others_before = waitlist.reserving(room, side) and asked.chairs > had
    # Whoever types an address must not learn whether its owner has been there before.
    if asked.chairs > room.free_for(None, side) + had or others_before:
        return party if party.held else asked
    # Asking again does not hold the seat for longer.
    return asked.with_("offered", offer_until=party.offer_until or room.now + HELD_FOR)


def _said(room: Room, party: Party, answer: Answer, status: str) -> Party:
    """The party with all that its answer says."""
    names = party.guest_names if answer.guest_names is None else answer.guest_names
    return party.with_(
        status,
        confirmed_at=party.confirmed_at or room.now,
        guests=answer.guests,
        guest_names=guests.named(names, answer.guests),
        wanted=status,
        online=room.side(party.online if answer.online is None else answer.online),
        listed=party.listed if answer.listed is None else answer.listed,
    )


def _confirmed(room: Room, party: Party) -> Party:
    return party if party.confirmed else replace(party, confirmed_at=room.now)


def _has_to_ask(room: Room, party: Party) -> bool:
    return room.approval and not party.approved and party.status not in ASKED - {"requested"}


def _check_window(room: Room, party: Party, answer: Answer) -> None:
    """Raises AnswersClosed for somebody who asks for more than they have while no answers are taken."""
    if not room.window or not answer.own or answer.wish == "declined":
        return
    keeps = party.status in ASKED and answer.guests <= party.guests
    if answer.wish == "maybe":
        keeps = party.status in {*ASKED, "maybe"}
    if not keeps:
        raise AnswersClosed(room.window)


def _moment(moment: datetime, zone: str) -> Words:
    return when(in_zone(moment, zone), None, zone)
