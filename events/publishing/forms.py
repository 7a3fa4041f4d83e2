"""What organisers fill in about an event, and what everybody may ask of the list."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import Field
from starlette.datastructures import UploadFile

from events import wall_clock
from events.details import Details, Mode, Visibility, value_in
from events.fields import Clock, Day, Zone
from events.publishing import rules
from events.publishing.answer_fields import PolicyFields
from events.publishing.unfinished import Written
from events.tables import Event
from server import clock
from server.faults import Faults
from server.forms import Fields, Form, Key, Line, OptionalLine, Prose, WebAddress, in_words
from server.languages.messages import Text, _, pgettext
from server.presentation import in_zone


class EventFields(PolicyFields):
    """The one form of an event. `last_day` is for what goes on over days.

    `seen`, `like`, and what says where it is typed (`written`) travel hidden.
    """

    title: Line = Field(max_length=120)
    summary: OptionalLine = Field("", max_length=200)
    date: Day
    time: Clock
    ends: Clock | None = None
    last_day: Day | None = None
    zone: Zone
    mode: Mode = "in_person"
    place: OptionalLine = Field("", max_length=120)
    address: Prose = Field("", max_length=500)
    address_public: bool = False
    join_url: WebAddress = Field("", max_length=500)
    about: Prose = Field("", max_length=10_000)
    picture: UploadFile | None = None
    without_picture: bool = False
    picture_x: int = Field(50, ge=0, le=100)
    picture_y: int = Field(50, ge=0, le=100)
    motif: OptionalLine = Field("", max_length=20)
    kept: str = ""
    visibility: Visibility = "public"
    first_timers: bool = False
    seen: str = ""
    like: str = ""
    then: OptionalLine = ""
    tab: Key = ""
    unfinished: str = ""
    version: str = ""

    @property
    def written(self) -> Written:
        """In which page it was typed, and what that page knows of what has been kept of it."""
        return Written.said(vars(self))

    def details(self, like: Event | None = None) -> Details:
        """What it says of the event. Raises NotAllowed with the fields whose time cannot be, and with all else
        that is wrong.

        `like` is the one it is a copy of: it goes on for as many days, unless another last day is given.
        """
        faults = Faults()
        starts_at = self._start(faults)
        ends_at = self._end(faults, days=days_of(like) if like else 0)
        details = self._said(starts_at or clock.now(), ends_at, faults)
        with faults.noting():
            rules.check(details if starts_at else _without_times(details))
        faults.refuse()
        return details

    def _said(self, starts_at: datetime, ends_at: datetime | None, faults: Faults) -> Details:
        somewhere, online = self.mode != "online", self.mode != "in_person"
        return Details(
            title=self.title,
            summary=self.summary,
            motif=self.motif,
            about=self.about,
            picture_x=self.picture_x,
            picture_y=self.picture_y,
            starts_at=starts_at,
            ends_at=ends_at,
            zone=self.zone,
            mode=self.mode,
            place=self.place if somewhere else "",
            address=self.address if somewhere else "",
            address_public=self.address_public and somewhere,
            join_url=self.join_url if online else "",
            visibility=self.visibility,
            first_timers=self.first_timers,
            **self.answers(self.zone, faults, hybrid=self.mode == "hybrid"),
        )

    def _start(self, faults: Faults) -> datetime | None:
        with faults.noting():
            rules.refuse_far_away(self.date, field="date")
            return wall_clock.moment(self.date, self.time, self.zone)
        return None

    def _end(self, faults: Faults, *, days: int) -> datetime | None:
        if self.ends is None:
            if self.last_day and self.last_day != self.date:
                faults.note("ends", _("Please say at what time it ends on the last day."))
            return None
        # "22:00 to 02:00" means the night that follows.
        overnight = not days and self.ends < self.time
        with faults.noting():
            day = self.last_day or self.date + timedelta(days=days or overnight)
            rules.refuse_too_long(self.date, day)
            return wall_clock.moment(day, self.ends, self.zone, field="ends")
        return None


def _without_times(details: Details) -> Details:
    """The same without what follows from a start that is not known."""
    return replace(details, ends_at=None, answers_open_at=None, answers_close_at=None)


F = TypeVar("F", bound=EventFields)

# What stands for a field that could not be read, while the others are looked at.
_STAND_INS: dict[str, Any] = {"title": "-", "zone": "UTC"}


def also_wrong(form: Form[F], kind: type[F]) -> dict[str, Text]:
    """What else is wrong with a form of this kind, apart from the fields that could not be read."""
    now = clock.now()
    stand_ins = {**_STAND_INS, "date": now.date(), "time": now.time()}
    fields = kind.model_construct(**{**stand_ins, **form.readable})
    faults = Faults()
    with faults.noting():
        details = fields.details()
        rules.check(
            details if stand_ins.keys() - {"title"} <= form.readable.keys() else _without_times(details)
        )
    return {
        name: words for name, words in faults.errors.items() if name not in stand_ins or name in form.readable
    }


class PublicationFields(Fields):
    """Whether it shall be published though it is over."""

    though_over: bool = False


class CancellationFields(Fields):
    """Why it does not happen."""

    reason: Prose = ""


def days_of(event: Event) -> int:
    """How many days after its first one it ends; 0 within a day and the night that follows."""
    starts, ends = event.local_start, event.local_end
    return 0 if ends is None or _overnight(starts, ends) else (ends.date() - starts.date()).days


def filled_in(event: Event) -> dict[str, Any]:
    """An event as its form shows it, on its own wall clock."""
    starts, ends = event.local_start, event.local_end
    return {
        **{name: value_in(event, name) for name in _COPIED},
        "date": f"{starts:%Y-%m-%d}",
        "time": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}" if ends else "",
        "last_day": f"{ends:%Y-%m-%d}" if ends and days_of(event) else "",
        "join_url": event.join_url,
        **_typed("opens", event.policy.answers_open_at, event.zone),
        **_typed("closes", event.policy.answers_close_at, event.zone),
        "seen": event.changed_at.isoformat(),
    }


def copied(event: Event) -> dict[str, Any]:
    """A new event's form, begun from an old one: all but its dates, its link, and when answers were taken.

    How many days it goes on is taken along by `EventFields.details`: a last day needs a date.
    """
    kept = filled_in(event)
    return {**kept, **dict.fromkeys(_NOT_COPIED, ""), "seen": "", "like": event.public_id}


# What the form calls its fields, for a reader who has to be shown what somebody else wrote into them.
LABELS = {
    "title": pgettext("a field of a gathering", "Title"),
    "summary": pgettext("a field of a gathering", "In one sentence"),
    "motif": pgettext("a field of a gathering", "Drawing"),
    "date": pgettext("a field of a gathering", "Date"),
    "time": pgettext("a field of a gathering", "Begins"),
    "ends": pgettext("a field of a gathering", "Ends"),
    "last_day": pgettext("a field of a gathering", "Last day"),
    "zone": pgettext("a field of a gathering", "Time zone"),
    "mode": pgettext("a field of a gathering", "Where"),
    "place": pgettext("a field of a gathering", "Place"),
    "address": pgettext("a field of a gathering", "Address"),
    "address_public": pgettext("a field of a gathering", "Everybody may see the address"),
    "join_url": pgettext("a field of a gathering", "Link to join"),
    "about": pgettext("a field of a gathering", "What"),
    "picture_x": pgettext("a field of a gathering", "In view, from the left"),
    "picture_y": pgettext("a field of a gathering", "In view, from the top"),
    "visibility": pgettext("a field of a gathering", "Who may see it"),
    "first_timers": pgettext("a field of a gathering", "First-timers welcome"),
    "seats": pgettext("a field of a gathering", "Seats"),
    "online_seats": pgettext("a field of a gathering", "Seats in the call"),
    "guests_allowed": pgettext("a field of a gathering", "Guests"),
    "approval": pgettext("a field of a gathering", "You accept each answer"),
    "opens": pgettext("a field of a gathering", "Answers open"),
    "opens_time": pgettext("a field of a gathering", "Answers open at"),
    "closes": pgettext("a field of a gathering", "Answers close"),
    "closes_time": pgettext("a field of a gathering", "Answers close at"),
    "asks_first": pgettext("a field of a gathering", "Ask before giving a seat"),
    "replies_kept": pgettext("a field of a gathering", "Days that replies are kept"),
    "newcomer_seats": pgettext("a field of a gathering", "Seats kept for newcomers"),
    "newcomer_hours": pgettext("a field of a gathering", "Hours before, until which they are kept"),
}
_CHOICES: dict[str, dict[str, Text]] = {
    "mode": {
        "in_person": pgettext("how people meet", "In person"),
        "online": pgettext("how people meet", "Online"),
        "hybrid": pgettext("how people meet", "Both"),
    },
    "visibility": {
        "public": pgettext("who may see it", "Everybody"),
        "unlisted": pgettext("who may see it", "Whoever has the link"),
        "members": pgettext("who may see it", "Members"),
        "invited": pgettext("who may see it", "Those you invite"),
    },
}


def written_otherwise(theirs: Mapping[str, Any], typed: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    """What somebody else wrote differently, in the form's words: (label, their words) each."""
    return [
        (label, _in_words(name, theirs[name]))
        for name, label in LABELS.items()
        if _plain(name, theirs[name]) != _plain(name, typed.get(name))
    ]


def _plain(name: str, value: Any) -> str | bool:
    """A field's value, however it came: a box that is not ticked is not sent at all."""
    return bool(value) if name in _BOXES else "\n".join(str("" if value is None else value).splitlines())


def _in_words(name: str, value: Any) -> Text:
    if name in _BOXES:
        return in_words(bool(value))
    return _CHOICES.get(name, {}).get(str(value)) or in_words(value)


_BOXES = {"approval", "address_public", "first_timers"}
_WINDOW = {"opens", "opens_time", "closes", "closes_time"}
_COPIED = LABELS.keys() - {"date", "time", "ends", "last_day", "join_url"} - _WINDOW
_NOT_COPIED = {"date", "last_day", "join_url"} | _WINDOW


def _typed(name: str, moment: datetime | None, zone: str) -> dict[str, str]:
    local = in_zone(moment, zone) if moment else None
    return {
        name: f"{local:%Y-%m-%d}" if local else "",
        f"{name}_time": f"{local:%H:%M}" if local else "",
    }


def _overnight(starts: datetime, ends: datetime) -> bool:
    return ends.date() - starts.date() == timedelta(days=1) and ends.time() < starts.time()
