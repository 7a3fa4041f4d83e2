"""Writing iCalendar: feeds, single events, and the calendar part of letters. Pure: no database, no clock.

Callers turn what one reader may see of an event into an `Entry` and get text back. Nothing here knows who is
reading: what a reader may not see must not be in the entry.

icalendar's components say it and write it. That takes 0.4 ms an event, so what was written before is not written
again: a feed's events are kept as text under everything the entry says, so it is never an older or another reader's
one, and joined (a feed of 1,000 costs 500 ms the first time, 2 ms when one of them has changed: `make bench
ONLY=feed-cold`). RFC 5545 is the format, 7986 a feed's name and pace, 5546 and 6047 the letters.

Times carry a TZID and the file carries its VTIMEZONE. In UTC, which every program reads alike, go only zones
whose clock shows it, times that a clock shows twice (around the end of daylight saving), spans of years, and years
in which a zone sets its clocks by no rule: a VTIMEZONE with dates of single years makes ruby-icalendar refuse the
whole file, and others read it wrongly.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from events.tables import USUAL_LENGTH
from server import timezones
from server.languages.messages import Text, _, ngettext
from server.lazily import lazily
from server.plain_text import mailto, one_line, paragraphs, uri

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = lazily("icalendar")

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
Method = Literal["REQUEST", "CANCEL"]
Partstat = Literal["ACCEPTED", "TENTATIVE", "DECLINED", "NEEDS-ACTION"]
Cancelled = Literal["keep", "drop", "note"]
Properties = dict[str, Any]  # of a component, by name: icalendar's values, None for what is not said
_STATUSES = get_args(Status)

WRITER = 3  # Raise it when the same entries are written otherwise, or clients keep the old text for good.
REFRESH = timedelta(hours=1)

PAST = timedelta(days=90)
AHEAD = timedelta(days=550)  # the longest eighteen months
CANCELLED_KEPT = timedelta(days=30)

_LAST_MOMENT = datetime.max.replace(microsecond=0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one reader's calendar says of one event.

    `uid` is the event's for good, in every feed and letter. `sequence` rises when time, zone, place or status
    changes; `changed_at` is when anything in the entry last did. Texts are plain (no Markdown), of any length
    and from anywhere: they are cleaned when they are written. Times are aware. `organizer` is a name. `busy`
    is whether the reader's time is taken: false in a community's feed, true for somebody who is coming.

    Without an end it lasts `USUAL_LENGTH`, as everywhere in Kith, and is written with that end: without one
    RFC 5545 makes it end as it starts, which calendars show as a hairline or stretch to lengths of their own.

    Raises ValueError for naive times, an end that is not after the start, an unknown zone or status.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime | None
    zone: str
    summary: str
    created_at: datetime
    changed_at: datetime
    description: str = ""
    location: str = ""
    url: str = ""
    join_url: str = ""
    organizer: str = ""
    categories: tuple[str, ...] = ()
    status: Status = "CONFIRMED"
    busy: bool = True

    def __post_init__(self) -> None:
        _refuse_naive(self.starts_at, self.ends_at or self.starts_at, self.created_at, self.changed_at)
        timezones.zone(self.zone)
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            raise ValueError("An event must end after it starts.")
        if self.status not in _STATUSES:
            raise ValueError(f"{self.status!r} is not a status of RFC 5545.")

    @property
    def over_at(self) -> datetime:
        """Its end, or when it is over if it names none. Aware, in UTC."""
        if self.ends_at is not None:
            return self.ends_at.astimezone(UTC)
        starts = self.starts_at.astimezone(UTC)
        return starts + min(USUAL_LENGTH, _LAST_MOMENT - starts)


_CLOSING = b"END:VCALENDAR\r\n"
_OPENING_EVENT, _CLOSING_EVENT = b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n"


class Fragment(NamedTuple):
    """One event as it appears in a feed, and the VTIMEZONE that it needs beside it."""

    text: bytes
    zone: str  # "" when its times are in UTC
    first: int  # the years that it touches, on its own clock
    last: int


class Mailbox(NamedTuple):
    """Somebody in a letter's calendar part."""

    name: str
    email: str


