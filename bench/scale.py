"""Every page and every timed job in a world of 200,000 people, beside the same world at a hundredth of it.

A page is asked for over HTTP by one browser, signed in unless said; a job is done when nothing is due, as it is in
nearly every minute. Beside the time stands how many queries it takes, and how much a page shows: a list that fills its
page in the large world only takes longer there by what it shows. QUICK compares smaller worlds, and says so.
"""

import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg
import httpx

from bench import seed, world
from bench.client import get, load
from bench.house import House
from bench.results import Result, alone, compared
from bench.turns import in_turns
from bench.world import Size
from events.series import making
from server import clock, db
from server.composition import Timed, timetable
from tests.processes import web

FULL = (Size(2_000), Size(200_000))
QUICK = (Size(400), Size(40_000))
WARM = 8  # times before it counts: PostgreSQL thinks about a generic plan after the fifth
REQUESTS = 6  # of one page in a round
FEW = 5  # series of which something is made in a minute
FAR = 400  # the page of the list that nobody reads, or the last one there is

# A statement's own way in and out, which nobody counts as a question.
_FRAME = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)", re.IGNORECASE)


@dataclass(frozen=True)
class Page:
    """A page by its name: its address, and who asks for it (None: nobody who is signed in)."""

    name: str
    path: str
    by: int | None = world.ME


PAGES = (
    Page("home, signed out", "/", by=None),
    Page("agenda", "/"),
    Page("where I have been", "/been"),
    Page("organiser's home", "/organising", by=world.HOST),
    Page("what an organiser ran", "/organising/past", by=world.HOST),
    Page("/events", "/events"),
    Page("/events, signed out", "/events", by=None),
    Page("/events with words", "/events?q=walk"),
    Page("/events with a rare word", "/events?q=mill+5"),
    Page("community", f"/communities/{world.COMMUNITY}"),
    Page("its month", f"/communities/{world.COMMUNITY}/month"),
    Page("its members", f"/communities/{world.COMMUNITY}/people", by=world.HOST),
    Page("its members with words", f"/communities/{world.COMMUNITY}/people?q=ana+7", by=world.HOST),
    Page("its feed", f"/communities/{world.COMMUNITY}/calendar.ics", by=None),
    Page("a month of it", f"/communities/{world.COMMUNITY}/month"),
    Page("communities", "/communities"),
    Page("series", f"/series/{world.SERIES}"),
    Page("series, signed out", f"/series/{world.SERIES}", by=None),
    Page("its course", f"/series/{world.SERIES}/course", by=world.HOST),
    Page("event of a series", f"/events/{world.IN_SERIES}"),
    Page("event", f"/events/{world.GATHERING}"),
    Page("who is coming", f"/events/{world.GATHERING}/coming"),
    Page("people list", f"/events/{world.GATHERING}/people", by=world.HOST),
    Page("people list with words", f"/events/{world.GATHERING}/people?q=ana", by=world.HOST),
    Page("who came", f"/events/{world.GATHERING}/arrivals", by=world.HOST),
    Page("connections", "/connections"),
    Page("connections with a name", "/connections?q=ana"),
    Page("a connection", f"/connections/{world.CONNECTION}"),
    Page("settings", "/settings/account"),
)
# Lists that are also read far from their beginning, and the number of the page.
FAR_PAGES = (
    (Page("/events, page 50", "/events"), 50),
    (Page(f"/events, page {FAR}", "/events"), FAR),
    (Page("/events with words, page 50", "/events?q=walk"), 50),
    (Page("its members, page 50", f"/communities/{world.COMMUNITY}/people", by=world.HOST), 50),
    (Page("people list, page 50", f"/events/{world.GATHERING}/people", by=world.HOST), 50),
)


async def measure(house: House) -> list[Result]:
    """Milliseconds in the large world beside those in the small one, and queries beside the bound."""
    sizes = QUICK if house.quick else FULL
    async with AsyncExitStack() as stack:
        worlds = [await stack.enter_async_context(_built(house, size)) for size in sizes]
        small, large = worlds
        results = [alone("scale", f"made: {large.size.people:,} people", [large.made_in], unit="s")]
        with _served(small), _served(large):
            for page in [*PAGES, *await _far_pages(small, large)]:
                results += await _page(house, page, small, large)
        for timed in timetable:
            results += await _job(house, timed, small, large)
        results += await _making(house, small, large)
    return results


