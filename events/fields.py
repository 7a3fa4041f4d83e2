"""What organisers type into forms: days, times on the clock and zones."""

import re
from datetime import date, time
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from server import timezones
from server.languages.messages import _

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_CLOCK = re.compile(r"(\d{1,2})[:.h](\d{2})(?::00(?:\.0+)?)?")


EARLIEST_YEAR = 2000
YEARS_AHEAD = 10  # so far people plan


def day(value: Any) -> date:
    """A day as somebody typed it. Raises ValueError with a sentence."""
    try:
        year, month, number = _numbers(_DAY, value)
        return date(year, month, number)
    except ValueError:
        raise ValueError(_("Please give a date, such as 2026-03-12.")) from None


def _time(value: Any) -> time:
    try:
        hour, minute = _numbers(_CLOCK, value)
        return time(hour, minute)
    except ValueError:
        raise ValueError(_("Please give a time, such as 19:00.")) from None


def _numbers(shape: re.Pattern[str], value: Any) -> list[int]:
    match = shape.fullmatch(str(value).strip())
    return [int(group) for group in match.groups()] if match else []


def _zone(value: str) -> str:
    try:
        return timezones.zone(value).key
    except ValueError:
        raise ValueError(_("Please choose a time zone from the list.")) from None


Day = Annotated[date, BeforeValidator(day)]
Clock = Annotated[time, BeforeValidator(_time)]
Zone = Annotated[str, AfterValidator(_zone)]
