"""What importing writes for many rows at once: claims by the clock, and what is gone from a calendar."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from piccolo.columns import Column

from events.importing.found import Gathering
from events.tables import CalendarSource, Event, ImportedEvent
from server import db
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


async def leave_out(community: int, source: int, gatherings: Iterable[Gathering]) -> None:
    """That these neither come nor change until somebody ticks them. One statement, none for none."""
    rows = [
        ImportedEvent(
            community=community,
            uid=each.uid,
            recurrence=each.recurrence,
            source=source,
            said=each.said(),
            left_out=True,
        )
        for each in gatherings
    ]
    if rows:
        await ImportedEvent.insert(*rows).on_conflict(
            target=(ImportedEvent.community, ImportedEvent.uid, ImportedEvent.recurrence),
            action="DO UPDATE",
            values=[ImportedEvent.left_out],
        )


async def take_again(rows: Sequence[ImportedEvent]) -> None:
    """That these come and change again. Two statements, none for none."""
    came = [row.id for row in rows if row.event or row.series]
    never = [row.id for row in rows if not (row.event or row.series)]
    if came:
        await ImportedEvent.update({ImportedEvent.left_out: False}).where(among(ImportedEvent.id, came))
    if never:  # As if it were seen for the first time.
        await ImportedEvent.delete().where(among(ImportedEvent.id, never))


async def note_untold(source: int, events: Sequence[int]) -> None:
    """That these were published, and nobody has been told of them yet. One statement."""
    await db.run(
        "UPDATE calendar_sources SET untold = untold || $2::bigint[] WHERE id = $1", source, list(events)
    )


async def note_here(row: int, here: Mapping[str, Any]) -> None:
    """What of a series is otherwise here than in its calendar. One statement."""
    await db.run(
        "UPDATE imported_events SET said = jsonb_set(said, '{here}', $2) WHERE id = $1", row, dict(here)
    )


async def forget_rows(events: Sequence[int]) -> None:
    """What these were known by: they are of other days now. One statement, none for none."""
    if events:
        await ImportedEvent.delete().where(among(ImportedEvent.event, events))


async def belongs_to_series(event: int, series: int, day: date, *, by_hand: bool = True) -> None:
    """That an event is the one of a series on this day, and otherwise than the others. One statement."""
    values: dict[Column | str, Any] = {"series": series, "series_date": day, "by_hand": by_hand}
    await Event.update(values).where(Event.id == event)
