"""What one letter tells its reader of a community's gatherings, and what it says of each.

Pure: no database, no clock. Gatherings of one series are one entry, by its first day. Those that have changed, or are
cancelled, are one of their own, as far as the same is to be said of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from events.tables import Event

Mark = Literal["new", "again", "time", "place", "cancelled", "full", "soon"]

MOST = 12  # entries of one community


@dataclass(frozen=True)
class Gathering:
    """A gathering that may be told of. `new_since`: when it became known, or the series did that it is one of.

    `changes` are what was told to have changed since, each (when, what it was, what it became), the oldest first.
    """

    event: Event
    new_since: datetime
    changes: Sequence[tuple[datetime, dict[str, object], dict[str, object]]] = ()


@dataclass(frozen=True)
class Window:
    """What a weekly letter is about: what has happened after `since` until `until`, and what begins until `ahead`."""

    since: datetime
    until: datetime
    ahead: datetime


@dataclass(frozen=True)
class Entry:
    """One line of a letter: a gathering, what there is to say of it, and how many further days of its series.

    `alike`: what has changed in the same way on these days of its series, too.
    """

    event: Event
    marks: tuple[Mark, ...] = ()
    more: int = 0
    alike: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Section:
    """What a letter tells of one community: a few, soonest first, and how many more there are."""

    entries: tuple[Entry, ...]
    rest: int = 0


def section(entries: Iterable[Entry], *, most: int = MOST) -> Section:
    """These in their order, each series once. Of too many, what only comes up is left out first, the latest of it."""
    found = _by_series(sorted(entries, key=_soonest))
    kept = sorted(found, key=lambda entry: "soon" in entry.marks)[:most]
    return Section(tuple(sorted(kept, key=_soonest)), len(found) - len(kept))


def _soonest(entry: Entry) -> tuple[datetime, int]:
    return entry.event.starts_at, entry.event.id


def weekly(gathering: Gathering, window: Window) -> Entry | None:
    """What a weekly letter says of a gathering; None when there is nothing."""
    event = gathering.event
    if event.starts_at <= window.until:
        return None
    new = window.since < gathering.new_since <= window.until
    if event.status == "cancelled":
        told = event.cancelled_at and window.since < event.cancelled_at <= window.until and not new
        return Entry(event, ("cancelled",)) if told else None
    marks: list[Mark] = ["new"] if new else _changed(gathering, window)
    if not marks and event.starts_at <= window.ahead:
        marks = ["soon"]
    if not marks:
        return None
    return Entry(event, (*marks, *_full(event)))


def each(event: Event) -> Entry:
    """What the letter of a new gathering says of it."""
    return Entry(event, _full(event))


def _full(event: Event) -> tuple[Mark, ...]:
    return ("full",) if all(pool.left == 0 for pool in event.pools) else ()


def _changed(gathering: Gathering, window: Window) -> list[Mark]:
    """What is different at the end of the window from what it was at its beginning, as far as everybody may know."""
    told = [change for change in gathering.changes if window.since < change[0] <= window.until]
    if not told:
        return []
    before, after = told[0][1], told[-1][2]
    marks: list[Mark] = ["again"] if any(_was_off(change[1], window.since) for change in told) else []
    if any(before.get(name) != after.get(name) for name in ("starts_at", "ends_at", "zone")):
        marks.append("time")
    if any(before.get(name) != after.get(name) for name in ("mode", "place")):
        marks.append("place")
    return marks


def _was_off(before: dict[str, object], since: datetime) -> bool:
    """Whether it was called off until this change, and already when the last letter was written."""
    off = before.get("cancelled_at")
    return off is not None and datetime.fromisoformat(str(off)) <= since


def _by_series(entries: Sequence[Entry]) -> list[Entry]:
    found: list[Entry] = []
    places: dict[object, int] = {}
    for entry in entries:
        event, changed = entry.event, bool({"again", "time", "place", "cancelled"} & {*entry.marks})
        same = (event.series, _said(entry) if changed else ())
        if event.series is None or same not in places:
            places[same] = len(found)
            found.append(entry)
        elif changed:
            first = found[places[same]]
            found[places[same]] = replace(first, alike=(*first.alike, event))
        else:
            first = found[places[same]]
            found[places[same]] = replace(first, more=first.more + 1)
    return found


def _said(entry: Entry) -> tuple[object, ...]:
    """What a line says of a gathering, but for its day."""
    event = entry.event
    starts, ends = event.local_start, event.local_end
    hours = (starts.time(), ends and (ends.time(), (ends.date() - starts.date()).days))
    return entry.marks, event.title, hours, event.zone, event.mode, event.place
