"""The event page for somebody who is not signed in, beside a bare route that returns the same bytes."""

from functools import partial

from bench import seed
from bench.client import get, load_for
from bench.house import House
from bench.results import Result, compared
from bench.turns import in_turns
from server import schema
from tests.processes import web


async def measure(house: House) -> list[Result]:
    """Pages a second, one and sixteen at once."""
    async with schema.pool():
        event = await seed.event(await seed.community("out"))
    with web(house.database_url, SMTP_URL="smtp://127.0.0.1:1") as (_, address):
        page = f"{address}/events/{event.public_id}"
        first = await load_for(page, get(page), connections=1, seconds=0.5)
        assert set(first.statuses) == {200}, first.statuses
        with house.bare(content=first.body) as bare:
            return [await _beside(house, page, f"{bare}/bytes", at_once) for at_once in (1, 16)]


async def _beside(house: House, page: str, bare: str, at_once: int) -> Result:
    async def rate(url: str) -> float:
        return (await load_for(url, get(url), connections=at_once, seconds=house.seconds)).rate

    seen = await in_turns(house.runs, {"kith": partial(rate, page), "bare": partial(rate, bare)})
    return compared(
        "page-signed-out", f"{at_once} at once", seen["kith"], seen["bare"], baseline="bare route, same bytes"
    )
