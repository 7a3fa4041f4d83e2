"""The rule of a series: on which days it happens, by RFC 5545, without times and zones.

Which days a rule gives is python-dateutil's knowledge. What may be a rule is ours: whole days, and some day at all.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, cast

from server import timezones
from server.errors import Refusal
from server.languages.messages import _
from server.lazily import lazily

if TYPE_CHECKING:
    import icalendar
    from dateutil import rrule
else:
    icalendar, rrule = lazily("icalendar"), lazily("dateutil.rrule")

LONGEST = 500  # characters
LONGEST_PASTED = 5_000  # with the days that it leaves out
# "Until the year 9999" is how some calendars write that it does not end.
LATEST = 2399
_EARLIEST = 1900
# A rule that gives no day is looked through to the end of time, which is the year 9999. Calendars repeat every 400
# years, weekdays included, so its days are looked for in years that are closer to the end: in 20 ms, not in 6 s.
_LATER = 7600
_DAYS_LATER = (date(2000 + _LATER, 1, 1) - date(2000, 1, 1)).days

# In this order they are written. How others say them is up to them; what is not among them, a day has no use for.
_PARTS = (
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST",
)  # fmt: skip
_TOO_FINE = {"BYHOUR", "BYMINUTE", "BYSECOND"}
# In a field of one line browsers put what is pasted behind each other, with a space or without.
_LINE = re.compile(r"RRULE(?:;[^:\s]*)?:\s*(\S*?)(?=\s|$|(?:RRULE|EXRULE|RDATE|EXDATE|DTSTART|DTEND)[:;])")
_DAYS_OUT = re.compile(r"EXDATE(?:;[^:\s]*)?:\s*([\dTZ,]*)")
_BESIDES = re.compile(r"(?:RDATE|EXRULE)[:;]")
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_MOST_INTERVAL, _MOST_COUNT = 1000, 10_000
# How far each may be counted, from the beginning or, with a minus, from the end; 0 is no place (RFC 5545, 3.3.10).
_COUNTED = {"BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366}
_NEVER = _("By this rule there would never be a day.")
_WEEKDAYS_IN_A_MONTH, _WEEKDAYS_IN_A_YEAR = 5, 53


class NoRule(Refusal):
    """Something that cannot be the rule of a series."""

    field = "rule"


def read(text: str, *, zone: str = "UTC", at: time = time()) -> str:
    """A rule that somebody gives, as Kith keeps it. Raises NoRule with a sentence.

    An end that they give as a moment becomes the last day on which something that begins `at` this time in this zone is
    not after it.
    """
    text = _of_a_calendar(text.strip().upper())
    if len(text) > LONGEST:
        raise NoRule(_("This rule is too long."))
    try:
        parts = cast(Mapping[str, Any], icalendar.vRecur.from_ical(text))
        parts = {name: list(value) for name, value in parts.items()}
    except (ValueError, TypeError, KeyError, IndexError):
        raise NoRule(_("We cannot read this rule. It begins like FREQ=WEEKLY.")) from None
    written = _written(parts, zone, at)
    _refuse_without_days(written)
    return written


def days_out(text: str, *, zone: str) -> frozenset[date]:
    """The days that somebody pastes along with a rule as those that it leaves out (EXDATE), on this zone's calendar.

    Raises NoRule with a sentence.
    """
    try:
        values = (value for found in _DAYS_OUT.findall(text.upper()) for value in found.split(",") if value)
        return frozenset(_local_day(value, zone) for value in values)
    except (ValueError, OverflowError):
        raise NoRule(_("We cannot read the days that it leaves out (EXDATE).")) from None


def days(rule: str, first: date, *, since: date, most: int, until: date) -> list[date]:
    """The days that a rule gives which begins on `first`, from `since` to `until`, both included, `most` at most."""
    until = min(until, date(LATEST, 12, 31))
    if since > until:
        return []
    found = _later(rule, first).xafter(_far(since) - timedelta(days=1))
    near = (day.date() - timedelta(days=_DAYS_LATER) for day in islice(_while_there_are_days(found), most))
    # No further than it has to: the rule itself may go on for thousands of years.
    return list(takewhile(until.__ge__, near))


def _while_there_are_days(found: Iterable[datetime]) -> Iterator[datetime]:
    """These, to the end of time: the library does not end in the last week of the year 9999, it stumbles."""
    try:
        yield from found
    except (ValueError, IndexError, OverflowError):
        return


def first_day(rule: str, since: date) -> date:
    """With which day a rule begins that is to begin on this one or soon after. Raises NoRule when there is none."""
    return begins_on(_each(rule), since)


def begins_on(rule: str, since: date, *, counted_from: date | None = None) -> date:
    """The first day, from this one on, of a rule whose turns ("every second week") count from it, or from another.

    Raises NoRule without any.
    """
    found = days(rule, counted_from or since, since=since, most=1, until=date(LATEST, 12, 31))
    if not found:
        raise NoRule(_("By this rule there is no day from then on."))
    return found[0]


def gives(rule: str, first: date, day: date) -> bool:
    """Whether a rule gives this very day."""
    return days(rule, first, since=day, most=1, until=day) == [day]


def parts_of(rule: str) -> dict[str, str]:
    """A rule that Kith keeps, part by part."""
    return dict(part.split("=", 1) for part in rule.split(";"))


def last_day(rule: str) -> date | None:
    """The day with which a rule ends by itself, if it names one."""
    until = parts_of(rule).get("UNTIL")
    return date.fromisoformat(until) if until else None


def _of_a_calendar(text: str) -> str:
    """The rule alone, where somebody pastes its line as it stands in a calendar, perhaps with those around it."""
    found = _LINE.findall(text)
    if len(found) > 1 or (found and _BESIDES.search(text)):
        raise NoRule(
            _("A series has one rule, and no days besides (RDATE). Please paste the line of one rule alone.")
        )
    return found[0] if found else text


def _local_day(value: str, zone: str) -> date:
    moment = datetime.fromisoformat(value)
    return (moment.astimezone(timezones.zone(zone)) if moment.tzinfo else moment).date()


def _written(parts: Mapping[str, Sequence[Any]], zone: str, at: time) -> str:
    if unknown := parts.keys() - set(_PARTS):
        if fine := unknown & _TOO_FINE:
            raise NoRule(
                _("Gatherings come again on whole days: a rule with %(part)s is too fine.", part=min(fine))
            )
        raise NoRule(_("We cannot read this rule. It begins like FREQ=WEEKLY."))
    if [*map(str, parts.get("FREQ", ()))][:1] and str(parts["FREQ"][0]) not in _FREQUENCIES:
        raise NoRule(_("A gathering can come again every day, every week, every month or every year."))
    if "FREQ" not in parts:
        raise NoRule(_("We cannot read this rule. It begins like FREQ=WEEKLY."))
    _refuse_numbers(parts)
    said = {
        name: ",".join(dict.fromkeys(map(_plain, parts[name])))
        for name in _PARTS
        if name in parts and name != "UNTIL"
    }
    if "UNTIL" in parts and (until := parts["UNTIL"][0]).year <= LATEST:
        if until.year < _EARLIEST:
            raise NoRule(_NEVER)
        said["UNTIL"] = f"{_last(until, zone, at):%Y%m%d}"
    return ";".join(f"{name}={said[name]}" for name in _PARTS if name in said)


def _refuse_numbers(parts: Mapping[str, Sequence[Any]]) -> None:
    if "COUNT" in parts and "UNTIL" in parts:
        raise NoRule(_("A rule ends after so many times, or on a day, not both."))
    for name, most in (("INTERVAL", _MOST_INTERVAL), ("COUNT", _MOST_COUNT)):
        if name in parts and not 1 <= int(parts[name][0]) <= most:
            raise NoRule(_("In this rule, %(part)s can be from 1 to %(most)s.", part=name, most=most))
    for name, most in _COUNTED.items():
        _refuse_far((int(value) for value in parts.get(name, ())), most)
    in_a_year = str(parts["FREQ"][0]) == "YEARLY" and "BYMONTH" not in parts
    # Of a day or a week there is one: a number would say nothing.
    nths = (value.relative for value in parts.get("BYDAY", ()) if value.relative is not None)
    _refuse_far(nths, _WEEKDAYS_IN_A_YEAR if in_a_year else _WEEKDAYS_IN_A_MONTH)


def _refuse_far(numbers: Iterable[int], most: int) -> None:
    if any(not 1 <= abs(number) <= most for number in numbers):
        raise NoRule(_("We cannot read this rule. It begins like FREQ=WEEKLY."))


def _plain(value: Any) -> str:
    return str(value.to_ical().decode() if hasattr(value, "to_ical") else value)


def _last(until: date | datetime, zone: str, at: time) -> date:
    if not isinstance(until, datetime):
        return until
    local = until.astimezone(timezones.zone(zone)) if until.tzinfo else until
    return local.date() if local.time() >= at.replace(tzinfo=None) else local.date() - timedelta(days=1)


def _each(rule: str) -> str:
    """A rule without its interval: any of its days can be the first one. "Every second Monday" begins on the next."""
    return ";".join(f"{name}={value}" for name, value in parts_of(rule).items() if name != "INTERVAL")


def _refuse_without_days(rule: str) -> None:
    try:
        found = days(
            _each(rule), date(2000, 1, 1), since=date(2000, 1, 1), most=1, until=date(LATEST, 12, 31)
        )
    except (ValueError, TypeError, OverflowError):
        raise NoRule(_("We cannot read this rule. It begins like FREQ=WEEKLY.")) from None
    if not found:
        raise NoRule(_NEVER)


def _later(rule: str, first: date) -> "rrule.rrule":
    parts = parts_of(rule)
    if until := last_day(rule):
        parts["UNTIL"] = f"{_far(until):%Y%m%d}"
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    return cast("rrule.rrule", rrule.rrulestr(text, dtstart=_far(first)))


def _far(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=_DAYS_LATER), time())
