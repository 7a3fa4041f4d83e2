"""A world in which a country has changed how it sets its clocks: another tz database, for as long as a test wants."""

import tempfile
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from icalendar.timezone import tzp

from events.calendars import calendar
from followups import days
from server import timezones


@contextmanager
def clocks_as_in(**others: str) -> Iterator[None]:
    """`clocks_as_in(Europe_Berlin="Africa/Lagos")`: from now on Berlin's clocks go like those of Lagos."""
    with tempfile.TemporaryDirectory(prefix="kith-clocks-") as folder:
        for name, other in others.items():
            area, _, city = name.partition("_")
            Path(folder, area).mkdir(exist_ok=True)
            rules = files("tzdata").joinpath("zoneinfo", *other.split("/")).read_bytes()
            Path(folder, area, city).write_bytes(rules)
        zoneinfo.reset_tzpath(to=[folder])
        _read_anew()
        try:
            yield
        finally:
            zoneinfo.reset_tzpath(to=[])
            _read_anew()


def _read_anew() -> None:
    """As a process does that starts with that tz database."""
    zoneinfo.ZoneInfo.clear_cache()
    tzp.use_zoneinfo()  # What the library has read of zones until now.
    for module in (timezones, calendar, days):
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()