class Attendee(NamedTuple):
    """The person the letter goes to, and what they answered."""

    name: str
    email: str
    partstat: Partstat = "ACCEPTED"


class Alarm(NamedTuple):
    """Rings so long before the start. It names the event, and says in this language how soon that is."""

    before: timedelta
    language: str = ""  # Nothing but the name.


class Window(NamedTuple):
    """What a feed shows: events not over by `since` that start before `until`; cancelled ones if the
    cancellation is not older than `cancelled_since`. Midnights in UTC, so that a feed moves once a day."""

    since: datetime
    until: datetime
    cancelled_since: datetime


def window(now: datetime, past: timedelta = PAST) -> Window:
    """The window of a feed that is read now. Under 1 µs."""
    return _window_of(now.astimezone(UTC).date(), past)


@lru_cache(maxsize=8)
def _window_of(day: date, past: timedelta) -> Window:
    today = datetime.combine(day, time(), UTC)
    return Window(today - past, today + AHEAD, today - CANCELLED_KEPT)


def etag(*version: object) -> str:
    """A strong validator, quoted, from whatever a feed's bytes depend on: number of events, newest change,
    window, name, options. Equal in every process; differs when the writer does. Costs 3 µs."""
    return f'"{blake2b(repr((WRITER, version)).encode(), digest_size=12).hexdigest()}"'


def unchanged(if_none_match: str | None, current: str) -> bool:
    """Whether the client that sent this If-None-Match has what `current` names, so that 304 is the answer.

    Compares weakly, as RFC 9110 wants it for GET (servers in between may have compressed the body).
    """
    if not if_none_match:
        return False
    known = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return current in known or known == ["*"]


def feed(
    entries: Iterable[Entry],
    *,
    name: str,
    description: str = "",
    url: str = "",
    source: str = "",
    refresh: timedelta = REFRESH,
    alarms: tuple[Alarm, ...] = (),
    cancelled: Cancelled = "keep",
) -> bytes:
    """A calendar to subscribe to, with these events in this order.

    `url` is the page it belongs to, `source` its own address; `alarms` and `cancelled`: see `shown`. Costs 0.4 ms for
    each event that is new or changed, 0.002 for each other.
    """
    fragments = [fragment(*each) for each in shown(entries, alarms=alarms, cancelled=cancelled)]
    return assemble(fragments, name=name, description=description, url=url, source=source, refresh=refresh)


def assemble(
    fragments: Iterable[Fragment],
    *,
    name: str,
    description: str = "",
    url: str = "",
    source: str = "",
    refresh: timedelta = REFRESH,
) -> bytes:
    """A feed from ready fragments, for callers who keep them. Costs 0.2 µs an event."""
    fragments = list(fragments)
    head = {
        **_called(name, description),
        "URL": _uri(url),
        "SOURCE": _uri(source, VALUE="URI"),
        "REFRESH-INTERVAL": icalendar.vDuration(refresh, params={"VALUE": "DURATION"}),
        "X-PUBLISHED-TTL": icalendar.vDuration(refresh),
    }
    opening = _written(_calendar(head)).removesuffix(_CLOSING)
    return b"".join((opening, *_timezones(fragments), *(each.text for each in fragments), _CLOSING))


def shown(
    entries: Iterable[Entry], *, alarms: tuple[Alarm, ...] = (), cancelled: Cancelled = "keep"
) -> Iterator[tuple[Entry, tuple[Alarm, ...]]]:
    """What a feed shows of these events, and which alarms ring for each: none for what is cancelled.

    Cancelled events stay as STATUS:CANCELLED, are dropped, or stay as ordinary entries whose title says so
    (for programs that hide the former, or show it like any other).
    """
    for entry in entries:
        if entry.status != "CANCELLED":
            yield entry, alarms
        elif cancelled != "drop":
            yield entry if cancelled == "keep" else _as_note(entry), ()


@lru_cache(maxsize=12_000)
def fragment(entry: Entry, alarms: tuple[Alarm, ...] = ()) -> Fragment:
    """The VEVENT of one entry. Kept: the same entry costs 2 µs when it is asked for again."""
    times = _times(entry)
    event = _event(entry, times, stamped_at=entry.changed_at, more=_contact(entry))
    for alarm in alarms:
        event.add_component(_alarm(entry, alarm))
    return Fragment(_written(event), times.zone, times.starts.year, times.ends.year)


