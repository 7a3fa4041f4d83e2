"""The week's prompts of 100,000 people with 500,000 connections, all due at once; and of a hundredth of them.

Each time everybody is chosen for anew, by one worker, as if nobody had ever been told anything: candidates, choice,
rows and letters written down. On a usual day a worker has a minute's share of it to do, a ten-thousandth.
"""

import time
from datetime import datetime, timedelta

from bench.house import House
from bench.results import Result, alone
from bench.scale import World
from bench.turns import in_turns
from bench.world import Size
from followups.prompts import weekly
from server import clock, db
from server.presentation import in_zone

FULL, QUICK = Size(100_000), Size(10_000)
WITHIN = 30.0  # seconds, for all


async def measure(house: House) -> list[Result]:
    """Seconds for all of them, and for a hundredth; and how many were told something."""
    size = QUICK if house.quick else FULL
    made = World(size, await house.another_database("kith_prompts"))
    await made.build()
    try:
        with made.here():
            await _connect(size)
            noon = _noon()
            told: dict[int, int] = {}

            async def choose(people: int) -> float:
                await _begin_anew(people, noon)
                begun = time.perf_counter()
                told[people] = await weekly.choose_due(noon)
                return time.perf_counter() - begun

            everybody, few = size.people, size.people // 100
            await choose(few)
            seen = await in_turns(3, {"all": lambda: choose(everybody), "a hundredth": lambda: choose(few)})
    finally:
        await made.close()
    return [
        alone(
            "prompts",
            f"{everybody:,} people, {told[everybody]:,} told, bound {WITHIN:g} s",
            seen["all"],
            unit="s",
        ),
        alone("prompts", f"a hundredth: {few:,} people, {told[few]:,} told", seen["a hundredth"], unit="s"),
    ]


async def _connect(size: Size) -> None:
    """Five connections for each person: three in their community, two elsewhere. A third let connections see them."""
    await db.run("TRUNCATE connections, prompt_turns CASCADE")
    await db.run(
        """
        INSERT INTO connections (public_id, low, high, event, connected_at)
        SELECT 'x' || lpad((row_number() OVER ())::text, 11, '0'), least(one, other), greatest(one, other),
            $2::bigint + one % $3::bigint, $4::timestamptz - (one % 300 + 10) * interval '1 day'
        FROM (
            SELECT one, 1 + (one + CASE WHEN k < 4 THEN k * ($5::bigint - 1) ELSE k END - 1) % $1::bigint AS other
            FROM generate_series(1, $1::int) AS one CROSS JOIN generate_series(1, 5) AS k
        ) AS pairs
        """,
        size.people,
        size.ahead + 1,
        size.gatherings - size.ahead,
        clock.now(),
        size.communities,
    )
    await db.run("UPDATE rsvps SET listed = 'connections' WHERE listed <> '' AND id % 3 = 0")
    await db.run("VACUUM ANALYZE")


async def _begin_anew(people: int, noon: datetime) -> None:
    """It is the turn of so many, and nobody has been told anything."""
    await db.run("TRUNCATE prompts, due_work")
    await db.run(
        "UPDATE prompt_turns SET due_at = CASE WHEN person <= $1 THEN $2::timestamptz ELSE $3 END",
        people,
        noon,
        noon + timedelta(days=3),
    )
    await db.run("VACUUM ANALYZE prompt_turns")


def _noon() -> datetime:
    """Noon of the day where all these people live."""
    return in_zone(clock.now(), "Europe/Berlin").replace(hour=12, minute=0)
