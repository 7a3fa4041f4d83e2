"""What hosts fill in to decide about other people's answers."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from members.addresses import Addressee, email_address
from members.forms import EndFields, NamedEmail, PickerFields
from rsvps.hosting.host_letters import ToWhom
from rsvps.seating.guests import MOST_GUESTS
from server.forms import Fields, Line, OptionalLine, Prose

MOST_ADDRESSES = 50


def addresses(text: str) -> list[str]:
    """E-mail addresses out of a text, one per line or separated by commas, each once. Raises ValueError."""
    words = [word.strip("<>,;") for word in re.split(r"[\s,;]+", text) if word.strip("<>,;")]
    if len(words) > MOST_ADDRESSES:
        raise ValueError(f"Please invite at most {MOST_ADDRESSES} people at once.")
    return list(dict.fromkeys(_address(word) for word in words))


def _addresses_only(text: str) -> str:
    addresses(text)
    return text


def _address(word: str) -> str:
    try:
        return email_address(word)
    except ValueError:
        raise ValueError(f"“{word[:60]}” does not look like an e-mail address.") from None


class InvitationFields(PickerFields):
    """Whom to invite: members by their public ids, others by their addresses."""

    people: list[str] = Field([], max_length=500)
    emails: Annotated[Prose, AfterValidator(_addresses_only)] = ""


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