def single(entry: Entry) -> bytes:
    """A file with one event, to be saved from its page.

    Without METHOD: then every program offers to add it to a calendar of the reader's choice. With PUBLISH
    Outlook opens a second calendar, and RFC 5546 asks for an ORGANIZER with an address.
    """
    times = _times(entry)
    event = _event(entry, times, stamped_at=entry.changed_at, more=_contact(entry))
    return _written(_calendar({}, *_timezone(times), event))


def invitation(
    entry: Entry, organizer: Mailbox, attendee: Attendee, *, method: Method = "REQUEST", stamped_at: datetime
) -> str:
    """The calendar part of a letter (RFC 6047) to one person about one event, lines ended by CRLF.

    REQUEST puts it into their calendar or moves it there, with the answer that they gave Kith; their program
    is not to ask again. CANCEL takes it out. `stamped_at` is when the letter is written. Costs 1 ms for the
    first person with the same content, 0.1 for each other. Raises ValueError for a REQUEST to a cancelled event.
    """
    if method == "REQUEST" and entry.status == "CANCELLED":
        raise ValueError("Nobody can be asked to a cancelled event: send CANCEL.")
    if method == "CANCEL":
        # RFC 5546 wants this status only when all is cancelled, not for one who leaves. Google and Exchange
        # send it to both, and programs that ignore METHOD have nothing else to go by.
        entry = replace(entry, status="CANCELLED")
    own = _written(icalendar.Event({"DTSTAMP": _utc(stamped_at), "ATTENDEE": _attendee(attendee)}))
    return (_said_to_all(entry, organizer, method) + own.removeprefix(_OPENING_EVENT) + _CLOSING).decode()


@lru_cache(maxsize=256)
def _said_to_all(entry: Entry, organizer: Mailbox, method: Method) -> bytes:
    """An invitation up to what is its receiver's own, which comes last in the event."""
    times = _times(entry)
    event = _event(entry, times, more={"ORGANIZER": _address(organizer.name, organizer.email)})
    written = _written(_calendar({"METHOD": _text(method)}, *_timezone(times), event))
    return written.removesuffix(_CLOSING_EVENT + _CLOSING)


def removal(
    uid: str, sequence: int, summary: Text, organizer: Mailbox, attendee: Attendee, *, stamped_at: datetime
) -> str:
    """The calendar part of a letter that takes an event out of a calendar and says nothing else of it.

    For people who may learn nothing new. RFC 5546 (3.2.5) asks a CANCEL for no times.
    """
    said = {
        "UID": _text(uid),
        "DTSTAMP": _utc(stamped_at),
        "SEQUENCE": icalendar.vInt(sequence),
        "SUMMARY": _text(one_line(str(summary))),
        "STATUS": _text("CANCELLED"),
        "ORGANIZER": _address(organizer.name, organizer.email),
        "ATTENDEE": _attendee(attendee),
    }
    return _written(_calendar({"METHOD": _text("CANCEL")}, icalendar.Event(_given(said)))).decode()


def place(entry: Entry) -> str:
    """Where it is, in one line, as maps want it."""
    return ", ".join(filter(None, (one_line(part) for part in paragraphs(entry.location).split("\n"))))


# What goes into a feed


def _as_note(entry: Entry) -> Entry:
    # Translators: the title of a gathering in a calendar, when it is called off
    summary = _("Cancelled: %(title)s", title=entry.summary)
    return replace(entry, status="CONFIRMED", summary=str(summary), busy=False)


def _called(name: str, description: str) -> dict[str, Any]:
    # Readers of X-WR-CALNAME do not take escapes back, so what would be escaped is left out of the name.
    plain, about = _text(one_line(re.sub(r"[,;\\]", " ", name))), _text(one_line(description))
    return {"NAME": plain, "X-WR-CALNAME": plain, "DESCRIPTION": about, "X-WR-CALDESC": about}


