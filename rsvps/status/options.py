"""What can be pressed, in every state. Pure. `effects` says what it does."""

from typing import NamedTuple

from rsvps.status.states import COMING, HOLDING, UNCONFIRMED, Situation, State
from server.languages.messages import Words, _, pgettext


class Option(NamedTuple):
    """An answer that can be pressed: what is sent, what is written on it, and beside it."""

    value: str
    label: Words
    icon: str


# Translators: on a button: I am coming to this gathering
GOING = Option("going", pgettext("my answer", "Going"), "calendar-check")
# Translators: on a button: I may come to this gathering
MAYBE = Option("maybe", pgettext("my answer", "Maybe"), "circle-help")
# Translators: on a button: I cannot come to this gathering
DECLINED = Option("declined", pgettext("my answer", "Can’t come"), "calendar-x")
# Translators: on a button: put me on the waiting list
WAIT = Option("going", pgettext("my answer", "Wait for a seat"), "clock")
# Translators: on a button that is pressed in: I am on the waiting list
WAITING = Option("going", pgettext("my answer", "Waiting"), "clock")
# Translators: on a button: ask the hosts whether I may come
ASK = Option("going", pgettext("my answer", "Ask to come"), "send")
# One side has seats, the other has none; or they are kept for newcomers, and nobody knows yet who this is.
LIKE = Option("going", pgettext("my answer", "I’d like to come"), "calendar-check")
# Translators: on a button that is pressed in: I have asked the hosts whether I may come
ASKED = Option("going", pgettext("my answer", "Asked to come"), "clock")
# Translators: on a button: take the seat that is kept for me
TAKE = Option("going", pgettext("my answer", "Take the seat"), "calendar-check")

# What is written on the button that confirms what was typed.
CONFIRMS = (
    (GOING, _("Yes, I’m going")),
    (MAYBE, _("Yes, maybe")),
    (DECLINED, _("Yes, I can’t come")),
    # Translators: on a button that confirms: put me on the waiting list
    (WAIT, _("Yes, wait for a seat")),
    # Translators: on a button that confirms: ask the hosts whether I may come
    (ASK, _("Yes, ask to come")),
    (LIKE, _("Yes, I’d like to come")),
)

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
    return LIKE if len(free) > 1 or at.perhaps_theirs else GOING if free == {True} else WAIT


def _confirming(at: Situation, option: Option) -> Option:
    """The button that confirms what was typed says so."""
    if not _confirms(at, option):
        return option
    # By identity: options are equal by what they say, which is another thing in each language.
    label = next((label for each, label in CONFIRMS if each is option), option.label)
    return option._replace(label=label)


def _confirms(at: Situation, option: Option) -> bool:
    """Whether it is what was typed, and waits to be confirmed."""
    return at.rsvp is not None and at.state in UNCONFIRMED and option.value == at.rsvp.wanted
