"""Programs and libraries that read calendars and know nothing of Kith: what our feeds are held to, to the second.

A reader takes feeds and says of each when every event begins and ends, by UID. Those in Python are in `in_python`,
those in other languages in `in_programs`, a script each in `scripts/`; one process reads all feeds. `khal` is a program
that subscribes, as people do.

    @readers.each
    def test_somebody_reads_it(reader: Reader) -> None:
        assert reader.differences({"the feed's name": (feed, what_is_so)}) == {}

Where a reader is not on a machine, its test is skipped and says why; with CI=true it fails.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import pytest

from tests.events.calendars.readers import in_programs, in_python
from tests.events.calendars.readers.moments import Moments

__all__ = ["EACH", "Moments", "Reader", "differences", "each"]


class Reader(NamedTuple):
    """One that reads feeds. `missing` says what it lacks on this machine; nothing when it is there."""

    name: str
    read: Callable[[Sequence[bytes]], list[Moments]]
    missing: Callable[[], str] = str

    def differences(self, told: Mapping[str, tuple[bytes, Moments]]) -> dict[str, list[object]]:
        """What it reads otherwise than what is so, by the name of the feed."""
        self._has_to_be_here()
        found = self.read([feed for feed, _ in told.values()])
        pairs = zip(told.items(), found, strict=True)
        return {name: wrong for (name, (_, so)), has in pairs if (wrong := differences(so, has))}

    def _has_to_be_here(self) -> None:
        if missing := self.missing():
            say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            say(f"{self.name} is not here: {missing}")


def differences(so: Moments, found: Moments) -> list[object]:
    """UIDs with the two moments that are so, and the two that were found."""
    return [
        (uid, so.get(uid), found.get(uid))
        for uid in so.keys() | found.keys()
        if so.get(uid) != found.get(uid)
    ]


EACH = (
    Reader("icalendar", in_python.by_icalendar),
    Reader("recurring-ical-events", in_python.by_recurring_ical_events),
    Reader("vobject", in_python.by_vobject),
    Reader("dateutil", in_python.by_dateutil),
    Reader("ical", in_python.by_ical),
    Reader("ical.js", in_programs.by_ical_js, in_programs.CHROMIUM.missing),
    Reader("libical", in_programs.by_libical, in_programs.LIBICAL.missing),
    Reader("ruby-icalendar", in_programs.by_ruby, in_programs.RUBY.missing),
    Reader("sabre-vobject", in_programs.by_sabre, in_programs.SABRE.missing),
    Reader("awl", in_programs.by_awl, in_programs.AWL.missing),
    Reader("calcurse", in_programs.by_calcurse, in_programs.CALCURSE.missing),
)
each = pytest.mark.parametrize("reader", EACH, ids=[reader.name for reader in EACH])
