"""The part of an event's form that is about answers: how many, whom, from when and until when."""

from datetime import date, datetime, time
from typing import Any

from pydantic import Field

from events import wall_clock
from events.fields import Clock, Day
from events.publishing.rules import refuse_far_away
from server.faults import Faults
from server.forms import Fields
from server.languages.messages import Text, _, ngettext


def hours_before(hours: int) -> Text:
    """6 hours before"""
    # Translators: how long before a gathering begins
    return ngettext("%(num)s hour before", "%(num)s hours before", hours)


# Hours before the start from which on a seat that comes free is offered first.
ASKS_FIRST: dict[int, Text] = {
    # Translators: when to ask before giving a seat that comes free: never, or so long before the gathering
    0: _("Never"),
    6: hours_before(6),
    12: hours_before(12),
    24: _("A day before"),
    48: _("Two days before"),
    168: _("A week before"),
}


class PolicyFields(Fields):
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
    newcomer_seats: int = Field(0, ge=0, le=1_000)
    newcomer_hours: int = Field(48, ge=0, le=336)

    def answers(self, zone: str, faults: Faults, *, hybrid: bool) -> dict[str, Any]:
        """What it says of answers, by column. Notes a day without a time, and a time that no clock shows."""
        return {
            "seats": self.seats,
            "online_seats": self.online_seats if hybrid else None,
            "guests_allowed": self.guests_allowed,
            "approval": self.approval,
            "answers_open_at": _moment(self.opens, self.opens_time, zone, "opens", faults),
            "answers_close_at": _moment(self.closes, self.closes_time, zone, "closes", faults),
            "asks_first": self.asks_first,
            "replies_kept": self.replies_kept,
            "newcomer_seats": self.newcomer_seats,
            "newcomer_hours": self.newcomer_hours,
        }


def _moment(day: date | None, at: time | None, zone: str, field: str, faults: Faults) -> datetime | None:
    if day is None and at is None:
        return None
    if day is None:
        faults.note(field, _("Please choose the day as well."))
    elif at is None:
        faults.note(f"{field}_time", _("Please give the time as well."))
    else:
        with faults.noting():
            refuse_far_away(day, field=field)
            return wall_clock.moment(day, at, zone, field=f"{field}_time")
    return None
