"""Zones of the world, and the component by which a calendar explains one (VTIMEZONE, RFC 5545 section 3.6.5).

What is written comes from `zoneinfo` by asking it, so a file's clock changes always agree with the times
beside them. A zone that changes its clocks by one rule without end (Berlin) is written with that rule, from the
year since which it holds. A zone without such a rule (Cairo, whose autumn change may fall into November;
Casablanca and Gaza, which follow the moon) is written date by date, for the years asked for and a few more.

The tz database is the `tzdata` package of the lock file and no other (`server/__init__.py` sees to that).
"""

from calendar import monthrange
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import tzdata  # type: ignore[import-untyped]

from server.lazily import lazily

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = lazily("icalendar")

EARLIEST, LATEST = 1900, 9998  # years: Python's clocks overflow in 9999
_WEEK, _DAY, _SECOND = timedelta(weeks=1), timedelta(days=1), timedelta(seconds=1)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FLOOR = 1970  # Nobody looks for a rule, or the last change, in years before this one.
_LOOK_BACK = 60  # Nor further back than this from the first year asked for.
_YEARS_AHEAD = 28  # The Gregorian weekdays come round in 28 years, so a rule that holds for these holds.
_MARGIN = 5  # Programs keep the first VTIMEZONE they see of a zone; let that one serve for some years.
_OF_THE_MACHINE = frozenset({"Factory", "localtime"})


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Every zone a gathering may be in, by its tz database name ("Europe/Berlin"). Reads the disk once."""
    return frozenset(available_timezones()) - _OF_THE_MACHINE


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The clock of one zone. Raises ValueError when there is no such zone."""
    if name not in names():
        raise ValueError(f"There is no time zone called {name!r}.")
    return ZoneInfo(name)


def version() -> str:
    """Which tz database the clocks go by, as IANA numbers them: "2026f". Later ones sort behind earlier ones."""
    return str(tzdata.IANA_VERSION)


@lru_cache(maxsize=8192)
def shows_utc(name: str, year: int) -> bool:
    """Whether this zone's clock shows UTC all year: UTC itself, and Reykjavik or Accra."""
    return not _changes(name, year) and datetime(year, 7, 1, tzinfo=zone(name)).utcoffset() == timedelta()


@lru_cache(maxsize=8192)
def goes_by_rule(name: str, year: int) -> bool:
    """Whether this zone's clock is left alone, or set by the same rules each year, from this year on.

    Not where it follows the moon (Gaza), has no rule that iCalendar can say (Cairo), or is about to get another
    one (Havana in 2026): the tz database is asked, year by year, and no zone is named here.
    """
    observances = _observances(name, year, year)
    return len(observances) == 1 or all(observance.rule for observance in observances)


@lru_cache(maxsize=1024)
def vtimezone(name: str, first: int, last: int) -> "icalendar.Timezone":
    """The VTIMEZONE of a zone, right for every local time from year `first` to year `last`, both included.

    It is kept: leave it as it is. Raises ValueError for an unknown zone, or for years outside 1900 to 9998. Costs
    5 ms the first time a zone and a span of a few years are asked for, nothing afterwards; a span of thousands of
    years costs a second.
    """
    if not EARLIEST <= first <= last <= LATEST:
        raise ValueError(f"Years must be {EARLIEST} to {LATEST}, in order; got {first} to {last}.")
    observances = _observances(name, first, last)
    # Where only "daylight saving" is left, for good, it is called STANDARD: Outlook insists on one such part.
    only_daylight = all(observance.change.daylight for observance in observances)
    written = icalendar.Timezone({"TZID": icalendar.vText(name)})
    for observance in observances:
        written.add_component(observance.component(standard=only_daylight or not observance.change.daylight))
    return written


class Change(NamedTuple):
    """One moment at which a zone's clocks were, or will be, set differently."""

    at: datetime  # naive: what the clock showed, by `offset_from`, when it was set
    offset_from: timedelta
    offset_to: timedelta
    abbreviation: str
    daylight: bool

    @property
    def kind(self) -> tuple[timedelta, timedelta, str, bool]:
        """What is equal for all changes that one STANDARD or DAYLIGHT part can tell of."""
        return self[1:]


class Rule(NamedTuple):
    """A change that comes each year on one weekday within seven days of one month."""

    change: Change  # the first one by this rule
    earliest_day: int

    def covers(self, change: Change) -> bool:
        """Whether this change is one that the rule foretells."""
        days_after = change.at.day - self.earliest_day
        return _slot(change) == _slot(self.change) and 0 <= days_after < 7

    @property
    def rrule(self) -> "icalendar.vRecur":
        """The rule as the value of an RRULE."""
        month, weekday = self.change.at.month, _WEEKDAYS[self.change.at.weekday()]
        if self.earliest_day == monthrange(2001, month)[1] - 6:
            return icalendar.vRecur(FREQ="YEARLY", BYMONTH=month, BYDAY=f"-1{weekday}")
        if self.earliest_day % 7 == 1:
            return icalendar.vRecur(
                FREQ="YEARLY", BYMONTH=month, BYDAY=f"{self.earliest_day // 7 + 1}{weekday}"
            )
        days = [self.earliest_day + i for i in range(7)]
        return icalendar.vRecur(FREQ="YEARLY", BYMONTH=month, BYDAY=weekday, BYMONTHDAY=days)


class Era(NamedTuple):
    """The years from `since` on, for all of which a zone keeps the same rules."""

    since: int
    rules: tuple[Rule, ...]


