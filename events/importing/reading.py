"""Reading other people's calendars (RFC 5545), as they are: what gatherings are in one, in plain values.

Runs apart (`server.apart`), in a child that knows no secret and is ended when a file asks too much of it. So nothing
here knows a database, and nobody believes what comes of it: `found` looks at it again.

A gathering is known by the calendar's UID and, where it comes again, by the day on which its rule would have it
(`recurrence`): that name outlives being moved. What comes again by a rule that a series can have has that `rule`, and
the days that are `left_out`; what does so otherwise is read for a year, and at most so many times.
"""

import hashlib
import json
import re
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import copy
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple, cast

import icalendar
from dateutil.rrule import rrulestr

from events.importing import parsing, texts, zones
from events.importing.bounds import (
    LONGEST_TITLE,
    LONGEST_UID,
    MOST,
)
from events.importing.parsing import Unread
from events.importing.placing import shortened, where_and_what
from events.series import rule as rules
from server import timezones
from server.errors import Refusal
from server.languages.messages import _, key_of
from server.plain_text import one_line

MOST_TIMES = 60  # that something comes again
AHEAD = timedelta(days=366)
A_GENERATION = timedelta(days=366 * 30)
USUAL_LENGTH = timedelta(hours=3)
FOR_ALL_RULES = 0.8  # seconds of work for the rules of one calendar
LONGEST_RULE = 500  # characters

NO_TITLE = _("It has no title.")
ANOTHER = _("Another one in that calendar goes by the same name (UID), so only that one comes.")
PRIVATE = _("It is marked as private there.")
NO_START = _("It does not say when it begins.")
NO_ZONE = _("Nobody here knows its time zone.")
OTHER_DAYS = _(
    "From that day on it is on other days there, which Kith cannot read so: that day alone comes along."
)
TOO_OFTEN = _("It comes again more than once a day.")
NO_RULE = _("We cannot read the rule by which it comes again.")
TOO_MUCH = _("It would take too long to find out when it comes again.")
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_OF_THE_CLOCK = {"BYHOUR": "hour", "BYMINUTE": "minute", "BYSECOND": "second"}
_NOT_FOR_ALL = {"PRIVATE", "CONFIDENTIAL"}
_MOST_INTERVAL = 1000
_SPLIT = re.compile(r"(.+)_R(\d{8})(?:T\d{6}Z?)?(@google\.com)")
_EARLIEST, _LATEST = 1000, rules.LATEST  # years: they have four digits, and no rule goes on for longer


class Asked(NamedTuple):
    """What the reader has to know: the clock of times that name none, and what is over."""

    home: str
    now: datetime

    def written(self) -> bytes:
        """It as a line before the calendar."""
        return json.dumps([self.home, self.now.isoformat()]).encode() + b"\n"


def read(sent: bytes) -> dict[str, Any]:
    """The calendar's name, its gatherings and what could not be read of it; of `Asked` and a file after it.

    Raises Refusal for what is no calendar, or too much of one.
    """
    head, _newline, content = sent.partition(b"\n")
    home, now = json.loads(head)
    calendars = parsing.calendars_in(content)
    for calendar in calendars:
        _call_off_all(calendar)
    reader = _Reader(calendars, parsing.home_of(calendars, home), datetime.fromisoformat(now))
    entries = [entry for calendar in calendars for entry in calendar.walk("VEVENT")]
    if not entries:
        raise Refusal(parsing.NOTHING)
    found, faults = reader.all(entries)
    return {
        "name": parsing.name_of(calendars),
        "gatherings": _not_too_many(found, reader.now),
        "faults": faults,
    }


class _When(NamedTuple):
    """When something is, on its own clock: naive, as a wall is."""

    starts: datetime
    ends: datetime | None
    clock: tzinfo
    zone: str
    all_day: bool


