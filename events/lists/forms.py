"""What people look for in a list of events."""

from collections.abc import Mapping
from datetime import date, timedelta

from events import fields
from events.fields import EARLIEST_YEAR, YEARS_AHEAD
from server import months
from server.months import Month


def asked_day(query: Mapping[str, str], name: str) -> date | None:
    """A day in a list's address, or None where it is none that people live in."""
    try:
        found = fields.day(query.get(name, ""))
    except ValueError:
        return None
    return found if EARLIEST_YEAR <= found.year <= 2200 else None


def asked_month(query: Mapping[str, str], today: date) -> Month | None:
    """A month in a list's address, or None where it is none in which people plan."""
    found = months.read(query.get("month", ""))
    return found if found and is_lived_in(found, today) else None


def is_lived_in(month: Month, today: date) -> bool:
    """Whether gatherings may be in a month: there is none before, and nobody plans one later."""
    return EARLIEST_YEAR <= month.year <= today.year + YEARS_AHEAD


def weekend(today: date) -> tuple[date, date]:
    """The Saturday and the Sunday that people mean by "this weekend": the next, or the one that has begun."""
    saturday = today + timedelta(days=5 - today.weekday())
    return saturday, saturday + timedelta(days=1)
