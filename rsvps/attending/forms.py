"""What people fill in to answer."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from members.forms import Called, Email
from rsvps.seating.guests import MOST_GUESTS
from server.forms import Fields, Key, Line, OptionalLine, Prose


def _names(text: str) -> str:
    """Names, one per line; guests who are not named leave no line."""
    return "\n".join(name for line in text.splitlines() if (name := " ".join(line.split())))


class RemovalFields(Fields):
    """Taking an answer back. `form` is made with the form: the same one sent twice counts once."""

    form: Key = ""


class PartyFields(RemovalFields):
    """What everybody may say with their answer: who comes along, on which side, and who may see it.

    What is not in the form stays as it was.
    """

    answer: str
    guests: int = Field(0, ge=0, le=MOST_GUESTS)
    guest_names: Annotated[Prose, AfterValidator(_names)] = Field("", max_length=5000)
    online: bool | None = None
    listed: Literal["nobody", "coming", "connections"] | None = None


class AnswerFields(PartyFields):
    """A member's answer. `then`: where they gave it, and go on; else on the gathering's page."""

    answer: Literal["going", "maybe", "declined"]
    then: Literal["", "agenda"] = ""


class StrangerFields(AnswerFields):
    """The answer of somebody who is not signed in."""

    name: Line = Field(max_length=100)
    email: Email


class LinkFields(PartyFields):
    """An answer by the link in a letter."""

    answer: Literal["going", "maybe", "declined", "withdrawn"]
    along: OptionalLine = Field("", max_length=40)
    name: OptionalLine = Field("", max_length=100)
    called: Called = Field("", max_length=60)


class HereFields(Fields):
    """Somebody who is signed in has come without an answer, and with whom."""

    guests: int = Field(0, ge=0, le=MOST_GUESTS)


class LeaveAddressFields(HereFields):
    """The same of somebody who says who they are."""

    name: Line = Field(max_length=100)
    email: Email