class _Reader:
    """Reads the entries of one calendar, or of several in one file."""

    def __init__(self, calendars: Iterable[icalendar.Component], home: str, now: datetime) -> None:
        self.home = home
        self.now = now
        self.zones = zones.Zones(calendars, home, now.date())
        self.left = FOR_ALL_RULES

    def all(self, entries: Iterable[icalendar.Component]) -> tuple[list[dict[str, Any]], list[list[str]]]:
        """The gatherings, and of what is none its title and why, as a message's key."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        faults: list[list[str]] = []
        of_one: dict[str, list[icalendar.Component]] = {}
        for entry in entries:
            of_one.setdefault(_uid(entry), []).append(entry)
        for uid, several in of_one.items():
            for each in self._of_uid(uid, several, faults):
                found[uid, each["recurrence"]] = each
        return list(found.values()), faults

    def _of_uid(
        self, uid: str, entries: list[icalendar.Component], faults: list[list[str]]
    ) -> Iterator[dict[str, Any]]:
        # Of two that say the same UID, the newer one counts.
        entries = sorted(entries, key=_sequence)
        parts = self._parts(entries, faults)
        others = [
            entry for entry in entries if "RECURRENCE-ID" in entry and not (parts and _is_for_later(entry))
        ]
        last = max((since for since, part in parts.items() if _comes_again(part)), default="")
        zone, found = None, list[dict[str, Any]]()
        for since, part in parts.items():
            with _noting(part, faults):
                zone = self._when(part).clock
                if since == last:
                    found += self._again(uid, part, since)
                else:
                    found += self._until(
                        uid, part, since, min((each for each in parts if each > since), default="")
                    )
        series = next((each for each in found if each["rule"]), None)
        for day, other in self._by_day(others, zone, faults).items():
            with _noting(other, faults):
                if series and day >= series["since"] and _is_cancelled(other):
                    series["left_out"] = sorted({*series["left_out"], day})[-MOST:]
                else:
                    found.append(self._said(uid, other, self._when(other), day))
        yield from found

    def _parts(
        self, entries: Iterable[icalendar.Component], faults: list[list[str]]
    ) -> dict[str, icalendar.Component]:
        """What is said of all times from one day on, by that day, in order; empty is from the beginning on."""
        found: dict[str, icalendar.Component] = {}
        later = []
        for entry in entries:
            if "RECURRENCE-ID" in entry:
                later += [entry] if _is_for_later(entry) else []
                continue
            _uid_of_all, since = _split(entry)
            if since in found:
                with _noting(found[since], faults):
                    _refuse_another(found[since], entry)
            found[since] = entry
        for entry in later if "" in found else []:
            with _noting(entry, faults):
                day = self._day_of(entry, self._when(found[""]).clock)
                found[day] = self._for_later(entry, found[""], day)
        return dict(sorted(found.items()))

    def _for_later(
        self, entry: icalendar.Component, first: icalendar.Component, day: str
    ) -> icalendar.Component:
        """What is said of one day and all later ones (RANGE=THISANDFUTURE), as if all had begun like that."""
        began = self._when(first)
        apart = date.fromisoformat(day) - began.starts.date()
        part = icalendar.Event()
        for name, value in [*entry.items(), *first.items()]:
            if name not in part and name in (*entry, "RRULE", "RDATE", "EXDATE", "EXRULE"):
                part[name] = value
        for name in {"DTSTART", "DTEND"} & {*part}:
            there = parsing.moment(part, name)
            if isinstance(there, datetime) and there.tzinfo:
                there = there.astimezone(began.clock)
            moved: Any = copy(first["DTSTART"])
            moved.dt = there - apart
            part[name] = moved
        if self._when(part).starts.date() != began.starts.date():
            raise Unread(OTHER_DAYS)
        return part

    def _until(
        self, uid: str, entry: icalendar.Component, since: str, until: str
    ) -> Iterator[dict[str, Any]]:
        """The days ahead of what is said otherwise from a later one on, each by itself."""
        when = self._when(entry)
        if not _comes_again(entry):
            yield self._said(uid, entry, when, since or f"{when.starts:%Y%m%d}")
            return
        yield from (each for each in self._day_by_day(uid, entry, when) if each["recurrence"] < until)
        for out in self._left_out_ahead(entry, when):
            if f"{out:%Y%m%d}" < until:
                there = when._replace(starts=datetime.combine(out, when.starts.time()), ends=None)
                yield self._said(uid, entry, there, f"{out:%Y%m%d}") | {"cancelled": True}

    def _by_day(
        self, others: Iterable[icalendar.Component], clock: tzinfo | None, faults: list[list[str]]
    ) -> dict[str, icalendar.Component]:
        """What is said of single days, by the day on which the rule would have them; of each what was said last."""
        found: dict[str, icalendar.Component] = {}
        for other in others:
            with _noting(other, faults):
                found[self._day_of(other, clock)] = other
        return found

    def _again(self, uid: str, entry: icalendar.Component, since: str) -> Iterator[dict[str, Any]]:
        when = self._when(entry)
        if "EXRULE" in entry:
            raise Unread(NO_RULE)
        if not _comes_again(entry):
            yield self._said(uid, entry, when, since)
            return
        if rule := self._as_series(entry, when):
            out = self._left_out_ahead(entry, when)
            yield self._said(uid, entry, when, "") | {
                "rule": rule,
                "since": since,
                "goes_on": self._goes_on(rule, when, out),
                "left_out": [day for each in out if (day := f"{each:%Y%m%d}") >= since][:MOST],
            }
            return
        yield from (each for each in self._day_by_day(uid, entry, when) if each["recurrence"] >= since)

    def _day_by_day(self, uid: str, entry: icalendar.Component, when: _When) -> Iterator[dict[str, Any]]:
        length = when.ends - when.starts if when.ends else None
        for starts in self._times(entry, when):
            ends = starts + length if length else None
            yield self._said(uid, entry, when._replace(starts=starts, ends=ends), f"{starts:%Y%m%d}")

    def _said(self, uid: str, entry: icalendar.Component, when: _When, recurrence: str) -> dict[str, Any]:
        title = _title(entry)
        if not title:
            raise Unread(NO_TITLE)
        if parsing.line(entry, "CLASS").upper() in _NOT_FOR_ALL and not _is_cancelled(entry):
            raise Unread(PRIVATE)
        return {
            "uid": uid,
            "recurrence": recurrence,
            "title": title,
            "starts": _utc(when.starts, when.clock).isoformat(),
            "ends": _utc(when.ends, when.clock).isoformat() if when.ends else None,
            "zone": when.zone,
            "all_day": when.all_day,
            "cancelled": _is_cancelled(entry),
            "rule": "",
            "since": "",
            "goes_on": True,
            "left_out": [],
            **where_and_what(entry),
        }

    def _when(self, entry: icalendar.Component) -> _When:
        starts = parsing.moment(entry, "DTSTART")
        if not isinstance(starts, date) or not _EARLIEST <= starts.year <= _LATEST:
            raise Unread(NO_START)
        if not isinstance(starts, datetime):
            return self._days(entry, starts)
        clock, zone = self._clock(entry, starts)
        begins = starts.astimezone(clock).replace(tzinfo=None) if starts.tzinfo else starts
        return _When(begins, self._end(entry, begins, clock), clock, zone, all_day=False)

    def _days(self, entry: icalendar.Component, first: date) -> _When:
        """What goes on for whole days: from its first minute to its last."""
        length = parsing.moment(entry, "DURATION")
        after = parsing.moment(entry, "DTEND") or first + (
            length if isinstance(length, timedelta) else timedelta(days=1)
        )
        last = max(after - timedelta(days=1), first) if type(after) is date else first
        clock = timezones.zone(self.home)
        starts, ends = datetime.combine(first, time()), datetime.combine(last, time(23, 59))
        return _When(starts, ends, clock, self.home, all_day=True)

    def _clock(self, entry: icalendar.Component, starts: datetime) -> tuple[tzinfo, str]:
        named = str(parsing.value(entry, "DTSTART").params.get("TZID", ""))
        if starts.tzinfo is None and named and named not in timezones.names():
            raise Unread(NO_ZONE)
        zone = str(getattr(starts.tzinfo, "key", "")) or named
        if starts.tzinfo and named and zone not in timezones.names():
            zone = self.zones.of_the_world(named, starts.tzinfo)
        if zone in timezones.names() and zone not in {"UTC", "Etc/UTC", "GMT"}:
            return timezones.zone(zone), zone
        # A moment is right by whatever clock it was written, and comes again by that; people read it at home.
        return starts.tzinfo or timezones.zone(self.home), self.home

    def _end(self, entry: icalendar.Component, begins: datetime, clock: tzinfo) -> datetime | None:
        ends, length = parsing.moment(entry, "DTEND"), parsing.moment(entry, "DURATION")
        if isinstance(ends, datetime):
            ends = ends.astimezone(clock).replace(tzinfo=None) if ends.tzinfo else ends
        elif isinstance(length, timedelta):
            ends = begins + length
        elif isinstance(ends, date):
            ends = datetime.combine(ends, time())
        # What ends as it begins says no end.
        return ends if ends and ends != begins else None

    def _day_of(self, entry: icalendar.Component, clock: tzinfo | None) -> str:
        """The day on which its rule would have what an entry says otherwise."""
        meant = parsing.moment(entry, "RECURRENCE-ID")
        if isinstance(meant, datetime) and meant.tzinfo:
            meant = meant.astimezone(clock or timezones.zone(self.home))
        if not isinstance(meant, date) or not _is_day(day := f"{meant:%Y%m%d}"):
            raise Unread(NO_RULE)
        return day

    # What comes again

    def _as_series(self, entry: icalendar.Component, when: _When) -> str:
        """The rule of what can be a series here; empty for what has days besides, or a clock of its own."""
        rule = _rule(entry, when)
        if rule is None or "RDATE" in entry or when.clock != timezones.zone(when.zone):
            return ""
        with self._within_reason(), suppress(rules.NoRule):
            return rules.read(_written(rule), zone=when.zone, at=when.starts.time())
        return ""

    def _goes_on(self, rule: str, when: _When, out: list[date]) -> bool:
        """Whether it has a day from now on, besides those that it leaves out."""
        today = self._today(when)
        most, until = len(out) + 1, today + A_GENERATION
        with self._within_reason():
            found = rules.days(rule, when.starts.date(), since=today, most=most, until=until)
        return bool({*found} - {*out})

    def _today(self, when: _When) -> date:
        return self.now.astimezone(when.clock).date()

    def _left_out(self, entry: icalendar.Component, when: _When) -> set[date]:
        return {_wall(each, when.clock) for each in _dates(entry, "EXDATE")}

    def _left_out_ahead(self, entry: icalendar.Component, when: _When) -> list[date]:
        days = {each.date() if isinstance(each, datetime) else each for each in self._left_out(entry, when)}
        return sorted(each for each in days if each >= self._today(when) and each.year <= _LATEST)

    def _times(self, entry: icalendar.Component, when: _When) -> list[datetime]:
        """When it comes again, from now on, within reach, on its own clock."""
        left_out = self._left_out(entry, when)
        days_out = {each for each in left_out if type(each) is date}
        length = max((when.ends or when.starts) - when.starts, timedelta())
        since = self.now.astimezone(when.clock).replace(tzinfo=None) - length
        until = since + AHEAD
        more = [_wall(each, when.clock) for each in _dates(entry, "RDATE")]
        extra = {
            each if isinstance(each, datetime) else datetime.combine(each, when.starts.time())
            for each in more
        }
        found: set[datetime] = {each for each in {*extra, when.starts} if since <= each <= until}
        with self._within_reason():
            for starts in _by_rule(entry, when):
                if starts > until or len(found) >= MOST_TIMES * 2:
                    break
                if starts >= since:
                    found.add(starts)
        kept = sorted(each for each in found if each not in left_out and each.date() not in days_out)
        return kept[:MOST_TIMES]

    @contextmanager
    def _within_reason(self) -> Iterator[None]:
        """Ends what takes more of this process's time than the rules of one calendar may."""
        if self.left <= 0:
            raise Unread(TOO_MUCH)
        before = signal.signal(signal.SIGVTALRM, _enough)
        signal.setitimer(signal.ITIMER_VIRTUAL, self.left)
        try:
            yield
        except Unread:
            self.left = 0
            raise
        finally:
            if self.left:
                self.left = max(signal.getitimer(signal.ITIMER_VIRTUAL)[0], 0)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)


