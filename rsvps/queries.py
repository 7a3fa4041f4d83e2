"""What we ask about answers. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import asyncpg
from piccolo.table import Table

from events.tables import Event
from members.tables import Person
from rsvps.tables import Rsvp
from server import db

T = TypeVar("T", bound=Table)

# Deciding, while the event is locked


async def locked_event(event: int, lock: str) -> asyncpg.Record | None:
    """What an event says of its seats, its row locked until the transaction ends."""
    return await db.row(
        f"""
        SELECT status, seats, taken, guests_allowed, coalesce(ends_at, starts_at + interval '3 hours') AS over_at
        FROM events WHERE id = $1 {lock}
        """,  # noqa: S608 - the lock is ours
        event,
    )


async def answering(event: int, persons: Sequence[int], now: datetime) -> tuple[int, list[asyncpg.Record]]:
    """The newest place in an event's line, and the answers of these persons and of lapsed offers.

    A statement of its own after the lock: what is read in the locking statement may be older than the lock.
    """
    found = await db.rows(
        """
        SELECT (SELECT max(queued) FROM rsvps WHERE event = $1) AS last, found.* FROM (VALUES (1)) AS one
        LEFT JOIN (
            SELECT * FROM rsvps WHERE event = $1 AND person = ANY($2)
            UNION
            SELECT * FROM rsvps WHERE event = $1 AND status = 'offered' AND offer_until <= $3
        ) AS found ON true
        """,
        event,
        list(persons),
        now,
    )
    return found[0]["last"] or 0, [row for row in found if row["id"] is not None]


async def head_of_line(event: int, *, chairs: int, spare: int) -> list[asyncpg.Record]:
    """Whoever could get one of so many chairs, even if `spare` of those who wait leave the line.

    Of each size of party the first `chairs / size + spare`: among parties of one size the oldest always goes
    first, so nobody behind them can be reached. At most one index probe a size.
    """
    return await db.rows(
        """
        SELECT waiting.* FROM generate_series(0, 20) AS guests_brought
        CROSS JOIN LATERAL (
            SELECT * FROM rsvps WHERE event = $1 AND queued IS NOT NULL AND guests = guests_brought
            ORDER BY queued LIMIT $2::bigint / (1 + guests_brought) + $3::bigint
        ) AS waiting
        WHERE guests_brought < $2
        """,
        event,
        chairs,
        spare,
    )


# One answer


async def rsvp_by_id(rsvp: int) -> Rsvp | None:
    """An answer, if it is still there."""
    row = await db.row("SELECT * FROM rsvps WHERE id = $1", rsvp)
    return rsvp_from(row) if row else None


@dataclass(frozen=True)
class Answered:
    """An answer with what it is about and whose it is. `place` is theirs in line, from 1, or None."""

    rsvp: Rsvp
    event: Event
    person: Person
    community: str
    place: int | None


async def answered(rsvp: int) -> Answered | None:
    """All that a letter or a page about one answer needs. One query."""
    row = await db.row(_ANSWERED, rsvp)
    if row is None:
        return None
    return Answered(
        _from(row, Rsvp), _from(row, Event), _from(row, Person), row["community_name"], row["place"] or None
    )


@dataclass(frozen=True)
class Told:
    """A step of an answer's history, with the answer as it is now.

    `newest`: nothing has happened to it since. `in_calendar`: at the step before, a calendar part had put the
    event into the person's calendar, and none had taken it out.
    """

    answered: Answered
    newest: bool
    in_calendar: bool


async def told(change: int) -> Told | None:
    """What a letter about one step needs. Two queries."""
    step = await db.row(
        """
        SELECT rsvp, NOT EXISTS (
            SELECT FROM rsvp_changes AS after WHERE after.rsvp = this.rsvp AND after.id > this.id
        ) AS newest, (
            SELECT max(id) FILTER (WHERE to_status IN ('going', 'maybe'))
                > coalesce(max(id) FILTER (WHERE to_status IN ('declined', 'withdrawn')), 0)
            FROM rsvp_changes AS before WHERE before.rsvp = this.rsvp AND before.id < this.id
        ) AS in_calendar
        FROM rsvp_changes AS this WHERE id = $1
        """,
        change,
    )
    found = await answered(step["rsvp"]) if step else None
    return Told(found, step["newest"], bool(step["in_calendar"])) if step and found else None


# Rows


def _named(*tables: type[Table]) -> str:
    columns = [
        (table._meta.tablename, column._meta.name) for table in tables for column in table._meta.columns
    ]
    return ", ".join(f'{table}."{column}" AS {table}_{column}' for table, column in columns)


_ANSWERED = f"""
    SELECT {_named(Rsvp, Event, Person)}, communities.name AS community_name, (
        SELECT count(*) FROM rsvps AS ahead WHERE ahead.event = rsvps.event AND ahead.queued <= rsvps.queued
    ) AS place
    FROM rsvps JOIN events ON events.id = rsvps.event JOIN people ON people.id = rsvps.person
    JOIN communities ON communities.id = events.community WHERE rsvps.id = $1
"""  # noqa: S608 - names of our own


def _from(row: asyncpg.Record, table: type[T]) -> T:
    name = table._meta.tablename
    found = table(**{column._meta.name: row[f"{name}_{column._meta.name}"] for column in table._meta.columns})
    found._exists_in_db = True
    return found


def rsvp_from(row: asyncpg.Record) -> Rsvp:
    """An Rsvp from a row that carries at least the columns of `rsvps`."""
    rsvp = Rsvp(**{column._meta.name: row[column._meta.name] for column in Rsvp._meta.columns})
    rsvp._exists_in_db = True
    return rsvp
