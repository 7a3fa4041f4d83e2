"""What people look for in a list of events."""

from collections.abc import Mapping
from datetime import date

from events import fields
from events.fields import EARLIEST_YEAR


def asked_day(query: Mapping[str, str], name: str) -> date | None:
    """A day in a list's address, or None where it is none that people live in."""
    try:
        found = fields.day(query.get(name, ""))
    except ValueError:
        return None
    return found if EARLIEST_YEAR <= found.year <= 2200 else None
