"""What publishing writes in raw SQL: changes, of which one an event is open."""

from datetime import datetime
from typing import Any

from server import db


async def open_change(event: int, *, before: dict[str, Any], now: datetime) -> int:
    """The number of an event's open change: a new one with what it was, unless one is open already."""
    number: int = await db.value(
        """
        INSERT INTO event_changes (event, before, opened_at) VALUES ($1, $2, $3)
        ON CONFLICT (event) WHERE told_at IS NULL DO UPDATE SET event = excluded.event RETURNING id
        """,
        event,
        before,
        now,
    )
    return number


async def record_change(event: int, *, before: dict[str, Any], after: dict[str, Any], now: datetime) -> int:
    """The number of a change that is told: the event's open one, from what it was before that, or else a new one."""
    number: int = await db.value(
        """
        WITH closed AS (
            UPDATE event_changes SET told_at = $4, after = $3 WHERE event = $1 AND told_at IS NULL RETURNING id
        ), made AS (
            INSERT INTO event_changes (event, before, after, opened_at, told_at)
            SELECT $1, $2, $3, $4, $4 WHERE NOT EXISTS (SELECT FROM closed) RETURNING id
        )
        SELECT id FROM closed UNION ALL SELECT id FROM made
        """,
        event,
        before,
        after,
        now,
    )
    return number


async def close_changes(event: int, *, now: datetime) -> None:
    """Close an event's open change as if nothing had moved."""
    await db.run(
        "UPDATE event_changes SET told_at = $2, after = before WHERE event = $1 AND told_at IS NULL",
        event,
        now,
    )
