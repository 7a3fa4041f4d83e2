"""What an organiser fills in about a shift."""

from datetime import timedelta

from pydantic import Field

from events import wall_clock
from events.fields import Clock, Day
from events.tables import Event
from server import forms
from server.errors import Refusal
from server.forms import Fields, Line, OptionalLine
from volunteers.queries import Shift
from volunteers.shifts import Needed

FURTHEST = timedelta(days=13)  # from the event's start


class TooFarAway(Refusal):
    """A shift belongs to its gathering."""

    sentence = "That is more than two weeks from the gathering. Please check the date."
    field = "date"


class ShiftFields(Fields):
    """What is needed, how many people, and when on the event's wall clock. It may go on past midnight."""

    title: Line = Field(max_length=80)
    about: OptionalLine = Field("", max_length=300)
    places: int = Field(1, ge=1, le=500)
    date: Day
    begins: Clock
    ends: Clock

    def needed(self, event: Event) -> Needed:
        """With its times as moments. Raises a Refusal beside the field whose time cannot be."""
        # The days first: clocks have no moment for the ends of the calendar.
        if abs(self.date - event.local_start.date()) > FURTHEST + timedelta(days=1):
            raise TooFarAway
        starts_at = wall_clock.moment(self.date, self.begins, event.zone, field="begins")
        last_day = self.date + timedelta(days=self.ends <= self.begins)
        ends_at = wall_clock.moment(last_day, self.ends, event.zone, field="ends")
        if abs(starts_at - event.starts_at) > FURTHEST:
            raise TooFarAway
        return Needed(self.title, self.about, self.places, starts_at, ends_at)


def blank(event: Event) -> forms.Form[ShiftFields]:
    """A new shift, as long as the event."""
    end = event.over_at.astimezone(event.local_start.tzinfo)
    return forms.blank(
        date=event.local_start.date().isoformat(), begins=event.local_start.time(), ends=end.time(), places=1
    )


def filled_in(shift: Shift) -> forms.Form[ShiftFields]:
    """A shift as it is."""
    return forms.blank(
        title=shift.title,
        about=shift.about,
        places=shift.places,
        date=shift.local_start.date().isoformat(),
        begins=shift.local_start.time(),
        ends=shift.local_end.time(),
    )
