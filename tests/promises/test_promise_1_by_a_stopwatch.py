"""Promise 1: nor can anybody time it. Bo opens his pages 500 times while Anna wishes to hear from him, and 500 times
while she does not, in turns; nobody can tell by how long each takes which is which."""

import gc
import math
import random
import time
from collections.abc import Collection, Sequence

import httpx
import pytest

from followups.survey import queries
from followups.survey.queries import Asked
from followups.tables import MetMark
from members.tables import Community, Person
from server import clock, db, tries
from tests.followups.mornings import MORNING, all_findable, asked, at, make_guests, opened, page_of
from tests.people import As, join

pytestmark = pytest.mark.slow

REQUESTS = 500
CHANCE = 1e-6  # of telling them apart where there is nothing to tell; twice in a row is once in 10**12


def chance_of(ones: Sequence[float], others: Sequence[float]) -> float:
    """How often two samples of the same lie so far apart, by Mann and Whitney's test: only ranks count, so that a
    request that was held up by something else weighs no more than another."""
    ranked = sorted([(value, 0) for value in ones] + [(value, 1) for value in others])
    rank_sum, place, ties = 0.0, 0, 0.0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        shared = (place + 1 + end) / 2
        rank_sum += shared * sum(1 for _, which in ranked[place:end] if which == 0)
        ties += (end - place) ** 3 - (end - place)
        place = end
    n, m = len(ones), len(others)
    both = n + m
    middle = n * m / 2
    spread = math.sqrt(n * m / 12 * (both + 1 - ties / (both * (both - 1))))
    found = rank_sum - n * (n + 1) / 2
    return math.erfc(abs(found - middle) / spread / math.sqrt(2)) if spread else 1.0


def test_the_measure_tells_apart_what_differs_and_nothing_else():
    dice = random.Random(20261113)
    noisy = [dice.lognormvariate(0, 0.2) for _ in range(1000)]
    assert chance_of(noisy[::2], noisy[1::2]) > 0.001
    assert chance_of(noisy[::2], [value * 1.1 for value in noisy[1::2]]) < CHANCE
    assert chance_of([1.0] * 5, [1.0] * 5) == 1.0


class Stopwatch:
    """Bo's pages, with Anna's wish and without, in turns."""

    def __init__(self, browser: httpx.AsyncClient, anna: Asked, bo: Person) -> None:
        self.browser, self.anna, self.bo = browser, anna, bo
        self.pages: list[str] = []

    async def chance(self, path: str, requests: int = REQUESTS) -> float:
        """How likely it is that nothing tells them apart."""
        seconds: dict[bool, list[float]] = {True: [], False: []}
        gc.disable()
        try:
            for turn in range(requests + 20):
                for wishes in (True, False) if turn % 2 else (False, True):
                    taken = await self._one(path, wishes=wishes)
                    if turn >= 20:  # The first ones warm what both use.
                        seconds[wishes].append(taken)
                if turn % 50 == 0:
                    tries.forget()
                    gc.collect()
        finally:
            gc.enable()
        return chance_of(seconds[True], seconds[False])

    async def _one(self, path: str, *, wishes: bool) -> float:
        # The same statements precede either: only what the last of them finds is different.
        await MetMark.delete().where(MetMark.by == self.anna.person.id)
        await self._wish()
        await MetMark.delete().where(MetMark.by == (self.bo.id if wishes else self.anna.person.id))
        begun = time.perf_counter()
        answer = await self.browser.get(path)
        taken = time.perf_counter() - begun
        assert answer.status_code == 200
        return taken

    async def _wish(self) -> None:
        mark = MetMark(
            follow_up=self.anna.follow_up, by=self.anna.person.id, about=self.bo.id, wished_at=clock.now()
        )
        await MetMark.insert(mark)


@pytest.fixture
async def stopwatch(walkers: Community, client: httpx.AsyncClient, signed_in: As) -> Stopwatch:
    people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        for person in people:
            await join(person, walkers)
        await all_findable(client, event, people)
        anna, bo = people[:2]
        stopwatch = Stopwatch(await signed_in(bo), await asked(event, anna), bo)
        stopwatch.pages = ["/connections", await page_of(event, bo)]
        return stopwatch


async def test_nobody_can_tell_a_wish_by_the_time_that_a_page_takes(stopwatch: Stopwatch) -> None:
    with at(MORNING):
        for path in stopwatch.pages:
            first = await stopwatch.chance(path)
            assert first > CHANCE or await stopwatch.chance(path) > CHANCE, path


async def test_a_question_that_takes_its_time_would_be_noticed(
    stopwatch: Stopwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_before = queries.wishes_beside

    async def curious(asked: Asked, people: Collection[int]) -> int:
        if await MetMark.count().where(MetMark.about == asked.person.id):
            await db.value("SELECT pg_sleep(0.02)")
        return await as_before(asked, people)

    monkeypatch.setattr(queries, "wishes_beside", curious)
    with at(MORNING):
        assert await stopwatch.chance(stopwatch.pages[1], requests=100) < CHANCE
