"""The morning after many gatherings: how long it takes until everybody is asked, with the letters written down."""

import time

from bench.house import House
from bench.mornings import Mornings
from bench.results import Result, alone
from followups.survey import asking
from server import db, schema

LONGEST = 10.0  # seconds


async def measure(house: House) -> list[Result]:
    """Seconds for 5,000 follow-ups with ten people each, all due in the same minute."""
    mornings = Mornings(gatherings=500 if house.quick else 5_000, people=10)
    seconds = []
    async with schema.pool():
        await mornings.make("mornings")
        for _ in range(house.runs):
            begun = time.perf_counter()
            assert await asking.open_due(mornings.morning) == mornings.gatherings
            seconds.append(time.perf_counter() - begun)
            letters = await db.value("SELECT count(*) FROM due_work WHERE kind = 'followups.invitation'")
            assert letters == mornings.gatherings * mornings.people
            await db.run("DELETE FROM follow_ups WHERE opened_at = $1", mornings.morning)
            await db.run("TRUNCATE due_work")
            await db.run("VACUUM ANALYZE")
    case = f"{mornings.gatherings:,} follow-ups, ten people each (at most {LONGEST:g} s for 5,000)"
    return [alone("followups-opened", case, seconds, unit="s")]
