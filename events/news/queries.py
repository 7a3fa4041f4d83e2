"""Who is told of what is new, and what there is to tell. Reads only.

What is told is for everybody, or for members: what is for those who have its address, or are invited, is no news.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

import asyncpg

from events import queries as events
from events.news.choosing import Gathering
from events.tables import Event
from members.letters.following import Hears
from members.queries import kept_out_of_community, mailbox_key, person_from
from members.tables import Person
from server import db

MOST_OF_ONE = 200  # gatherings of one community that are looked at

TOLD = "events.visibility IN ('public', 'members')"


@dataclass(frozen=True)
class Turn:
    """Somebody whose weekly letter may be due, and until when the last one told; see `WeeklyTurn`."""

    person: Person
    told_at: datetime
    week: date | None


class DueNews(NamedTuple):
    """That somebody is to be told of events (by id) of a community."""

    id: int
    person: Person
    community: int
    events: Sequence[int]


@dataclass(frozen=True)
class Heard:
    """A community that somebody hears of, and what they are to it."""

    community: int
    slug: str
    name: str
    language: str
    role: str | None
    kept_out: bool


@dataclass(frozen=True)
class Reader:
    """Somebody who is told, and the communities that they hear of, by name.

    `language`: their own, or that of the one of these which they joined first.
    """

    person: Person
    language: str
    heard: Sequence[Heard]

    def language_for(self, heard: Heard) -> str:
        """The language of what is of one community alone."""
        return self.person.language or heard.language


# Whose time has come. What is due is held first, and asked about by a statement of its own: who pauses letters, or goes
# on, meanwhile, is either seen or waits to move what is due.


async def lock_news(now: datetime, *, most: int) -> list[DueNews]:
    """Some of what is to be told now, held until the transaction ends. Two queries."""
    held = await _held("SELECT id FROM news_due WHERE due_at <= $1 ORDER BY due_at, id", now, most)
    if not held:
        return []
    rows = await db.rows(
        """
        SELECT due.id AS due, community, events, people.* FROM news_due AS due JOIN people ON people.id = due.person
        WHERE due.id = ANY($1) ORDER BY due.id
        """,
        held,
    )
    return [DueNews(row["due"], person_from(row), row["community"], row["events"]) for row in rows]


async def lock_turns(now: datetime, *, most: int) -> list[Turn]:
    """Some of those whose week's letter may be due, held until the transaction ends. Two queries."""
    held = await _held("SELECT id FROM weekly_turns WHERE due_at <= $1 ORDER BY due_at, id", now, most)
    if not held:
        return []
    rows = await db.rows(
        """
        SELECT told_at, week, people.* FROM weekly_turns JOIN people ON people.id = weekly_turns.person
        WHERE weekly_turns.id = ANY($1) ORDER BY people.id
        """,
        held,
    )
    return [Turn(person_from(row), row["told_at"], row["week"]) for row in rows]


async def _held(due: str, now: datetime, most: int) -> list[int]:
    return [row["id"] for row in await db.rows(f"{due} LIMIT $2 FOR UPDATE SKIP LOCKED", now, most)]


# Who reads

_KEPT_OUT = kept_out_of_community(
    "follows.community", person="people.id", email="people.email", now="$3::timestamptz", key="$4"
)
_READERS = f"""
    SELECT people.*, follows.community, slug, communities.name AS community_name,
        communities.language AS community_language, memberships.role, {_KEPT_OUT} AS kept_out
    FROM people JOIN follows ON follows.person = people.id JOIN communities ON communities.id = follows.community
    LEFT JOIN memberships ON memberships.community = follows.community AND memberships.person = people.id
    WHERE people.id = ANY($1) AND follows.hears = $2
    ORDER BY people.id, memberships.joined_at NULLS LAST, follows.id
"""  # noqa: S608 - our own words


async def readers(people: Collection[int], hears: Hears, now: datetime) -> dict[int, Reader]:
    """These people, as far as they hear of any community in this way. One query."""
    rows = await db.rows(_READERS, list(people), hears, now, mailbox_key())
    return {person: _reader(list(theirs)) for person, theirs in groupby(rows, lambda row: int(row["id"]))}


