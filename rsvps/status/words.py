"""Where somebody stands, in words, in every state. Pure. `effects` says what pressing does."""

from collections.abc import Callable, Mapping
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
from server.languages.messages import Text, Words, _, ngettext, pgettext, sentences

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
    on the event's own clock with its zone named; empty when none is. `left` are the room's free seats that they could
    have, None without a limit; `kept` says how many are kept for newcomers, and until when.
    """

    heading: Text
    sentence: Text
    hint: Text
    chosen: str
    options: tuple[Option, ...]
    guests: int
    most_guests: int
    fewer: int | None = None
    closed: Text = ""
    may_withdraw: bool = False
    does: Mapping[str, Text] = field(default_factory=dict)
    kind: State = "none"
    online: bool = False
    sides: tuple[Side, ...] = ()
    may_move: Move | None = None
    offer_until: Text = ""
    left: int | None = None
    kept: Text = ""


def status(
    event: Event,
    rsvp: Rsvp | None,
    place: int | None,
    now: datetime,
    *,
    stranger: bool = False,
    hosts: bool = False,
    newcomer: bool = False,
    pauses: bool = False,
) -> Status:
    """All of it, for the event page and the page behind a link.

    `place` is theirs in the line of their pool, from 1. `stranger`: nobody is signed in, and no link is known.
    `hosts`: they organise it, as `events.access` says. `newcomer`: they come for the first time. `pauses`: they
    are counted in every time, and pause that here.
    """
    in_at_once = hosts and bool(event.policy.approval)
    state = state_of(rsvp, now, hosts=in_at_once)
    at = Situation(event, rsvp, state, now, window(event, now), place, stranger, in_at_once, newcomer, pauses)
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
        left=at.left(online=False),
        kept="" if shut else headlines.kept_for_newcomers(event, now, newcomer=newcomer),
        **more,
    )


def said(rsvp: Rsvp) -> Words:
    """What has just happened, for the notice above the next page, which says how things stand."""
    if rsvp.guests and rsvp.status in _HAPPENED_TO_A_PARTY:
        return _HAPPENED_TO_A_PARTY[rsvp.status](rsvp.guests)
    return _HAPPENED.get(rsvp.status, _("Noted."))


def label(rsvp_status: str, *, confirmed: bool = True, by_host: bool = False) -> Words:
    """A status in a word or two, for lists. `by_host`: the present answer is a host's."""
    if not confirmed and rsvp_status == "offered":
        # Translators: in a list of answers
        return pgettext("their answer", "Not confirmed yet")
    return (_LABELS_BY_HOSTS if by_host else {}).get(rsvp_status) or _LABELS[rsvp_status]


def for_hosts(event: Event, rsvp_status: str, party_guests: int, *, online: bool) -> Text:
    """What hosts read beside a party that waits and is larger than all seats of its side; empty for any other."""
    if rsvp_status != "waitlisted" or not guests.too_many(event, party_guests, online=online):
        return ""
    return _("They are more than there are seats. Their page says that they can come with fewer.")


_HAPPENED: dict[str, Words] = {
    "going": _("You are going. See you there."),
    "maybe": _("Noted: you may come. No seat is kept for you yet."),
    "declined": _("Noted: you can’t come. Thank you for saying so."),
    "requested": _("The hosts have your request. They decide, and we write to you."),
    "waitlisted": _("You are on the waiting list. We write to you when it is your turn."),
    "withdrawn": _("Your answer is taken back."),
}
_HAPPENED_TO_A_PARTY: dict[str, Callable[[int], Words]] = {
    "going": lambda number: ngettext(
        "You are going with %(num)s guest. See you there.",
        "You are going with %(num)s guests. See you there.",
        number,
    ),
    "waitlisted": lambda number: ngettext(
        "You are on the waiting list with %(num)s guest. We write to you when it is your turn.",
        "You are on the waiting list with %(num)s guests. We write to you when it is your turn.",
        number,
    ),
}
_LABELS: dict[str, Words] = {
    # Translators: how somebody has answered, in a list of people that their hosts read
    "invited": pgettext("their answer", "Invited"),
    "walked_in": pgettext("their answer", "Came without an answer"),
    "going": pgettext("their answer", "Going"),
    "maybe": pgettext("their answer", "Maybe"),
    "declined": pgettext("their answer", "Can’t come"),
    "requested": pgettext("their answer", "Asks to come"),
    "waitlisted": pgettext("their answer", "Waiting"),
    "offered": pgettext("their answer", "Seat offered"),
    "withdrawn": pgettext("their answer", "Took it back"),
}
_LABELS_BY_HOSTS: dict[str, Words] = {
    "declined": pgettext("their answer", "Turned down"),
    "withdrawn": pgettext("their answer", "Taken off the list"),
}

# What somebody who has something can do while no answers are taken.
_ALL_THE_SAME: dict[State, Words] = {
    "going": _("You can still say that you can’t come."),
    "given": _("You can still say that you can’t come."),
    "held": _("You can still confirm yours."),
    "offered": _("You can still take this seat, or pass it on."),
    "waiting": _("You keep your place, and can still leave the line."),
    "requested": _("Your request stays, and you can still take it back."),
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


def _nothing_to_press(at: Situation, sentence: Text) -> Text:
    return sentence if at.state == "turned down" else at.window


def _hint(at: Situation) -> Text:
    """How long all of this may be changed."""
    if at.window:
        return sentences(at.window, _ALL_THE_SAME.get(at.state, ""))
    if at.event.policy.answers_close_at:
        last = headlines.moment(at.event.policy.answers_close_at, at.event.zone, at.now)
        return _(
            "You can answer until %(moment)s. Afterwards you can still say that you can’t come.", moment=last
        )
    return _("You can change your answer at any time.")
