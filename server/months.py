"""Months as a calendar on the wall shows them: in weeks that begin with the reader's first day. No I/O."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta

from server.languages.language import spoken

_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{2})")
_WEEK = 7


@dataclass(frozen=True, order=True)
class Month:
    """A month of a year. Written "2027-03", in addresses too."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    @property
    def next(self) -> "Month":
        """The one after it. Raises OverflowError at the end of all calendars."""
        return self.later(1)

    @property
    def previous(self) -> "Month":
        """The one before it. Raises OverflowError at the beginning."""
        return self.later(-1)

    def later(self, months: int) -> "Month":
        """The one that is so many months later, or earlier. Raises OverflowError where there are no calendars."""
        years, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        if not MINYEAR <= years <= MAXYEAR:
            raise OverflowError("no such month")
        return Month(years, number + 1)

    def days(self) -> list[date]:
        """All of its days."""
        return [self.first + timedelta(days=day) for day in range((self.last - self.first).days + 1)]

    def weeks(self, first_weekday: int | None = None) -> list[list[date | None]]:
        """Its days by week, each of seven: None where the day is another month's.

        `first_weekday` begins a week (0: Monday); without it, the one that does for whoever reads.
        """
        begins = spoken().first_weekday if first_weekday is None else first_weekday
        before = (self.first.weekday() - begins) % _WEEK
        cells: list[date | None] = [*[None] * before, *self.days()]
        cells += [None] * (-len(cells) % _WEEK)
        return [cells[at : at + _WEEK] for at in range(0, len(cells), _WEEK)]

    def weekdays(self, first_weekday: int | None = None) -> list[date]:
        """A day of each weekday, in the order of `weeks`: the heads of its columns."""
        begins = spoken().first_weekday if first_weekday is None else first_weekday
        monday = date(2001, 1, 1)
        return [monday + timedelta(days=begins + day) for day in range(_WEEK)]


def month_of(day: date) -> Month:
    """The month of a day, or of a moment on its own wall clock."""
    return Month(day.year, day.month)


def read(text: str) -> Month | None:
    """A month as it is written, "2027-03"; None for anything else."""
    if not (found := _WRITTEN.fullmatch(text)):
        return None
    year, number = int(found[1]), int(found[2])
    return Month(year, number) if MINYEAR <= year <= MAXYEAR and 1 <= number <= 12 else None
