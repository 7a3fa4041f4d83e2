"""What people fill in to be counted in every time."""

from datetime import date
from typing import Literal

from pydantic import Field

from rsvps.seating.guests import MOST_GUESTS
from server.forms import Fields


class StandingFields(Fields):
    """With how many guests, on which side, and who may see that they come. What is not said stays as it was."""

    guests: int = Field(0, ge=0, le=MOST_GUESTS)
    online: bool = False
    listed: Literal["nobody", "coming", "connections"] | None = None


class PauseFields(Fields):
    """Until when."""

    until: date


class StopFields(Fields):
    """Whether what they were counted in at already goes to others, too."""

    give_back: bool = False
