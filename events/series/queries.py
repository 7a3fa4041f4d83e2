"""What we ask about series. Reads only."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from events.queries import EVENTS, event_from
from events.tables import Event, Series, SkippedDate
from server import db
from server.errors import NotFound
from server.rows import row_as, value_of, values_of
from server.statements import Query, lock, prepared


async def series_by_public_id(public_id: str) -> Series | None:
    """A series by its name outside, whoever may see it. Pages come here by way of `access`. One query."""
    return await row_as(Series, _series_by_public_id(public_id))


@prepared
def _series_by_public_id(public_id: str) -> Query:
    return Series.select().where(Series.public_id == public_id)


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


async def gatherings_of(series: int, *, since: datetime, most: int) -> list[Event]:
    """What is ahead of a series, drafts and cancelled ones as well, soonest first. One query."""
    rows = await db.rows(
        f"""
        {EVENTS} WHERE events.series = $1 AND events.series_date IS NOT NULL
            AND coalesce(events.ends_at, events.starts_at) > $2
        ORDER BY events.starts_at, events.id LIMIT $3
        """,
        series,
        since,
        most,
    )
    return [event_from(row) for row in rows]


class Rhythm(NamedTuple):
    """How often one of a community's series comes again, and what it is called."""

    series: Series
    title: str


async def of_community(community: int, today: date) -> Sequence[Rhythm]:
    """The series of a community that have begun and go on, for whoever may see all of it: oldest first. One query."""
    rows = await db.rows(
        """
        SELECT series.*, pattern.title FROM series
        JOIN events AS pattern ON pattern.series = series.id AND pattern.series_date IS NULL
        WHERE series.community = $1 AND started_at IS NOT NULL AND (ended_on IS NULL OR ended_on > $2)
            AND pattern.visibility = 'public'
        ORDER BY series.id
        """,
        community,
        today,
    )
    return [Rhythm(Series(**{k: v for k, v in row.items() if k != "title"}), row["title"]) for row in rows]


async def title_of(series: int) -> str:
    """What a series is called. One query."""
    named = (Event.series == series) & Event.series_date.is_null()
    return str(await value_of(Event.select(Event.title).where(named)) or "")
