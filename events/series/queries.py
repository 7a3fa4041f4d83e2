"""What we ask about series. Reads only."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

import asyncpg

from events.queries import COLUMNS, EVENTS, PARTS, event_from
from events.series.cadence import words_of
from events.tables import Event, Series, SkippedDate
from members.roles import Action, those_who_may
from members.tables import Person
from server import db
from server.errors import NotFound
from server.languages.messages import Text
from server.presentation import in_zone
from server.rows import loaded, row_as, value_of, values_of
from server.statements import Query, lock, prepared

MOST_RHYTHMS = 60  # of one community, before its dates


async def series_by_public_id(public_id: str) -> Series | None:
    """A series by its name outside, for whoever makes it. One query."""
    return await row_as(Series, _series_by_public_id(public_id))


@prepared
def _series_by_public_id(public_id: str) -> Query:
    return Series.select().where(Series.public_id == public_id)


class Found(NamedTuple):
    """A series, its pattern, and the days that it leaves out."""

    series: Series
    pattern: Event
    skipped: frozenset[date]


async def found(public_id: str) -> Found | None:
    """A series by its name outside, whoever may see it. Pages come here by way of `access`. One query."""
    row = await db.row(f"{_FOUND} WHERE of.public_id = $1", public_id)
    return _found(row) if row else None


async def found_by_id(series: Sequence[int]) -> list[Found]:
    """The same of several, by their numbers. One query."""
    return [_found(row) for row in await db.rows(f"{_FOUND} WHERE of.id = ANY($1)", list(series))]


def _found(row: asyncpg.Record) -> Found:
    return Found(loaded(Series, row, prefix="of_"), event_from(row), frozenset(row["skipped"]))


_SERIES = ", ".join(f"of.{column._meta.name} AS of_{column._meta.name}" for column in Series._meta.columns)
_FOUND = f"""
    SELECT {COLUMNS}, {_SERIES}, ARRAY(SELECT "on" FROM skipped_dates WHERE series = of.id) AS skipped
    FROM series AS of JOIN events ON events.series = of.id AND events.series_date IS NULL {PARTS}
"""  # noqa: S608 - our own names


async def series_by_id(series: int) -> Series | None:
    """A series by its number. One query."""
    return await row_as(Series, _series_by_id(series))


@prepared
def _series_by_id(series: int) -> Query:
    return Series.select().where(Series.id == series)


async def locked(series: int) -> Series | None:
    """A series that nobody else changes, or makes gatherings of, until the open transaction ends. Two queries."""
    await lock(Series, series)
    return await series_by_id(series)


async def pattern_of(series: int) -> Event:
    """What the gatherings of a series have in common. Raises NotFound. One query."""
    row = await db.row(f"{EVENTS} WHERE events.series = $1 AND events.series_date IS NULL", series)
    if row is None:
        raise NotFound
    return event_from(row)


async def made_days(series: int) -> set[date]:
    """The days of which there is a gathering, moved or cancelled ones as well. One query."""
    rows = await Event.select(Event.series_date).where(
        (Event.series == series) & Event.series_date.is_not_null()
    )
    return {row["series_date"] for row in rows}


async def skipped_days(series: int) -> set[date]:
    """The days on which it does not happen, though its rule gives them. One query."""
    return set(await values_of(SkippedDate.select(SkippedDate.on).where(SkippedDate.series == series)))


async def due(now: datetime, *, most: int) -> list[int]:
    """Series of which something is to be made now. One query."""
    found = Series.select(Series.id).where(Series.due_at <= now).order_by(Series.due_at).limit(most)
    return await values_of(found)


async def gatherings_of(*series: int, since: datetime, most: int) -> list[Event]:
    """What is ahead of series, drafts and cancelled ones as well, soonest first. One query."""
    rows = await db.rows(
        f"""
        {EVENTS} WHERE events.series = ANY($1) AND events.series_date IS NOT NULL
            AND coalesce(events.ends_at, events.starts_at) > $2
        ORDER BY events.starts_at, events.id LIMIT $3
        """,
        series,
        since,
        most,
    )
    return [event_from(row) for row in rows]


async def drafts_of(series: int, *, since: datetime, until: date) -> list[Event]:
    """What was written down of a series as drafts, and begins after `since`, of days until `until`. One query."""
    rows = await db.rows(
        f"""
        {EVENTS} WHERE events.series = $1 AND events.status = 'draft' AND events.series_date <= $2
            AND events.starts_at > $3
        ORDER BY events.starts_at, events.id
        """,
        series,
        until,
        since,
    )
    return [event_from(row) for row in rows]


class Rhythm(NamedTuple):
    """How often one of a community's series comes again, what it is called, and from when until when it is.

    The times are those of its pattern, on its own wall clock. `online`: there and nowhere else.
    """

    series: Series
    title: str
    starts: datetime
    ends: datetime | None
    zone: str
    online: bool


class OfCommunity(NamedTuple):
    """A community's series, and the role there of whoever asks (None: none)."""

    rhythms: list[Rhythm]
    role: str | None


