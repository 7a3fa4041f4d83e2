"""Who causes a step from one answer to another, and by what: `transitions` told for people.

`docs/answers.md` is written from it. A test lives through everything that can happen to two people and one seat,
and finds exactly these steps.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

Who = Literal["they themselves", "whoever types their address", "a host", "Kith"]


class Cause(NamedTuple):
    """One way from an answer (None: there was none) to another: who does it, and what they do."""

    before: str | None
    after: str
    who: Who
    does: str


def causes() -> Iterator[Cause]:
    """All of them, in the order in which an answer lives."""
    for before in (None, *STATES):
        for after in STATES:
            for who, table in _TABLES.items():
                for befores, does in table.get(after, ()):
                    if before in befores and before != after:
                        yield Cause(before, after, who, does)


STATES = ("invited", "requested", "waitlisted", "offered", "going", "maybe", "declined", "withdrawn")

_Ways = dict[str, tuple[tuple[tuple[str | None, ...], str], ...]]

_NO_SEAT_ASKED = (None, "invited", "maybe", "declined", "withdrawn")
_SEAT_ASKED = ("requested", "waitlisted", "offered", "going")

_THEMSELVES: _Ways = {
    "requested": ((_NO_SEAT_ASKED, "press “Ask to come”, where hosts accept everybody"),),
    "waitlisted": (
        (
            (*_NO_SEAT_ASKED, "requested"),
            "press “Wait for a seat”, or “Going” with more guests than there are seats",
        ),
    ),
    "going": (
        (_NO_SEAT_ASKED, "press “Going” while there are seats"),
        (("waitlisted",), "come with fewer, or change to the side that has seats"),
        (("offered",), "press “Take the seat”, or confirm the answer that it is held for"),
        (("requested",), "press “Going” once they host it"),
    ),
    "maybe": (((None, "invited", "declined", "withdrawn", *_SEAT_ASKED), "press “Maybe”"),),
    "declined": (((None, "invited", "maybe", "withdrawn", *_SEAT_ASKED), "press “Can’t come”"),),
    "withdrawn": ((("invited", "maybe", *_SEAT_ASKED), "press “Take my answer back”"),),
}
_TYPED: _Ways = {
    "invited": (
        ((None,), "answer with it, signed out; no seat is held: there is none, or hosts accept everybody"),
        (("offered",), "answer with it again, and not “Going”"),
    ),
    "offered": (((None, "invited"), "press “Going” with it, signed out; the seat is held for half an hour"),),
}
_HOSTS: _Ways = {
    "invited": (((None,), "invites them"),),
    "waitlisted": (
        ((None, "invited", "requested", "withdrawn"), "puts them on the list, when it is full"),
        (("requested", "declined"), "accepts them, when it is full; also after turning them down"),
    ),
    "going": (
        ((None, "invited", "requested", "withdrawn", "offered"), "puts them on the list"),
        (("requested", "declined"), "accepts them; also after turning them down"),
    ),
    "declined": ((("requested",), "turns them down"),),
    "withdrawn": ((("invited", "maybe", *_SEAT_ASKED), "takes them off the list"),),
}
_KITH: _Ways = {
    "invited": ((("offered",), "passes the seat on: it was held or kept for long enough"),),
    "waitlisted": ((("requested",), "lets them in line: hosts do not accept everybody any more"),),
    "offered": ((("waitlisted",), "keeps the seat that came free, shortly before the start"),),
    "going": (
        (("waitlisted",), "gives the seat that came free"),
        (("requested",), "lets them come: hosts do not accept everybody any more"),
    ),
    "withdrawn": (
        (("invited", "maybe", *_SEAT_ASKED), "takes it back: it is for members, and they are none any more"),
    ),
}
_TABLES: dict[Who, _Ways] = {
    "they themselves": _THEMSELVES,
    "whoever types their address": _TYPED,
    "a host": _HOSTS,
    "Kith": _KITH,
}
