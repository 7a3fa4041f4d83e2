"""Building a feed of a thousand gatherings from nothing, beside icalendar used as its manual shows it."""

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bench.house import House
from bench.results import Result, compared
from bench.turns import in_turns
from events.calendars import calendar
from events.calendars.calendar import Entry
from server import clock
from tests.events.calendars import by_library

EVENTS = 1000
ZONE = "Europe/Berlin"
NAME = "Sunday Walkers"


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
    beside = "icalendar alone"
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
    return calendar.feed(entries, name=NAME)


def _cold(entries: list[Entry]) -> bytes:
    calendar.fragment.cache_clear()
    return _feed(entries)


def _by_library(entries: list[Entry]) -> bytes:
    """The same calendar, property by property; the zone's VTIMEZONE is made beforehand, as ours is."""
    years = [entry.starts_at.year for entry in entries]
    return by_library.feed(entries, name=NAME, zones=[(ZONE, min(years), max(years))])


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
            organizer=NAME,
            busy=False,
            created_at=now,
            changed_at=now,
        )
        for n in range(count)
    ]