def _enough(_number: int, _frame: object) -> None:
    raise Unread(TOO_MUCH)


def _call_off_all(calendar: icalendar.Component) -> None:
    """What is sent to call something off says so of the whole calendar (RFC 5546, 3.2.5), and need not of each."""
    if parsing.line(calendar, "METHOD").upper() == "CANCEL":
        for entry in calendar.walk("VEVENT"):
            entry["STATUS"] = "CANCELLED"


@contextmanager
def _noting(entry: icalendar.Component, faults: list[list[str]]) -> Iterator[None]:
    """What cannot be read of one entry is noted, and the others are read."""
    try:
        yield
    except Unread as unread:
        faults.append([_title(entry), key_of(unread.sentence)])
    except (ValueError, OverflowError, TypeError, AttributeError, KeyError):
        faults.append([_title(entry), key_of(parsing.UNREADABLE)])


def _title(entry: icalendar.Component) -> str:
    return shortened(one_line(texts.unescaped(parsing.line(entry, "SUMMARY"))), LONGEST_TITLE)


def _uid(entry: icalendar.Component) -> str:
    uid, _since = _split(entry)
    if 0 < len(uid) <= LONGEST_UID:
        return uid
    said = uid or f"{entry.get('DTSTART')} {parsing.line(entry, 'SUMMARY')}"
    return f"sha256:{hashlib.sha256(said.encode(errors='replace')).hexdigest()}"


