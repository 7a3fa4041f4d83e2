"""A year of gatherings, week by week, of many series, each with questions, shifts and co-hosts.

Beside it bare statements that insert the same rows, one for each series, without triggers and foreign keys.
"""

import time
from datetime import timedelta

from bench import seed
from bench.house import House
from bench.results import Result, alone, compared
from bench.turns import in_turns
from events.details import Details
from events.series import beginning, making
from events.tables import CoHost, Event
from rsvps.questions import sheet
from rsvps.questions.sheet import AskedQuestion
from server import clock, db, schema, tokens
from volunteers import shifts
from volunteers.shifts import Needed

WEEKS = 52
# What a gathering consists of; each copied by its column that names the event.
TABLES = {
    "events": "id",
    "answer_policies": "event",
    "seat_pools": "event",
    "co_hosts": "event",
    "questions": "event",
    "volunteer_roles": "event",
}


async def measure(house: House) -> list[Result]:
    """Gatherings made a second, of 52 occurrences of 500 series, and seconds for all of them."""
    many = 50 if house.quick else 500
    async with schema.pool():
        await _begin(many)
        await _make_tables()
        seconds: list[float] = []

        async def kith() -> float:
            await _forget()
            begun = time.perf_counter()
            made = await making.make_due()
            seconds.append(time.perf_counter() - begun)
            assert made == many * WEEKS, made
            return made / seconds[-1]

        async def bare() -> float:
            return await _copy(many)

        await kith()  # Once, for the bare statements to have rows to copy.
        seconds.clear()
        seen = await in_turns(house.runs, {"kith": kith, "bare": bare})
    case = f"{WEEKS} occurrences of {many} series, with questions, shifts and co-hosts"
    return [
        compared("series", case, seen["kith"], seen["bare"], baseline="one bare statement a series"),
        alone("series", f"{case}, all", seconds, unit="s", judged_by=seen["bare"]),
    ]


async def _begin(many: int) -> None:
    """So many series of a community, each by somebody else, started, and with nothing made."""
    community = await seed.community("series")
    people = await seed.people(many)
    like = await seed.event(community)
    await sheet.put(
        like, [AskedQuestion("text", "What do you bring?"), AskedQuestion("text", "Any allergies?")]
    )
    begins, ends = like.starts_at, like.starts_at + timedelta(hours=1)
    for title in ("Kitchen", "Door"):
        await shifts.add(like, Needed(title, "", 2, begins, ends))
    said = Details(
        title="Soup for all", zone=like.zone, starts_at=like.starts_at, ends_at=like.over_at, seats=30
    )
    for number in people:
        by = await seed.person(number)
        series = await beginning.begin(
            community,
            said,
            by=by,
            public_id=tokens.public_id(),
            by_rule="FREQ=WEEKLY",
            like=like,
            counted=False,
        )
        pattern = Event.select(Event.id).where(Event.series == series.id).first()
        await CoHost(event=(await pattern)["id"], person=by.id, added_by=by.id).save()
    await db.run("UPDATE series SET started_at = $1", clock.now())


async def _forget() -> None:
    """As if nothing were made yet."""
    await db.run("DELETE FROM events WHERE series_date IS NOT NULL")
    await db.run("TRUNCATE due_work")
    await db.run("UPDATE series SET due_at = $1, weeks_ahead = $2", clock.now(), WEEKS)
    await db.run("VACUUM ANALYZE")


async def _make_tables() -> None:
    """The same tables once more, with their indexes, and without what else holds them together."""
    for table in TABLES:
        await db.run(f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING ALL)")


async def _copy(many: int) -> float:
    """Gatherings inserted a second, by a statement for each series."""
    statement = await _statement()
    await db.run(f"TRUNCATE {', '.join(f'bench_{table}' for table in TABLES)}")
    await db.run("VACUUM ANALYZE")
    numbers = [row["id"] for row in await db.rows("SELECT id FROM series ORDER BY id")]
    begun = time.perf_counter()
    for number in numbers:
        await db.run(statement, number)
    took = time.perf_counter() - begun
    assert await db.value("SELECT count(*) FROM bench_events") == many * WEEKS
    return many * WEEKS / took


async def _statement() -> str:
    """Every row of the gatherings of a series ($1), as it is."""
    parts = []
    for table, column in TABLES.items():
        named = await db.value(
            """
            SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            """,
            table,
        )
        parts.append(
            f"""
            put_{table} AS (
                INSERT INTO bench_{table} ({named}) SELECT {named} FROM {table} WHERE {column} IN (
                    SELECT id FROM events WHERE series = $1 AND series_date IS NOT NULL
                )
            )
            """
        )
    return f"WITH {', '.join(parts)} SELECT 1"
