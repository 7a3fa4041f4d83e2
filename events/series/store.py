"""What series write in raw SQL: the gatherings of one, many at once."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from events.tables import AnswerPolicy, CoHost, Event, SeatPool, Series, SkippedDate, new_uid
from server import clock, db, tokens
from server.rows import values_of


class Times(NamedTuple):
    """When one gathering of a series is, and when it is answered: moments, and the wall clocks they follow."""

    day: date
    starts_at: datetime
    ends_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    starts_wall: datetime
    ends_wall: datetime | None
    opens_wall: datetime | None
    closes_wall: datetime | None


# What one gathering has of its own; all else is its pattern's.
_OWN = {
    "public_id": "times.public_id",
    "uid": "times.uid",
    "series_date": "times.day",
    "starts_at": "times.starts_at",
    "ends_at": "times.ends_at",
    "starts_wall": "times.starts_wall",
    "ends_wall": "times.ends_wall",
    "status": "'published'",
    "sequence": "0",
    "by_hand": "false",
    "off_with_series": "false",
    "page_version": "0",
    "published_at": "$2",
    "changed_at": "$2",
    "calendar_changed_at": "$2",
    "created_at": "$2",
}
# What triggers keep, and need not make out anew for each.
_BY_TRIGGERS = ("search",)
_OF_POLICY = {
    "event": "made.id",
    "answers_open_at": "times.opens_at",
    "answers_close_at": "times.closes_at",
    "opens_wall": "times.opens_wall",
    "closes_wall": "times.closes_wall",
}
_OF_POOL = {"event": "made.id", "taken": "0", "reserving": "false", "newcomers": "0"}
_OF_CO_HOST = {"event": "made.id", "created_at": "$2"}


def _copied(
    table: type[Event] | type[AnswerPolicy] | type[SeatPool] | type[CoHost],
    own: dict[str, str],
    besides: Sequence[str] = (),
) -> str:
    names = [column._meta.name for column in table._meta.columns if column._meta.name != "id"]
    names += besides
    values = ", ".join(own.get(name, f"pattern.{name}") for name in names)
    return f"INSERT INTO {table._meta.tablename} ({', '.join(names)}) SELECT {values}"


_MAKE = f"""
    WITH times AS (
        SELECT * FROM unnest(
            $3::text[], $4::text[], $5::date[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[],
            $9::timestamptz[], $10::timestamp[], $11::timestamp[], $12::timestamp[], $13::timestamp[]
        ) AS times (
            public_id, uid, day, starts_at, ends_at, opens_at, closes_at,
            starts_wall, ends_wall, opens_wall, closes_wall
        )
    ), made AS (
        {_copied(Event, _OWN, _BY_TRIGGERS)} FROM events AS pattern, times WHERE pattern.id = $1
        ON CONFLICT (series, series_date) WHERE series_date IS NOT NULL DO NOTHING
        RETURNING id, series_date, starts_at
    ), policies AS (
        {_copied(AnswerPolicy, _OF_POLICY)}
        FROM answer_policies AS pattern, made JOIN times ON times.day = made.series_date WHERE pattern.event = $1
    ), pools AS (
        {_copied(SeatPool, _OF_POOL)} FROM seat_pools AS pattern, made WHERE pattern.event = $1
    ), hosts AS (
        {_copied(CoHost, _OF_CO_HOST)} FROM co_hosts AS pattern, made WHERE pattern.event = $1
    )
    SELECT id FROM made ORDER BY starts_at, id
"""  # noqa: S608 - our own names


async def make(pattern: Event, times: Sequence[Times], now: datetime) -> list[int]:
    """Write the gatherings of a series at these times, like its pattern, published; the ids of those that are new.

    Of a day of which there is one already, none is made. Policies, seats and co-hosts come along. One statement.
    """
    rows = db.rows(
        _MAKE,
        pattern.id,
        now,
        [tokens.public_id() for _ in times],
        [new_uid() for _ in times],
        *([each[position] for each in times] for position in range(len(Times._fields))),
    )
    return await values_of(rows)


async def skip(series: int, days: Sequence[date], *, by: int) -> None:
    """Leave these days of a series out, before they are made. Again is harmless. One statement, none for none."""
    if days:
        skipped = [SkippedDate(series=series, on=day, by=by) for day in days]
        await SkippedDate.insert(*skipped).on_conflict(
            target=(SkippedDate.series, SkippedDate.on), action="DO NOTHING"
        )


async def hold(series: int) -> None:
    """Have nobody else change its pattern and its gatherings, past ones too, until the transaction ends.

    For whoever writes several of them, with the series locked. One statement.
    """
    # In the order of their ids, before any is written: an edit of one writes what another waits for (the calendar's
    # count), and somebody who is counted in holds several. Either would else wait for us while we wait for them.
    await db.run("SELECT FROM events WHERE series = $1 ORDER BY id FOR NO KEY UPDATE", series)


async def say_anew(series: int) -> None:
    """Have the pages of all its gatherings drawn anew: they say how often it comes again. They are held (`hold`).

    One statement.
    """
    await db.run("UPDATE events SET page_version = page_version + 1 WHERE series = $1", series)


async def keep_by_hand(event: int) -> None:
    """Note that one was left apart from the others. One statement."""
    await Event.update({Event.by_hand: True}).where(Event.id == event)


async def stay_off(series: int, days: Sequence[date]) -> None:
    """Have these days of a series be off by themselves, where it has called them off. They are held (`hold`).

    One statement.
    """
    await db.run(
        "UPDATE events SET off_with_series = false WHERE series = $1 AND series_date = ANY($2) AND off_with_series",
        series,
        list(days),
    )


async def hand_on(series: int, person: int) -> None:
    """Have somebody else prepare a series and all that is ahead of it or is made of it. They are held (`hold`).

    Two statements.
    """
    await Series.update({Series.created_by: person}).where(Series.id == series)
    await db.run(
        """
        UPDATE events SET created_by = $2, page_version = page_version + 1
        WHERE series = $1 AND (series_date IS NULL OR starts_at > $3)
        """,
        series,
        person,
        clock.now(),
    )
