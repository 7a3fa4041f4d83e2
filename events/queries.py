"""What we ask about gatherings. Reads only."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg

from events.tables import Event
from members.tables import Person
from server import db
from server.errors import NotFound

COLUMNS = ", ".join(f"events.{column._meta.name}" for column in Event._meta.columns)
EVENTS = f"SELECT {COLUMNS} FROM events"  # noqa: S608 - our own names; `search` is not fetched
_WITH_ROLE = f"""
    SELECT {COLUMNS}, memberships.role FROM events
    LEFT JOIN memberships ON memberships.community = events.community AND memberships.person = $2
"""  # noqa: S608


class Found(NamedTuple):
    """An event, and the role that whoever asks has in its community."""

    event: Event
    role: str | None


async def found(public_id: str, person: Person | None) -> Found | None:
    """An event by its public id, whoever may see it. One query. Pages come here by way of `access`."""
    row = await db.row(f"{_WITH_ROLE} WHERE events.public_id = $1", public_id, person.id if person else None)
    return Found(event_from(row), row["role"]) if row else None


async def event_by_id(event: int) -> Event | None:
    """An event by its number, whoever may see it: for letters and due work. One query."""
    row = await db.row(f"{EVENTS} WHERE id = $1", event)
    return event_from(row) if row else None


async def events_by_id(events: Sequence[int]) -> dict[int, Event]:
    """The same for several. One query."""
    rows = await db.rows(f"{EVENTS} WHERE id = ANY($1)", list(events))
    return {row["id"]: event_from(row) for row in rows}


async def locked(event: int) -> Event | None:
    """An event whose row nobody else changes until the open transaction ends. One query."""
    row = await db.row(f"{EVENTS} WHERE id = $1 FOR NO KEY UPDATE", event)
    return event_from(row) if row else None


async def event_of_change(change: int) -> int | None:
    """Which event a change is about. One query."""
    event: int | None = await db.value("SELECT event FROM event_changes WHERE id = $1", change)
    return event


async def sides_of_change(change: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an event was and what people were told it became, by column. Raises NotFound before it is told."""
    row = await db.row("SELECT before, after FROM event_changes WHERE id = $1 AND after IS NOT NULL", change)
    if row is None:
        raise NotFound
    return row["before"], row["after"]


async def roles_in(person: Person, communities: Sequence[int]) -> dict[int, str]:
    """Somebody's role in each of these communities in which they have one. One query."""
    rows = await db.rows(
        "SELECT community, role FROM memberships WHERE person = $1 AND community = ANY($2)",
        person.id,
        list(communities),
    )
    return {row["community"]: row["role"] for row in rows}


def event_from(row: asyncpg.Record) -> Event:
    """An Event from a row that carries at least the columns of `events`."""
    event = Event(**{column._meta.name: row[column._meta.name] for column in Event._meta.columns})
    event._exists_in_db = True
    return event
