"""What somebody organises: ahead of them, in draft, and over. Reads only."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from events.queries import EVENTS, LONGEST, NO_PATTERN, OVER, event_from, organised_by
from events.tables import Event
from members.tables import Person
from server import pagination
from server.pagination import Key, Listing, Page, Place

Which = Literal["ahead", "drafts", "past"]

# $1: who organises them, $2: now.
_LONG_AGO = f"$2::timestamptz - interval '{LONGEST.days} days'"
_ORGANISED = f"FROM events WHERE {organised_by('$1')}"
_AHEAD = Listing(
    "organised ahead",
    keys=(Key("events.starts_at", "timestamptz"), Key("events.id", "bigint")),
    listed="events.id",
    source=f"{_ORGANISED} AND events.status <> 'draft' AND {OVER} > $2 AND events.starts_at > {_LONG_AGO}",
    columns="event.*",
    joins=f"JOIN LATERAL ({EVENTS} WHERE events.id = listed.id) AS event ON true",
)
_LISTS: dict[Which, Listing] = {
    "ahead": _AHEAD,
    "drafts": replace(
        _AHEAD,
        name="organised drafts",
        keys=(Key("events.changed_at", "timestamptz"), Key("events.id", "bigint")),
        source=f"{_ORGANISED} AND events.status = 'draft' AND {NO_PATTERN} AND $2::timestamptz IS NOT NULL",
        descending=True,
    ),
    "past": replace(
        _AHEAD,
        name="organised past",
        source=f"{_ORGANISED} AND events.status <> 'draft' AND {OVER} <= $2",
        descending=True,
    ),
}


async def organised(which: Which, person: Person, now: datetime, *, place: Place, most: int) -> Page[Event]:
    """A page of what somebody organises: what is ahead, soonest first; drafts, last edited first; what is over,
    latest first. One query."""
    found = await pagination.page(_LISTS[which], person.id, now, place=place, most=most)
    return found.of(event_from)


async def first_of_each(
    person: Person, now: datetime, *, most: Mapping[Which, int]
) -> dict[Which, Page[Event]]:
    """The first page of each of these lists, with so many of each at most. One query."""
    lists = {which: (_LISTS[which], number) for which, number in most.items()}
    found = await pagination.first_pages(lists, person.id, now)
    return {which: page.of(event_from) for which, page in found.items()}
