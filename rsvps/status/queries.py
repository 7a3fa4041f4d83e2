"""One answer with what it is about, and what answers make of people. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import asyncpg

from events import relations
from events.access import with_part
from events.queries import AS_EVENT, NAMED, OVER, PARTS, event_from, kept_out_of_event, part_from
from events.tables import Event
from members.queries import CALLED, mailbox_key, not_blocked
from members.tables import Person
from rsvps.rows import named, rsvp_from
from rsvps.seating.queries import comes_for_the_first_time
from rsvps.tables import Rsvp
from server import clock, db
from server.batching import Batching, Take
from server.pagination import Key
from server.rows import loaded

# What lists of answers by name are sorted by, of a row of `rsvp_names`: what somebody is called, else their address.
BY_NAME = (
    Key(
        "rsvp_names.name",
        "text",
        name=f"""(
            SELECT CASE people.folded WHEN '' THEN people.email ELSE {CALLED} END
            FROM rsvps AS answer JOIN people ON people.id = answer.person WHERE answer.id = rsvp_names.rsvp
        )""",  # noqa: S608 - our own words
    ),
    Key("rsvp_names.rsvp", "bigint"),
)


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
    """Somebody's place in their line, from 1; None if they do not wait.

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


class StandingThere(NamedTuple):
    """What a reader may say once for all gatherings of a series: its name outside, who may see it, whether they have,
    and the day from which on they are counted in again, if they have ever paused."""

    series: str
    visibility: str
    counted_in: bool
    paused_until: date | None

    def pauses(self, event: Event) -> date | None:
        """Until when, where it waits at this gathering."""
        until = self.paused_until
        return until if until and until > event.local_start.date() else None

    @classmethod
    def read(cls, row: Sequence[Any] | None) -> "StandingThere | None":
        """From what `standing_there` gives."""
        if row is None:
            return None
        series, visibility, counted_in, until = row
        return cls(series, visibility, counted_in, date.fromisoformat(until) if until else None)


def standing_there(person: str, series: str) -> str:
    """SQL: what `StandingThere` is made of, for a person and a series; null without one. Three index probes."""
    return f"""(
        SELECT jsonb_build_array(
            series.public_id, pattern.visibility, standing.id IS NOT NULL, standing.paused_until
        )
        FROM series JOIN events AS pattern ON pattern.series = series.id AND pattern.series_date IS NULL
        LEFT JOIN standing_answers AS standing
            ON standing.series = series.id AND standing.person = {person}
        WHERE series.id = {series}
    )"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class Answered:
    """An answer with what it is about and whose it is.

    `community` is its name; `place` is theirs in line, from 1, or None. `standing`: whether they are counted in every
    time, where the event is one of a series. `newcomer`: they come for the first time, where seats are kept for such.
    The event knows what they are to it.
    """

    rsvp: Rsvp
    event: Event
    person: Person
    community: str
    place: int | None
    standing: StandingThere | None = None
    newcomer: bool = False

    @property
    def counted_in(self) -> bool:
        """Whether they are, every time this comes again."""
        return bool(self.standing and self.standing.counted_in)

    @property
    def paused_until(self) -> date | None:
        """The day from which on they are counted in again, where they pause at this gathering."""
        return self.standing.pauses(self.event) if self.standing else None


async def answered(rsvp: int) -> Answered | None:
    """All that a letter or a page about one answer needs. One query."""
    row = await db.row(f"{_all_answered()} rsvps.id = $3", *_asked_now(), rsvp)
    return _answered(row) if row else None


async def answered_all(rsvps: Sequence[int]) -> list[Answered]:
    """The same of many answers, the soonest gathering first. One query."""
    rows = await db.rows(
        f"{_all_answered()} rsvps.id = ANY($3) ORDER BY events.starts_at, events.id",
        *_asked_now(),
        list(rsvps),
    )
    return [_answered(row) for row in rows]


async def answered_called(public_id: str) -> Answered | None:
    """The same by the answer's public id. One query."""
    row = await db.row(f"{_all_answered()} rsvps.public_id = $3", *_asked_now(), public_id)
    return _answered(row) if row else None


async def answered_to(person: int, events: Sequence[int]) -> list[Answered]:
    """Somebody's answers to these events, soonest first. One query."""
    rows = await db.rows(
        f"{_all_answered()} rsvps.person = $3 AND rsvps.event = ANY($4) ORDER BY events.starts_at, events.id",
        *_asked_now(),
        person,
        list(events),
    )
    return [_answered(row) for row in rows]


class Word(NamedTuple):
    """As much of an answer as decides what it lets its giver see. `own`: the present answer is their own.

    `invited`: by a host, whatever they said to it. `wanted`: a host invited, accepted or added them.
    """

    event: int
    status: str
    online: bool
    confirmed: bool
    invited: bool
    wanted: bool
    own: bool


