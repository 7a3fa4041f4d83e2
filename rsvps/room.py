"""One event's room while answers are decided: its chairs, the parties in it, and its line. Pure: no I/O.

A party is somebody and the guests they bring; it takes 1 + guests chairs and is never split.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from rsvps.tables import HOLDING
from rsvps.transitions import allowed
from server.errors import Conflict

UNLIMITED = 1_000_000_000  # Chairs in a room that does not count them.


@dataclass(frozen=True, slots=True)
class Party:
    """What one person's answer is at the moment. `status` is None before the first one."""

    person: int
    status: str | None = None
    guests: int = 0
    wanted: str = "going"
    queued: int | None = None
    offer_until: datetime | None = None
    confirmed_at: datetime | None = None

    @property
    def chairs(self) -> int:
        """How many chairs they need."""
        return 1 + self.guests

    @property
    def held(self) -> int:
        """How many chairs they have."""
        return self.chairs if self.status in HOLDING else 0

    @property
    def confirmed(self) -> bool:
        """Whether the person whose address it is said so themselves."""
        return self.confirmed_at is not None

    def with_(self, status: str, **changes: int | str | datetime | None) -> "Party":
        """The same party with another answer: out of the line and with no offer, unless told otherwise."""
        return replace(self, **{"status": status, "queued": None, "offer_until": None, **changes})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Step:
    """One move of one party. `by` is null when Kith did it by rule."""

    before: Party
    after: Party
    by: int | None


@dataclass(slots=True)
class Room:
    """An event's seats and those of its parties that a decision may touch.

    `seats` is None without a limit; `taken` counts chairs, guests and open offers included. `parties` holds
    whoever answers now and as much of the line as can get seats by it. `last` is the newest place in line.
    `steps` is what was decided so far. `closed` is the sentence with which answers are refused.
    """

    seats: int | None
    taken: int
    now: datetime
    guests_allowed: int = 0
    closed: str = ""
    last: int = 0
    parties: dict[int, Party] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    @property
    def free(self) -> int:
        """Chairs that nobody holds. Not below zero, even when capacity was lowered."""
        return UNLIMITED if self.seats is None else max(self.seats - self.taken, 0)

    def party(self, person: int) -> Party:
        """Somebody's party; one that has not answered yet if there is none."""
        return self.parties.get(person) or Party(person)

    def line(self) -> list[Party]:
        """Who waits, oldest first."""
        return sorted((p for p in self.parties.values() if p.queued is not None), key=_place)

    def next_place(self) -> int:
        """The place behind everybody who waits."""
        self.last += 1
        return self.last

    def move(self, after: Party, *, by: int | None) -> None:
        """Note that a party's answer is now this. The same again is no move. Raises Conflict if it cannot be."""
        before = self.party(after.person)
        if after == before or after.status is None:
            return
        if not allowed(before.status, after.status):
            raise Conflict
        self.taken += after.held - before.held
        self.parties[after.person] = after
        self.steps.append(Step(before, after, by))

    def changes(self) -> list[Step]:
        """What each moved party was at first and is at last, in the order in which they were first moved."""
        net: dict[int, Step] = {}
        for step in self.steps:
            first = net.get(step.after.person, step)
            net[step.after.person] = Step(first.before, step.after, step.by)
        return list(net.values())


def _place(party: Party) -> int:
    return party.queued or 0
