"""The rules of seats and lines, told a second time and as simply as possible, for the real ones to be held to."""

from dataclasses import dataclass, field

HELD_FOR = 30  # minutes


@dataclass
class Model:
    """Names, statuses, guests, a list for the line. Time is in minutes."""

    seats: int | None
    guests_allowed: int
    now: int = 0
    status: dict[int, str] = field(default_factory=dict)
    guests: dict[int, int] = field(default_factory=dict)
    line: list[int] = field(default_factory=list)
    held_until: dict[int, int] = field(default_factory=dict)
    confirmed: set[int] = field(default_factory=set)

    def taken(self) -> int:
        return sum(1 + self.guests[p] for p, status in self.status.items() if status in {"going", "offered"})

    def fits(self, chairs: int) -> bool:
        return self.seats is None or self.taken() + chairs <= self.seats

    def settle(self) -> None:
        for person in [p for p, until in self.held_until.items() if until <= self.now]:
            del self.held_until[person]
            self.status[person] = "invited"
        for person in list(self.line):
            if self.fits(1 + self.guests[person]):
                self.line.remove(person)
                self.status[person] = "going"

    def answer(self, person: int, wish: str, guests: int) -> str | None:
        """Returns why it is refused, or None."""
        self.settle()
        before = self.status.get(person)
        holding = before in {"going", "offered"}
        if wish in {"going", "maybe"} and guests > self._most_guests(person):
            return "too many guests"
        if wish == "withdrawn" and before in {None, "declined"}:
            return None
        if (
            wish == "going"
            and holding
            and guests > self.guests[person]
            and not self.fits(guests - self.guests[person])
        ):
            return "no chair for guests"
        self.confirmed.add(person)
        self.held_until.pop(person, None)
        if wish != "going":
            self._leave_the_line(person)
            self.status[person], self.guests[person] = wish, guests if wish == "maybe" else 0
        elif holding or self.fits(1 + guests):
            self._leave_the_line(person)
            self.status[person], self.guests[person] = "going", guests
        else:
            self.status[person], self.guests[person] = "waitlisted", guests
            if person not in self.line:
                self.line.append(person)
        self.settle()
        return None

    def ask(self, person: int, wish: str, guests: int) -> str | None:
        """What somebody typed in this person's name."""
        self.settle()
        if guests > self.guests_allowed:
            return "too many guests"
        if person in self.confirmed:
            return None
        if wish != "going":
            self.held_until.pop(person, None)
            self.status[person], self.guests[person] = "invited", guests
        elif self.status.get(person) == "offered":
            more = guests - self.guests[person]
            if more <= 0 or self.fits(more):
                self.guests[person] = guests
        else:
            self.status[person], self.guests[person] = "invited", guests
            if self.fits(1 + guests):
                self.status[person], self.held_until[person] = "offered", self.now + HELD_FOR
        self.settle()
        return None

    def _most_guests(self, person: int) -> int:
        return max(self.guests_allowed, self.guests.get(person, 0))

    def _leave_the_line(self, person: int) -> None:
        if person in self.line:
            self.line.remove(person)
