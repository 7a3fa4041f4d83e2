"""Where somebody stands, in words, in every state. Pure. `effects` says what pressing does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from events.tables import Event
from rsvps.seating import guests
from rsvps.seating.rules import closed, window
from rsvps.status import effects, headlines
from rsvps.status.effects import Move, Side
from rsvps.status.headlines import until
from rsvps.status.options import Option, options_of
from rsvps.status.states import COMING, Situation, State, state_of
from rsvps.tables import Rsvp
from server.presentation import plural

MAY_WITHDRAW: tuple[State, ...] = (*COMING, "maybe", "waiting", "requested", "offered")
CHOSEN: dict[State, str] = {
    "going": "going",
    "given": "going",
    "waiting": "going",
    "maybe": "maybe",
    "declined": "declined",
}


@dataclass(frozen=True)
class Status:
    """One person's standing with one event, ready to be shown. Every word of it is for their eyes.

    `heading` and `sentence` say what is. `closed` says why nothing can be pressed; then `options` is empty.
    `options` are the answers that can be given now (value, label, icon), `chosen` the one that stands. `does` says
    of each of their values what pressing it does, before it is pressed; of `withdrawn` too where `may_withdraw`,
    and of `fewer` where `fewer` is set. `hint` is one sentence about all of them together. `kind` and `online` are
    the state's name (see `states`) and the side it is on.

    `guests` come along, at most `most_guests` can. `fewer` is with how many guests a waiting party could come at
    once. `sides` are the two ways to take part of a hybrid event, each with what there is and what going does
    there; empty otherwise. `may_move` leads to the other one. `offer_until` is when a seat that is held ends,
    on the event's own clock with its zone named; empty when none is.
    """

    heading: str
    sentence: str
    hint: str
    chosen: str
    options: tuple[Option, ...]
    guests: int
    most_guests: int
    fewer: int | None = None
    closed: str = ""
    may_withdraw: bool = False
    does: Mapping[str, str] = field(default_factory=dict)
    kind: State = "none"
    online: bool = False
    sides: tuple[Side, ...] = ()
    may_move: Move | None = None
    offer_until: str = ""


def status(
    event: Event,
    rsvp: Rsvp | None,
    place: int | None,
    now: datetime,
    *,
    stranger: bool = False,
    hosts: bool = False,
) -> Status:
    """All of it, for the event page and the page behind a link.

    `place` is theirs in the line of their pool, from 1. `stranger`: nobody is signed in, and no link is known.
    `hosts`: they organise it, as `events.access` says.
    """
    in_at_once = hosts and bool(event.policy.approval)
    state = state_of(rsvp, now, hosts=in_at_once)
    at = Situation(event, rsvp, state, now, window(event, now), place, stranger, in_at_once)
    shut = closed(event.status, over=event.over_at <= now)
    options = () if shut else options_of(at)
    heading, sentence = headlines.told(at)
    more = _what_can_be_pressed(at) if options else {"closed": shut or _nothing_to_press(at, sentence)}
    return Status(
        heading=heading,
        sentence=sentence if options else "",
        hint=_hint(at) if options else "",
        chosen=_chosen(at) if options else "",
        options=options,
        guests=at.guests,
        most_guests=at.most_guests,
        kind=at.state,
        online=at.online,
        offer_until=until(at) if at.state in {"held", "offered"} else "",
        **more,
    )


def said(rsvp: Rsvp) -> str:
    """What has just happened, for the notice above the next page, which says how things stand."""
    party = f" with {plural(rsvp.guests, 'guest')}" if rsvp.guests else ""
    return {
        "going": f"You are going{party}. See you there.",
        "maybe": "Noted: you may come. No seat is kept for you yet.",
        "declined": "Noted: you can’t come. Thank you for saying so.",
        "requested": "The hosts have your request. They decide, and we write to you.",
        "waitlisted": f"You are on the waiting list{party}. We write to you when it is your turn.",
        "withdrawn": "Your answer is taken back.",
    }.get(rsvp.status, "Noted.")


def label(rsvp_status: str, *, confirmed: bool = True, by_host: bool = False) -> str:
    """A status in a word or two, for lists. `by_host`: the present answer is a host's."""
    if not confirmed and rsvp_status == "offered":
        return "Not confirmed yet"
    by_hosts = {"declined": "Turned down", "withdrawn": "Taken off the list"} if by_host else {}
    return {
        "invited": "Invited",
        "walked_in": "Came without an answer",
        "going": "Going",
        "maybe": "Maybe",
        "declined": "Can’t come",
        "requested": "Asks to come",
        "waitlisted": "Waiting",
        "offered": "Seat offered",
        "withdrawn": "Took it back",
        **by_hosts,
    }[rsvp_status]


def for_hosts(event: Event, rsvp_status: str, party_guests: int, *, online: bool) -> str:
    """What hosts read beside a party that waits and is larger than all seats of its side; empty for any other."""
    if rsvp_status != "waitlisted" or not guests.too_many(event, party_guests, online=online):
        return ""
    return "They are more than there are seats. Their page says that they can come with fewer."


# What somebody who has something can do while no answers are taken.
_ALL_THE_SAME: dict[State, str] = {
    "going": "You can still say that you can’t come.",
    "given": "You can still say that you can’t come.",
    "held": "You can still confirm yours.",
    "offered": "You can still take this seat, or pass it on.",
    "waiting": "You keep your place, and can still leave the line.",
    "requested": "Your request stays, and you can still take it back.",
}


def _what_can_be_pressed(at: Situation) -> dict[str, Any]:
    return {
        "fewer": effects.fewer(at),
        "may_withdraw": at.state in MAY_WITHDRAW,
        "does": effects.does(at),
        "sides": effects.sides(at),
        "may_move": effects.move(at),
    }


def _chosen(at: Situation) -> str:
    if at.state == "requested":
        return "going" if at.has_to_ask else ""
    return CHOSEN.get(at.state, "")


def _nothing_to_press(at: Situation, sentence: str) -> str:
    return sentence if at.state == "turned down" else at.window


def _hint(at: Situation) -> str:
    """How long all of this may be changed."""
    if at.window:
        return f"{at.window} {_ALL_THE_SAME.get(at.state, '')}".strip()
    if at.event.policy.answers_close_at:
        last = headlines.moment(at.event.policy.answers_close_at, at.event.zone, at.now)
        return f"You can answer until {last}. Afterwards you can still say that you can’t come."
    return "You can change your answer at any time."