def _split(entry: icalendar.Component) -> tuple[str, str]:
    """The UID of a whole series, and since when this is said of it: Google so splits off "this and all following"."""
    uid = parsing.line(entry, "UID")
    split = _SPLIT.fullmatch(uid)
    return (split[1] + split[3], split[2]) if split and _is_day(split[2]) else (uid, "")


def _is_day(written: str) -> bool:
    try:
        return datetime.strptime(written, "%Y%m%d").year <= _LATEST  # noqa: DTZ007 - a day, of no zone
    except ValueError:
        return False


def _is_for_later(entry: icalendar.Component) -> bool:
    """Whether what is said of one day holds for all later ones."""
    params = getattr(parsing.value(entry, "RECURRENCE-ID"), "params", {})
    return str(params.get("RANGE", "")).upper() == "THISANDFUTURE"


def _comes_again(entry: icalendar.Component) -> bool:
    return "RRULE" in entry or "RDATE" in entry


def _refuse_another(entry: icalendar.Component, last: icalendar.Component) -> None:
    """Raises Unread for what is no older version of the last one, and yet goes by its UID."""
    if _sequence(entry) == _sequence(last) and parsing.moment(entry, "DTSTART") != parsing.moment(
        last, "DTSTART"
    ):
        raise Unread(ANOTHER)


