"""What packages to the right tell the events' pages, without being imported here.

`server/composition.py` fills these lists; the events' pages await what is in them.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from events.calendars.calendar import Entry
from events.details import Details
from events.tables import Event
from events.view import EventView, Relation, SeriesView
from members.tables import Person
from server.languages.messages import Text


@dataclass(frozen=True)
class Panel:
    """A part of the event page that another package draws; None draws nothing.

    `first` panels stand above all else; `answer` panels come once the event has said what it is, `more` panels below;
    `bar` panels stay at the bottom edge of a small screen while one reads.
    What is drawn for somebody who is not signed in is kept and shown to all such readers until the event's row
    changes (their trigger `raise_page_versions` on the tables it is drawn from), a minute at most.
    `behind_link` draws the same on the page behind the link of a letter: for whom, and the link's token.
    """

    name: str
    place: Literal["first", "answer", "more", "bar"]
    draw: Callable[[Request, Event], Awaitable[Markup | None]]
    behind_link: Callable[[Request, Event, Person, str], Awaitable[Markup | None]] | None = None


@dataclass(frozen=True)
class SeriesPanel:
    """A part of a series' page that another package draws; None draws nothing."""

    name: str
    draw: Callable[[Request, SeriesView], Awaitable[Markup | None]]


@dataclass(frozen=True)
class Press:
    """A button that answers at once: what it says, and what it posts where."""

    label: Text
    action: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """Something that waits for somebody's word: what it is about, what is asked, and where they say it.

    `label` is on the button that leads there. `press` answers without going there, where nothing has to be read first.
    `until`: the moment at which it is no longer asked. `key`: the person it comes from, if it is one. `first`: it
    stands before what is asked of them otherwise.
    """

    title: Text
    note: Text
    label: Text
    href: str
    press: Press | None = None
    until: datetime | None = None
    key: str = ""
    first: bool = False


@dataclass(frozen=True)
class AgendaItem:
    """Something in somebody's agenda: when, in which event, and in a few words why ("You are going").

    What is `asked` of them stands above all days, until they have answered. `press`: a button beside it.
    """

    event: Event
    starts_at: datetime
    ends_at: datetime | None
    title: Text
    note: Text
    href: str
    kind: Literal["", "go", "wait", "accent"] = "go"
    asked: Asked | None = None
    press: Press | None = None


@dataclass(frozen=True)
class HostFact:
    """What a host wants to know of a gathering ahead, in a few words, and the page where it is seen or done.

    `open`: it waits for somebody.
    """

    words: Text
    icon: str
    href: str
    open: bool = False


@dataclass(frozen=True)
class InCalendar:
    """Something in somebody's calendar: of which event, and how it is written by how much they may see of that.

    It is asked for only if they may see the event at all.
    """

    event: Event
    entry: Callable[[EventView], Entry]


@dataclass(frozen=True)
class CalendarSource:
    """What belongs in people's own calendars: what they have answered, their shifts, or what they run.

    `find`: (somebody, from, until) -> all of it that is theirs, whether they may still see it or not.
    """

    kind: Literal["answers", "shifts", "run"]
    find: Callable[[Person, datetime, datetime], Awaitable[Sequence[InCalendar]]]


@dataclass(frozen=True)
class Tool:
    """A page for an event's organisers that another package has: `route` takes the event's public id as `event`.

    `for_co_hosts`: whether people who organise only this event may open it. `offered` is when it is of use: not
    while it is a draft (`published`), nor cancelled or over (`ahead`); unless it is cancelled (`held`), and then
    only once it has begun (`afterwards`). `for_pattern`: of use, too, for what those of a series have in common.
    """

    label: Text
    icon: str
    route: str
    for_co_hosts: bool = True
    offered: Literal["always", "published", "ahead", "held", "afterwards"] = "always"
    for_pattern: bool = False


