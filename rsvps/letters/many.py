"""What letters about many gatherings at once share: a line for each, by which their reader finds their way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from events.publishing.changes import Difference, Times, Told, in_short
from events.tables import Event
from server.languages.messages import Text, pgettext
from server.mail import CalendarPart
from server.presentation import zone_name


@dataclass(frozen=True)
class Item:
    """A gathering that a letter tells of, or a shift at one.

    `told` has moved it; it is on again (`back`); or it is called off. `note` says what its reader has to do with it,
    `href` leads there. `calendar` is the part that moves it in their calendar, or takes it out.
    """

    event: Event
    now: Times
    note: Text
    href: str
    told: Told | None = None
    back: bool = False
    calendar: CalendarPart | None = None

    @property
    def off(self) -> bool:
        """Whether it does not take place."""
        return not (self.told or self.back)

    @property
    def others(self) -> Sequence[Difference]:
        """What is different but for the time."""
        return self.told.others if self.told else ()

    @property
    def zones(self) -> set[str]:
        """By whose clocks it is told."""
        return {self.now.zone, self.told.before.zone} if self.told else {self.now.zone}


class Line(NamedTuple):
    """It in words: when it was (empty where that stays), when it is, and what else is different. `off`: it is not."""

    before: Text
    now: Text
    note: Text
    href: str
    others: Sequence[Difference]
    off: bool


def of_event(event: Event) -> Times:
    """When a gathering is."""
    return Times(event.local_start, event.local_end, event.zone)


def same_for_all(items: Iterable[Item]) -> list[Difference]:
    """What is different in the same way for all that have moved: it is said once."""
    first, *rest = [item.others for item in items if item.told] or [[]]
    return [difference for difference in first if all(difference in others for others in rest)]


def lines(items: Sequence[Item], *, zones: set[str], besides: Sequence[Difference] = ()) -> list[Line]:
    """A line for each, in order of time, with its zone if there are several. `besides`: what was said already."""
    return [
        _line(item, zone=len(zones) > 1, besides=besides)
        for item in sorted(items, key=lambda item: item.event.starts_at)
    ]


def told_once(zones: set[str]) -> Text:
    """The zone that all of it is told in, in words; empty where each line names its own."""
    return zone_name(*zones) if len(zones) == 1 else ""


class Reason(NamedTuple):
    """Why some of them are off, in a host's words, and which (empty: all that are)."""

    words: str
    which: Text


def reasons(items: Iterable[Item]) -> list[Reason]:
    """Why those are off that are: a reason that they share once."""
    off = sorted((item for item in items if item.off), key=lambda item: item.event.starts_at)
    said = dict.fromkeys(item.event.cancel_reason for item in off)
    if len(said) == 1:
        return [Reason(words, "") for words in said if words]
    found = {item.event.id: Reason(item.event.cancel_reason, in_short(of_event(item.event))) for item in off}
    return [reason for reason in found.values() if reason.words]


def what_has_become(items: Sequence[Item]) -> dict[str, bool]:
    """Whether all of it is `off`, or all of it on again (`back`), as a letter says it before all else."""
    return {"off": all(item.off for item in items), "back": all(item.back for item in items)}


def calendars(items: Iterable[Item]) -> dict[str, Any]:
    """Their parts for the calendar, as a letter takes them: a single one as any letter has it."""
    parts = tuple(item.calendar for item in items if item.calendar)
    return {"calendar": parts[0]} if len(parts) == 1 else {"calendars": parts}


def of_these_alone(items: Iterable[Item], others: Iterable[Item]) -> list[Item]:
    """These, without what is said of their gatherings by others."""
    said = {item.event.id for item in others}
    return [
        replace(item, told=replace(item.told, others=())) if item.told and item.event.id in said else item
        for item in items
    ]


def last(items: Iterable[Item]) -> Event:
    """The gathering that is over last: so long the letter is worth sending."""
    return max((item.event for item in items), key=_over_at)


def _over_at(event: Event) -> datetime:
    return event.over_at


def _line(item: Item, *, zone: bool, besides: Sequence[Difference]) -> Line:
    others = [difference for difference in item.others if difference not in besides]
    if item.told is None:
        day, off = in_short(item.now, zone=zone), pgettext("gathering", "Cancelled")
        before, now = (off, day) if item.back else (day, off)
        return Line(before, now, item.note, item.href, others, off=not item.back)
    end = not item.told.as_long
    before = in_short(item.told.before, zone=zone, end=end) if item.told.moved else ""
    now = in_short(item.told.after, zone=zone, end=end)
    return Line(before, now, item.note, item.href, others, off=False)
