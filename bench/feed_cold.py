"""Building a feed of a thousand gatherings from nothing, beside icalendar's objects written by to_ical()."""

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import icalendar

from bench.house import House
from bench.results import Result, compared
from bench.turns import in_turns
from events import calendar
from events.calendar import Entry
from server import clock

EVENTS = 1000
ZONE = "Europe/Berlin"


async def measure(house: House) -> list[Result]:
    """Feeds a second: cold, after one change, and ten times as long."""
    entries = _entries(EVENTS)
    many = _entries(EVENTS * 10)
    changes = itertools.count()

    async def library() -> float:
        return _rate(lambda: _by_library(entries))

    async def cold() -> float:
        return _rate(lambda: _cold(entries))

    async def changed() -> float:
        _cold(entries)
        one = replace(entries[0], summary=f"Changed {next(changes)}")
        return _rate(lambda: _feed([one, *entries[1:]]))

    async def ten_times() -> float:
        return _rate(lambda: _cold(many))

    seen = await in_turns(
        house.runs, {"library": library, "cold": cold, "changed": changed, "ten times": ten_times}
    )
    beside = "icalendar, to_ical()"
    return [
        compared("feed-cold", f"{EVENTS} events", seen["cold"], seen["library"], baseline=beside),
        compared("feed-cold", "one of them changed", seen["changed"], seen["library"], baseline=beside),
        compared("feed-cold", f"{EVENTS * 10} events, time", _times(seen["ten times"]), _times(seen["cold"]),
                 baseline=f"{EVENTS} events", unit="s", higher_is_better=False),
    ]  # fmt: skip


def _rate(call: Callable[[], bytes]) -> float:
    begun = time.perf_counter()
    call()
    return 1 / (time.perf_counter() - begun)


def _times(rates: list[float]) -> list[float]:
    return [1 / rate for rate in rates]


def _feed(entries: list[Entry]) -> bytes:
    return calendar.feed(entries, name="Sunday Walkers", url="https://kith.example/communities/walkers")


def _cold(entries: list[Entry]) -> bytes:
    calendar.fragment.cache_clear()
    return _feed(entries)


def _by_library(entries: list[Entry]) -> bytes:
    feed = icalendar.Calendar()
    feed.add("prodid", "-//Kith//EN")
    feed.add("version", "2.0")
    for entry in entries:
        event = icalendar.Event()
        zone = ZoneInfo(entry.zone)
        event.add("uid", entry.uid)
        event.add("sequence", entry.sequence)
        event.add("summary", entry.summary)
        event.add("description", entry.description)
        event.add("location", entry.location)
        event.add("url", entry.url)
        event.add("dtstart", entry.starts_at.astimezone(zone))
        if entry.ends_at:
            event.add("dtend", entry.ends_at.astimezone(zone))
        event.add("dtstamp", entry.changed_at)
        event.add("last-modified", entry.changed_at)
        event.add("created", entry.created_at)
        event.add("status", entry.status)
        feed.add_component(event)
    return bytes(feed.to_ical())


def _entries(count: int) -> list[Entry]:
    now = clock.now().replace(microsecond=0)
    return [
        Entry(
            uid=f"gathering-{n}@kith.example",
            sequence=0,
            starts_at=now + timedelta(hours=11 * (n % 1200)),
            ends_at=now + timedelta(hours=11 * (n % 1200) + 2),
            zone=ZONE,
            summary=f"Gathering {n}",
            description="We walk for about two hours, at the pace of whoever is slowest.",
            location="Town fountain",
            url=f"https://kith.example/events/{n}",
            created_at=now,
            changed_at=now,
        )
        for n in range(count)
    ]
