"""What is told to whom, asked anew when it is sent: nothing that a reader may not see, hosts, or has answered.

Letters that are written at the same time ask together: a few queries for all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from events import access, contributions
from events.news import choosing, queries
from events.news.choosing import Entry, Gathering, Section, Window
from events.news.queries import Heard, Reader
from events.queries import EventRole
from events.tables import Event
from events.view import EventView
from server import clock
from server.batching import Batching, Take

AHEAD = timedelta(days=7)  # What is coming up is told of, new or not.


class Asked(NamedTuple):
    """What is asked for one letter: to whom, of what."""

    person: int
    community: int
    events: tuple[int, ...]


class AskedWeekly(NamedTuple):
    """What is asked for one weekly letter: to whom, and what is new from when until when."""

    person: int
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Told:
    """What one letter tells its reader: of each community a section, and how much they may see of each event."""

    reader: Reader
    sections: Sequence[tuple[Heard, Section]]
    views: Mapping[int, EventView]


async def new(person: int, community: int, events: Iterable[int]) -> Told | None:
    """What there is to tell somebody of new events of a community; None where there is nothing, or they hear not."""
    return await _new.ask(None, Asked(person, community, tuple(events)))


async def week(person: int, since: datetime, until: datetime) -> Told | None:
    """What there is to tell somebody of a week."""
    return await _weeks.ask(None, AskedWeekly(person, since, until))


async def _tell_new(_key: None, take: Take[Asked]) -> list[Told | None]:
    asked, now = take(), clock.now()
    readers = await queries.readers({each.person for each in asked}, "each", now)
    found = await queries.to_tell({event for each in asked for event in each.events}) if readers else []
    seeing = await _seeing(readers, found, now)
    told: list[Told | None] = []
    for each in asked:
        reader = readers.get(each.person)
        theirs = [event for event in found if event.id in each.events and event.community == each.community]
        # Once all have begun it is too late, which is another matter than not being so any more.
        theirs = [event for event in theirs if event.starts_at > now] or theirs
        entries = {each.community: [choosing.each(event) for event in theirs]}
        told.append(seeing.told(reader, entries) if reader else None)
    return told


async def _tell_weeks(_key: None, take: Take[AskedWeekly]) -> list[Told | None]:
    asked, now = take(), clock.now()
    readers = await queries.readers({each.person for each in asked}, "weekly", now)
    communities = {heard.community for reader in readers.values() for heard in reader.heard}
    found: dict[int, list[Gathering]] = {}
    if communities:
        since, ahead = min(each.since for each in asked), max(each.until for each in asked) + AHEAD
        found = await queries.lately(communities, now=now, since=since, ahead=ahead)
    seeing = await _seeing(readers, [each.event for some in found.values() for each in some], now)
    said: dict[Window, Mapping[int, Sequence[Entry]]] = {}
    told: list[Told | None] = []
    for each in asked:
        window = Window(each.since, each.until, each.until + AHEAD)
        if window not in said:  # Most were told at the same time.
            said[window] = {community: _entries(some, window) for community, some in found.items()}
        reader = readers.get(each.person)
        told.append(seeing.told(reader, said[window]) if reader else None)
    return told


def _entries(gatherings: Iterable[Gathering], window: Window) -> list[Entry]:
    return [entry for each in gatherings if (entry := choosing.weekly(each, window))]


class _Seeing(NamedTuple):
    """What readers are to events beyond their communities, and what they have answered."""

    parts: Mapping[tuple[int, int], tuple[bool, bool]]
    answered: frozenset[tuple[int, int]]

    def told(self, reader: Reader, entries: Mapping[int, Sequence[Entry]]) -> Told | None:
        """What of this may be told to somebody."""
        views: dict[int, EventView] = {}
        sections = []
        for heard in reader.heard:
            theirs = []
            for entry in entries.get(heard.community, ()):
                if view := self._view(reader, heard, entry.event):
                    views[entry.event.id] = view
                    theirs.append(entry)
            if theirs:
                sections.append((heard, choosing.section(theirs)))
        return Told(reader, sections, views) if sections else None

    def _view(self, reader: Reader, heard: Heard, event: Event) -> EventView | None:
        """How much they may see of an event that they can be told of; None where they cannot."""
        key = (reader.person.id, event.id)
        if key in self.answered:
            return None
        hosts, kept_out = self.parts.get(key, (False, False))
        view = access.view_as(event, EventRole(heard.role, hosts, kept_out or heard.kept_out))
        return view if view.takes_part and not view.organises else None


async def _seeing(readers: Mapping[int, Reader], events: Sequence[Event], now: datetime) -> _Seeing:
    people, numbers = list(readers), [event.id for event in events]
    if not people or not numbers:
        return _Seeing({}, frozenset())
    answered = [await answers(people, numbers) for answers in contributions.answers]
    return _Seeing(await queries.parts(people, numbers, now), frozenset().union(*answered))


_new: Batching[None, Asked, Told | None] = Batching(_tell_new)
_weeks: Batching[None, AskedWeekly, Told | None] = Batching(_tell_weeks)
