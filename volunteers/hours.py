"""When a shift is: typed on its gathering's wall clock, kept by its distance from the start there, and its moments.

A shift belongs to its gathering, so it is kept how long before or after the start it is, and how long it lasts, as
the clock on the wall shows it (`wall_begins`, `wall_lasts`). From that follow the true minutes by which PostgreSQL
finds its moments (`begins`, `lasts`). The two differ when clocks are set between the shift and the start.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import asyncpg

from events.tables import Event
from events.wall_clock import followed, shown
from server import clock, db
from server.db import transaction
from server.jobs import later_once
from volunteers import mail, queries

AT_ONCE = 5000


class Hours(NamedTuple):
    """A shift's place in time, all in minutes: from the gathering's start to its own, and how long it lasts."""

    begins: int
    lasts: int
    wall_begins: int
    wall_lasts: int


def typed(event: Event, starts_at: datetime, ends_at: datetime) -> Hours:
    """The hours of a shift between two moments."""
    start, begins, ends = (shown(at, event.zone) for at in (event.starts_at, starts_at, ends_at))
    return Hours(
        _minutes(starts_at - event.starts_at),
        _minutes(ends_at - starts_at),
        _minutes(begins - start),
        # As long as it truly lasts where it ends in an hour that the clock shows twice.
        _minutes(ends - begins) if ends > begins else _minutes(ends_at - starts_at),
    )


def on_the_wall(starts_at: datetime, zone: str, before: Hours) -> Hours:
    """The same hours on the wall clock, for a gathering that starts at this moment in this zone."""
    wall = shown(starts_at, zone) + timedelta(minutes=before.wall_begins)
    was = starts_at + timedelta(minutes=before.begins)
    begins = followed(was, wall, zone)
    lasts = timedelta(minutes=before.wall_lasts)
    ends = followed(was + timedelta(minutes=before.lasts), wall + lasts, zone)
    if ends <= begins:
        ends = begins + lasts
    return before._replace(begins=_minutes(begins - starts_at), lasts=_minutes(ends - begins))


def hours_of(row: Mapping[str, Any] | asyncpg.Record) -> Hours:
    """The hours in a role's row."""
    return Hours(*(row[name] for name in Hours._fields))


async def take_along(_before: Event, event: Event) -> None:
    """A gathering has moved: its shifts keep their hours on the wall clock. With its row locked, two queries."""
    rows = await db.rows(
        """
        SELECT id, begins, lasts, wall_begins, wall_lasts FROM volunteer_roles WHERE event = $1
        ORDER BY id
        """,
        event.id,
    )
    moved = {row["id"]: on_the_wall(event.starts_at, event.zone, hours_of(row)) for row in rows}
    await _write({row["id"]: moved[row["id"]] for row in rows if moved[row["id"]] != hours_of(row)}, counts=0)


async def follow_new_rules() -> int:
    """After a country has changed its clocks: move the shifts that do not move with their gathering, and say so."""
    moved = 0
    last = 0
    while rows := await queries.hours_to_come(clock.now(), after=last, limit=AT_ONCE):
        for row in rows:
            if on_the_wall(row["starts_at"], row["zone"], hours_of(row)) != hours_of(row):
                moved += await _follow(row["id"])
        last = rows[-1]["id"]
    return moved


async def _follow(role: int) -> int:
    async with transaction():
        # The gathering first, as whoever moves it does.
        await db.run(
            "SELECT FROM events WHERE id = (SELECT event FROM volunteer_roles WHERE id = $1) FOR NO KEY UPDATE",
            role,
        )
        row = await queries.hours_of_role(role)
        hours = on_the_wall(row["starts_at"], row["zone"], hours_of(row)) if row else None
        if row is None or hours is None or hours == hours_of(row):
            return 0
        await _write({role: hours}, counts=1)
        if row["status"] == "published":
            told = {
                f"shift:{role}:{person}": [role, person, None, True]
                for person in await queries.signed_up(role)
            }
            await later_once(mail.changed, told, at=clock.now())
        return 1


async def _write(hours: Mapping[int, Hours], *, counts: int) -> None:
    """`counts`: whether calendars count it as a change of the shift's own, beside its gathering's."""
    if hours:
        await db.run(
            """
            UPDATE volunteer_roles SET begins = new.begins, lasts = new.lasts, changed_at = $4,
                sequence = sequence + $5
            FROM unnest($1::bigint[], $2::int[], $3::int[]) AS new (id, begins, lasts)
            WHERE volunteer_roles.id = new.id
            """,
            [*hours],
            [each.begins for each in hours.values()],
            [each.lasts for each in hours.values()],
            clock.now(),
            counts,
        )


def _minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)
