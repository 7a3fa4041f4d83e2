"""What somebody organises: ahead of them, in draft, and over. Reads only."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal, NamedTuple

import asyncpg

from events.lists.queries import WITH_FACE_AND_PART, Face, face_columns, face_from
from events.queries import COLUMNS, LONGEST, NO_PATTERN, OVER, PARTS, event_from, organised_by
from events.tables import Event
from members.queries import mailbox_key
from members.tables import Person
from server import pagination
from server.pagination import Key, Listing, Page, Place

Which = Literal["ahead", "drafts", "past"]

# $1 and $2: who organises them, $3: now, $4: `mailbox_key`.
_LONG_AGO = f"$3::timestamptz - interval '{LONGEST.days} days'"
_ORGANISED = f"FROM events WHERE {organised_by('$1')}"
_AHEAD = Listing(
    "organised ahead",
    keys=(Key("events.starts_at", "timestamptz"), Key("events.id", "bigint")),
    listed="events.id",
    source=f"{_ORGANISED} AND events.status <> 'draft' AND {OVER} > $3 AND events.starts_at > {_LONG_AGO}",
    columns="event.*",
)
_LISTS: dict[Which, Listing] = {
    "ahead": _AHEAD,
    "drafts": replace(
        _AHEAD,
        name="organised drafts",
        keys=(Key("events.changed_at", "timestamptz"), Key("events.id", "bigint")),
        source=f"{_ORGANISED} AND events.status = 'draft' AND {NO_PATTERN}",
        descending=True,
    ),
    "past": replace(
        _AHEAD,
        name="organised past",
        source=f"{_ORGANISED} AND events.status <> 'draft' AND {OVER} <= $3",
        descending=True,
    ),
}


class WithFace(NamedTuple):
    """An event of such a list, and its face."""

    event: Event
    face: Face


async def organised(
    which: Which, person: Person, now: datetime, *, place: Place, most: int
) -> Page[WithFace]:
    """A page of what somebody organises: what is ahead, soonest first; drafts, last edited first; what is over,
    latest first. One query."""
    found = await pagination.page(_listing(which), *_asked(person, now), place=place, most=most)
    return found.of(_with_face)


async def first_of_each(
    person: Person, now: datetime, *, most: Mapping[Which, int]
) -> dict[Which, Page[WithFace]]:
    """The first page of each of these lists, with so many of each at most. One query."""
    lists = {which: (_listing(which), number) for which, number in most.items()}
    found = await pagination.first_pages(lists, *_asked(person, now))
    return {which: page.of(_with_face) for which, page in found.items()}


def _listing(which: Which) -> Listing:
    """One of these lists, with all that is shown of each. What relations there are, the roots have said by now."""
    # OFFSET: a row at a time. In one join of so many tables PostgreSQL begins with all events there are.
    shown = f"""
        SELECT {COLUMNS}, {face_columns()} FROM events {PARTS} {WITH_FACE_AND_PART} WHERE events.id = listed.id
        OFFSET 0
    """  # noqa: S608 - our own words
    return replace(_LISTS[which], joins=f"JOIN LATERAL ({shown}) AS event ON true")


def _asked(person: Person, now: datetime) -> tuple[int, int, datetime, str]:
    return person.id, person.id, now, mailbox_key()


def _with_face(row: asyncpg.Record) -> WithFace:
    return WithFace(event_from(row), face_from(row))
