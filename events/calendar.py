"""Writing iCalendar: feeds, single events, and the calendar part of letters. Pure: no database, no clock.

Callers turn what one reader may see of an event into an `Entry` and get text back. Nothing here knows who is
reading: what a reader may not see must not be in the entry.

The text is written here and judged by the icalendar library and others (in the tests). The library's objects
cost 0.3 ms an event to build and write, this file 0.03, and an entry that was written before is not written
again: its text is kept under everything the entry says, so it is never an older or another reader's one.
RFC 5545 is the format, 7986 a feed's name and pace, 5546 and 6047 the letters.

Times carry a TZID and the file carries its VTIMEZONE. In UTC, which every program reads alike, go only zones
whose clock shows it, times that a clock shows twice (around the end of daylight saving), spans of years, and years
in which a zone sets its clocks by no rule: a VTIMEZONE with dates of single years makes ruby-icalendar refuse the
whole file, and others read it wrongly.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Literal, NamedTuple, get_args
from urllib.parse import quote

from events.tables import USUAL_LENGTH
from server import timezones
from server.contentlines import (
    common_name,
    duration,
    escaped,
    joined,
    line,
    mailto,
    moment,
    one_line,
    paragraphs,
    text,
    uri,
    utc,
)

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
Method = Literal["REQUEST", "CANCEL"]
Partstat = Literal["ACCEPTED", "TENTATIVE", "DECLINED", "NEEDS-ACTION"]
Cancelled = Literal["keep", "drop", "note"]
_STATUSES = get_args(Status)

WRITER = 2  # Raise it when the same entries are written otherwise, or clients keep the old text for good.
REFRESH = timedelta(hours=1)

PAST = timedelta(days=90)
AHEAD = timedelta(days=550)  # the longest eighteen months
CANCELLED_KEPT = timedelta(days=30)

_LAST_MOMENT = datetime.max.replace(microsecond=0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one reader's calendar says of one event.

    `uid` is the event's for ever, in every feed and letter. `sequence` rises when time, zone, place or status
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


_OPENING = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kith//Kith//EN", "CALSCALE:GREGORIAN")
_CLOSING = b"END:VCALENDAR\r\n"


class Fragment(NamedTuple):
    """One event as it stands in a feed, and the VTIMEZONE that it needs beside it."""

    text: bytes
    zone: str  # "" when its times are in UTC
    first: int  # the years that it touches, on its own clock
    last: int


class Mailbox(NamedTuple):
    """Somebody in a letter's calendar part."""

    name: str
    email: str


class Attendee(NamedTuple):
    """The one whom the letter goes to, and what they answered."""

    name: str
    email: str
    partstat: Partstat = "ACCEPTED"


class Links(NamedTuple):
    """Addresses that add one event to a calendar on the web, and its file for every other calendar."""

    google: str
    outlook: str
    office365: str
    yahoo: str
    ics: str


class Window(NamedTuple):
    """What a feed shows: events not over by `since` that start before `until`; cancelled ones if the
    cancellation is not older than `cancelled_since`. Midnights in UTC, so that a feed moves once a day."""

    since: datetime
    until: datetime
    cancelled_since: datetime