class Observance(NamedTuple):
    """One STANDARD or DAYLIGHT part: how the clock is set, and when: by a rule, on dates, or once."""

    change: Change
    rule: Rule | None = None
    dates: tuple[datetime, ...] = ()

    def component(self, *, standard: bool) -> "icalendar.TimezoneStandard | icalendar.TimezoneDaylight":
        """The part as it is written in a VTIMEZONE."""
        part = (icalendar.TimezoneStandard if standard else icalendar.TimezoneDaylight)()
        part["DTSTART"] = icalendar.vDatetime(self.change.at)
        if self.rule:
            part["RRULE"] = self.rule.rrule
        if self.dates:
            part["RDATE"] = [icalendar.vDDDLists([date]) for date in self.dates]
        part["TZNAME"] = icalendar.vText(self.change.abbreviation)
        part["TZOFFSETFROM"] = icalendar.vUTCOffset(self.change.offset_from)
        part["TZOFFSETTO"] = icalendar.vUTCOffset(self.change.offset_to)
        return part


@lru_cache(maxsize=1024)
def _observances(name: str, first: int, last: int) -> tuple[Observance, ...]:
    era = _era(zone(name).key, first, last)
    return (*_dated(name, first, last, era), *_ruled(era))


def _ruled(era: Era) -> list[Observance]:
    return [Observance(rule.change, rule) for rule in era.rules]


def _dated(name: str, first: int, last: int, era: Era) -> list[Observance]:
    if era.since < first:
        return []
    end = min(last + _MARGIN + 1, era.since, LATEST + 1)
    changes = [_prevailing(name, first), *(c for year in range(first, end) for c in _changes(name, year))]
    by_kind = groupby(sorted(changes, key=lambda c: (c.kind, c.at)), key=lambda c: c.kind)
    return [_dates([*group]) for _, group in by_kind]


def _dates(changes: list[Change]) -> Observance:
    # The first repeated, and one RDATE a line: ical.js (Thunderbird) reads no list and, where there is an RDATE,
    # not the DTSTART.
    dates = tuple(change.at for change in changes)
    return Observance(changes[0], dates=dates if len(dates) > 1 else ())


def _era(name: str, first: int, last: int) -> Era:
    ahead = range(min(last + 1, LATEST - _YEARS_AHEAD), min(last + 1 + _YEARS_AHEAD, LATEST))
    rules = _rules(name, ahead)
    if not rules:
        return Era(since=LATEST + 1, rules=())
    since = _followed_back(name, rules, ahead.start, floor=max(_FLOOR, first - _LOOK_BACK))
    return Era(
        since,
        tuple(
            Rule(change, rule.earliest_day) for change, rule in zip(_changes(name, since), rules, strict=True)
        ),
    )


def _rules(name: str, years: range) -> tuple[Rule, ...]:
    changes = [_changes(name, year) for year in years]
    if len({len(of_year) for of_year in changes}) > 1:
        return ()
    rules = [_rule(slot) for slot in zip(*changes, strict=True)]
    return tuple(rule for rule in rules if rule) if all(rules) else ()


def _rule(changes: tuple[Change, ...]) -> Rule | None:
    days = {change.at.day for change in changes}
    alike = len({_slot(change) for change in changes}) == 1
    if not alike or max(days) - min(days) != 6 or changes[0].at.month == 2:
        return None
    return Rule(changes[0], min(days))


def _slot(change: Change) -> tuple[int, int, time, tuple[timedelta, timedelta, str, bool]]:
    return change.at.month, change.at.weekday(), change.at.time(), change.kind


def _followed_back(name: str, rules: tuple[Rule, ...], year: int, *, floor: int) -> int:
    while year > floor and _foretold(_changes(name, year - 1), rules):
        year -= 1
    return year


def _foretold(changes: tuple[Change, ...], rules: tuple[Rule, ...]) -> bool:
    return len(changes) == len(rules) and all(r.covers(c) for r, c in zip(rules, changes, strict=True))


def _prevailing(name: str, year: int) -> Change:
    floor = max(_FLOOR, year - _LOOK_BACK)
    for earlier in range(year - 1, floor - 1, -1):
        if changes := _changes(name, earlier):
            return changes[-1]
    began = datetime(min(year, floor), 1, 1, tzinfo=UTC).astimezone(zone(name))
    offset, abbreviation = began.utcoffset() or timedelta(), began.tzname() or name
    # A day early, so that all of the year is after it on every clock.
    return Change(began.replace(tzinfo=None) - _DAY, offset, offset, abbreviation, daylight=False)


@lru_cache(maxsize=8192)
def _changes(name: str, year: int) -> tuple[Change, ...]:
    """Found by asking each week: no zone has set its clocks forth and back within one, since 1970."""
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    weeks = [*(begin + _WEEK * i for i in range(53)), end]
    clock = zone(name)
    asked = [(moment, moment.astimezone(clock).utcoffset()) for moment in weeks]
    return tuple(_change(clock, a, b) for (a, before), (b, after) in pairwise(asked) if before != after)


def _change(clock: ZoneInfo, before: datetime, after: datetime) -> Change:
    """The first second at which the clock no longer goes as it did `before`."""
    was = before.astimezone(clock).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        before, after = (middle, after) if middle.astimezone(clock).utcoffset() == was else (before, middle)
    return _described(before.astimezone(clock), after.astimezone(clock))


def _described(before: datetime, after: datetime) -> Change:
    offset_from, offset_to = before.utcoffset() or timedelta(), after.utcoffset() or timedelta()
    at = after.astimezone(UTC).replace(tzinfo=None) + offset_from
    # In Dublin winter is the exception, in Casablanca Ramadan: "daylight saving" of minus one hour.
    return Change(at, offset_from, offset_to, after.tzname() or "", daylight=bool(after.dst()))
