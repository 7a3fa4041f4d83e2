"""A community's feed of a thousand gatherings, unchanged: whole, and as 304, beside the same ready bytes."""

from functools import partial

import httpx

from bench import seed
from bench.client import get, load_for
from bench.house import House
from bench.results import Result, compared
from bench.turns import in_turns
from server import clock, db, schema, tokens
from tests.processes import web

EVENTS = 1000


async def measure(house: House) -> list[Result]:
    """Feeds a second: 200 and 304."""
    async with schema.pool():
        community = await seed.community("feed")
        await many_events(community.id, EVENTS)
    with web(house.database_url, SMTP_URL="smtp://127.0.0.1:1") as (_, address):
        feed = f"{address}/communities/feed/calendar.ics"
        first = httpx.get(feed, timeout=30)
        first.raise_for_status()
        assert first.text.count("BEGIN:VEVENT") == EVENTS
        with house.bare(content=first.content, media_type="text/calendar") as bare:
            whole = await _beside(house, feed, f"{bare}/bytes", "200", {})
            unchanged = await _beside(
                house, feed, f"{bare}/bytes", "304", {"if_none_match": first.headers["etag"]}
            )
    return [whole, unchanged]


async def many_events(community: int, count: int) -> None:
    """Published gatherings, spread over the feed's window."""
    await db.run(
        """
        WITH made AS (
            INSERT INTO events (
                public_id, community, uid, sequence, status, title, summary, about, starts_at, ends_at, zone, mode,
                place, address, address_public, join_url, visibility, published_at, changed_at,
                calendar_changed_at, created_at
            )
            SELECT id, $2, id || '@kith.example', 0, 'published', 'Gathering ' || id, 'A walk', 'We **walk**.',
                $3::timestamptz + n * interval '11 hours',
                $3::timestamptz + n * interval '11 hours' + interval '2 hours',
                'Europe/Berlin', 'in_person', 'Fountain', '', false, '', 'public', $3, $3, $3, $3
            FROM unnest($1::text[]) WITH ORDINALITY AS new (id, n) RETURNING id
        ), policies AS (
            INSERT INTO answer_policies (event) SELECT id FROM made
        )
        INSERT INTO seat_pools (event) SELECT id FROM made
        """,
        [tokens.public_id() for _ in range(count)],
        community,
        clock.now(),
    )


async def _beside(house: House, feed: str, bare: str, case: str, headers: dict[str, str]) -> Result:
    async def rate(url: str, status: int, headers: dict[str, str]) -> float:
        seen = await load_for(url, get(url, **headers), connections=8, seconds=house.seconds)
        assert set(seen.statuses) == {status}, seen.statuses
        return seen.rate

    seen = await in_turns(
        house.runs,
        {"kith": partial(rate, feed, int(case), headers), "bare": partial(rate, bare, 200, {})},
    )
    return compared("feed-1000", case, seen["kith"], seen["bare"], baseline="ready bytes, bare route")