def window(now: datetime) -> Window:
    """The window of a feed that is read now."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(today - PAST, today + AHEAD, today - CANCELLED_KEPT)


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
    alarms: tuple[timedelta, ...] = (),
    cancelled: Cancelled = "keep",
) -> bytes:
    """A calendar to subscribe to, with these events in this order.

    `url` is the page it belongs to, `source` its own address, `alarms` how long before the start to ring.
    Cancelled events stay as STATUS:CANCELLED, are dropped, or stay as ordinary entries whose title says so
    (for programs that hide the former, or show it like any other). Costs 0.03 ms for each event that is new
    or changed, 0.002 for each other.
    """
    fragments = [fragment(entry, alarms) for entry in _shown(entries, cancelled)]
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
    head = [
        *_OPENING,
        *_called(name, description),
        line("URL", uri(url)),
        line("SOURCE;VALUE=URI", uri(source)),
        f"REFRESH-INTERVAL;VALUE=DURATION:{duration(refresh)}",
        f"X-PUBLISHED-TTL:{duration(refresh)}",
    ]
    return b"".join((joined(head), _timezones(fragments), *(f.text for f in fragments), _CLOSING))


@lru_cache(maxsize=12_000)
def fragment(entry: Entry, alarms: tuple[timedelta, ...] = ()) -> Fragment:
    """The VEVENT of one entry. Kept: the same entry costs 2 µs when it is asked for again."""
    times = _times(entry)
    rings = () if entry.status == "CANCELLED" else alarms
    # There is no METHOD, so DTSTAMP means the same as LAST-MODIFIED (RFC 5545, 3.8.7.2).
    event = _vevent(entry, times, entry.changed_at, (*_contact(entry), *_alarms(entry, rings)))
    return Fragment(joined(event), times.zone, times.starts.year, times.ends.year)


def single(entry: Entry) -> bytes:
    """A file with one event, to be saved from its page.

    Without METHOD: then every program offers to add it to a calendar of the reader's choice. With PUBLISH
    Outlook opens a second calendar, and RFC 5546 asks for an ORGANIZER with an address.
    """
    one = fragment(entry)
    return b"".join((joined(_OPENING), _timezones([one]), one.text, _CLOSING))


def invitation(
    entry: Entry, organizer: Mailbox, attendee: Attendee, *, method: Method = "REQUEST", stamped_at: datetime
) -> str:
    """The calendar part of a letter (RFC 6047) to one person about one event, lines ended by CRLF.

    REQUEST puts it into their calendar or moves it there, with the answer that they gave Kith; their program
    is not to ask again. CANCEL takes it out. `stamped_at` is when the letter is written. Raises ValueError
    for a REQUEST to come to what is cancelled.
    """
    _refuse_naive(stamped_at)
    if method == "REQUEST" and entry.status == "CANCELLED":
        raise ValueError("Nobody can be asked to a cancelled event: send CANCEL.")
    if method == "CANCEL":
        # RFC 5546 wants this status only when all is cancelled, not for one who leaves. Google and Exchange
        # send it to both, and programs that ignore METHOD have nothing else to go by.
        entry = replace(entry, status="CANCELLED")
    times = _times(entry)
    event = _vevent(entry, times, stamped_at, _parties(organizer, attendee))
    return b"".join(
        (
            joined([*_OPENING, f"METHOD:{method}"]),
            _timezone(times.zone, times.starts.year, times.ends.year),
            joined(event),
            _CLOSING,
        )
    ).decode()


def removal(
    uid: str, sequence: int, summary: str, organizer: Mailbox, attendee: Attendee, *, stamped_at: datetime
) -> str:
    """The calendar part of a letter that takes an event out of a calendar and says nothing else of it.

    For who may know no more than they knew. RFC 5546 (3.2.5) asks a CANCEL for no times.
    """
    _refuse_naive(stamped_at)
    event = [
        "BEGIN:VEVENT",
        text("UID", uid),
        f"DTSTAMP:{utc(stamped_at)}",
        f"SEQUENCE:{sequence}",
        text("SUMMARY", one_line(summary)),
        "STATUS:CANCELLED",
        *_parties(organizer, attendee),
        "END:VEVENT",
    ]
    return b"".join((joined([*_OPENING, "METHOD:CANCEL"]), joined(event), _CLOSING)).decode()


@lru_cache(maxsize=2_000)
def add_to_calendar_links(entry: Entry) -> Links:
    """Addresses that open a web calendar's form with this event filled in. At most 4,000 characters each.

    Times go in UTC, exact also for times the clock shows twice; Google is told the zone besides.
    """
    title, place = _clipped(one_line(entry.summary), 200), _clipped(_place(entry.location), 200)
    about = "\n\n".join(filter(None, (_clipped(paragraphs(entry.description), 500), uri(entry.url))))
    starts, ends = entry.starts_at.astimezone(UTC), entry.over_at
    microsoft = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": f"{starts:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
        "location": place,
        "body": about,
    }
    google = {
        "action": "TEMPLATE",
        "text": title,
        "dates": f"{utc(starts)}/{utc(ends)}",
        "ctz": entry.zone,
        "location": place,
        "details": about,
    }
    yahoo = {"v": "60", "title": title, "st": utc(starts), "et": utc(ends), "in_loc": place, "desc": about}
    return Links(
        google=_address("https://calendar.google.com/calendar/render", google),
        outlook=_address("https://outlook.live.com/calendar/deeplink/compose", microsoft),
        office365=_address("https://outlook.office.com/calendar/deeplink/compose", microsoft),
        yahoo=_address("https://calendar.yahoo.com/", yahoo),
        ics=f"{uri(entry.url)}.ics",
    )


# What stands in a feed


def _shown(entries: Iterable[Entry], cancelled: Cancelled) -> Iterator[Entry]:
    for entry in entries:
        if entry.status != "CANCELLED" or cancelled == "keep":
            yield entry
        elif cancelled == "note":
            yield replace(entry, status="CONFIRMED", summary=f"Cancelled: {entry.summary}", busy=False)


def _called(name: str, description: str) -> list[str]:
    # Readers of X-WR-CALNAME do not take escapes back, so what would be escaped is left out of the name.
    plain = one_line(re.sub(r"[,;\\]", " ", name))
    about = one_line(description)
    return [
        text("NAME", plain),
        text("X-WR-CALNAME", plain),
        text("DESCRIPTION", about),
        text("X-WR-CALDESC", about),
    ]


def _timezones(fragments: list[Fragment]) -> bytes:
    spans: dict[str, tuple[int, int]] = {}
    for _, zone, first, last in fragments:
        known_first, known_last = spans.get(zone, (first, last))
        spans[zone] = (min(first, known_first), max(last, known_last))
    # A calendar must hold something (RFC 5545, 3.6); one without events yet holds a zone.
    spans = spans or {"Etc/UTC": (2000, 2000)}
    return b"".join(_timezone(zone, *spans[zone]) for zone in sorted(spans))


def _timezone(zone: str, first: int, last: int) -> bytes:
    return timezones.vtimezone(zone, first, last).encode() if zone else b""


# What stands in an event


def _vevent(entry: Entry, times: "_Times", stamped_at: datetime, more: Iterable[str]) -> list[str]:
    return [
        "BEGIN:VEVENT",
        text("UID", entry.uid),
        f"DTSTAMP:{utc(stamped_at)}",
        f"CREATED:{utc(entry.created_at)}",
        f"LAST-MODIFIED:{utc(entry.changed_at)}",
        f"SEQUENCE:{entry.sequence}",
        moment("DTSTART", times.starts, times.zone),
        moment("DTEND", times.ends, times.zone),
        text("SUMMARY", one_line(entry.summary)),
        text("DESCRIPTION", _described(entry)),
        text("LOCATION", _place(entry.location)),
        line("URL", uri(entry.url)),
        line("CONFERENCE;VALUE=URI", uri(entry.join_url)),
        line("CATEGORIES", ",".join(escaped(one_line(category)) for category in entry.categories)),
        f"STATUS:{entry.status}",
        *_taken(entry),
        *more,
        "END:VEVENT",
    ]


def _described(entry: Entry) -> str:
    """With the addresses at its foot: Google and Outlook show neither URL nor CONFERENCE."""
    about = paragraphs(entry.description)
    addresses = (uri(entry.join_url), uri(entry.url))
    return "\n\n".join(filter(None, (about, *(address for address in addresses if address not in about))))


def _taken(entry: Entry) -> tuple[str, str]:
    """Whether the reader's time is taken; Outlook goes by its own line."""
    if entry.status == "CANCELLED" or not entry.busy:
        return "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"
    shown = "TENTATIVE" if entry.status == "TENTATIVE" else "BUSY"
    return "TRANSP:OPAQUE", f"X-MICROSOFT-CDO-BUSYSTATUS:{shown}"


