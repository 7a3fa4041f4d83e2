"""What people fill in to answer, and what organisers fill in to ask and to write."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from members.forms import Email, email_address
from rsvps.host_letters import ToWhom
from server.forms import Fields, Line, OptionalLine, Prose

MOST_GUESTS = 20
MOST_ADDRESSES = 50


class AnswerFields(Fields):
    """A member's answer."""

    answer: Literal["going", "maybe", "declined"]
    guests: int = Field(0, ge=0, le=MOST_GUESTS)


class StrangerFields(AnswerFields):
    """The answer of somebody who is not signed in."""

    name: Line = Field(max_length=100)
    email: Email


class LinkFields(Fields):
    """An answer by the link in a letter."""

    answer: Literal["going", "maybe", "declined", "withdrawn"]
    guests: int = Field(0, ge=0, le=MOST_GUESTS)
    name: OptionalLine = Field("", max_length=100)


def addresses(text: str) -> list[str]:
    """E-mail addresses out of a text, one a line or with commas between, each once. Raises ValueError."""
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


class InvitationFields(Fields):
    """Whom to invite: members by their public ids, others by their addresses."""

    people: list[str] = Field([], max_length=500)
    emails: Annotated[Prose, AfterValidator(_addresses_only)] = ""


class HostLetterFields(Fields):
    """A letter to those who are coming. `ref` is made with the form; `step` says which button was pressed."""

    ref: str = Field(pattern="^[0-9a-z]{12}$")
    step: Literal["preview", "change", "send"] = "preview"
    to_whom: ToWhom = "going"
    subject: Line = Field(max_length=150)
    body: Prose = Field(min_length=1, max_length=5000)
    answers_to_me: bool = False
