"""What importing writes for many rows at once: claims by the clock, and what is gone from a calendar."""

from collections.abc import Sequence
from datetime import datetime

from events.tables import CalendarSource, ImportedEvent
from server.rows import values_of
from server.statements import among


async def claim_due(now: datetime, *, again: datetime) -> list[int]:
    """The calendars that are to be read now, so that nobody else reads them before `again`. One statement."""
    due = CalendarSource.update({CalendarSource.next_read_at: again}).where(
        CalendarSource.next_read_at <= now
    )
    return await values_of(due.returning(CalendarSource.id))


async def note_gone(rows: Sequence[int], *, since: datetime | None) -> None:
    """That these are not in their calendar any more, or are again (`since` None). One statement, none for none."""
    if rows:
        await ImportedEvent.update({ImportedEvent.gone_since: since}).where(among(ImportedEvent.id, rows))
