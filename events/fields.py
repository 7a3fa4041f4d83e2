"""What organisers type into forms: days, times on the clock, zones and links."""

import re
from datetime import date, time
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from server import timezones
from server.forms import OptionalLine

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_CLOCK = re.compile(r"(\d{1,2})[:.h](\d{2})(?::00(?:\.0+)?)?")


EARLIEST_YEAR = 2000


def day(value: Any) -> date:
    """A day as somebody typed it. Raises ValueError with a sentence."""
    try:
        year, month, number = _numbers(_DAY, value)
        return date(year, month, number)
    except ValueError:
        raise ValueError("Please give a date, such as 2026-03-12.") from None


def _time(value: Any) -> time:
    try:
        hour, minute = _numbers(_CLOCK, value)
        return time(hour, minute)
    except ValueError:
        raise ValueError("Please give a time, such as 19:00.") from None


def _numbers(shape: re.Pattern[str], value: Any) -> list[int]:
    match = shape.fullmatch(str(value).strip())
    return [int(group) for group in match.groups()] if match else []


def _zone(value: str) -> str:
    try:
        return timezones.zone(value).key
    except ValueError:
        raise ValueError("Please choose a time zone from the list.") from None


def link(value: str) -> str:
    """The whole address of a page, or nothing. Raises ValueError with a sentence."""
    try:
        parts = urlsplit(value)
        fits = not value or (parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in value)
    except ValueError:
        fits = False
    if not fits:
        raise ValueError("Please give the whole address, such as https://meet.example/our-room.")
    return value


Day = Annotated[date, BeforeValidator(day)]
Clock = Annotated[time, BeforeValidator(_time)]
Zone = Annotated[str, AfterValidator(_zone)]
Link = Annotated[OptionalLine, AfterValidator(link)]
