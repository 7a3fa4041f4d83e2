"""A community's month beside its list, for a member and for nobody: quiet communities, busy ones, and full months."""

from datetime import timedelta
from functools import partial

from bench import seed
from bench.client import Load, get, load_for
from bench.house import House
from bench.results import Result, compared
from bench.turns import in_turns
from events.tables import Event
from server import clock, db, schema
from server.months import month_of
from tests.processes import web

GATHERINGS = (8, 40, 200)  # in the month


async def measure(house: House) -> list[Result]:
    """Milliseconds of the month, one at a time, beside those of the list of the same community."""
    async with schema.pool():
        (member,) = await seed.people(1)
        for many in GATHERINGS:
            await _meet(many, member)
        cookie = (await seed.cookies([member]))[0]
    results = []
    with web(house.database_url, SMTP_URL="smtp://127.0.0.1:1") as (_, address):
        for many in GATHERINGS:
            for who, headers in (("a member", {"cookie": cookie}), ("signed out", {})):
                results.append(
                    await _beside(house, f"{address}/communities/month-{many}", f"{many}, {who}", headers)
                )
    return results


async def _beside(house: House, page: str, case: str, headers: dict[str, str]) -> Result:
    async def loaded(url: str) -> Load:
        return await load_for(url, get(url, **headers), connections=1, seconds=house.seconds)

    month = f"{page}/month?month={month_of(clock.now()).next}"
    seen = await in_turns(house.runs, {"month": partial(loaded, month), "list": partial(loaded, page)})
    times = {name: [load.percentile(0.5) * 1000 for load in loads] for name, loads in seen.items()}
    return compared(
        "month", case, times["month"], times["list"], baseline="its list", unit="ms", higher_is_better=False
    )


async def _meet(many: int, member: int) -> None:
    """A community that meets so often in the month to come, evenly."""
    community = await seed.community(f"month-{many}")
    now = clock.now()
    await db.run(
        "INSERT INTO memberships (community, person, role, joined_at) VALUES ($1, $2, 'member', $3)",
        community.id,
        member,
        now,
    )
    days = month_of(now).next.days()
    for number in range(many):
        event = await seed.event(community, title=f"Walk to mill {number}")
        day = days[number * len(days) // many]
        start = event.starts_at.replace(year=day.year, month=day.month, day=day.day, hour=7 + number % 12)
        times = {Event.starts_at: start, Event.ends_at: start + timedelta(hours=2)}
        await Event.update(times).where(Event.id == event.id)
