"""Which of the states that people can tell apart an answer is in. Pure; the words for them stand in `words`."""

from datetime import datetime
from typing import Literal

from rsvps.tables import Rsvp

State = Literal[
    "none",  # has said nothing, and nobody has for them
    "asked",  # somebody typed it in their name; nothing is held for it
    "held",  # the same, and a seat is held until they confirm
    "invited",  # by an organiser
    "passed on",  # a seat was offered late, and went to the next in line
    "going",
    "given",  # going, because a host said so: accepted, or put on the list
    "maybe",
    "declined",
    "turned down",  # a host said no
    "requested",  # a host has to say yes first
    "waiting",
    "offered",  # a seat that came free late, for a while
    "withdrawn",
    "taken off",  # withdrawn, because a host or a rule said so
]

COMING: tuple[State, ...] = ("going", "given")
HOLDING: tuple[State, ...] = (*COMING, "held", "offered")
UNCONFIRMED: tuple[State, ...] = ("asked", "held")

_SAID: dict[str, State] = {
    "going": "going",
    "maybe": "maybe",
    "declined": "declined",
    "requested": "requested",
    "waitlisted": "waiting",
    "withdrawn": "withdrawn",
}


def state_of(rsvp: Rsvp | None, now: datetime) -> State:
    """An answer's state as it will be once lapsed offers are taken back."""
    if rsvp is None:
        return "none"
    if rsvp.status == "offered" and rsvp.offer_until > now:
        return "offered" if rsvp.confirmed else "held"
    if rsvp.status in {"offered", "invited"}:
        return "passed on" if rsvp.confirmed else "asked" if rsvp.asked else "invited"
    return _SAID[rsvp.status] if rsvp.answered_by == rsvp.person else _by_others(rsvp)


def _by_others(rsvp: Rsvp) -> State:
    """The state of an answer that a host gave, or Kith by its rules (which has nobody's name)."""
    if rsvp.status == "going" and rsvp.answered_by:
        return "given"
    others: dict[str, State] = {"declined": "turned down", "withdrawn": "taken off"}
    return others.get(rsvp.status, _SAID[rsvp.status])
