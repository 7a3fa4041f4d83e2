"""Readers in Python, each in this process."""

import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import icalendar
import recurring_ical_events
import vobject
from dateutil.tz import tzical
from ical.calendar_stream import IcsCalendarStream

from tests.events.calendars.readers.moments import Moments, moments

Found = Iterable[tuple[str, datetime, datetime]]


def _one_by_one(read: Callable[[str], Found]) -> Callable[[Sequence[bytes]], list[Moments]]:
    @wraps(read)
    def all_of_them(feeds: Sequence[bytes]) -> list[Moments]:
        return [moments(read(feed.decode())) for feed in feeds]

    return all_of_them


@_one_by_one
def by_icalendar(feed: str) -> Found:
    """icalendar, each event as it is written."""
    icalendar.use_zoneinfo()  # It keeps a zone as it first saw it.
    read = icalendar.Calendar.from_ical(feed).walk("VEVENT")
    return [(str(one["UID"]), one["DTSTART"].dt, one["DTEND"].dt) for one in read]


@_one_by_one
def by_recurring_ical_events(feed: str) -> Found:
    """recurring-ical-events, which would find what comes again. In our feeds everything is there once."""
    icalendar.use_zoneinfo()
    read = recurring_ical_events.of(icalendar.Calendar.from_ical(feed)).all()
    return [(str(one["UID"]), one.start, one.end) for one in read]


@_one_by_one
def by_vobject(feed: str) -> Found:
    """vobject, which goes by the VTIMEZONEs in the feed."""
    vobject.icalendar.__dict__["__tzidMap"].clear()  # It keeps the first one that it ever reads of a zone.
    vobject.icalendar.registerTzid("UTC", vobject.icalendar.utc)
    read = vobject.readOne(feed).contents.get("vevent", [])
    return [(one.uid.value, one.dtstart.value, one.dtend.value) for one in read]


@_one_by_one
def by_ical(feed: str) -> Found:
    """ical, by which Home Assistant reads calendars."""
    read = IcsCalendarStream.calendar_from_ics(feed).events
    return [(one.uid, one.dtstart, one.dtend) for one in read]


@_one_by_one
def by_dateutil(feed: str) -> Found:
    """Somebody who reads lines, and has dateutil for the VTIMEZONEs."""
    zones = tzical(io.StringIO(feed)) if "BEGIN:VTIMEZONE" in feed else None
    for event in feed.replace("\r\n ", "").split("BEGIN:VEVENT\r\n")[1:]:
        said = {re.split("[;:]", line)[0]: line for line in event.splitlines()}
        starts, ends = (_in_line(said[name], zones) for name in ("DTSTART", "DTEND"))
        yield said["UID"].removeprefix("UID:"), starts, ends


ALL = (by_icalendar, by_recurring_ical_events, by_vobject, by_dateutil, by_ical)


def alike(feed: bytes) -> Moments:
    """What all of them have read, which is the same."""
    (first,), *others = [read([feed]) for read in ALL]
    for read, (found,) in zip(ALL[1:], others, strict=True):
        assert found == first, read.__name__
    return first


def _in_line(line: str, zones: Any) -> datetime:
    parameters, _, value = line.partition(":")
    local = datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
    zone = UTC if value.endswith("Z") else zones.get(parameters.partition("TZID=")[2])
    return local.replace(tzinfo=zone)