def _contact(entry: Entry) -> tuple[str]:
    # Not ORGANIZER: its value is an address, and a feed carries nobody's.
    return (text("CONTACT", one_line(entry.organizer)),)


def _alarms(entry: Entry, alarms: tuple[timedelta, ...]) -> Iterator[str]:
    for before in alarms:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield text("DESCRIPTION", one_line(entry.summary) or "-")
        yield f"TRIGGER:-{duration(before)}"
        yield "END:VALARM"


def _parties(organizer: Mailbox, attendee: Attendee) -> list[str]:
    answer = f"CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={attendee.partstat};RSVP=FALSE"
    return [
        line(f"ORGANIZER{common_name(organizer.name)}", mailto(organizer.email)),
        line(f"ATTENDEE;{answer}{common_name(attendee.name)}", mailto(attendee.email)),
    ]


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


def _address(page: str, query: dict[str, str]) -> str:
    # Blanks as %20: Outlook shows a plus as a plus.
    return f"{page}?" + "&".join(f"{key}={quote(value, safe='')}" for key, value in query.items() if value)


def _place(location: str) -> str:
    """An address in one line, as maps want it."""
    return ", ".join(filter(None, (one_line(part) for part in paragraphs(location).split("\n"))))


def _clipped(value: str, octets: int) -> str:
    encoded = value.encode()
    return value if len(encoded) <= octets else encoded[: octets - 3].decode(errors="ignore") + "…"


def _refuse_naive(*moments: datetime) -> None:
    if None in [moment.tzinfo for moment in moments]:
        raise ValueError("Times in a calendar must say their zone.")
