"""What hosts fill in to decide about other people's answers."""

from typing import Literal

from pydantic import Field

from members.addresses import Addressee
from members.forms import EndFields, NamedEmail, PickerFields
from rsvps.hosting.host_letters import ToWhom
from rsvps.hosting.invitations import Chosen
from rsvps.seating.guests import MOST_GUESTS
from server.forms import Fields, Line, OptionalLine, Prose


class InvitationFields(PickerFields):
    """Whom to invite: members by their public ids, or all of them; others by their addresses. With which words.

    `step` says which button was pressed: `preview`, `change`, `send`. `told`, `mended` and `meant` are those of
    `invitations.Chosen`.
    """

    people: list[str] = Field([], max_length=500)
    all_members: bool = False
    emails: Prose = ""
    mended: Prose = ""
    meant: list[OptionalLine] = Field([], max_length=500)
    told: bool = False
    words: Prose = ""

    @property
    def chosen(self) -> Chosen:
        """Whom they chose."""
        return Chosen(self.people, self.all_members, self.emails, self.mended, self.meant, self.told)


class HostLetterFields(Fields):
    """A letter to those who are coming. `step` says which button was pressed."""

    step: Literal["preview", "change", "send"] = "preview"
    to_whom: ToWhom = "going"
    subject: Line = Field(max_length=150)
    body: Prose = Field(min_length=1, max_length=5000)
    answers_to_me: bool = False


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
    email: NamedEmail | None = None
    guests: int = Field(0, ge=0, le=MOST_GUESTS)
    online: bool = False

    @property
    def addressee(self) -> Addressee:
        """Whose address it is: by the name that was typed, or the one that came with the address."""
        name, email = self.email or ("", "")
        return Addressee(self.name or name, email)
