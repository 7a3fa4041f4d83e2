"""Which of the states that people can tell apart an answer is in. Pure; the words for them are in `words`."""

from datetime import datetime
from typing import Literal, NamedTuple

from events.tables import Event
from rsvps.tables import Rsvp
from server.languages.messages import Text

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


def state_of(rsvp: Rsvp | None, now: datetime, *, hosts: bool = False) -> State:
    """An answer's state as it will be once lapsed offers are taken back. `hosts`: nobody turns them down any more."""
    if rsvp is None:
        return "none"
    if hosts and rsvp.status == "declined":
        return "declined" if rsvp.answered_by == rsvp.person else "none"
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


class Situation(NamedTuple):
    """All that the words depend on. `window` says why nobody new can say yes; empty while they can.

    `place` is theirs in line, from 1. `stranger`: nobody is signed in, so that a letter has to be confirmed first.
    `hosts`: they host it, so nobody has to accept them. `newcomer`: they come for the first time, as far as is known.
    `pauses`: they are counted in every time, and pause that here.
    """

    event: Event
    rsvp: Rsvp | None
    state: State
    now: datetime
    window: Text = ""
    place: int | None = None
    stranger: bool = False
    hosts: bool = False
    newcomer: bool = False
    pauses: bool = False

    @property
    def online(self) -> bool:
        """The side that they are on, or would be."""
        return bool(self.hybrid and self.rsvp and self.rsvp.online)

    @property
    def hybrid(self) -> bool:
        """Whether there is a room and a call."""
        return bool(self.event.mode == "hybrid")

    @property
    def guests(self) -> int:
        """How many they would bring."""
        return int(self.rsvp.guests) if self.rsvp else 0

    @property
    def most_guests(self) -> int:
        """How many they could bring."""
        return self.guests if self.window else max(int(self.event.policy.guests_allowed), self.guests)

    @property
    def has_to_ask(self) -> bool:
        """Whether a host accepts them before they get a seat."""
        if self.hosts or not self.event.policy.approval or self.state in {*HOLDING, "waiting"}:
            return False
        return not (self.rsvp and (self.rsvp.approved_at or self.rsvp.invited_at))

    @property
    def free_now(self) -> int | None:
        """Chairs of their side that they could have at once, if they were fewer.

        Seats that are kept for others are not among them; the first in line has nobody before them to be kept for.
        """
        pool = self.event.pool(online=self.online)
        free = pool.free if self.place == 1 else pool.left
        return None if free is None else max(free - self.kept_from_them(online=self.online), 0)

    def left(self, *, online: bool) -> int | None:
        """Chairs that they could have on a side; None without a limit."""
        left = self.event.pool(online=online).left
        return None if left is None else max(left - self.kept_from_them(online=online), 0)

    def kept_from_them(self, *, online: bool) -> int:
        """Free chairs on a side that are kept for newcomers, which they are not."""
        return 0 if self.newcomer else self.event.kept_for_newcomers(self.now, online=online)

    @property
    def perhaps_theirs(self) -> bool:
        """Whether all that is left in the room is for newcomers: a stranger may be one, and has not said so yet."""
        return self.stranger and bool(self.event.pool().left) and self.left(online=False) == 0
