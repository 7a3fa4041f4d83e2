"""Which zones of the world a calendar's own ones are. Pure.

Outlook and others call their zones what they like ("W. Europe Standard Time", "Customized Time Zone") and explain each
by a VTIMEZONE. Its clock is right whatever its name; but what people read, and what comes again as a series, goes by a
zone of the world. One that shows the same times for a year to come is taken for it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo

import icalendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from server import timezones

MOST = (
    8  # zones of one calendar that are compared: each takes a fifth of a second, as its rules begin in 1601.
)
A_YEAR = 366  # days
_NAME = re.compile(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+")


def named(name: str) -> str:
    """The zone of the world that a name means, as Windows calls it or as all others do; empty for none."""
    return name if name in timezones.names() else WINDOWS_TO_OLSON.get(name, "")


class Zones:
    """The zones that calendars explain, for whoever reads them at `home`, from one day on."""

    def __init__(self, calendars: Iterable[icalendar.Component], home: str, since: date) -> None:
        explained = [zone for calendar in calendars for zone in calendar.walk("VTIMEZONE")]
        self._places = {str(zone.get("TZID")): str(zone.get("X-LIC-LOCATION", "")) for zone in explained}
        self._home = home
        self._since = since
        self._known: dict[str, str] = {}

    def of_the_world(self, name: str, clock: tzinfo) -> str:
        """The zone of the world that shows what this clock does, which a calendar calls so; empty for none."""
        if name not in self._known and len(self._known) < MOST:
            shown = self._shown(clock)
            same = (each for each in self._maybe(name) if self._shown(timezones.zone(each)) == shown)
            self._known[name] = next(same, "")
        return self._known.get(name, "")

    def _maybe(self, name: str) -> Iterator[str]:
        parts = [part for found in _NAME.findall(name) for part in _endings(found)]
        said = [self._places.get(name, ""), name.strip("/"), *parts, self._home]
        yield from dict.fromkeys(zone for each in said if (zone := named(each)))

    def _shown(self, clock: tzinfo) -> list[timedelta | None]:
        noons = (datetime.combine(self._since + timedelta(days=n), time(12)) for n in range(A_YEAR))
        return [noon.replace(tzinfo=clock).utcoffset() for noon in noons]


def _endings(path: str) -> list[str]:
    """A path, and what is left of it as its beginnings are taken away: /mozilla.org/20050126_1/Europe/Berlin."""
    parts = path.split("/")
    return ["/".join(parts[n:]) for n in range(len(parts) - 1)]
