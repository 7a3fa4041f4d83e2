"""Six o'clock: how long it takes until those who both wished it are connected, with their letters written down.

Beside it one bare statement, which joins the same tables and inserts as many rows.
"""

import time
from collections.abc import Awaitable, Callable

from bench.house import House
from bench.mornings import Mornings
from bench.results import Result, compared
from bench.turns import in_turns
from followups.connections import revealing
from server import db, schema

PEOPLE = 40  # at each gathering, who wish two each
LONGEST = 5.0  # seconds


async def measure(house: House) -> list[Result]:
    """Marks a second, of 20,000 in 250 follow-ups, half of which are answered."""
    mornings = Mornings(gatherings=25 if house.quick else 250, people=PEOPLE)
    async with schema.pool():
        marks = await mornings.meet(await mornings.make("evenings"))

        async def kith() -> float:
            return marks / await _timed(mornings, lambda: revealing.reveal_due(mornings.batch))

        async def bare() -> float:
            return marks / await _timed(mornings, lambda: _bare(mornings))

        seen = await in_turns(house.runs, {"kith": kith, "bare": bare})
    case = f"{marks:,} marks (at most {LONGEST:g} s for 20,000, {20_000 / LONGEST:,.0f}/s)"
    return [compared("marks-revealed", case, seen["kith"], seen["bare"], baseline="one bare statement")]


async def _timed(mornings: Mornings, reveal: Callable[[], Awaitable[int]]) -> float:
    await db.run("TRUNCATE due_work")
    await db.run("DELETE FROM connections")
    await db.run(
        "UPDATE follow_ups SET reveals_at = $1 WHERE opened_at = $2", mornings.batch, mornings.morning
    )
    await db.run("VACUUM ANALYZE connections, follow_ups, due_work")
    begun = time.perf_counter()
    made = await reveal()
    seconds = time.perf_counter() - begun
    assert made == mornings.gatherings * mornings.people // 2
    assert await db.value("SELECT count(*) FROM due_work") == 2 * made
    return seconds


async def _bare(mornings: Mornings) -> int:
    found: int = await db.value(
        """
        WITH due AS (
            UPDATE follow_ups SET reveals_at = $1::timestamptz + interval '1 day' WHERE reveals_at <= $1
            RETURNING id, event
        ), pairs AS (
            SELECT mine.by AS low, mine.about AS high, due.event FROM due
            JOIN met_marks AS mine ON mine.follow_up = due.id AND mine.by < mine.about AND mine.wished_at < $1
            JOIN met_marks AS theirs ON theirs.follow_up = due.id
                AND theirs.by = mine.about AND theirs.about = mine.by AND theirs.wished_at < $1
            JOIN follow_up_replies AS low
                ON low.follow_up = due.id AND low.person = mine.by AND low.findable AND low.not_seen_by IS NULL
            JOIN follow_up_replies AS high
                ON high.follow_up = due.id AND high.person = mine.about AND high.findable AND high.not_seen_by IS NULL
            WHERE NOT EXISTS (
                SELECT FROM blocks WHERE (blocker, blocked) IN ((mine.by, mine.about), (mine.about, mine.by))
            )
        ), made AS (
            INSERT INTO connections (public_id, low, high, event, connected_at)
            SELECT substr(md5(low::text || high), 1, 12), low, high, event, $1 FROM pairs
            ON CONFLICT (low, high) WHERE ended_at IS NULL DO NOTHING RETURNING id, low, high
        ), written AS (
            INSERT INTO due_work (kind, args, run_at, request_id, created_at)
            SELECT 'followups.connected', jsonb_build_array(made.id, who), $1, '', $1
            FROM made, LATERAL (VALUES (low), (high)) AS each (who) RETURNING id
        ) SELECT count(*) / 2 FROM written
        """,
        mornings.batch,
    )
    return found
