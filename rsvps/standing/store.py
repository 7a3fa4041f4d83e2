"""What standing answers write in raw SQL: many rows at once, and claims."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from server import db


async def put(
    series: int, person: int, *, guests: int, online: bool, listed: str | None, now: datetime
) -> int:
    """Write a standing answer down; what is there already keeps its place, and pauses no longer. Returns its id."""
    return int(
        await db.value(
            """
            INSERT INTO standing_answers (series, person, guests, online, listed, since, link)
            VALUES ($1, $2, $3, $4, coalesce($5, ''), $6, 0)
            ON CONFLICT (series, person) DO UPDATE
            SET guests = $3, online = $4, listed = coalesce($5, standing_answers.listed), paused_until = NULL
            RETURNING id
            """,
            series,
            person,
            guests,
            online,
            listed,
            now,
        )
    )


async def pause(standing: int, until: date | None) -> None:
    """Pause it until a day, or not any more."""
    await db.run("UPDATE standing_answers SET paused_until = $2 WHERE id = $1", standing, until)


async def note(event: int, given: Mapping[int, bool], now: datetime) -> None:
    """Note to which standing answers (by id) this gathering has had its answer, or asks one of them (true).

    What it has asked of one, and has had now, is told anew.
    """
    await db.run(
        """
        INSERT INTO counted_in (standing, event, asks, created_at)
        SELECT standing, $1, asks, $4 FROM unnest($2::bigint[], $3::boolean[]) AS given (standing, asks)
        ON CONFLICT (standing, event) DO UPDATE SET asks = false, told_at = NULL
            WHERE counted_in.asks AND NOT excluded.asks
        """,
        event,
        list(given),
        list(given.values()),
        now,
    )


async def claim_untold(series: int, only: int | None, now: datetime) -> list[tuple[int, Sequence[int]]]:
    """Mark what nobody has been told yet as told: whom, of which gatherings. Two callers never get the same."""
    rows = await db.rows(
        """
        WITH told AS (
            UPDATE counted_in SET told_at = $3 FROM standing_answers AS standing
            WHERE standing.id = counted_in.standing AND counted_in.told_at IS NULL AND standing.series = $1
                AND ($2::bigint IS NULL OR standing.person = $2)
            RETURNING standing.person, counted_in.event
        ) SELECT person, array_agg(event ORDER BY event) AS events FROM told GROUP BY person ORDER BY person
        """,
        series,
        only,
        now,
    )
    return [(row["person"], row["events"]) for row in rows]


async def take_over(person: int, guest: int) -> None:
    """What a guest was counted in for is theirs, who has an account, except where both are."""
    await db.run(
        """
        UPDATE standing_answers SET person = $1 WHERE person = $2 AND NOT EXISTS (
            SELECT FROM standing_answers AS own WHERE own.person = $1 AND own.series = standing_answers.series
        )
        """,
        person,
        guest,
    )


async def forget_what_is_over(before: datetime) -> None:
    """Delete that standing answers were given to gatherings that began before then."""
    await db.run(
        "DELETE FROM counted_in USING events WHERE events.id = counted_in.event AND events.starts_at < $1",
        before,
    )