async def of_community(community: int, person: Person | None, today: date) -> OfCommunity:
    """The series of a community that go on, and that somebody may see listed. One query.

    Whichever comes next is first, as one looks for where to go; what has no date ahead (not started, paused) is last.
    One that is not started is listed for its organisers, and so is one that is unlisted or for those invited.
    """
    rows = await db.rows(
        _OF_COMMUNITY,
        community,
        person.id if person else None,
        today,
        those_who_may(Action.ORGANISE),
    )
    role = rows[0]["role"] if rows else None
    return OfCommunity([_rhythm(row) for row in rows if row["id"] is not None], role)


_COLUMNS = ", ".join(f"series.{column._meta.name}" for column in Series._meta.columns)
_OF_COMMUNITY = f"""
    SELECT {_COLUMNS}, pattern.title, pattern.starts_at, pattern.ends_at, pattern.zone, pattern.mode,
        memberships.role
    FROM communities
    LEFT JOIN memberships ON memberships.community = communities.id AND memberships.person = $2
    LEFT JOIN (
        series JOIN events AS pattern ON pattern.series = series.id AND pattern.series_date IS NULL
    ) ON series.community = communities.id AND (ended_on IS NULL OR ended_on > $3) AND (
        memberships.role = ANY($4)
        OR EXISTS (SELECT FROM co_hosts WHERE co_hosts.event = pattern.id AND co_hosts.person = $2)
        OR (started_at IS NOT NULL AND (
            pattern.visibility = 'public' OR (pattern.visibility = 'members' AND memberships.role IS NOT NULL)
        ))
    ) AND (
        started_at IS NULL OR due_at IS NOT NULL
        OR (paused_from IS NOT NULL AND (paused_until IS NULL OR paused_until > $3))
        OR EXISTS (SELECT FROM events WHERE events.series = series.id AND events.series_date >= $3)
    )
    WHERE communities.id = $1 ORDER BY (
        SELECT min(events.series_date) FROM events
        WHERE events.series = series.id AND events.series_date >= $3 AND events.status = 'published'
    ), (pattern.starts_at AT TIME ZONE pattern.zone)::time, series.id LIMIT {MOST_RHYTHMS}
"""  # noqa: S608 - names of ours


def _rhythm(row: asyncpg.Record) -> Rhythm:
    ends, zone = row["ends_at"], row["zone"]
    return Rhythm(
        Series(**{column._meta.name: row[column._meta.name] for column in Series._meta.columns}),
        row["title"],
        in_zone(row["starts_at"], zone),
        in_zone(ends, zone) if ends else None,
        zone,
        row["mode"] == "online",
    )


async def words_by_series(numbers: Collection[int]) -> dict[int, Text]:
    """How often these series come again, in words. One query; none for none."""
    if not numbers:
        return {}
    rows = await db.rows("SELECT id, rule, first_on FROM series WHERE id = ANY($1)", list(numbers))
    return {row["id"]: words_of(row["rule"], row["first_on"]) for row in rows}


async def title_of(series: int) -> str:
    """What a series is called. One query."""
    named = (Event.series == series) & Event.series_date.is_null()
    return str(await value_of(Event.select(Event.title).where(named)) or "")