def _reader(rows: Sequence[asyncpg.Record]) -> Reader:
    person = person_from(rows[0])
    heard = [
        Heard(
            community=row["community"],
            slug=row["slug"],
            name=row["community_name"],
            language=row["community_language"],
            role=row["role"],
            kept_out=row["kept_out"],
        )
        for row in rows
    ]
    language = person.language or rows[0]["community_language"]
    return Reader(person, language, sorted(heard, key=lambda each: each.name.casefold()))


# What there is to tell

_LATELY = f"""
    SELECT found.new_since, found.changes, {events.COLUMNS}
    FROM unnest($1::bigint[]) AS asked (community)
    CROSS JOIN LATERAL (
        SELECT events.id, coalesce(series.started_at, events.published_at) AS new_since, told.changes
        FROM events LEFT JOIN series ON series.id = events.series
        LEFT JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_array(told_at, before, after) ORDER BY told_at, id) AS changes
            FROM event_changes WHERE event = events.id AND told_at > $3 AND after IS NOT NULL
        ) AS told ON true
        WHERE events.community = asked.community AND events.starts_at > $2 AND events.status <> 'draft' AND {TOLD}
            AND (
                events.starts_at <= $4 OR coalesce(series.started_at, events.published_at) > $3
                OR events.cancelled_at > $3 OR told.changes IS NOT NULL
            )
        ORDER BY events.starts_at, events.id LIMIT {MOST_OF_ONE}
    ) AS found
    JOIN events ON events.id = found.id {events.PARTS}
    ORDER BY events.starts_at, events.id
"""  # noqa: S608 - our own words


async def lately(
    communities: Collection[int], *, now: datetime, since: datetime, ahead: datetime
) -> dict[int, list[Gathering]]:
    """By community: what is new, changed or cancelled since then, or begins before `ahead`; nothing that has begun.

    One query.
    """
    found: dict[int, list[Gathering]] = {}
    for row in await db.rows(_LATELY, list(communities), now, since, ahead):
        event = events.event_from(row)
        changes = [
            (datetime.fromisoformat(told_at), before, after)
            for told_at, before, after in row["changes"] or ()
        ]
        found.setdefault(event.community, []).append(Gathering(event, row["new_since"], changes))
    return found


async def to_tell(numbers: Collection[int]) -> list[Event]:
    """Those of these events that are on, and can be told of. One query."""
    rows = await db.rows(
        f"{events.EVENTS} WHERE events.id = ANY($1) AND events.status = 'published' AND {TOLD}", list(numbers)
    )
    return [events.event_from(row) for row in rows]


async def begins(series: int, made: Collection[int]) -> bool:
    """Whether these gatherings are the first of their series that anybody can know of. One query."""
    earlier: bool = await db.value(
        """
        SELECT EXISTS (
            SELECT FROM events WHERE series = $1 AND published_at IS NOT NULL AND id < $2
        )
        """,
        series,
        min(made, default=0),
    )
    return not earlier


# What they are to it

_PARTS = """
    SELECT person, event, true AS hosts, false AS kept_out FROM co_hosts
    WHERE person = ANY($1) AND event = ANY($2)
    UNION ALL
    SELECT people.id, kept.event, false, true
    FROM kept_out_of_events AS kept JOIN people ON people.id = ANY($1)
    WHERE kept.event = ANY($2) AND kept.ended_at IS NULL AND (kept.until IS NULL OR kept.until > $3)
        AND (kept.person = people.id OR kept.address = mailbox_digest(people.email, $4))
"""


async def parts(
    people: Collection[int], numbers: Collection[int], now: datetime
) -> Mapping[tuple[int, int], tuple[bool, bool]]:
    """(hosts it, is kept out of it) by (person, event), for those who are either by the event itself. One query."""
    found: dict[tuple[int, int], tuple[bool, bool]] = {}
    for row in await db.rows(_PARTS, list(people), list(numbers), now, mailbox_key()):
        key = (row["person"], row["event"])
        hosts, kept_out = found.get(key, (False, False))
        found[key] = (hosts or row["hosts"], kept_out or row["kept_out"])
    return found
