"""What people fill in on the morning after, and on their contact card."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from followups.asks.queries import HELLO, HELP, INTRODUCTION, OwnAsk
from followups.connections.cards import Choices, Way
from followups.connections.keeping import Rhythm, Wishes
from followups.connections.queries import Card
from followups.survey.answering import Answers
from followups.survey.encounters import Marks
from followups.survey.notes import Back
from followups.survey.queries import NAMES_ON_A_PAGE, Asked, Names
from rsvps.seating.guests import MOST_GUESTS
from server import forms
from server.forms import Fields, Line, OptionalLine, Prose, WebAddress
from server.languages.messages import N_, _
from server.presentation import in_zone

Key = Annotated[str, StringConstraints(max_length=12)]
Keys = Annotated[list[Key], Field(max_length=NAMES_ON_A_PAGE)]


class ReplyFields(Fields):
    """Somebody's page of a follow-up. `act` is the button that was pressed, or the place in the list that `after` or
    `before` leads on to; `step` is the question they go on to. `shown` are the names that were there; `asks_card` and
    `offers` say that the questions about their e-mail address, and about what they would like, did."""

    was_there: Literal["yes", "no"] | None = None
    findable: bool = False
    shows_picture: bool = Field(False, title=N_("Share my picture"))
    asks_card: bool = False
    shares_email: bool = False
    shown: Keys = Field(default_factory=list)
    met: Keys = Field(default_factory=list)
    wish: Keys = Field(default_factory=list)
    take_back: bool = False
    note: Prose = Field("", max_length=1000)
    note_back: Back = "no"
    note_on: date | None = None
    felt_welcome: Literal["yes", "partly", "no"] | None = None
    message: Prose = Field("", max_length=2000)
    message_to: Literal["organisers", "nobody"] = "nobody"
    signed: bool = False
    offers: bool = False
    help: bool = False
    help_words: OptionalLine = Field("", max_length=300)
    introduction: bool = False
    introduction_words: OptionalLine = Field("", max_length=300)
    hello: bool = False
    hello_words: OptionalLine = Field("", max_length=300)
    first_time_told: bool = False
    step: OptionalLine = Field("", max_length=20)
    find: OptionalLine = Field("", max_length=40, title=N_("Phone number"))
    act: OptionalLine = Field("save", max_length=20)
    after: OptionalLine = Field("", max_length=500)
    before: OptionalLine = Field("", max_length=500)

    @property
    def said(self) -> Answers:
        """All but whom they met."""
        return Answers(
            was_there=None if self.was_there is None else self.was_there == "yes",
            findable=self.findable,
            shows_picture=self.shows_picture,
            felt_welcome=self.felt_welcome,
            message=self.message,
            message_to=self.message_to,
            signed=self.signed,
            note=self.note,
            note_back=self.note_back,
            note_on=self.note_on,
            first_time_told=self.first_time_told,
        )

    @property
    def asks(self) -> dict[str, str]:
        """What they would like, with their words."""
        said = {
            HELP: (self.help, self.help_words),
            INTRODUCTION: (self.introduction, self.introduction_words),
            HELLO: (self.hello, self.hello_words),
        }
        return {kind: words for kind, (wanted, words) in said.items() if wanted}

    @property
    def finished(self) -> bool:
        """Whether the button was the page's last one."""
        return self.act == "save" and not (self.after or self.before)

    @property
    def marks(self) -> Marks:
        """Whom they met."""
        return Marks(shown=self.shown, met=self.met, wished=self.wish)


class WalkedInFields(Fields):
    """Somebody who was there without an answer, as a host writes them down."""

    name: Line = Field(max_length=100)
    guests: int = Field(0, ge=0, le=MOST_GUESTS)


class NoteFields(Fields):
    """On which day a note to oneself comes back."""

    note_on: date = Field(title=N_("Send it back on"))


def filled_in(asked: Asked, names: Names, card: Card, asks: Mapping[str, OwnAsk]) -> forms.Form[ReplyFields]:
    """The page as somebody left it. Nothing is ticked that they have not ticked themselves."""
    comes_back = in_zone(asked.note_back_at, asked.zone).date() if asked.note_back_at else None
    if asked.note_sent_at:
        comes_back = None
    was_there = asked.was_there if asked.was_there is not None else (asked.arrived or None)
    return forms.blank(
        was_there="" if was_there is None else ("yes" if was_there else "no"),
        findable=asked.findable,
        shows_picture=asked.shows_picture,
        shares_email=bool(card.email),
        met=[name.key for name in names.people if name.met],
        wish=[name.key for name in names.people if name.wished],
        note=asked.note,
        note_back="day" if comes_back else "no",
        note_on=comes_back,
        felt_welcome=asked.felt_welcome or "",
        message=asked.message,
        message_to=asked.message_to,
        signed=asked.signed,
        first_time_told=asked.first_time_told,
        **dict.fromkeys(asks, True),
        **{f"{kind}_words": ask.words for kind, ask in asks.items()},
        find=names.words,
    )


def phone_number(value: str) -> str:
    """Digits, and what people write between them. Raises ValueError with a sentence."""
    if value and (not set(value) <= set("+0123456789 ()-./") or sum(map(str.isdigit, value)) < 4):
        raise ValueError(_("That does not look like a phone number. It should be like +49 30 1234567."))
    return value


class CardFields(Fields):
    """What somebody shows to their connections. A tick shares, a word alone does not."""

    shows_email: bool = Field(False, title=N_("Share my e-mail address"))
    shows_picture: bool = False
    shows_phone: bool = Field(False, title=N_("Share my phone number"))
    phone: Annotated[OptionalLine, AfterValidator(phone_number)] = Field("", max_length=40)
    shows_website: bool = Field(False, title=N_("Share my website"))
    website: WebAddress = Field("", max_length=190, title=N_("Website"))
    shows_words: bool = Field(False, title=N_("Share a line about me"))
    words: OptionalLine = Field("", max_length=300, title=N_("In a line"))
    keeps_plans: bool = Field(False, title=N_("Keep my plans to myself"))
    seen: OptionalLine = ""

    @property
    def card(self) -> Choices:
        """The card it makes."""
        return Choices(**self.model_dump(exclude={"seen"}))


class WayFields(Fields):
    """One way in which somebody's connections may reach them. Nothing is chosen before they choose; `next`: where the
    form stands."""

    way: Way
    phone: Annotated[OptionalLine, AfterValidator(phone_number)] = Field("", max_length=40)
    website: WebAddress = Field("", max_length=190, title=N_("Website"))
    next: OptionalLine = Field("", max_length=500)


class WordsFields(Fields):
    """What somebody writes to one of their connections."""

    words: Prose = Field(min_length=1, max_length=4000, title=N_("Your words"))


class KeepingFields(Fields):
    """What somebody keeps about one of their connections, for themselves."""

    note: Prose = Field("", max_length=1000, title=N_("A note to yourself"))
    rhythm: Rhythm = "none"
    unprompted: bool = False
    seen: OptionalLine = ""

    @property
    def wishes(self) -> Wishes:
        """What it says."""
        return Wishes(**self.model_dump(exclude={"seen"}))


class HowOftenFields(Fields):
    """How often somebody wishes to be prompted."""

    how_often: Literal["weekly", "monthly", "never"]
