"""The event page for a member who is going, beside bare Starlette + Jinja with the eight queries it began with."""

import pickle
from functools import partial
from typing import Any

import asyncpg
import httpx

from bench import first_event_page, seed
from bench.client import Load, get, load_for
from bench.house import House
from bench.results import Result, alone, compared
from bench.turns import in_turns
from server import clock, db, schema
from tests.processes import web

# A page of about the same size, with a loop of fifty items, that nobody has cached.
PAGE = """<!doctype html><title>{{ answers | length }}</title>
{% for n in range(50) %}<li class="event-card"><a href="/events/{{ n }}">Gathering {{ n }}</a>
<p>{{ "Walk to the mill & back" }}</p>
<span>{{ answers | length + n }}</span></li>{% endfor %}"""


async def measure(house: House) -> list[Result]:
    """Pages a second at one and sixteen at once; the time of one; the number of queries."""
    async with schema.pool():
        community = await seed.community("in")
        event = await seed.event(community, seats=400)
        people = await seed.people(200)
        for number in people:
            await _goes(event.id, number)
        cookie = (await seed.cookies(people[:1]))[0]
        queries = await _queries(event.public_id, cookie)
    first = first_event_page.queries(event.id, event.public_id, community.id, people[0], cookie)
    (house.folder / "queries.pickle").write_bytes(pickle.dumps(first))
    (house.folder / "page.html").write_text(PAGE)
    results = [alone("page-signed-in", "queries", [len(queries)], unit="queries")]
    with web(house.database_url, SMTP_URL="smtp://127.0.0.1:1") as (_, address), house.bare() as bare:
        page = f"{address}/events/{event.public_id}"
        for at_once in (1, 16):
            results += await _beside(house, page, cookie, f"{bare}/page", at_once)
    return results


async def _beside(house: House, page: str, cookie: str, bare: str, at_once: int) -> list[Result]:
    async def loaded(url: str, **headers: str) -> Load:
        return await load_for(url, get(url, **headers), connections=at_once, seconds=house.seconds)

    seen = await in_turns(
        house.runs, {"kith": partial(loaded, page, cookie=cookie), "bare": partial(loaded, bare)}
    )
    case = f"{at_once} at once"
    theirs = [each.rate for each in seen["bare"]]
    rates = compared(
        "page-signed-in",
        case,
        [each.rate for each in seen["kith"]],
        theirs,
        baseline="bare Jinja, eight queries",
    )
    if at_once > 1:
        return [rates]
    times = [load.percentile(0.5) * 1000 for load in seen["kith"]]
    return [rates, alone("page-signed-in", "one at a time, p50", times, unit="ms", judged_by=theirs)]


async def _goes(event: int, person: int) -> None:
    now = clock.now()
    await db.run(
        """
        INSERT INTO rsvps
            (public_id, event, person, status, wanted, guests, confirmed_at, link, answered_at, created_at)
        VALUES (substr(md5(random()::text), 1, 12), $1, $2, 'going', 'going', 0, $3, 0, $3, $3)
        """,
        event,
        person,
        now,
    )


async def _queries(event: str, cookie: str) -> list[str]:
    """What the page asks, seen on the wire of the database."""
    from server.app import create

    seen: list[str] = []

    def note(query: Any) -> None:
        if query.query.lstrip().startswith(("SELECT", "WITH")) and ";" not in query.query:
            seen.append(query.query)

    pool = db.engine().pool
    assert pool is not None
    asked: list[asyncpg.Connection] = [await pool.acquire() for _ in range(4)]
    for connection in asked:
        connection.add_query_logger(note)
        await pool.release(connection)
    transport = httpx.ASGITransport(create())
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as browser:
        for _ in range(2):
            seen.clear()
            answer = await browser.get(f"/events/{event}", headers={"cookie": cookie})
            assert answer.status_code == 200
    return seen
