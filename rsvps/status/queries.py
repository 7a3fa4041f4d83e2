"""One answer with what it is about, and what answers make of people. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import asyncpg

from events.access import with_part
from events.queries import AS_EVENT, NAMED, PARTS, EventRole, event_from, kept_out_of_event
from events.tables import Event
from members.queries import mailbox_key, not_blocked
from members.tables import Person
from rsvps.rows import named, rsvp_from
from rsvps.tables import Rsvp
from server import clock, db
from server.batching import Batching, Take
from server.rows import loaded


async def own(event: int, person: int) -> tuple[Rsvp, int | None] | None:
    """Somebody's answer to an event and their place in its line, from 1. One query."""
    row = await db.row(
        """
        SELECT rsvps.*, (
            SELECT count(*) FROM rsvps AS ahead
            WHERE ahead.event = rsvps.event AND ahead.online = rsvps.online AND ahead.queued <= rsvps.queued
        ) AS place FROM rsvps WHERE event = $1 AND person = $2
        """,
        event,
        person,
    )
    return (rsvp_from(row), row["place"] or None) if row else None


async def place(rsvp: Rsvp) -> int | None:
    """Somebody's place in their line, from 1; None for who does not wait.

    No query for them, else one, shared with whoever asks about the same event at the same moment.
    """
    return await _placing.ask(rsvp.event, rsvp.id) if rsvp.status == "waitlisted" else None


async def _places(event: int, take: Take[int]) -> list[int | None]:
    rsvps = take()
    rows = await db.rows(
        """
        SELECT id, place FROM (
            SELECT id, row_number() OVER (PARTITION BY online ORDER BY queued) AS place
            FROM rsvps WHERE event = $1 AND queued IS NOT NULL
        ) AS line WHERE id = ANY($2)
        """,
        event,
        list(rsvps),
    )
    places = {row["id"]: row["place"] for row in rows}
    return [places.get(rsvp) for rsvp in rsvps]


_placing: Batching[int, int, int | None] = Batching(_places)


async def rsvp_by_id(rsvp: int) -> Rsvp | None:
    """An answer, if it is still there."""
    row = await db.row("SELECT * FROM rsvps WHERE id = $1", rsvp)
    return rsvp_from(row) if row else None


@dataclass(frozen=True)
class Answered:
    """An answer with what it is about and whose it is.

    `community` is its name; `place` is theirs in line, from 1, or None. The event knows what they are to it.
    """

    rsvp: Rsvp
    event: Event
    person: Person
    community: str
    place: int | None


async def answered(rsvp: int) -> Answered | None:
    """All that a letter or a page about one answer needs. One query."""
    row = await db.row(f"{_ANSWERED} rsvps.id = $3", *_asked_now(), rsvp)
    return _answered(row) if row else None


async def answered_called(public_id: str) -> Answered | None:
    """The same by the answer's public id. One query."""
    row = await db.row(f"{_ANSWERED} rsvps.public_id = $3", *_asked_now(), public_id)
    return _answered(row) if row else None


class Word(NamedTuple):
    """As much of an answer as decides what it lets its giver see. `own`: it is their own as it stands.

    `invited`: by a host, whatever they said to it. `wanted`: a host invited, accepted or added them.
    """

    event: int
    status: str
    online: bool
    confirmed: bool
    invited: bool
    wanted: bool
    own: bool


async def words_of(person: int, events: Sequence[int] | None, now: datetime) -> list[Word]:
    """Somebody's answers to these events, or to all that are not over. One query."""
    rows = await db.rows(
        """
        SELECT event, rsvps.status, online, confirmed_at IS NOT NULL AS confirmed, invited_at IS NOT NULL AS invited,
            invited_at IS NOT NULL OR approved_at IS NOT NULL AS wanted, coalesce(answered_by = person, false) AS own
        FROM rsvps JOIN events ON events.id = rsvps.event
        WHERE person = $1 AND (
            event = ANY($2) OR ($2 IS NULL AND coalesce(ends_at, starts_at + interval '3 hours') > $3)
        )
        """,
        person,
        list(events) if events is not None else None,
        now,
    )
    return [Word(**row) for row in rows]


async def concerning(person: int, since: datetime, until: datetime, *, most: int) -> list[Answered]:
    """Somebody's answers to events that are not over by `since` and begin before `until`, soonest first.

    Of events that are published or cancelled; without what was taken back or only typed in their name, and without
    invitations by somebody whom a block hides. One query.
    """
    rows = await db.rows(
        f"""
        {_ANSWERED} rsvps.person = $3 AND events.status <> 'draft'
            AND (rsvps.confirmed_at IS NOT NULL OR rsvps.invited_at IS NOT NULL)
            AND rsvps.status NOT IN ('declined', 'withdrawn')
            AND (rsvps.status <> 'invited' OR {not_blocked("rsvps.invited_by", "rsvps.person")})
            AND coalesce(events.ends_at, events.starts_at + interval '3 hours') > $4 AND events.starts_at < $5
        ORDER BY events.starts_at, events.id LIMIT $6
        """,
        *_asked_now(),
        person,
        since,
        until,
        most,
    )
    return [_answered(row) for row in rows]


_PERSON_KEPT_OUT = kept_out_of_event(now="$1::timestamptz", key="$2")


# $1 and $2: `_asked_now`
_ANSWERED = f"""
    SELECT {named(Rsvp, Person)}, {NAMED}, communities.name AS community_name, (
        SELECT role FROM memberships WHERE memberships.community = events.community AND memberships.person = people.id
    ) AS role, EXISTS (
        SELECT FROM co_hosts WHERE co_hosts.event = events.id AND co_hosts.person = people.id
    ) AS hosts, {_PERSON_KEPT_OUT} AS kept_out, (
        SELECT count(*) FROM rsvps AS ahead
            WHERE ahead.event = rsvps.event AND ahead.online = rsvps.online AND ahead.queued <= rsvps.queued
    ) AS place
    FROM rsvps JOIN events ON events.id = rsvps.event {PARTS} JOIN people ON people.id = rsvps.person
    JOIN communities ON communities.id = events.community WHERE
"""  # noqa: S608 - names of our own


def _asked_now() -> tuple[datetime, str]:
    return clock.now(), mailbox_key()


def _answered(row: asyncpg.Record) -> Answered:
    person = loaded(Person, row, prefix=f"{Person._meta.tablename}_")
    event = event_from(row, prefix=AS_EVENT)
    return Answered(
        loaded(Rsvp, row, prefix=f"{Rsvp._meta.tablename}_"),
        with_part(event, person, EventRole(row["role"], row["hosts"], row["kept_out"])),
        person,
        row["community_name"],
        row["place"] or None,
    )
