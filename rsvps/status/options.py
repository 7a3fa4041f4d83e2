"""What can be pressed, in every state. Pure. `effects` says what it does."""

from typing import NamedTuple

from rsvps.status.states import COMING, HOLDING, UNCONFIRMED, Situation, State


class Option(NamedTuple):
    """An answer that can be pressed: what is sent, what is written on it, and beside it."""

    value: str
    label: str
    icon: str


GOING = Option("going", "Going", "calendar-check")
MAYBE = Option("maybe", "Maybe", "circle-help")
DECLINED = Option("declined", "Can’t come", "calendar-x")
WAIT = Option("going", "Wait for a seat", "clock")
WAITING = Option("going", "Waiting", "clock")
ASK = Option("going", "Ask to come", "send")
LIKE = Option("going", "I’d like to come", "calendar-check")  # One side has seats, the other has none.
ASKED = Option("going", "Asked to come", "clock")
TAKE = Option("going", "Take the seat", "calendar-check")

# What is written on the button that confirms what was typed.
CONFIRMS = {
    GOING: "Yes, I’m going",
    MAYBE: "Yes, maybe",
    DECLINED: "Yes, I can’t come",
    WAIT: "Yes, wait for a seat",
    ASK: "Yes, ask to come",
    LIKE: "Yes, I’d like to come",
}

# Who may say yes, or maybe, even while no answers are taken: they have asked for a seat before.
HAVE_ASKED: tuple[State, ...] = (*HOLDING, "waiting", "requested")


def options_of(at: Situation) -> tuple[Option, ...]:
    """What can be pressed now, the main answer first; nothing for somebody the hosts could not take."""
    if at.state == "turned down":
        return ()
    going = _confirming(at, _going(at))
    found = (going, _confirming(at, MAYBE), _confirming(at, DECLINED))
    if not at.window or at.state in HAVE_ASKED:
        return tuple(sorted(found, key=lambda option: not _confirms(at, option)))
    return found[1:] if at.state == "maybe" else found[2:] if at.state in {"invited", "asked"} else ()


def _going(at: Situation) -> Option:
    if at.state in COMING or at.state == "held":
        return GOING
    if at.state in {"offered", "waiting"}:
        return TAKE if at.state == "offered" else WAITING
    if at.has_to_ask:
        return ASKED if at.state == "requested" else ASK
    free = {at.left(online=online) != 0 for online in (False, at.hybrid)}
    return LIKE if len(free) > 1 else GOING if free == {True} else WAIT


def _confirming(at: Situation, option: Option) -> Option:
    """The button that confirms what was typed says so."""
    if not _confirms(at, option):
        return option
    return option._replace(label=CONFIRMS.get(option, option.label))


def _confirms(at: Situation, option: Option) -> bool:
    """Whether it is what was typed, and waits to be confirmed."""
    return at.rsvp is not None and at.state in UNCONFIRMED and option.value == at.rsvp.wanted
