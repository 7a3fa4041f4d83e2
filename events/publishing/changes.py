"""What moved, and telling those who are coming, once, when it has settled.

The first edit that moves a published event opens a Change with what it was before. Each further edit puts the
telling off a little; then the two sides are compared. Moved back: nobody is told. Otherwise `EventChanged` is
announced, and whoever knows who is coming writes one letter to each (`differences` has the words).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from events import queries
from events.announcements import EventChanged
from events.publishing import store
from events.tables import Change, Event
from events.versions import MOVES
from events.view import EventView
from events.where import where
from server import clock
from server.db import transaction
from server.errors import NotFound
from server.jobs import announce, job, later
from server.languages.messages import Text, _, pgettext
from server.presentation import in_zone, short_date, time_range, when, zone_name
from server.rows import value_of

# Letters are to go out within five minutes of the last edit.
QUIET = timedelta(minutes=3)

# Kept beside it for the letter: the local time as it was shown.
WALLS = ("starts_wall", "ends_wall")
# A difference of this name says that what was typed stays, and the moment followed new rules of a zone's clocks.
# Translators: before a time that is told in UTC, since the clocks of its zone follow new rules
IN_UTC = _("In UTC")

# What people have to know when it changes. A typo in the text mails nobody.
TIMES = ("starts_at", "ends_at")


class Difference(NamedTuple):
    """One line of a change notice: what it is about, and both sides in words."""

    name: Text
    before: Text
    after: Text


class Times(NamedTuple):
    """When an event is, or was, on its own wall clock."""

    starts: datetime
    ends: datetime | None
    zone: str


@dataclass(frozen=True)
class Told:
    """One of several changes that are told at once, as far as its reader may know it.

    `others` are the differences but for the time, which is on both sides whether it has moved or not.
    """

    event: int
    before: Times
    after: Times
    others: Sequence[Difference]

    @property
    def moved(self) -> bool:
        """Whether it is at another time."""
        return self.before != self.after

    @property
    def as_long(self) -> bool:
        """Whether it takes as long as it did."""
        return self._length(self.before) == self._length(self.after)

    def _length(self, times: Times) -> timedelta | None:
        return times.ends - times.starts if times.ends else None


def in_short(times: Times, *, zone: bool = False, end: bool = False) -> Text:
    """Thu 12 Mar, 18:30: for a list of many; with its end or its zone where they say something."""
    day, hours = short_date(times.starts), time_range(times.starts, times.ends if end else None)
    if zone:
        return _("%(day)s, %(hours)s, %(zone)s", day=day, hours=hours, zone=zone_name(times.zone))
    return _("%(day)s, %(hours)s", day=day, hours=hours)


async def note(event: Event) -> None:
    """Remember what a published event was before this edit. Inside the edit's transaction, with its row locked."""
    change = await store.open_change(event.id, before=_side(event), now=clock.now())
    await later(tell, change, at=clock.now() + QUIET, key=f"change:{change}")


async def close(event: Event) -> None:
    """Tell nothing of what has moved so far: other news overtakes it. With the event's row locked."""
    await store.close_changes(event.id, now=clock.now())


async def record(before: Event, after: Event) -> int:
    """Write down what has moved or is on again, for a caller who tells of it at once. Returns the change's number.

    What has moved before and was not told yet is part of it. Inside the edit's transaction, with its row locked.
    """
    return await store.record_change(after.id, before=_side(before), after=_side(after), now=clock.now())


@job("events.tell_of_change", formerly="events.changes.tell")
async def tell(change: int) -> None:
    """Compare the two sides and announce what is different now. Twice is harmless."""
    async with transaction():
        # The event's row first, as an edit locks it: an edit either comes before this, or opens a new change.
        number = await queries.event_of_change(change)
        event = await queries.locked(number) if number else None
        if event is None:
            return
        after = _side(event)
        before = await _end(change, after=after)
        if before is None or _same(before, after, MOVES):
            return
        if event.status == "published" and event.over_at > clock.now():
            await announce(EventChanged(event.id, change))