def _is_cancelled(entry: icalendar.Component) -> bool:
    return parsing.line(entry, "STATUS").upper() == "CANCELLED"


def _sequence(entry: icalendar.Component) -> int:
    found = parsing.value(entry, "SEQUENCE")
    return found if isinstance(found, int) else 0


def _utc(wall: datetime, clock: tzinfo) -> datetime:
    return wall.replace(tzinfo=clock, fold=0).astimezone(UTC)


def _wall(value: date, clock: tzinfo) -> date:
    """A date, or what this clock shows at a moment."""
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(clock).replace(tzinfo=None)
    return value


def _dates(entry: icalendar.Component, name: str) -> Iterator[date]:
    found = entry.get(name, [])
    for several in found if isinstance(found, list) else [found]:
        for each in getattr(several, "dts", []):
            yield each.dt[0] if isinstance(each.dt, tuple) else each.dt


def _rule(entry: icalendar.Component, when: _When) -> icalendar.vRecur | None:
    """By which rule something comes again; without the hour and minute that are those of its start. Raises Unread."""
    rule = entry.get("RRULE")
    if rule is None:
        return None
    if not isinstance(rule, icalendar.vRecur) or len(_written(rule)) > LONGEST_RULE:
        raise Unread(NO_RULE)
    of_start = {name: [getattr(when.starts, part)] for name, part in _OF_THE_CLOCK.items()}
    return icalendar.vRecur({name: value for name, value in rule.items() if value != of_start.get(name)})


def _by_rule(entry: icalendar.Component, when: _When) -> Iterable[datetime]:
    """The times of a rule on its own clock, unbounded. Raises Unread."""
    rule = _rule(entry, when)
    if rule is None:
        return []
    parts: dict[str, list[Any]] = {name: list(value) for name, value in rule.items()}
    if "FREQ" not in parts:
        raise Unread(NO_RULE)
    if parts["FREQ"][0] not in _FREQUENCIES or parts.keys() & _OF_THE_CLOCK.keys():
        raise Unread(TOO_OFTEN)
    if not 1 <= int(parts.get("INTERVAL", [1])[0]) <= _MOST_INTERVAL:
        raise Unread(NO_RULE)
    until = parts.pop("UNTIL", [None])[0]
    written = _written(icalendar.vRecur(parts))
    if until is not None:
        last = _wall(until, when.clock)
        last = last if isinstance(last, datetime) else datetime.combine(last, time(23, 59, 59))
        written += f";UNTIL={last:%Y%m%dT%H%M%S}"
    return cast(Iterable[datetime], rrulestr(written, dtstart=when.starts))


def _written(rule: icalendar.vRecur) -> str:
    text: bytes = rule.to_ical()  # type: ignore[no-untyped-call]
    return text.decode()


def _not_too_many(found: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """What is ahead, all of it, and of what is over the latest."""
    over = [each for each in found if _over_at(each) <= now]
    ahead = [each for each in found if _over_at(each) > now]
    if len(ahead) > MOST:
        raise Refusal(parsing.TOO_MANY)
    over.sort(key=_over_at, reverse=True)
    # Series first: what one of their days says otherwise finds them there.
    return sorted([*ahead, *over[: MOST - len(ahead)]], key=lambda each: (not each["rule"], _over_at(each)))


def _over_at(each: Mapping[str, Any]) -> datetime:
    if each["rule"] and each["goes_on"]:
        return datetime.max.replace(tzinfo=UTC)
    ends: str | None = each["ends"]
    return datetime.fromisoformat(ends) if ends else datetime.fromisoformat(each["starts"]) + USUAL_LENGTH
