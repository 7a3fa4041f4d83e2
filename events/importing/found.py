"""What was found in a calendar, as far as it can be believed: its shape, its lengths, its characters.

It comes from a child that read a stranger's file (`reading`), or from our own table where it waited.
"""

import hashlib
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from events.importing import bounds
from events.series import making
from events.series import rule as rules
from events.tables import USUAL_LENGTH
from server.forms import OptionalLine, Prose, web_address
from server.languages.messages import Message
from server.presentation import in_zone


def _a_day(said: str) -> str:
    """A day as calendars write it, or none; not one so late that nothing can be reckoned from it."""
    if said and _day(said).year > rules.LATEST:
        raise ValueError
    return said


def _day(said: str) -> date:
    return date.fromisoformat(f"{said[:4]}-{said[4:6]}-{said[6:]}")


Day = Annotated[str, StringConstraints(pattern=r"^(\d{8})?$"), AfterValidator(_a_day)]


class Gathering(BaseModel):
    """One gathering of a calendar. Times are moments; `zone` says on which clock they are read.

    `recurrence` is the day on which a rule would have it ("20261203"), empty for what does not come again. What has a
    `rule` stands for a series, but for the days that are `left_out`; once it has no day ahead, it does not go on. Where
    it is so only `since` a day, what is ahead before that is named day by day.
    """

    model_config = ConfigDict(frozen=True)

    uid: OptionalLine = Field(min_length=1, max_length=bounds.LONGEST_UID)
    recurrence: Day
    title: OptionalLine = Field(max_length=bounds.LONGEST_TITLE)
    starts: AwareDatetime
    ends: AwareDatetime | None
    zone: str = Field(max_length=60)
    all_day: bool
    cancelled: bool
    about: Prose = Field(max_length=bounds.LONGEST_TEXT)
    place: OptionalLine = Field(max_length=bounds.LONGEST_PLACE)
    address: OptionalLine = Field(max_length=bounds.LONGEST_ADDRESS)
    join_url: OptionalLine = Field(max_length=bounds.LONGEST_ADDRESS)
    mode: Literal["in_person", "online", "hybrid"]
    rule: str = Field("", max_length=rules.LONGEST)
    since: Day = ""
    goes_on: bool = True
    left_out: list[Day] = Field([], max_length=bounds.MOST)

    @property
    def name(self) -> tuple[str, str]:
        """What it is known by, in whatever is read of its calendar later."""
        return self.uid, self.recurrence

    @property
    def key(self) -> str:
        """The same name, short, for a form."""
        return key_of(*self.name)

    @property
    def over_at(self) -> datetime:
        """When it is over: its end, or three hours after its start."""
        return self.ends or self.starts + USUAL_LENGTH

    def said(self) -> dict[str, Any]:
        """What it says of an event, by column, in JSON's types."""
        return {
            "title": self.title,
            "about": self.about,
            "starts_at": self.starts.isoformat(),
            "ends_at": self.ends.isoformat() if self.ends else None,
            "zone": self.zone,
            "mode": self.mode,
            "place": self.place,
            "address": self.address,
            "join_url": _joins(self.join_url),
        } | ({"rule": self.rule} if self.rule else {})

    def on(self, day: date) -> "Gathering":
        """What its series is on one day, as a gathering of its own."""
        starts = in_zone(self.starts, self.zone)
        begins = making.moment(datetime.combine(day, starts.time()), self.zone)
        ends = begins + (self.ends - self.starts) if self.ends else None
        own = {
            "recurrence": f"{day:%Y%m%d}",
            "starts": begins,
            "ends": ends,
            "rule": "",
            "since": "",
            "left_out": [],
        }
        return self.model_copy(update=own)

    @property
    def day(self) -> date:
        """The day on which a rule would have it, for what has one."""
        return _day(self.recurrence)

    @property
    def from_day(self) -> date:
        """The day since which its series is so; the first of all days for one that always was."""
        return _day(self.since) if self.since else date.min

    @property
    def days_out(self) -> list[date]:
        """The days on which its series does not happen."""
        return [_day(each) for each in self.left_out]


class Found(BaseModel):
    """All that was found in a calendar: its name, its gatherings, and of others the title and why they are none."""

    name: OptionalLine = Field("", max_length=bounds.LONGEST_TITLE)
    gatherings: list[Gathering] = Field(max_length=bounds.MOST)
    faults: list[tuple[OptionalLine, str]] = Field([], max_length=bounds.MOST_ENTRIES)

    @property
    def unread(self) -> list[tuple[str, Message]]:
        """What could not be read, and why."""
        return [(title, Message(key)) for title, key in self.faults]


class Unbelievable(Exception):
    """What a child says that nobody asked of it."""


def believed(said: Any) -> Found:
    """What a child found. Raises Unbelievable."""
    try:
        return Found.model_validate(said)
    except ValidationError as error:
        raise Unbelievable from error


def key_of(uid: str, recurrence: str) -> str:
    """What a gathering is called in a form."""
    return hashlib.sha256(f"{uid}\n{recurrence}".encode()).hexdigest()[:16]


def _joins(address: str) -> str:
    try:
        return web_address(address)
    except ValueError:
        return ""