class World:
    """A world in a database of its own, with a pool of its own on it."""

    def __init__(self, size: Size, url: str) -> None:
        self.size, self.url = size, url
        self.made_in = 0.0
        self.address = ""
        self.cookies: dict[int | None, dict[str, str]] = {None: {}}
        self.far: dict[str, str] = {}  # The path of a page far down, by its name.
        self._pool: Any = None
        self._asked: list[str] = []

    async def build(self) -> None:
        """Fill it, in `made_in` seconds, and sign in those who look at it."""
        await self._open()
        with self.here():
            begun = time.perf_counter()
            await world.make(self.size)
            self.made_in = time.perf_counter() - begun
            for person in (world.HOST, world.ME):
                self.cookies[person] = {"cookie": (await seed.cookies([person]))[0]}

    async def close(self) -> None:
        """Give its connections back."""
        await self._pool.close()

    @contextmanager
    def here(self) -> Iterator[None]:
        """Have this process speak to this world for a while."""
        engine = db.engine()
        before, engine.pool = engine.pool, self._pool
        try:
            yield
        finally:
            engine.pool = before

    async def page(self, page: Page) -> float:
        """Milliseconds of a page, the median of some."""
        url = self.address + self.far.get(page.name, page.path)
        asked = [get(url, **self.cookies[page.by])] * REQUESTS
        seen = await load(url, asked, connections=1)
        assert set(seen.statuses) == {200}, (url, seen.statuses)
        return seen.percentile(0.5) * 1000

    async def job(self, timed: Timed) -> float:
        """Milliseconds of a job that finds nothing due."""
        with self.here():
            times = []
            for _ in range(3):
                begun = time.perf_counter()
                await timed.function()
                times.append(time.perf_counter() - begun)
        return sorted(times)[1] * 1000

    async def making(self) -> float:
        """Milliseconds of making what has come within reach of a few series."""
        with self.here():
            await self._let_a_few_be_due()
            begun = time.perf_counter()
            made = await making.make_due()
            took = time.perf_counter() - begun
            assert made == FEW, made
            await db.run("TRUNCATE due_work")
        return took * 1000

    async def _let_a_few_be_due(self) -> None:
        """As if the last gatherings of some series had not been made yet."""
        some = "SELECT id FROM series WHERE id > $1 ORDER BY id LIMIT $2"
        await db.run(
            f"""
            DELETE FROM events USING (
                SELECT series, max(series_date) AS day FROM events WHERE series IN ({some}) GROUP BY series
            ) AS last WHERE events.series = last.series AND series_date = last.day
            """,
            FEW,
            FEW,
        )
        await db.run(f"UPDATE series SET due_at = $3 WHERE id IN ({some})", FEW, FEW, clock.now())

    async def queries(self, call: Callable[[], Any]) -> int:
        """How many statements it asks, the second time."""
        with self.here():
            await call()
            self._asked.clear()
            await call()
        return len(self._asked)

    async def look(self, page: Page) -> httpx.Response:
        """A page, asked for in this process."""
        from server.app import create

        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(create()), base_url="http://127.0.0.1:8000"
        ) as browser:
            answer = await browser.get(self.far.get(page.name, page.path), headers=self.cookies[page.by])
        assert answer.status_code == 200, (page, answer.status_code)
        return answer

    async def shown(self, page: Page) -> float:
        """How much a page shows, in kB."""
        with self.here():
            return len((await self.look(page)).content) / 1000

    async def _open(self) -> None:
        engine = db.engine()
        engine.config["dsn"] = self.url
        await engine.start_connection_pool(patience=db.OF_COMMANDS, max_size=4)
        self._pool, engine.pool = engine.pool, None
        opened: list[asyncpg.Connection] = [await self._pool.acquire() for _ in range(4)]
        for connection in opened:
            connection.add_query_logger(self._note)
            await self._pool.release(connection)

    def _note(self, query: Any) -> None:
        if not _FRAME.match(query.query):
            self._asked.append(query.query)


@asynccontextmanager
async def _built(house: House, size: Size) -> AsyncIterator[World]:
    made = World(size, await house.another_database(f"kith_{size.people}"))
    await made.build()
    try:
        yield made
    finally:
        await made.close()


@contextmanager
def _served(world: World) -> Iterator[None]:
    with web(world.url, SMTP_URL="smtp://127.0.0.1:1") as (_, world.address):
        yield


async def _far_pages(*worlds: World) -> list[Page]:
    """The pages far down each list, found by going there."""
    for world_ in worlds:
        for page, number in FAR_PAGES:
            world_.far[page.name] = await _walk(world_, page, number)
    return [page for page, _ in FAR_PAGES]


async def _walk(world_: World, page: Page, number: int) -> str:
    async with httpx.AsyncClient(base_url=world_.address, headers=world_.cookies[page.by]) as browser:
        path = page.path
        for _ in range(number - 1):
            answer = await browser.get(path, timeout=30)
            further = re.search(r'href="([^"]+)" rel="next"', answer.text)
            if not further:
                break
            path = str(answer.url.join(further[1].replace("&amp;", "&"))).removeprefix(world_.address)
    return path


async def _page(house: House, page: Page, small: World, large: World) -> list[Result]:
    for each in (small, large):
        await each.page(page)
    sides = {"small": partial(small.page, page), "large": partial(large.page, page)}
    seen = await in_turns(house.runs, sides)
    queries = [await each.queries(partial(each.look, page)) for each in (small, large)]
    shown = [await each.shown(page) for each in (small, large)]
    return [
        _time(page.name, seen, small),
        _beside(page.name, "queries", *queries),
        _beside(page.name, "kB", *shown),
    ]


async def _job(house: House, timed: Timed, small: World, large: World) -> list[Result]:
    queries = [await each.queries(timed.function) for each in (small, large)]
    for each in (small, large):
        for _ in range(WARM // 3):
            await each.job(timed)
    sides = {"small": partial(small.job, timed), "large": partial(large.job, timed)}
    seen = await in_turns(house.runs, sides)
    return [_time(timed.name, seen, small), _beside(timed.name, "queries", *queries)]


async def _making(house: House, small: World, large: World) -> list[Result]:
    for each in (small, large):
        await each.making()
    seen = await in_turns(house.runs, {"small": small.making, "large": large.making})
    return [_time(f"making {FEW} gatherings of series", seen, small)]


def _time(case: str, seen: dict[str, list[float]], small: World) -> Result:
    beside = f"at a hundredth, {small.size.people:,} people"
    return compared(
        "scale", case, seen["large"], seen["small"], baseline=beside, unit="ms", higher_is_better=False
    )


def _beside(case: str, unit: str, small: float, large: float) -> Result:
    return compared(
        "scale",
        f"{case}, {unit}",
        [large],
        [small or 1],
        baseline="at a hundredth",
        unit=unit,
        higher_is_better=False,
    )
