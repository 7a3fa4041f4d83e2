"""One event's room while answers are decided: its chairs, the parties in it, and its lines. Pure: no I/O.

A party is somebody and the guests they bring; it takes 1 + guests chairs and is never split. A hybrid event has
two pools of chairs, the room's (`online` False) and the call's (True), each with a line of its own; any other
event has the first alone. Places in line are numbered over both, in the order in which people asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from rsvps.seating.transitions import allowed
from rsvps.tables import HOLDING
from server.errors import Conflict
from server.languages.messages import Text

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
    online: bool = False
    skipped: int = 0
    guest_names: str = ""
    listed: str = ""
    invited_at: datetime | None = None
    approved_at: datetime | None = None
    answered_by: int | None = None

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
        """Whether the person whose address it is said so themselves, or a host for them."""
        return self.confirmed_at is not None

    @property
    def approved(self) -> bool:
        """Whether a host has accepted them: by inviting them, too."""
        return self.approved_at is not None or self.invited_at is not None

    @property
    def turned_down(self) -> bool:
        """Whether their no is a host's."""
        return self.status == "declined" and self.answered_by != self.person

    def with_(self, status: str, **changes: object) -> "Party":
        """The same party with another answer: out of the line and with no offer, unless told otherwise."""
        kept = {"queued": None, "offer_until": None, "skipped": 0}
        return replace(self, **{"status": status, **kept, **changes})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Step:
    """One move of one party. `by` is null when Kith did it by rule; `note` is what a host wrote about it.

    `standing`: a standing answer has led to it; one letter tells of all that it has led to.
    """

    before: Party
    after: Party
    by: int | None
    note: str = ""
    standing: bool = False

    @property
    def tells(self) -> bool:
        """Whether it belongs into the history of the answer: not who may see it, nor the names of guests."""
        before, after = self.before, self.after
        moved_up = before.status == after.status and before.queued != after.queued
        same = (before.status, before.guests, before.online) == (after.status, after.guests, after.online)
        return moved_up or not same


@dataclass(slots=True)
class Pool:
    """Chairs of one kind. `seats` is None without a limit; `taken` counts guests and open offers too."""

    seats: int | None
    taken: int = 0

    @property
    def free(self) -> int:
        """Chairs that nobody holds. Not below zero, even when capacity was lowered."""
        return UNLIMITED if self.seats is None else max(self.seats - self.taken, 0)


