"""Ten o'clock: many members answer one event by its form, half of them to the waiting list.

Beside it, in the same run: the same Kith deciding one at a time; a bare route that takes the same forms and inserts the
same rows in combined batches; and those batches in the database alone.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from bench import seed
from bench.client import Load, load, post
from bench.house import House
from bench.results import Result, alone, compared
from bench.rows import BATCH, insert_batch, make_tables
from bench.turns import Side, in_turns
from server import db, schema, tokens
from tests.processes import web

CASES = (8, 32, 128)
AT_ONCE = 32  # Where Kith is compared.


async def measure(house: House) -> list[Result]:
    """Answers a second at 8, 32 and 128 at once; each round on events of its own."""
    count = 800 if house.quick else 3000
    async with schema.pool():
        await make_tables()
        people = await seed.people(count)
        crowd = Crowd(house, people, await seed.cookies(people))
        with (
            kith(house) as together,
            kith(house, ANSWERS_TOGETHER="no") as one_by_one,
            kith(house, processes=2) as two,
            house.bare() as bare,
        ):
            sides: dict[str, Side[None]] = {
                f"{at_once} at once": partial(crowd.answers, "together", together, at_once)
                for at_once in CASES
            }
            sides["one by one"] = partial(crowd.answers, "one by one", one_by_one, AT_ONCE, most=count // 4)
            sides["two processes"] = partial(crowd.answers, "two processes", two, AT_ONCE)
            sides["bare"] = partial(crowd.inserts, bare, AT_ONCE)
            sides["batches"] = crowd.batches
            await in_turns(house.runs, sides)
    return crowd.results()


@contextmanager
def kith(house: House, *, processes: int = 1, **settings: str) -> Iterator[str]:
    """Kith's web server; its address. Letters are written down and stay there."""
    with web(house.database_url, processes=processes, SMTP_URL="smtp://127.0.0.1:1", **settings) as (
        _,
        address,
    ):
        yield address


class Crowd:
    """Those who answer, and what was seen: loads by what answered and how many at once."""

    def __init__(self, house: House, people: list[int], cookies: list[str]) -> None:
        self.house, self.people, self.cookies = house, people, cookies
        self.seen: dict[tuple[str, int], list[Load]] = {}
        self.alone: list[float] = []
        self.rounds = 0

    async def answers(self, what: str, address: str, at_once: int, *, most: int | None = None) -> None:
        """Everybody says yes to a new event that has seats for half of them."""
        cookies = self.cookies[:most]
        self.rounds += 1
        event = await seed.event(await seed.community(f"hot-{self.rounds}"), seats=len(cookies) // 2)
        url = f"{address}/events/{event.public_id}/rsvp"
        forms = [
            post(
                url,
                {"answer": "going", "form": tokens.public_id()},
                cookie=cookie,
                sec_fetch_site="same-origin",
            )
            for cookie in cookies
        ]
        found = await load(url, forms, connections=at_once)
        assert found.statuses == {303: len(cookies)}, found.statuses
        await _check(event.id, len(cookies))
        self.seen.setdefault((what, at_once), []).append(found)

    async def inserts(self, bare: str, at_once: int) -> None:
        """The same forms to the bare route."""
        url = f"{bare}/answer"
        forms = [
            post(url, {"answer": "going", "form": tokens.public_id(), "person": str(person)})
            for person in self.people
        ]
        found = await load(url, forms, connections=at_once)
        assert found.statuses == {303: len(forms)}, found.statuses
        self.seen.setdefault(("bare", at_once), []).append(found)

    async def batches(self) -> None:
        """The same rows in the same batches, from here straight into the database."""
        pool = db.engine().pool
        assert pool
        begun = time.perf_counter()
        async with pool.acquire() as connection:
            for first in range(0, len(self.people), BATCH):
                await insert_batch(connection, self.people[first : first + BATCH])
        self.alone.append(len(self.people) / (time.perf_counter() - begun))

    def results(self) -> list[Result]:
        """Every figure beside what it is to be compared with."""
        at_32 = self._rates("together", AT_ONCE)
        results = [
            alone(
                "hot-event",
                f"{n} at once",
                self._rates("together", n),
                unit="/s",
                higher_is_better=True,
                judged_by=self._rates("bare", AT_ONCE),
            )
            for n in CASES
        ]
        for what, name in (("one by one", "one at a time"), ("bare", "bare route, same rows in batches")):
            results.append(
                compared("hot-event", "32 at once", at_32, self._rates(what, AT_ONCE), baseline=name)
            )
        results.append(
            compared(
                "hot-event", "32 at once", at_32, self.alone, baseline="the same batches, database alone"
            )
        )
        results.append(
            compared("hot-event", "128 at once", self._rates("together", 128), at_32, baseline="32 at once")
        )
        two = self._rates("two processes", AT_ONCE)
        results.append(compared("hot-event", "two processes, 32", two, at_32, baseline="one process"))
        return results + [self._tail(at_once) for at_once in CASES]

    def _rates(self, what: str, at_once: int) -> list[float]:
        return [each.rate for each in self.seen[what, at_once]]

    def _tail(self, at_once: int) -> Result:
        loads = self.seen["together", at_once]
        tails = [each.percentile(0.99) / each.percentile(0.5) for each in loads]
        steady = self._rates("bare", AT_ONCE)
        return alone("hot-event", f"{at_once} at once, p99 / p50", tails, unit="x", judged_by=steady)


async def _check(event: int, people: int) -> None:
    """Never oversold, nobody lost, and the line in the order in which people were told that they wait."""
    found = await db.row(
        """
        SELECT count(*) FILTER (WHERE status = 'going') AS going,
            count(*) FILTER (WHERE status = 'waitlisted') AS waiting,
            (
                SELECT count(*) FROM rsvp_changes JOIN rsvps AS theirs ON theirs.id = rsvp WHERE theirs.event = $1
            ) AS steps
        FROM rsvps WHERE event = $1
        """,
        event,
    )
    assert found
    expected = (people // 2, people - people // 2, people)
    assert (found["going"], found["waiting"], found["steps"]) == expected, dict(found)
    line = await db.rows(
        """
        SELECT rsvps.queued FROM rsvp_changes JOIN rsvps ON rsvps.id = rsvp
        WHERE event = $1 AND to_status = 'waitlisted' ORDER BY rsvp_changes.id
        """,
        event,
    )
    places = [row["queued"] for row in line]
    assert places == sorted(places)
