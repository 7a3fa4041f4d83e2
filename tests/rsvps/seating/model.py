"""The rules of seats and lines, told a second time and as simply as possible, for the real ones to be held to."""

from dataclasses import dataclass, field

HELD_FOR = 30  # minutes
MOST_SKIPS = 3
ASKED = {"going", "offered", "waitlisted", "requested"}


@dataclass
class Model:
    """Names, statuses, guests, a list for the line. Time is in minutes. `seats` by pool: the room's, the call's.

    `late`: seats that come free are offered until then. `closed`: nobody new may say yes. `kept`: so many chairs of the
    room are for `newcomers` alone.
    """

    seats: list[int | None]
    guests_allowed: int
    approval: bool = False
    late: int | None = None
    closed: bool = False
    now: int = 0
    status: dict[int, str] = field(default_factory=dict)
    guests: dict[int, int] = field(default_factory=dict)
    online: dict[int, bool] = field(default_factory=dict)
    line: list[int] = field(default_factory=list)
    skipped: dict[int, int] = field(default_factory=dict)
    held_until: dict[int, int] = field(default_factory=dict)
    confirmed: set[int] = field(default_factory=set)
    approved: set[int] = field(default_factory=set)
    turned_down: set[int] = field(default_factory=set)
    kept: int = 0
    newcomers: frozenset[int] = frozenset()

    def taken(self, online: bool) -> int:
        holding = [p for p in self.status if self.holds(p) and self.online[p] == online]
        return sum(1 + self.guests[p] for p in holding)

    def holds(self, person: int) -> bool:
        return self.status.get(person) in {"going", "offered"}

    def free(self, online: bool) -> float:
        seats = self.seats[online]
        return float("inf") if seats is None else max(seats - self.taken(online), 0)

    def kept_now(self, online: bool) -> float:
        """Chairs that nobody but a newcomer may have."""
        theirs = [p for p in self.newcomers & self.confirmed if self.holds(p) and not self.online[p]]
        left = max(self.kept - sum(1 + self.guests[p] for p in theirs), 0)
        return 0 if online else min(left, self.free(online))

    def free_for(self, person: int | None, online: bool) -> float:
        return self.free(online) - (0 if person in self.newcomers else self.kept_now(online))

    def kept_alone(self, person: int, chairs: int, online: bool) -> bool:
        """Whether so many chairs are all such as are kept for newcomers, and this is one."""
        return person in self.newcomers and chairs <= self.kept_now(online)

    def waiting(self, online: bool) -> list[int]:
        return [p for p in self.line if self.online[p] == online]

    def is_next(self, person: int) -> bool:
        """Nobody may pass them any more; unless they could not sit down even alone."""
        return self.skipped[person] >= MOST_SKIPS and self.fits_alone(person)

    def fits_alone(self, person: int) -> bool:
        seats = self.seats[self.online[person]]
        return seats is None or 1 + self.guests[person] <= seats

    def may_sit(self, person: int, chairs: int, online: bool) -> bool:
        """Whether chairs are there, and are not saved for somebody who was passed over three times."""
        before = self.waiting(online)
        if person in self.line:
            before = [p for p in before if self.line.index(p) < self.line.index(person)]
        if self.kept_alone(person, chairs, online):
            before = [p for p in before if p in self.newcomers]
        return chairs <= self.free_for(person, online) and not any(
            self.is_next(p) for p in before if p != person
        )

    def settle(self) -> None:
        for person in [p for p, until in self.held_until.items() if until <= self.now]:
            self._out(person)
            self.status[person] = "invited"
        for online in range(len(self.seats)):
            for person in self.waiting(bool(online)):
                if self.may_sit(person, 1 + self.guests[person], bool(online)):
                    self._pass_over(person, bool(online), 1 + self.guests[person])
                    self._out(person)
                    self.status[person] = "offered" if self.late else "going"
                    if self.late:
                        self.held_until[person] = self.late

    def answer(self, person: int, wish: str, guests: int, online: bool, *, host: bool = False) -> str | None:
        """Returns why it is refused, or None."""
        self.settle()
        refused = getattr(self, f"_{wish}")(person, guests, online and len(self.seats) > 1, host)
        self.settle()
        return refused if isinstance(refused, str) else None

    def ask(self, person: int, wish: str, guests: int, online: bool) -> str | None:
        """What somebody typed in this person's name."""
        self.settle()
        online = online and len(self.seats) > 1
        if self.closed and wish != "declined":
            return "closed"
        if guests > self.guests_allowed:
            return "too many guests"
        if person in self.confirmed:
            return None
        had = 1 + self.guests[person] if self.holds(person) else 0
        had_there = had if had and self.online[person] == online else 0
        until = self.held_until.get(person)
        if wish == "going" and not (self.approval and not had and person not in self.approved):
            free = self.free_for(None, online) + had_there
            saved = self.free_for(None, online) > 0 and any(self.is_next(p) for p in self.waiting(online))
            if 1 + guests <= free and not (saved and 1 + guests > had_there):
                if 1 + guests > had_there:
                    self._pass_over(person, online, 1 + guests - had_there)
                self._write(person, "offered", guests, online)
                self.held_until[person] = until or self.now + HELD_FOR
                self.settle()
                return None
            if had:
                return None
        self._write(person, "invited", guests, online)
        self.settle()
        return None

    def _going(self, person: int, guests: int, online: bool, host: bool) -> str | None:
        before = self.status.get(person)
        if self.closed and not (before in ASKED and guests <= self.guests[person]):
            return "closed"
        if guests > max(self.guests_allowed, self.guests.get(person, 0)):
            return "too many guests"
        if person in self.turned_down:
            return "turned down"
        if self.holds(person):
            return self._keep(person, guests, online)
        if self.approval and person not in self.approved and before not in {"waitlisted"}:
            self._write(person, "requested", guests, online)
            return None
        self._sit_or_wait(person, guests, online)
        return None

    def _keep(self, person: int, guests: int, online: bool) -> str | None:
        same = self.online[person] == online
        had = 1 + self.guests[person] if same else 0
        blocking = self.waiting(online)
        if not same and self.kept_alone(person, 1 + guests, online):
            blocking = [p for p in blocking if p in self.newcomers]
        saved = any(self.is_next(p) for p in blocking) and (not same or self.free_for(None, online) > 0)
        if 1 + guests > had and (1 + guests - had > self.free_for(person, online) or saved):
            return "no chair"
        if 1 + guests > had:
            self._pass_over(person, online, 1 + guests - had)
        self._write(person, "going", guests, online)
        return None

    def _maybe(self, person: int, guests: int, online: bool, host: bool) -> str | None:
        if self.closed and self.status.get(person) not in {*ASKED, "maybe"}:
            return "closed"
        if guests > max(self.guests_allowed, self.guests.get(person, 0)):
            return "too many guests"
        if person in self.turned_down:
            return "turned down"
        self._write(person, "maybe", guests, online)
        return None

    def _declined(self, person: int, guests: int, online: bool, host: bool) -> None:
        if person not in self.turned_down:
            self._write(person, "declined", 0, self.online.get(person, False))

    def _withdrawn(self, person: int, guests: int, online: bool, host: bool) -> None:
        if self.status.get(person) not in {None, "declined"}:
            self._write(person, "withdrawn", 0, self.online[person])

    def _approved(self, person: int, guests: int, online: bool, host: bool) -> str | None:
        if self.status.get(person) == "requested" or person in self.turned_down:
            self.approved.add(person)
            self._sit_or_wait(person, self.guests[person], self.online[person])
            return None
        if person in self.approved and self.status.get(person) in ASKED:
            return None
        return "nothing to decide"

    def _turned_down(self, person: int, guests: int, online: bool, host: bool) -> str | None:
        if person in self.turned_down:
            return None
        if self.status.get(person) != "requested":
            return "nothing to decide"
        self.status[person] = "declined"
        self.approved.discard(person)
        self.turned_down.add(person)
        return None

    def _first(self, person: int, guests: int, online: bool, host: bool) -> str | None:
        if person not in self.line:
            return "nothing to decide"
        if self.waiting(self.online[person])[0] != person:
            self.line.remove(person)
            self.line.insert(0, person)
        return None

    def _sit_or_wait(self, person: int, guests: int, online: bool) -> None:
        if self.may_sit(person, 1 + guests, online):
            self._pass_over(person, online, 1 + guests)
            self._write(person, "going", guests, online)
            return
        place = self.line.index(person) if person in self.line else len(self.line)
        skipped = self.skipped.get(person, 0)
        self._write(person, "waitlisted", guests, online)
        self.line.insert(place, person)
        self.skipped[person] = skipped

    def _pass_over(self, person: int, online: bool, chairs: int) -> None:
        waiting = self.waiting(online)
        if self.kept_alone(person, chairs, online):
            waiting = [p for p in waiting if p in self.newcomers]
        place = self.line.index(person) if person in self.line else len(self.line)
        for other in waiting:
            if self.line.index(other) < place and self.fits_alone(other):
                self.skipped[other] += 1

    def _write(self, person: int, status: str, guests: int, online: bool) -> None:
        self._out(person)
        self.status[person], self.guests[person], self.online[person] = status, guests, online
        self.turned_down.discard(person)
        if status not in {"invited", "offered"} or (self.late and person in self.confirmed):
            self.confirmed.add(person)

    def _out(self, person: int) -> None:
        if person in self.line:
            self.line.remove(person)
        self.skipped.pop(person, None)
        self.held_until.pop(person, None)
