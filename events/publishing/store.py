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


async def close_changes(event: int, *, now: datetime) -> None:
    """Close an event's open change as if nothing had moved."""
    await db.run(
        "UPDATE event_changes SET told_at = $2, after = before WHERE event = $1 AND told_at IS NULL",
        event,
        now,
    )
