"""What an organiser fills in about a shift."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from pydantic import Field

from events import wall_clock
from events.fields import Clock, Day
from events.tables import Event
from server import forms
from server.editing import version
from server.forms import Fields, Line, OptionalLine
from server.languages.messages import N_
from volunteers.queries import Shift
from volunteers.shifts import FURTHEST, Needed, TooFarAway


class ShiftFields(Fields):
    """What is needed, how many people, and when on the event's wall clock. It may go on past midnight."""

    title: Line = Field(max_length=80, title=N_("What needs doing"))
    about: OptionalLine = Field("", max_length=300, title=N_("What it involves"))
    places: int = Field(1, ge=1, le=500, title=N_("How many people"))
    date: Day = Field(title=N_("Day"))
    begins: Clock = Field(title=N_("From"))
    ends: Clock = Field(title=N_("Until"))
    seen: OptionalLine = ""

    def needed(self, event: Event) -> Needed:
        """With its times as moments. Raises a Refusal beside the field whose time cannot be."""
        # The days first: clocks have no moment for the ends of the calendar.
        if abs(self.date - event.local_start.date()) > FURTHEST + timedelta(days=1):
            raise TooFarAway
        starts_at = wall_clock.moment(self.date, self.begins, event.zone, field="begins")
        last_day = self.date + timedelta(days=self.ends <= self.begins)
        ends_at = wall_clock.moment(last_day, self.ends, event.zone, field="ends")
        return Needed(self.title, self.about, self.places, starts_at, ends_at)


def blank(event: Event) -> forms.Form[ShiftFields]:
    """A new shift, as long as the event."""
    end = event.over_at.astimezone(event.local_start.tzinfo)
    return forms.blank(
        date=event.local_start.date().isoformat(), begins=event.local_start.time(), ends=end.time(), places=1
    )


def filled_in(shift: Shift) -> forms.Form[ShiftFields]:
    """A shift as it is."""
    needed = Needed.of(shift)
    return forms.blank(**as_typed(asdict(needed), shift.event), seen=version(asdict(needed)))


def as_typed(needed: Mapping[str, Any], event: Event) -> dict[str, Any]:
    """What is said of a shift (the parts of a `Needed`), as the form has it."""
    starts, ends = (needed[name].astimezone(event.local_start.tzinfo) for name in ("starts_at", "ends_at"))
    return {
        "title": needed["title"],
        "about": needed["about"],
        "places": needed["places"],
        "date": f"{starts:%Y-%m-%d}",
        "begins": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
    }