_WORD = """
    rsvps.event, rsvps.status, rsvps.online, rsvps.confirmed_at IS NOT NULL, rsvps.invited_at IS NOT NULL,
    rsvps.invited_at IS NOT NULL OR rsvps.approved_at IS NOT NULL, coalesce(rsvps.answered_by = rsvps.person, false)
"""


def word_of(person: str) -> str:
    """SQL: what `Word` is made of, for a person's answer to the event of a row of `events`; null without one."""
    return f"""(
        SELECT jsonb_build_array({_WORD}) FROM rsvps WHERE rsvps.event = events.id AND rsvps.person = {person}
    )"""  # noqa: S608 - our own words


async def answers(people: Sequence[int], events: Sequence[int]) -> set[tuple[int, int]]:
    """(person, event) of those of these people who have answered one of these events, whatever they said. One query.

    An invitation is no answer, nor is one that was never confirmed.
    """
    rows = await db.rows(
        """
        SELECT person, event FROM rsvps
        WHERE event = ANY($1) AND person = ANY($2) AND status <> 'invited' AND confirmed_at IS NOT NULL
        """,
        list(events),
        list(people),
    )
    return {(row["person"], row["event"]) for row in rows}


async def words_of(person: int, now: datetime) -> list[Word]:
    """Somebody's answers to all events that are not over. One query."""
    rows = await db.rows(
        f"""
        SELECT {_WORD} FROM rsvps JOIN events ON events.id = rsvps.event
        WHERE person = $1 AND {OVER} > $2
        """,  # noqa: S608 - our own words
        person,
        now,
    )
    return [Word(*row) for row in rows]


async def concerning(person: int, since: datetime, until: datetime, *, most: int) -> list[Answered]:
    """Somebody's answers to events that are not over by `since` and begin before `until`, soonest first.

    Of events that are published or cancelled; without what was taken back or only typed in their name, and without
    invitations by somebody whom a block hides. One query.
    """
    rows = await db.rows(
        f"""
        {_all_answered()} rsvps.person = $3 AND events.status <> 'draft'
            AND (rsvps.confirmed_at IS NOT NULL OR rsvps.invited_at IS NOT NULL)
            AND rsvps.status NOT IN ('declined', 'withdrawn')
            AND (rsvps.status <> 'invited' OR {not_blocked("rsvps.invited_by", "rsvps.person")})
            AND {OVER} > $4 AND events.starts_at < $5
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
    ) AS hosts, {_PERSON_KEPT_OUT} AS kept_out, {{facts}} AS facts, (
        SELECT count(*) FROM rsvps AS ahead
            WHERE ahead.event = rsvps.event AND ahead.online = rsvps.online AND ahead.queued <= rsvps.queued
    ) AS place, {standing_there("rsvps.person", "events.series")} AS standing, policy.newcomer_seats > 0
        AND {comes_for_the_first_time("people.id", now="$1::timestamptz")} AS newcomer
    FROM rsvps JOIN events ON events.id = rsvps.event {PARTS} JOIN people ON people.id = rsvps.person
    JOIN communities ON communities.id = events.community WHERE
"""  # noqa: S608 - names of our own


def _all_answered() -> str:
    return _ANSWERED.format(facts=relations.sql())


def _asked_now() -> tuple[datetime, str]:
    return clock.now(), mailbox_key()


def _answered(row: asyncpg.Record) -> Answered:
    person = loaded(Person, row, prefix=f"{Person._meta.tablename}_")
    event = event_from(row, prefix=AS_EVENT)
    return Answered(
        loaded(Rsvp, row, prefix=f"{Rsvp._meta.tablename}_"),
        with_part(event, person, part_from(row)),
        person,
        row["community_name"],
        row["place"] or None,
        StandingThere.read(row["standing"]),
        row["newcomer"],
    )


def met(one: str, other: str) -> str:
    """SQL: both were going to the same gathering, or one was and the other hosts it. By the first one's answers."""
    return f"""EXISTS (
        SELECT FROM rsvps AS mine JOIN events ON events.id = mine.event
        WHERE mine.person = {one} AND mine.status = 'going' AND (
            events.created_by = {other}
            OR EXISTS (SELECT FROM co_hosts WHERE co_hosts.event = events.id AND co_hosts.person = {other})
            OR EXISTS (
                SELECT FROM rsvps AS theirs
                WHERE theirs.event = events.id AND theirs.person = {other} AND theirs.status = 'going'
            )
        )
    ) OR EXISTS (
        SELECT FROM rsvps AS theirs JOIN events ON events.id = theirs.event
        WHERE theirs.person = {other} AND theirs.status = 'going' AND (
            events.created_by = {one}
            OR EXISTS (SELECT FROM co_hosts WHERE co_hosts.event = events.id AND co_hosts.person = {one})
        )
    )"""  # noqa: S608 - our own words
