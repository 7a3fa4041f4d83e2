"""What hosts fill in to decide about other people's answers."""

from typing import Literal

from pydantic import Field

from members.forms import Email, EndFields, PickerFields
from rsvps.forms import MOST_GUESTS
from server.forms import Fields, OptionalLine, Prose

MOST_WORDS = 500  # characters of a note
MOST_AT_ONCE = 100  # people accepted by one press


class TurningDownFields(Fields):
    """What the person reads who cannot come."""

    note: Prose = Field("", max_length=MOST_WORDS)


class TakingOffFields(Fields):
    """What the person reads who is taken off the list."""

    note: Prose = Field("", max_length=MOST_WORDS)


class KeepingOutFields(EndFields):
    """Keeping out somebody who has answered: of this gathering, or of all that its community does."""

    of: Literal["event", "community"] = "event"


class MovingUpFields(Fields):
    """Why somebody moves up the line, for the hosts to read."""

    note: Prose = Field(min_length=1, max_length=MOST_WORDS)


class AcceptingFields(Fields):
    """Whom to accept, by the public ids of their answers."""

    rsvps: list[str] = Field([], max_length=MOST_AT_ONCE)


class AddingFields(PickerFields):
    """Whom to put on the list: a member by their public id, or anybody by name and address."""

    person: OptionalLine = Field("", max_length=40)
    name: OptionalLine = Field("", max_length=100)
    email: Email | None = None
    guests: int = Field(0, ge=0, le=MOST_GUESTS)
    online: bool = False