def _timezones(fragments: list[Fragment]) -> Iterator[bytes]:
    spans: dict[str, tuple[int, int]] = {}
    for each in fragments:
        zone, first, last = each[1:]
        known_first, known_last = spans.get(zone, (first, last))
        spans[zone] = (min(first, known_first), max(last, known_last))
    # A calendar must hold something (RFC 5545, 3.6); one without events yet holds a zone.
    spans = spans or {"Etc/UTC": (2000, 2000)}
    return (_written_timezone(zone, *spans[zone]) for zone in sorted(spans) if zone)


@lru_cache(maxsize=1024)
def _written_timezone(zone: str, first: int, last: int) -> bytes:
    return _written(timezones.vtimezone(zone, first, last))


# What goes into a file


def _calendar(head: Properties, *components: "icalendar.Component") -> "icalendar.Calendar":
    """Without a UID of its own: vdirsyncer would take all of it for one item."""
    always = {"VERSION": _text("2.0"), "PRODID": _text("-//Kith//Kith//EN"), "CALSCALE": _text("GREGORIAN")}
    calendar = icalendar.Calendar(_given({**always, **head}))
    for component in components:
        calendar.add_component(component)
    return calendar


def _timezone(times: "_Times") -> list["icalendar.Timezone"]:
    return [timezones.vtimezone(times.zone, times.starts.year, times.ends.year)] if times.zone else []


def _written(component: "icalendar.Component") -> bytes:
    """With its properties in the order in which they are said here, not by the alphabet."""
    written: bytes = component.to_ical(sorted=False)
    return written


# What goes into an event


def _event(
    entry: Entry, times: "_Times", *, stamped_at: datetime | None = None, more: Properties
) -> "icalendar.Event":
    said = {
        "UID": _text(entry.uid),
        "DTSTAMP": _utc(stamped_at) if stamped_at else None,
        "CREATED": _utc(entry.created_at),
        "LAST-MODIFIED": _utc(entry.changed_at),
        "SEQUENCE": icalendar.vInt(entry.sequence),
        "DTSTART": _moment(times.starts, times.zone),
        "DTEND": _moment(times.ends, times.zone),
        "SUMMARY": _text(one_line(entry.summary)),
        "DESCRIPTION": _text(_described(entry)),
        "LOCATION": _text(place(entry)),
        "URL": _uri(entry.url),
        "CONFERENCE": _uri(entry.join_url, VALUE="URI"),
        "CATEGORIES": _texts([one_line(category) for category in entry.categories]),
        "STATUS": _text(entry.status),
        **_taken(entry),
        **more,
    }
    return icalendar.Event(_given(said))


def _described(entry: Entry) -> str:
    """With the addresses at its foot: Google and Outlook show neither URL nor CONFERENCE."""
    about = paragraphs(entry.description)
    addresses = (uri(entry.join_url), uri(entry.url))
    return "\n\n".join(filter(None, (about, *(address for address in addresses if address not in about))))


def _taken(entry: Entry) -> Properties:
    """Whether the reader's time is taken; Outlook goes by its own line."""
    if entry.status == "CANCELLED" or not entry.busy:
        return {"TRANSP": _text("TRANSPARENT"), "X-MICROSOFT-CDO-BUSYSTATUS": _text("FREE")}
    shown = "TENTATIVE" if entry.status == "TENTATIVE" else "BUSY"
    return {"TRANSP": _text("OPAQUE"), "X-MICROSOFT-CDO-BUSYSTATUS": _text(shown)}


def _contact(entry: Entry) -> Properties:
    # Not ORGANIZER: its value is an address, and a feed carries nobody's.
    return {"CONTACT": _text(one_line(entry.organizer))}


def _alarm(entry: Entry, alarm: Alarm) -> "icalendar.Alarm":
    title = one_line(entry.summary) or "-"
    about = _text(str(_rung(title, alarm.before)) if alarm.language else title)
    trigger = icalendar.vDuration(-alarm.before)
    return icalendar.Alarm({"ACTION": _text("DISPLAY"), "DESCRIPTION": about, "TRIGGER": trigger})