# somebody -> their relation to those events that are not over, where they have one.
RelationSource = Callable[[Person], Awaitable[Mapping[int, Relation]]]
# (somebody, now) -> what is before them, soonest first, at most a hundred; whether they see it, the agenda asks.
# And what else is asked of them, whatever they are to the event it is about.
AgendaSource = Callable[[Person, datetime], Awaitable[Sequence[AgendaItem | Asked]]]

# (who organises, now) -> what is asked of them in their home.
AskedSource = Callable[[Person, datetime], Awaitable[Sequence[Asked]]]
# (who organises these events, the events, now) -> what they want to know of each, by its number.
FactSource = Callable[[Person, Sequence[Event], datetime], Awaitable[Mapping[int, Sequence[HostFact]]]]
# A part of an organiser's home, or of somebody's agenda, that another package draws; None draws nothing.
HomePanel = Callable[[Request, Person], Awaitable[Markup | None]]

# (somebody, these events by number) when they take no part there any more, or host there no longer: what has to end, in
# the same transaction. The events' rows are locked where they take no part.
Ending = Callable[[Person, Sequence[int]], Awaitable[None]]

# (somebody, these events by number, who brings it about) when they begin to host there: what it changes for them, in
# the same transaction.
Beginning = Callable[[Person, Sequence[int], Person], Awaitable[None]]

# (an event, copies of it) in the copies' transaction: take along what belongs to an event beyond its row. No more
# queries for many copies than for one.
Copy = Callable[[Event, Sequence[Event]], Awaitable[None]]

# (an event as it was, and as it is) in the transaction that gives it other times: take along what depends on them.
TakeAlong = Callable[[Event, Event], Awaitable[None]]
# (the pattern of a series) in the transaction in which one that was over has days ahead again, before any is on: what
# has ended with it is to stay so.
Reviving = Callable[[Event], Awaitable[None]]
# (events by number) in the transaction in which they are on again that were called off: the same;
# what was offered is kept anew.
Returning = Callable[[Sequence[int]], Awaitable[None]]
# After a country has changed its clocks: move what keeps a local time of its own. Returns how much moved.
Follow = Callable[[], Awaitable[int]]

# Whether a letter that somebody else caused may go to an address; counts it as one of the few it gets a day.
LettersAllowed = Callable[[str], Awaitable[bool]]
# What speaks against an event's becoming as the form says: (field, sentence) of it, or None. With its row locked.
Objection = Callable[[Event, Details], Awaitable[tuple[str, Text] | None]]

# (events by number) -> who has to be told when they are called off or move, by number of the person. One query.
Concerned = Callable[[Sequence[int]], Awaitable[Collection[int]]]

# (a request for an event's page by somebody who is not signed in) -> its page, as whoever is known in this browser all
# the same sees it; None where nobody is.
KnownHere = Callable[[Request], Awaitable[Response | None]]

# (people, events, both by number) -> those pairs of the two in which the person has answered the event, in any way.
Answers = Callable[[Sequence[int], Sequence[int]], Awaitable[Collection[tuple[int, int]]]]

known_here: list[KnownHere] = []
relations: list[RelationSource] = []
answers: list[Answers] = []
panels: list[Panel] = []
series_panels: list[SeriesPanel] = []
tools: list[Tool] = []
calendar_sources: list[CalendarSource] = []
agenda_sources: list[AgendaSource] = []
asked_of_hosts: list[AskedSource] = []
host_facts: list[FactSource] = []
home_panels: list[HomePanel] = []
agenda_panels: list[HomePanel] = []
endings: list[Ending] = []
hosting_endings: list[Ending] = []
hosting_beginnings: list[Beginning] = []
copying: list[Copy] = []
moving: list[TakeAlong] = []
reviving: list[Reviving] = []
returning: list[Returning] = []
following: list[Follow] = []
letters_allowed: list[LettersAllowed] = []
objections_to_editing: list[Objection] = []
concerned: list[Concerned] = []


async def part_of(person: Person | None) -> list[int]:
    """Ids of the events that somebody is part of, by what packages to the right know. Empty for nobody."""
    if person is None:
        return []
    found = [await source(person) for source in relations]
    return [event for known in found for event, relation in known.items() if Relation.INVITED in relation]
