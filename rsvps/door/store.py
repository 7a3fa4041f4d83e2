"""What the door writes in raw SQL: marks and arrivals, decided in one statement each; many links at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from events.queries import OVER
from server import clock, db
from server.rows import values_of


@dataclass(frozen=True)
class Press:
    """One press at a door: its key, what it says, when it was, and the newest mark that the device had seen."""

    key: str
    here: bool
    guests: int
    at: datetime
    known: int


async def move(times: Mapping[int, tuple[datetime, datetime]]) -> None:
    """Have door links (by id) open and end at these moments."""
    await db.run(
        """
        UPDATE doors SET opens_at = new.opens, expires_at = new.ends
        FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) AS new (id, opens, ends)
        WHERE doors.id = new.id
        """,
        [*times],
        [opens for opens, _ in times.values()],
        [ends for _, ends in times.values()],
    )


async def keep(door: int, rsvp: int, press: Press) -> bool:
    """Write the mark down. Whether it is the one that counts: not if it came before, or if a later one did."""
    counts = await db.value(
        """
        WITH mark AS (
            INSERT INTO door_marks (key, door, rsvp, here, guests, at, created_at)
            VALUES ($1, $2, $3, $4, $5, greatest($6::timestamptz, (
                SELECT max(at) + interval '1 microsecond' FROM door_marks WHERE rsvp = $3 AND id <= $8
            )), $7) ON CONFLICT (key) DO NOTHING RETURNING at
        )
        SELECT true FROM mark
        WHERE NOT EXISTS (SELECT FROM door_marks WHERE rsvp = $3 AND door_marks.at > mark.at)
        """,
        press.key,
        door,
        rsvp,
        press.here,
        press.guests,
        press.at,
        clock.now(),
        press.known,
    )
    return bool(counts)


async def here_since(rsvp: int) -> datetime | None:
    """When doors saw somebody come who has not been taken for gone since; None if they were, or nobody saw them."""
    since: datetime | None = await db.value(
        """
        SELECT min(at) FROM door_marks WHERE rsvp = $1 AND here
            AND at > coalesce((SELECT max(at) FROM door_marks WHERE rsvp = $1 AND NOT here), '-infinity')
        """,
        rsvp,
    )
    return since


async def write_arrival(
    rsvp: int, by: int | None, door: int | None, guests: int, at: datetime | None
) -> None:
    """The first word stays, except that a door knows when they came, and how many guests came along."""
    await db.run(
        """
        INSERT INTO arrivals (rsvp, seen_by, door, guests, arrived_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (rsvp) DO UPDATE SET guests = excluded.guests,
            arrived_at = least(arrivals.arrived_at, excluded.arrived_at)
        WHERE excluded.door IS NOT NULL
        """,
        rsvp,
        by,
        door,
        guests,
        at,
    )


async def delete_arrival(rsvp: int, by: int | None, *, as_host: bool) -> None:
    """They did not come, says a host (`by`), or they themselves of what they said, or a door of what doors said."""
    await db.run(
        """
        WITH gone AS (
            DELETE FROM arrivals WHERE rsvp = $1 AND CASE
                WHEN $3 THEN true
                WHEN $2::bigint IS NULL THEN door IS NOT NULL
                ELSE seen_by = $2
            END RETURNING rsvp
        )
        UPDATE walk_ins SET name = '', guests = 0 FROM gone WHERE walk_ins.rsvp = gone.rsvp
        """,
        rsvp,
        by,
        as_host,
    )


async def forget_left(before: datetime) -> list[int]:
    """Forget the addresses that were left before then, or with what is taken back, and never confirmed.

    Returns whose they were, by their ids.
    """
    gone = db.rows(
        """
        WITH unconfirmed AS (
            SELECT id, person FROM walk_ins
            WHERE person IS NOT NULL AND rsvp IS NULL AND (left_at IS NULL OR left_at < $1)
        ), forgotten AS (
            UPDATE walk_ins SET person = NULL, left_at = NULL FROM unconfirmed WHERE walk_ins.id = unconfirmed.id
        )
        SELECT person FROM unconfirmed
        """,
        before,
    )
    return await values_of(gone)


async def forget_what_was_noted(now: datetime) -> None:
    """Delete the marks of doors, and who walked in, once the days that their event keeps them are over."""
    for table, through, link in (
        ("door_marks", "doors JOIN events ON events.id = doors.event", "door_marks.door = doors.id"),
        ("walk_ins", "events", "walk_ins.event = events.id"),
    ):
        await db.run(
            f"""
            DELETE FROM {table} USING {through} JOIN answer_policies ON answer_policies.event = events.id
            WHERE {link} AND {OVER} + make_interval(days => replies_kept) < $1
            """,  # noqa: S608 - names of our own
            now,
        )