def _rung(title: str, before: timedelta) -> Text:
    minutes = before // timedelta(minutes=1)
    if minutes == 24 * 60:
        # Translators: what a calendar says when it rings a day before a gathering or a shift
        return _("Tomorrow: %(title)s", title=title)
    if minutes % 60:
        # Translators: what a calendar says when it rings before a gathering or a shift
        return ngettext("In %(num)s minute: %(title)s", "In %(num)s minutes: %(title)s", minutes, title=title)
    # Translators: what a calendar says when it rings before a gathering or a shift
    return ngettext("In %(num)s hour: %(title)s", "In %(num)s hours: %(title)s", minutes // 60, title=title)


def _attendee(attendee: Attendee) -> "icalendar.vCalAddress":
    answer = {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": attendee.partstat,
        "RSVP": "FALSE",
    }
    return _address(attendee.name, attendee.email, **answer)


# Values


def _given(properties: Properties) -> Properties:
    return {name: value for name, value in properties.items() if value is not None}


def _text(value: str) -> "icalendar.vText | icalendar.vUnknown | None":
    return (_typed(value) or icalendar.vText(value)) if value else None


def _texts(values: list[str]) -> "icalendar.vCategory | icalendar.vUnknown | None":
    return (_typed(*values) or icalendar.vCategory(values)) if any(values) else None


def _typed(*values: str) -> "icalendar.vUnknown | None":
    # vText takes a typed \N (as in C:\New) for a line break. What has one is escaped here, and then left alone.
    if not any(r"\N" in value for value in values):
        return None
    escaped = (re.sub(r"([\\;,])", r"\\\1", value).replace("\n", r"\n") for value in values)
    return icalendar.vUnknown(",".join(escaped))


def _uri(address: str, **parameters: str) -> "icalendar.vUri | None":
    return icalendar.vUri(uri(address), params=parameters) if address else None


def _address(name: str, email: str, **parameters: str) -> "icalendar.vCalAddress":
    # A name cannot contain a quotation mark, and some readers take a backslash for an escape.
    plain = one_line(name).replace('"', "'").replace("\\", "/")
    return icalendar.vCalAddress(mailto(email), params=parameters | ({"CN": plain} if plain else {}))


def _utc(at: datetime) -> "icalendar.vDatetime":
    _refuse_naive(at)
    return icalendar.vDatetime(at.astimezone(UTC))


def _moment(at: datetime, zone: str) -> "icalendar.vDatetime":
    """By its zone's clock, or in UTC when no zone is given."""
    if not zone:
        return _utc(at)
    written = icalendar.vDatetime(at.replace(tzinfo=None))
    written.params["TZID"] = zone
    return written


# Times


class _Times(NamedTuple):
    starts: datetime
    ends: datetime
    zone: str  # "" when they are in UTC


def _times(entry: Entry) -> _Times:
    in_utc = _Times(entry.starts_at.astimezone(UTC), entry.over_at, "")
    if _reaches_too_far(in_utc):
        return in_utc
    # By way of UTC, because `astimezone` to a time's own zone leaves hours that do not exist as they are.
    clock = timezones.zone(entry.zone)
    local = _Times(in_utc.starts.astimezone(clock), in_utc.ends.astimezone(clock), entry.zone)
    plain = _shows_utc(local) or _shown_twice(local.starts) or _shown_twice(local.ends) or not _by_rule(local)
    return in_utc if plain else local


def _by_rule(local: _Times) -> bool:
    """Whether programs are told how this clock goes by rules alone."""
    return all(timezones.goes_by_rule(local.zone, at.year) for at in local[:2])


def _shows_utc(local: _Times) -> bool:
    """Whether it is all the same. vobject takes such a zone's VTIMEZONE for UTC's, throws it away, and reads
    Reykjavik's clock of 1907."""
    return all(timezones.shows_utc(local.zone, at.year) for at in local[:2])


def _reaches_too_far(times: _Times) -> bool:
    """Whether a VTIMEZONE for all these years would be long, or cannot be written."""
    first, last = times.starts.year, times.ends.year
    return first <= timezones.EARLIEST or last >= timezones.LATEST or last - first > 1


def _shown_twice(local: datetime) -> bool:
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


def _refuse_naive(*moments: datetime) -> None:
    if None in [moment.tzinfo for moment in moments]:
        raise ValueError("Times in a calendar must say their zone.")
