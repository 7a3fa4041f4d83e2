"""What people fill in about themselves and their communities."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from starlette.datastructures import UploadFile

from members import names, slugs
from members.addresses import Addressee, addressee, email_address
from server import presentation, timezones
from server.errors import Refusal
from server.forms import Fields, Line, OptionalLine, Prose
from server.languages import catalogues
from server.languages.language import Language, spoken
from server.languages.messages import N_, _

# Words that are, or may come to be, addresses below /communities/ for something other than a community.
RESERVED = frozenset({
    "about", "admin", "all", "api", "calendar", "communities", "edit", "events", "everybody", "feeds", "find", "help",
    "join", "kith", "mine", "new", "people", "search", "settings", "sign-in", "sign-out", "static", "you",
})  # fmt: skip


def known_zone(value: str) -> str:
    """A time zone by its IANA name. Raises ValueError with a sentence."""
    if value not in timezones.names():
        raise ValueError(_("Please choose a time zone from the list."))
    return value


def zone_if_known(value: str) -> str:
    """A time zone as a browser names it, which nobody has typed; "" if we do not know it."""
    return value if value in timezones.names() else ""


def zone_choices(*, also: str = "") -> Sequence[tuple[str, str]]:
    """Every zone that is named after a place, and UTC first, as (value, label); and `also`, should it be another.

    In the reader's language, and in the order of its alphabet.
    """
    return _zones(spoken(), also if also in timezones.names() else "")


@lru_cache(100)  # Four hundred labels are milliseconds of a page.
def _zones(language: Language, also: str) -> Sequence[tuple[str, str]]:
    named = {zone for zone in timezones.names() if "/" in zone and not zone.startswith("Etc/")}
    labels = {zone: language.value(presentation.zone_label(zone)) for zone in named | {also} - {"", "UTC"}}
    ordered = sorted(labels.items(), key=lambda each: (language.alphabet.key(each[1]), each[0]))
    return [("UTC", language.value(_("UTC"))), *ordered]


def known_language(value: str) -> str:
    """A language that Kith speaks, by its code; "" for none. Raises ValueError with a sentence."""
    if value and value.lower() not in catalogues.by_code():
        raise ValueError(_("Please choose a language from the list."))
    return value


def language_choices() -> list[tuple[str, str]]:
    """Every language that Kith speaks, as (value, label): by its own name."""
    return [(language.code, language.name) for language in catalogues.menu(spoken().alphabet)]


def address_part(value: str) -> str:
    """A community's address as somebody typed it. Raises ValueError with a sentence."""
    value = value.lower().strip("/")
    if value and slugs.slug_of(value) != value:
        example = slugs.slug_of(value) or "sunday-walkers"
        raise ValueError(
            _("Please use small letters, digits and single dashes, such as %(example)s.", example=example)
        )
    if value and len(value) < 2:
        raise ValueError(_("Please write at least two characters."))
    if value in RESERVED:
        raise ValueError(_("Kith uses that address itself. Please choose another."))
    return value


def called(value: str) -> str:
    """What people shall call somebody. Raises ValueError when nothing of it may be shown to others."""
    if value and not names.shown("", value):
        raise ValueError(_("Others never see a title alone, or an e-mail address. Please write a name."))
    return value


# A name may be around it, as one copies it.
Email = Annotated[str, StringConstraints(max_length=400), AfterValidator(email_address)]
NamedEmail = Annotated[Addressee, BeforeValidator(addressee)]
Called = Annotated[OptionalLine, AfterValidator(called)]
Zone = Annotated[str, StringConstraints(max_length=60), AfterValidator(known_zone)]
Spoken = Annotated[str, StringConstraints(max_length=10), AfterValidator(known_language)]
Hour = Annotated[int | None, Field(ge=0, le=23)]
Slug = Annotated[str, StringConstraints(max_length=slugs.LONGEST), AfterValidator(address_part)]


class SignInFields(Fields):
    """Where to send the link, and where to go afterwards."""

    email: Email
    next: OptionalLine = Field("", max_length=2000)


class WelcomeFields(Fields):
    """What somebody is called, and where they were going. Their zone, as far as their browser says it."""

    name: Annotated[Line, AfterValidator(called)] = Field(max_length=100, title=N_("Your name"))
    zone: Annotated[OptionalLine, AfterValidator(zone_if_known)] = ""
    next: OptionalLine = Field("", max_length=2000)


