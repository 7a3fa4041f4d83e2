"""What we ask about calendars that were brought along. Reads only."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, cast

from events import queries
from events.tables import CalendarSource, Event, ImportedEvent, Series, SkippedDate
from members.tables import Community
from server import db
from server.rows import row_as, rows_as, value_of, values_of
from server.statements import among, lock


async def source(community: Community, public_id: str) -> CalendarSource | None:
    """One of a community's calendars. One query."""
    named = (CalendarSource.community == community.id) & (CalendarSource.public_id == public_id)
    return await row_as(CalendarSource, CalendarSource.select().where(named))


async def source_by_id(number: int) -> CalendarSource | None:
    """The same by its number, for due work. One query."""
    return await row_as(CalendarSource, CalendarSource.select().where(CalendarSource.id == number))


async def locked(number: int) -> CalendarSource | None:
    """The same, while nobody else brings anything of it in. Two queries."""
    await lock(CalendarSource, number)
    return await source_by_id(number)


class Listed(NamedTuple):
    """A calendar in the list of a community: without what is in it."""

    id: int
    public_id: str
    name: str
    address: str
    stage: str
    kept_in_step: bool
    fault: str
    failures: int
    read_at: datetime | None
    next_read_at: datetime | None


async def sources_of(community: Community) -> list[Listed]:
    """The calendars of a community that are kept in step, or not brought in yet: newest first. One query."""
    waits = CalendarSource.kept_in_step.eq(True) | (CalendarSource.stage != "brought")
    columns = [getattr(CalendarSource, name) for name in Listed._fields]
    found = CalendarSource.select(*columns).where((CalendarSource.community == community.id) & waits)
    return await rows_as(Listed, found.order_by(CalendarSource.id, ascending=False))


class Known(NamedTuple):
    """Something that came from a calendar before, and the event that it became, unless that was deleted.

    For a series that is its pattern.
    """

    row: ImportedEvent
    event: Event | None
    series: Series | None = None

    @property
    def said(self) -> Mapping[str, Any]:
        """What its calendar said of it last, by column."""
        return {name: value for name, value in self._said.items() if name != "here"}

    @property
    def here(self) -> Mapping[str, Any]:
        """Of a series, what is otherwise here: days that were `left`, that it was `cancelled`, or `ended_on` a day."""
        return cast(Mapping[str, Any], self._said.get("here", {}))

    @property
    def _said(self) -> Mapping[str, Any]:
        return cast(Mapping[str, Any], self.row.said)


async def known(community: int, uids: Collection[str]) -> dict[tuple[str, str], Known]:
    """What came with these UIDs, by UID and recurrence. Two queries."""
    wanted = (ImportedEvent.community == community) & among(ImportedEvent.uid, uids)
    return await _with_events(await rows_as(ImportedEvent, ImportedEvent.select().where(wanted)))


async def of_source(number: int) -> dict[tuple[str, str], Known]:
    """What came from one calendar. Two queries."""
    wanted = ImportedEvent.select().where(ImportedEvent.source == number)
    return await _with_events(await rows_as(ImportedEvent, wanted))


async def gone(number: int, now: datetime) -> list[Event]:
    """The gatherings and series to come that are not in their calendar any more: soonest first. Three queries."""
    found = await of_source(number)
    left = [each.event for each in found.values() if each.row.gone_since and each.event]
    return sorted(
        (
            event
            for event in left
            if event.is_pattern or (event.over_at > now and event.status != "cancelled")
        ),
        key=lambda event: event.starts_at,
    )


async def left_out(number: int) -> list[ImportedEvent]:
    """What organisers left out of a calendar. One query."""
    rows = ImportedEvent.select().where((ImportedEvent.source == number) & ImportedEvent.left_out.eq(True))
    return await rows_as(ImportedEvent, rows.order_by(ImportedEvent.id))


async def left(number: int, now: datetime) -> list[Event]:
    """The gatherings to come that stayed as they were when their series followed its calendar. Four queries."""
    series = {
        each.series.id: set(each.here.get("left", ()))
        for each in (await of_source(number)).values()
        if each.series
    }
    days = await days_of([number for number, left in series.items() if left], now.date() - timedelta(days=1))
    return [
        event
        for number, there in days.items()
        for day, event in sorted(there.items())
        if day.isoformat() in series[number] and event.over_at > now and event.status == "published"
    ]


async def kept_elsewhere(sources: Iterable[int], besides: int) -> set[int]:
    """Which of these calendars are kept in step, but for one. One query, none for none."""
    others = set(sources) - {besides}
    if not others:
        return set()
    going_on = among(CalendarSource.id, others) & CalendarSource.next_read_at.is_not_null()
    return set(await values_of(CalendarSource.select(CalendarSource.id).where(going_on)))


async def ours(uids: Collection[str]) -> set[str]:
    """Which of these UIDs are of this Kith's own events. One query."""
    return set(await values_of(Event.select(Event.uid).where(among(Event.uid, uids))))


async def days_of(series: Collection[int], since: date) -> dict[int, dict[date, Event]]:
    """The gatherings there are of these series on days from then on, by their day. One query, none for none."""
    if not series:
        return {}
    rows = await db.rows(
        f"{queries.EVENTS} WHERE events.series = ANY($1) AND events.series_date >= $2", list(series), since
    )
    found: dict[int, dict[date, Event]] = {number: {} for number in series}
    for event in map(queries.event_from, rows):
        found[event.series][event.series_date] = event
    return found


async def skipped_of(series: Collection[int]) -> dict[int, set[date]]:
    """The days that these series leave out. One query."""
    found: dict[int, set[date]] = {number: set() for number in series}
    for row in await SkippedDate.select(SkippedDate.series, SkippedDate.on).where(
        among(SkippedDate.series, series)
    ):
        found[row["series"]].add(row["on"])
    return found


async def series_of_uid(community: int, uid: str) -> int | None:
    """The series that something with this UID became. One query."""
    named = (ImportedEvent.community == community) & (ImportedEvent.uid == uid)
    found: int | None = await value_of(
        ImportedEvent.select(ImportedEvent.series).where(named & (ImportedEvent.recurrence == ""))
    )
    return found


async def public_ids(series: Collection[int]) -> dict[int, str]:
    """What these series are called in addresses. One query."""
    rows = await Series.select(Series.id, Series.public_id).where(among(Series.id, series))
    return {row["id"]: row["public_id"] for row in rows}


async def _with_events(rows: list[ImportedEvent]) -> dict[tuple[str, str], Known]:
    events = await queries.events_by_id([row.event for row in rows if row.event])
    numbers = [row.series for row in rows if row.series]
    series = {
        each.id: each for each in await rows_as(Series, Series.select().where(among(Series.id, numbers)))
    }
    patterns = await _patterns(numbers)
    return {
        (row.uid, row.recurrence): Known(
            row, patterns.get(row.series) if row.series else events.get(row.event), series.get(row.series)
        )
        for row in rows
    }


async def _patterns(series: Collection[int]) -> dict[int, Event]:
    if not series:
        return {}
    rows = await db.rows(
        f"{queries.EVENTS} WHERE events.series = ANY($1) AND events.series_date IS NULL", list(series)
    )
    return {event.series: event for event in map(queries.event_from, rows)}
