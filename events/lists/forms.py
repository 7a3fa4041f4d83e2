"""What people look for in a list of events."""

from collections.abc import Mapping
from datetime import date, timedelta

from events import fields
from events.fields import EARLIEST_YEAR


def asked_day(query: Mapping[str, str], name: str) -> date | None:
    """A day in a list's address, or None where it is none that people live in."""
    try:
        found = fields.day(query.get(name, ""))
    except ValueError:
        return None
    return found if EARLIEST_YEAR <= found.year <= 2200 else None


def weekend(today: date) -> tuple[date, date]:
    """The Saturday and the Sunday that people mean by "this weekend": the next, or the one that has begun."""
    saturday = today + timedelta(days=5 - today.weekday())
    return saturday, saturday + timedelta(days=1)