class AccountFields(Fields):
    """Who somebody is."""

    name: Line = Field(max_length=100, title=N_("Your name"))
    called: Called = Field("", max_length=60, title=N_("What people call you"))
    zone: Zone = Field(title=N_("Time zone"))
    language: Spoken = Field(default="", title=N_("Language"))
    seen: OptionalLine = ""
    picture: UploadFile | None = None


class LanguageFields(Fields):
    """Which language to speak from now on, and the page on which it was chosen."""

    language: Annotated[Line, AfterValidator(known_language)] = Field(max_length=10, title="Language")
    next: OptionalLine = Field("", max_length=2000)


class AddressFields(Fields):
    """Another address for one's account."""

    email: Email


class ErasureFields(Fields):
    """The account's own e-mail address, typed once more."""

    email: OptionalLine = Field("", max_length=254)


class CommunityFields(Fields):
    """What a community says of itself."""

    name: Line = Field(max_length=100, title=N_("Name"))
    summary: OptionalLine = Field("", max_length=200, title=N_("In one sentence"))
    about: Prose = Field("", max_length=10_000, title=N_("About"))
    place: OptionalLine = Field("", max_length=100, title=N_("Where you mostly meet"))
    zone: Zone = Field(title=N_("Time zone"))
    language: Spoken = Field(default="", title=N_("Language"))
    picture: UploadFile | None = None
    seen: OptionalLine = ""


class NewCommunityFields(CommunityFields):
    """The same, and where it shall live. `next` is where its founder was going, a path of this site."""

    slug: Slug = ""
    next: OptionalLine = ""


class RoleFields(Fields):
    """Which role somebody shall have, and which they had when that was asked (`seen`)."""

    role: Literal["owner", "organiser", "member"]
    seen: OptionalLine = ""


class EndFields(Fields):
    """Until when somebody is kept out, and why, for organisers to read. No day: for good."""

    note: Prose = Field("", max_length=500)
    until: date | None = None

    def end(self, zone: str) -> datetime | None:
        """The end of that day on a zone's wall clock."""
        if self.until is None:
            return None
        try:
            return datetime.combine(self.until + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
        except OverflowError:  # The last day that there is.
            return None


class KeepingOutFields(EndFields):
    """Whom to keep out, by address."""

    email: Email | None = None

    def address(self) -> str:
        """The address that was typed. Raises Refusal where none was."""
        if self.email is None:
            raise Refusal(_("Please write the e-mail address of the person you mean."), field="email")
        return self.email


class RemovalFields(EndFields):
    """Removing a member: they are kept out, unless they may come back."""

    may_return: bool = False


class LetterFields(Fields):
    """The kinds of letters somebody wants, of those that come or do not."""

    wanted: list[Literal["reminders", "follow-ups", "organisers", "connections"]] = Field(
        default=[], max_length=10
    )


class HearingFields(Fields):
    """How to hear of a community's new gatherings, and the page on which that was chosen."""

    hears: Literal["each", "weekly", "never"]
    next: OptionalLine = Field("", max_length=2000)


class PauseFields(Fields):
    """The day on which letters may come again; none: when it is said."""

    until: date | None = None


class QuietFields(Fields):
    """Between which full hours no letters shall come; neither: at none."""

    quiet_from: Hour = Field(None, title=N_("From"))
    quiet_to: Hour = Field(None, title=N_("Until"))

    def hours(self) -> tuple[int, int] | None:
        """The two. Raises Refusal where one is missing."""
        if self.quiet_from is None and self.quiet_to is None:
            return None
        for name, hour in (("quiet_from", self.quiet_from), ("quiet_to", self.quiet_to)):
            if hour is None:
                raise Refusal(_("Please choose both hours, or neither."), field=name)
        return self.quiet_from, self.quiet_to  # type: ignore[return-value]


class AwayFields(Fields):
    """The day on which somebody is back."""

    until: date = Field(title=N_("Back on"))


class ClosingFields(Fields):
    """The community's own name, typed once more."""

    name: OptionalLine = Field("", max_length=100)


class PickerFields(Fields):
    """A form with a picker of people: what is looked for, and whether it was sent to find (`find`) or to act."""

    find: OptionalLine = ""
    step: OptionalLine = ""
