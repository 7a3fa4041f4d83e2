"""The same feed as icalendar's manual has it made, `add` by `add`: what ours is held against, in bytes and in speed."""

from collections.abc import Sequence
from datetime import UTC

from icalendar import Alarm, Calendar, Event, vText, vUri

from events.calendars.calendar import REFRESH, Entry
from server import timezones


def feed(entries: Sequence[Entry], *, name: str, zones: Sequence[tuple[str, int, int]], alarms=()) -> bytes:
    """`zones` are the names and years of the VTIMEZONEs. Texts must be clean, and times shown once."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Kith//Kith//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar["NAME"] = calendar["X-WR-CALNAME"] = vText(name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for zone in zones:
        calendar.add_component(timezones.vtimezone(*zone))
    for entry in entries:
        calendar.add_component(event(entry, alarms))
    return calendar.to_ical()


def event(entry: Entry, alarms=()) -> Event:
    """One VEVENT."""
    clock = UTC if timezones.shows_utc(entry.zone, entry.starts_at.year) else timezones.zone(entry.zone)
    written = Event()
    written.add("uid", entry.uid)
    written.add("dtstamp", entry.changed_at)
    written.add("created", entry.created_at)
    written.add("last-modified", entry.changed_at)
    written.add("sequence", entry.sequence)
    written.add("dtstart", entry.starts_at.astimezone(clock))
    written.add("dtend", entry.over_at.astimezone(clock))
    written.add("summary", entry.summary)
    written.add("description", "\n\n".join(filter(None, (entry.description, entry.join_url, entry.url))))
    written.add("status", entry.status)
    busy = entry.busy and entry.status != "CANCELLED"
    written.add("transp", "OPAQUE" if busy else "TRANSPARENT")
    shown = {"TENTATIVE": "TENTATIVE", "CONFIRMED": "BUSY"}[entry.status] if busy else "FREE"
    written.add("x-microsoft-cdo-busystatus", shown)
    _add_what_there_is(written, entry)
    for before in alarms if entry.status != "CANCELLED" else ():
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.summary)
        alarm.add("trigger", -before)
        written.add_component(alarm)
    return written


def _add_what_there_is(written: Event, entry: Entry) -> None:
    for name, value in (("location", entry.location), ("url", entry.url), ("contact", entry.organizer)):
        if value:
            written.add(name, value)
    if entry.join_url:
        written.add("conference", vUri(entry.join_url), parameters={"VALUE": "URI"})
    if entry.categories:
        written.add("categories", list(entry.categories))
