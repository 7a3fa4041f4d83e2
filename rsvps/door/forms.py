"""What hosts fill in to make a door link, and what a press at the door says."""

from typing import Literal

from pydantic import AwareDatetime, Field

from rsvps.door.doors import Lasting, Span
from rsvps.seating.guests import MOST_GUESTS
from server.forms import Fields, Key, Line, OptionalLine


class DoorFields(Fields):
    """A new door link, and how long it works."""

    name: Line = Field(max_length=60)
    lasting: Lasting = "hours"


class SeriesDoorFields(Fields):
    """A new link for a whole series, and for how many days it works."""

    name: Line = Field(max_length=60)
    lasting: Span = "180"


class PressFields(Fields):
    """A press at the door. `key` is made on the device, `q` is what was looked for.

    `at` is when it was pressed and `sent` when it was sent, by a clock that may be wrong; `since` how far the device
    had followed the door by then. `asks`: whoever pressed can be asked whether they mean it, long before the start
    (phones with an older page cannot); `sure`: they have been.
    """

    guests: int = Field(0, ge=0, le=MOST_GUESTS)
    key: Key = ""
    at: AwareDatetime | None = None
    sent: AwareDatetime | None = None
    since: OptionalLine = ""
    asks: bool = False
    sure: bool = False
    q: OptionalLine = ""


class MarkFields(PressFields):
    """Somebody is here, or was marked by mistake."""

    act: Literal["here", "undo"]
    rsvp: Line = Field(max_length=40)


class WalkInFields(PressFields):
    """Somebody came without an answer."""

    name: Line = Field(max_length=100)


class WalkInRemovalFields(PressFields):
    """That was a mistake, too: `key` is the walk-in's."""

    key: str = Field(min_length=12, max_length=40)
