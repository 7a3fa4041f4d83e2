"""Ten o'clock: many members answer one event by its form, beside the same insert without contention."""

from bench import seed
from bench.client import Load, load, post
from bench.house import House
from bench.results import Result, alone, compared
from server import db, schema
from tests.processes import web

CASES = (8, 32, 128)


async def measure(house: House) -> list[Result]:
    """Answers a second at 8, 32 and 128 at once, half of them to the waiting list."""
    count = 400 if house.quick else 1500
    results: list[Result] = []
    async with schema.pool():
        await db.run(
            "CREATE TABLE IF NOT EXISTS bench_answers (id bigserial PRIMARY KEY, person bigint, answer text)"
        )
        people = await seed.people(count)
        cookies = await seed.cookies(people)
        with web(house.database_url, SMTP_URL="smtp://127.0.0.1:1") as (_, address), house.bare() as bare:
            for at_once in CASES:
                results += await _case(house, address, bare, people, cookies, at_once)
    return results


async def _case(
    house: House, address: str, bare: str, people: list[int], cookies: list[str], at_once: int
) -> list[Result]:
    ours: list[Load] = []
    theirs: list[Load] = []
    for run in range(house.runs):
        event = await seed.event(await seed.community(f"hot-{at_once}-{run}"), seats=len(people) // 2)
        url = f"{address}/events/{event.public_id}/rsvp"
        answers = [
            post(url, {"answer": "going"}, cookie=cookie, sec_fetch_site="same-origin") for cookie in cookies
        ]
        ours.append(await load(url, answers, connections=at_once))
        assert ours[-1].statuses == {303: len(people)}, ours[-1].statuses
        await _check(event.id, len(people))
        plain = f"{bare}/insert"
        inserts = [post(plain, {"person": str(number), "answer": "going"}) for number in people]
        theirs.append(await load(plain, inserts, connections=at_once))
    case = f"{at_once} at once"
    rates = [each.rate for each in ours]
    return [
        compared(
            "hot-event", case, rates, [each.rate for each in theirs], baseline="bare insert, no contention"
        ),
        alone(
            "hot-event",
            f"{case}, p99 / p50",
            [each.percentile(0.99) / each.percentile(0.5) for each in ours],
            unit="x",
        ),
    ]


async def _check(event: int, people: int) -> None:
    """Never oversold, nobody lost."""
    found = await db.row(
        """
        SELECT count(*) FILTER (WHERE status = 'going') AS going,
            count(*) FILTER (WHERE status = 'waitlisted') AS waiting
        FROM rsvps WHERE event = $1
        """,
        event,
    )
    assert found
    assert (found["going"], found["waiting"]) == (people // 2, people - people // 2), dict(found)
