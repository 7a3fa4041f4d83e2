"""2,000 standing answers for a batch of four new evenings: decided, noted, and one letter to each written down.

Of the seats there are enough for half of them, so that the other half waits in line.
"""

import time
from datetime import timedelta

from bench import seed
from bench.house import House
from bench.results import Result, alone
from bench.turns import in_turns
from events.details import Details
from events.series import beginning
from members.queries import person_by_id
from rsvps.standing import counting_in
from server import clock, composition, db, schema, tokens

FULL, QUICK = 2_000, 500
EVENINGS = 4
WITHIN = 10.0  # seconds


async def measure(house: House) -> list[Result]:
    """Seconds for all of them at once."""
    people = QUICK if house.quick else FULL
    composition.compose()
    async with schema.pool():
        series = await _series(seats=people // 2)
        await db.run(
            """
            INSERT INTO standing_answers (series, person, guests, online, listed, since, link)
            SELECT $1, person, 0, false, '', $3, 0 FROM unnest($2::bigint[]) AS these (person)
            """,
            series,
            await seed.people(people),
            clock.now(),
        )

        async def decide() -> float:
            await db.run(
                "DELETE FROM rsvps USING events WHERE events.id = rsvps.event AND series = $1", series
            )
            await db.run(
                "DELETE FROM counted_in USING events WHERE events.id = event AND series = $1", series
            )
            await db.run("VACUUM ANALYZE")
            begun = time.perf_counter()
            await counting_in.count_in(series)
            seconds = time.perf_counter() - begun
            assert people * EVENINGS == await db.value(
                "SELECT count(*) FROM rsvps JOIN events ON events.id = event WHERE series = $1", series
            )
            return seconds

        seen = await in_turns(3, {"all": decide})
    case = f"{people:,} standing answers, {EVENINGS} evenings, bound {WITHIN:g} s"
    return [alone("standing", case, seen["all"], unit="s")]


async def _series(*, seats: int) -> int:
    """A series whose next four evenings are made."""
    community = await seed.community("standing")
    owner = await person_by_id(await db.value("SELECT max(id) FROM people"))
    assert owner
    starts = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    series = await beginning.begin.__wrapped__(  # type: ignore[attr-defined] # however many are begun on a day
        community,
        Details(title="Soup for all", zone="Europe/Berlin", starts_at=starts, seats=seats),
        by=owner,
        public_id=tokens.public_id(),
        counted=False,
        by_rule="FREQ=WEEKLY",
        weeks_ahead=EVENINGS,
    )
    await beginning.start(series)
    return int(series.id)