@dataclass(slots=True)
class Room:
    """An event's seats and those of its parties that a decision may touch.

    `parties` holds whoever answers now and as much of the lines as can get seats by it; `waiting` are those in line,
    by pool. `first` and `last` are the oldest and the newest place in line. `closed` is the sentence with which
    every answer is refused, but that of who goes from what is called `off`; `window` is the one for new answers
    alone. `offered_until` is set while seats that come free are offered rather than given. `reserving` is what the
    event says so far of reserved chairs. `steps` is what was decided so far, `passes` each time somebody got seats
    before people in line: in which pool, and before which place. `forms` are those that were taken: whose, and its
    key. `accepted` are the answers that count, by their number in the batch: neither refused, nor sent again, nor
    typed in the name of somebody who has answered. `kept_out` are those of them who answer and are kept out,
    `outside` those who answer what they may not see, and `hosts`, where hosts accept everybody, those who host it:
    nobody has to accept them.
    `members_only`: it is for members only.

    `kept` is how many chairs of the room are for newcomers alone (0 once they are kept no longer), of which those who
    said themselves that they come have taken `newcomers_took`; `newcomers` are those of the parties who come for the
    first time, and `newcomers_noted` is what the event says so far of how many seats they have.
    """

    pools: tuple[Pool, ...]
    now: datetime
    guests_allowed: int = 0
    approval: bool = False
    closed: Text = ""
    off: bool = False
    window: Text = ""
    offered_until: datetime | None = None
    first: int = 0
    last: int = 0
    parties: dict[int, Party] = field(default_factory=dict)
    waiting: tuple[set[int], set[int]] = field(default_factory=lambda: (set(), set()))
    steps: list[Step] = field(default_factory=list)
    passes: list[tuple[bool, int]] = field(default_factory=list)
    forms: set[tuple[int, str]] = field(default_factory=set)
    accepted: list[int] = field(default_factory=list)
    reserving: tuple[bool, bool] = (False, False)
    kept_out: frozenset[int] = frozenset()
    outside: frozenset[int] = frozenset()
    hosts: frozenset[int] = frozenset()
    members_only: bool = False
    kept: int = 0
    newcomers_took: int = 0
    newcomers: frozenset[int] = frozenset()
    newcomers_noted: int = 0

    @property
    def hybrid(self) -> bool:
        """Whether there is a call beside the room."""
        return len(self.pools) > 1

    def side(self, online: bool) -> bool:
        """The pool that somebody means, as far as there is one."""
        return online and self.hybrid

    def free(self, online: bool) -> int:
        """Chairs of a pool that nobody holds."""
        return self.pools[self.side(online)].free

    def kept_now(self, online: bool) -> int:
        """Free chairs of a pool that only newcomers can have."""
        if not self.kept or self.side(online):
            return 0
        return min(max(self.kept - self.newcomers_took, 0), self.free(online))

    def free_for(self, person: int | None, online: bool) -> int:
        """Chairs of a pool that somebody could have; those that anybody could, without a person."""
        return self.free(online) - (0 if person in self.newcomers else self.kept_now(online))

    def all_seats(self, online: bool) -> int:
        """Chairs of a pool, taken or not."""
        seats = self.pools[self.side(online)].seats
        return UNLIMITED if seats is None else seats

    def could_seat(self, party: Party) -> bool:
        """Whether its pool has chairs enough at all. Who needs more waits in vain: nobody is held up for them."""
        return party.chairs <= self.all_seats(party.online)

    def party(self, person: int) -> Party:
        """Somebody's party; one that has not answered yet if there is none."""
        return self.parties.get(person) or Party(person)

    def line(self, online: bool) -> list[Party]:
        """Who waits for a pool, oldest first."""
        return sorted((self.parties[person] for person in self.waiting[online]), key=_place)

    def lines(self) -> Iterator[bool]:
        """The pools there are."""
        yield from (False, True)[: len(self.pools)]

    def next_place(self) -> int:
        """The place behind everybody who waits."""
        self.last += 1
        return self.last

    def first_place(self) -> int:
        """The place before everybody who waits."""
        self.first -= 1
        return self.first

    def seat(self, party: Party) -> None:
        """Put a party into the room as it is."""
        for online in self.lines():
            self.waiting[online].discard(party.person)
        if party.queued is not None:
            self.waiting[self.side(party.online)].add(party.person)
        self.parties[party.person] = party

    def move(self, after: Party, *, by: int | None, note: str = "", standing: bool = False) -> None:
        """Note that a party's answer is now this. The same again is no move. Raises Conflict if it cannot be."""
        before = self.party(after.person)
        if after == before or after.status is None:
            return
        if not allowed(before.status, after.status):
            raise Conflict
        if after.status != before.status:
            after = replace(after, answered_by=by)
        self.pools[self.side(before.online)].taken -= before.held
        self.pools[self.side(after.online)].taken += after.held
        if after.person in self.newcomers:
            self.newcomers_took += self._held_in_the_room(after) - self._held_in_the_room(before)
        self.seat(after)
        self.steps.append(Step(before, after, by, note, standing))

    def passed(self, online: bool, place: int, *, kept: bool = False) -> None:
        """Note that seats of a pool went to somebody behind this place while others waited before it.

        `kept`: such as are kept for newcomers, so that only these have been passed over.
        """
        waiting = [party for party in self.line(online) if (party.queued or 0) < place]
        if kept:
            # Whoever is in line is in the room while seats are kept: nobody else is to be told.
            waiting = [party for party in waiting if party.person in self.newcomers]
        for party in waiting:
            if self.could_seat(party):
                self.parties[party.person] = replace(party, skipped=party.skipped + 1)
        if waiting and not kept:
            self.passes.append((online, place))

    def _held_in_the_room(self, party: Party) -> int:
        # What is held for a typed answer is nobody's yet: it must not tell whether its owner has been there before.
        return party.held if party.confirmed and not self.side(party.online) else 0

    def changes(self) -> list[Step]:
        """What each moved party was at first and is at last, in the order in which they were first moved."""
        net: dict[int, Step] = {}
        for step in self.steps:
            first = net.get(step.after.person, step)
            net[step.after.person] = Step(
                first.before, step.after, step.by, step.note, first.standing or step.standing
            )
        return list(net.values())


def _place(party: Party) -> int:
    return party.queued or 0
