"""What people fill in to get a calendar feed."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from events.calendars.calendar import Cancelled
from events.calendars.feeds import Holds
from server.forms import Fields, Line


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


class FeedFields(Fields):
    """A personal calendar address: what it is called, and what it gives."""

    name: Line = Field(max_length=60)
    holds: Holds = "mine"
    cancelled: Cancelled = "keep"
    alarm: Annotated[Literal[15, 60, 120, 1440] | None, BeforeValidator(_number)] = None
    days_back: Annotated[Literal[30, 90, 365], BeforeValidator(_number)] = 90