async def differences(change: int, view: EventView) -> list[Difference]:
    """What was told to be different, in words, as far as the reader may know it. One query.

    Empty when there is nothing that concerns them.
    """
    before, after = await queries.sides_of_change(change)
    time = Difference(pgettext("what has changed", "When"), _when(before), _when(after))
    return [*_that_differ([time]), *_besides_the_time(before, after, view)]


async def told(numbers: Sequence[int], views: Mapping[int, EventView]) -> list[Told]:
    """What was told to be different of the events in `views`, by number, soonest first. One query.

    Without those of which there is nothing that concerns their reader.
    """
    sides = [found for found in await queries.sides_of_changes(numbers) if found.event in views]
    found = [
        Told(
            side.event,
            _times(side.before),
            _times(side.after),
            _besides_the_time(side.before, side.after, views[side.event]),
        )
        for side in sides
    ]
    return sorted((one for one in found if one.moved or one.others), key=lambda one: one.after.starts)


async def are_by_new_rules(change: int) -> bool:
    """Whether nothing was told but that the moment has followed new rules of a zone's clocks. One query."""
    try:
        before, after = await queries.sides_of_change(change)
    except NotFound:
        return False
    others = [name for name in MOVES if name not in TIMES]
    return bool(_by_new_rules(before, after)) and _same(before, after, others)


def _besides_the_time(before: dict[str, Any], after: dict[str, Any], view: EventView) -> list[Difference]:
    rows = [
        *_by_new_rules(before, after),
        Difference(pgettext("what has changed", "Where"), _where(before), _where(after)),
    ]
    if view.shows_address:
        name = pgettext("what has changed", "Address")
        rows.append(Difference(name, before["address"], after["address"]))
    if view.shows_join_link:
        name = pgettext("what has changed", "Link to join")
        rows.append(Difference(name, before["join_url"], after["join_url"]))
    return _that_differ(rows)


def _that_differ(rows: Iterable[Difference]) -> list[Difference]:
    return [
        Difference(row.name, row.before or "-", row.after or "-") for row in rows if row.before != row.after
    ]


def _side(event: Event) -> dict[str, Any]:
    off = ("cancelled_at",) if event.cancelled_at else ()
    return {name: _as_json(getattr(event, name)) for name in (*MOVES, *WALLS, *off)}


def _same(before: dict[str, Any], after: dict[str, Any], names: Iterable[str]) -> bool:
    # A side that was written down by an earlier version of Kith knows no wall clocks.
    return all(before.get(name) == after.get(name) for name in names)


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


async def _end(change: int, *, after: dict[str, Any]) -> dict[str, Any] | None:
    untold = (Change.id == change) & Change.told_at.is_null()
    ended = Change.update({Change.told_at: clock.now(), Change.after: after}).where(untold)
    before: dict[str, Any] | None = await value_of(ended.returning(Change.before))
    return before


def _when(side: dict[str, Any]) -> Text:
    return when(*_times(side))


def _times(side: dict[str, Any]) -> Times:
    starts, ends = (_typed(side, wall, moment) for wall, moment in zip(WALLS, TIMES, strict=True))
    return Times(starts, ends, side["zone"])


def _typed(side: dict[str, Any], wall: str, moment: str) -> Any:
    """What was typed, or else what the zone shows."""
    if side.get(wall):
        return datetime.fromisoformat(side[wall])
    return in_zone(datetime.fromisoformat(side[moment]), side["zone"]) if side[moment] else None


def _by_new_rules(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """The moment on both sides, where it is another one though the zone and what was typed are the same."""
    if (
        not after.get("starts_wall")
        or _same(before, after, TIMES)
        or not _same(before, after, (*WALLS, "zone"))
    ):
        return []
    return [Difference(IN_UTC, _in_utc(before), _in_utc(after))]


def _in_utc(side: dict[str, Any]) -> Text:
    starts, ends = (
        in_zone(datetime.fromisoformat(side[name]), "UTC") if side[name] else None for name in TIMES
    )
    assert starts
    return when(starts, ends)


def _where(side: dict[str, Any]) -> Text:
    return where(side["mode"], side["place"]) or _("In person")
