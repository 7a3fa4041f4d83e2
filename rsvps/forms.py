"""What people fill in to answer, and what organisers fill in to ask and to write."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from members.forms import Called, Email, PickerFields, email_address
from rsvps.doors import Lasting
from rsvps.host_letters import ToWhom
from rsvps.questions import MOST_OPTIONS, Asked
from server.errors import Refusal
from server.forms import Fields, Line, OptionalLine, Prose

MOST_GUESTS = 20
MOST_ADDRESSES = 50
LONGEST_OPTION = 100
LONGEST_NAME = 60  # characters of one guest's
KEY = re.compile(r"[A-Za-z0-9_-]{12,40}")


def _names(text: str) -> str:
    """Names, one a line; whoever is not named leaves no line. Raises ValueError."""
    names = [name for line in text.splitlines() if (name := " ".join(line.split()))]
    if too_long := next((name for name in names if len(name) > LONGEST_NAME), None):
        raise ValueError(
            f"“{too_long[:20]}…” is long for a name. Please keep each under {LONGEST_NAME} letters."
        )
    return "\n".join(names)


def _key(value: Any) -> str:
    """The key of a form; a bad one is none."""
    return value if isinstance(value, str) and KEY.fullmatch(value) else ""


class RemovalFields(Fields):
    """Taking an answer back. `form` is made with the form: the same one sent twice counts once."""

    form: Annotated[str, BeforeValidator(_key)] = ""


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
    """A member's answer."""

    answer: Literal["going", "maybe", "declined"]


class StrangerFields(AnswerFields):
    """The answer of somebody who is not signed in."""

    name: Line = Field(max_length=100)
    email: Email


class LinkFields(PartyFields):
    """An answer by the link in a letter."""

    answer: Literal["going", "maybe", "declined", "withdrawn"]
    name: OptionalLine = Field("", max_length=100)
    called: Called = Field("", max_length=60)


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


class DoorFields(Fields):
    """A new door link, and how long it works."""

    name: Line = Field(max_length=60)
    lasting: Lasting = "hours"


class PressFields(Fields):
    """A press at the door. `key` is made on the device, `q` is what was looked for.

    `at` is when it was pressed and `sent` when it was sent, by a clock that may be wrong; `since` how far the device
    had followed the door by then.
    """

    guests: int = Field(0, ge=0, le=MOST_GUESTS)
    key: Annotated[str, BeforeValidator(_key)] = ""
    at: AwareDatetime | None = None
    sent: AwareDatetime | None = None
    since: OptionalLine = ""
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


class QuestionFields(Fields):
    """A question as hosts put it. Its options are one a line; those of a preset are known by its name."""

    kind: Literal["text", "choice", "several"] = "text"
    prompt: Line = Field(max_length=200)
    options: Prose = Field("", max_length=5000)
    required: bool = False
    preset: Literal["", "access", "diet"] = ""

    def asked(self) -> Asked:
        """The question. Raises a Refusal about its options."""
        lines = (" ".join(line.split()) for line in self.options.splitlines())
        options = tuple(dict.fromkeys(line for line in lines if line))
        if self.kind == "text":
            return Asked("text", self.prompt, self.required)
        if len(options) < 2:
            raise Refusal("Please give at least two things to choose from, one a line.", field="options")
        if len(options) > MOST_OPTIONS:
            raise Refusal(f"Please give at most {MOST_OPTIONS} things to choose from.", field="options")
        if any(len(option) > LONGEST_OPTION for option in options):
            raise Refusal(f"Please keep each line under {LONGEST_OPTION} characters.", field="options")
        return Asked(self.kind, self.prompt, self.required, options, self.preset)
