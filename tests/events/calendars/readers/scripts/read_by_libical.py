"""libical: for each file named, a line of JSON with [uid, start, end] of every event, in seconds of POSIX.

Runs on Debian's own Python, whose `gi` knows libical; not on the one of the virtual environment.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402

UTC = ICalGLib.Timezone.get_utc_timezone()


def events(feed: str) -> Iterator[tuple[str, int, int]]:
    """Every event of a calendar, by the VTIMEZONEs in it."""
    calendar = ICalGLib.Component.new_from_string(feed)
    event = calendar.get_first_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
    while event:
        yield event.get_uid(), seconds(event, "DTSTART"), seconds(event, "DTEND")
        event = calendar.get_next_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)


def seconds(event: Any, name: str) -> int:
    """When this is, said by the property of this name."""
    said = event.get_first_property(getattr(ICalGLib.PropertyKind, f"{name}_PROPERTY"))
    moment = said.get_datetime_with_component(event)
    return moment.as_timet_with_zone(moment.get_timezone() or UTC)


for path in sys.argv[1:]:
    print(json.dumps([*events(Path(path).read_text())]))
