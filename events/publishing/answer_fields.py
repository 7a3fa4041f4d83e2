"""The part of an event's form that is about answers: how many, whom, from when and until when."""

from datetime import date, datetime, time
from typing import Any

from pydantic import Field

from events import wall_clock
from events.fields import EARLIEST_YEAR, Clock, Day
from server import clock
from server.errors import Refusal
from server.forms import Fields

YEARS_AHEAD = 10
# Hours before the start from which on a seat that comes free is offered first.
ASKS_FIRST = {0: "Never", 6: "6 hours before", 12: "12 hours before", 24: "A day before", 48: "Two days before",
              168: "A week before"}  # fmt: skip


class BadTimes(Refusal):
    """Moments that do not fit together, or are too far away."""


class AnswerFields(Fields):
    """The window in which answers are taken is typed as days and times on the event's own wall clock."""

    seats: int | None = Field(None, ge=1, le=100_000)
    online_seats: int | None = Field(None, ge=1, le=100_000)
    guests_allowed: int = Field(0, ge=0, le=20)
    approval: bool = False
    opens: Day | None = None
    opens_time: Clock | None = None
    closes: Day | None = None
    closes_time: Clock | None = None
    asks_first: int = Field(24, ge=0, le=336)
    replies_kept: int = Field(30, ge=1, le=365)

    def answers(self, zone: str, *, over_at: datetime, hybrid: bool) -> dict[str, Any]:
        """What it says of answers, by column. Raises a Refusal beside the field whose time cannot be."""
        opens = _moment(self.opens, self.opens_time, zone, "opens")
        closes = _moment(self.closes, self.closes_time, zone, "closes")
        if opens and opens >= over_at:
            raise BadTimes("By then the gathering is over. Please choose an earlier day.", field="opens")
        if closes and closes > over_at:
            raise BadTimes("Answers cannot close later than the gathering ends.", field="closes")
        if opens and closes and closes <= opens:
            raise BadTimes("Answers would close before they open. Please look at both again.", field="closes")
        return {
            "seats": self.seats,
            "online_seats": self.online_seats if hybrid else None,
            "guests_allowed": self.guests_allowed,
            "approval": self.approval,
            "answers_open_at": opens,
            "answers_close_at": closes,
            "asks_first": self.asks_first,
            "replies_kept": self.replies_kept,
        }


def refuse_far_away(day: date, *, field: str) -> None:
    """Raise BadTimes beside the field for a day in which nobody plans."""
    latest = clock.now().year + YEARS_AHEAD
    if not EARLIEST_YEAR <= day.year <= latest:
        raise BadTimes(f"Please choose a date between {EARLIEST_YEAR} and {latest}.", field=field)


def _moment(day: date | None, at: time | None, zone: str, field: str) -> datetime | None:
    if day is None and at is None:
        return None
    if day is None:
        raise BadTimes("Please choose the day as well.", field=field)
    if at is None:
        raise BadTimes("Please give the time as well.", field=f"{field}_time")
    refuse_far_away(day, field=field)
    return wall_clock.moment(day, at, zone, field=f"{field}_time")
