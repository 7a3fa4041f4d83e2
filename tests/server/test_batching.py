"""Batching: who asks at the same moment is served together, in order, and nobody waits who is alone."""

import asyncio
from collections.abc import Sequence

import pytest

from server.batching import Batching, Take

pytestmark = pytest.mark.slow  # A database each, to be outside of transactions.


class Kitchen:
    """Cooks what is asked for, a batch at a time, with one stove; remembers who was served together."""

    def __init__(self, *, slow: float = 0.01) -> None:
        self.batches: list[list[str]] = []
        self.stove = asyncio.Lock()
        self.slow = slow

    async def cook(self, _table: int, take: Take[str]) -> Sequence[str | BaseException]:
        async with self.stove:
            dishes = list(take())
            self.batches.append(dishes)
            await asyncio.sleep(self.slow)
            return [ValueError(dish) if dish == "soap" else dish.upper() for dish in dishes]


@pytest.fixture(autouse=True)
def _out_of_transactions(committed: str) -> None:
    """Inside of one nothing waits for company."""


@pytest.fixture(params=[False, True], ids=["in turn", "ahead"])
def ahead(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def test_who_comes_meanwhile_is_in_the_next_batch_in_order(ahead: bool) -> None:
    kitchen = Kitchen()
    asking = Batching(kitchen.cook, ahead=ahead)
    first = asyncio.create_task(asking.ask(1, "a"))
    await asyncio.sleep(0.002)
    rest = [asyncio.create_task(asking.ask(1, dish)) for dish in "bcd"]
    assert [await task for task in (first, *rest)] == ["A", "B", "C", "D"]
    assert kitchen.batches == [["a"], ["b", "c", "d"]]
    assert await asking.ask(1, "e") == "E"
    assert kitchen.batches[2:] == [["e"]]


async def test_ahead_of_its_turn_a_batch_takes_whoever_comes_until_then() -> None:
    kitchen = Kitchen()
    asking = Batching(kitchen.cook, ahead=True)
    async with kitchen.stove:  # Somebody else, in another process, say.
        tasks = []
        for dish in "abc":
            tasks.append(asyncio.create_task(asking.ask(1, dish)))
            await asyncio.sleep(0.001)
    assert await asyncio.gather(*tasks) == ["A", "B", "C"]
    assert kitchen.batches == [["a", "b", "c"]]


async def test_tables_do_not_wait_for_each_other(ahead: bool) -> None:
    begun = []

    async def cook(table: int, take: Take[str]) -> Sequence[str]:
        begun.append(table)
        while len(begun) < 2:
            await asyncio.sleep(0.001)
        return take()

    asking = Batching(cook, ahead=ahead)
    async with asyncio.timeout(5):
        assert await asyncio.gather(asking.ask(1, "a"), asking.ask(2, "b")) == ["a", "b"]


async def test_of_those_that_are_alike_one_is_in_a_batch_and_no_batch_is_too_large(ahead: bool) -> None:
    kitchen = Kitchen()
    asking = Batching(kitchen.cook, ahead=ahead, most=3, alike=lambda dish: dish[0])
    dishes = ["a1", "b1", "a2", "c1", "d1", "e1", "e2"]
    answers = await asyncio.gather(*(asking.ask(1, dish) for dish in dishes))
    assert answers == [dish.upper() for dish in dishes]
    assert kitchen.batches == [["a1", "b1"], ["a2", "c1", "d1"], ["e1"], ["e2"]]


async def test_what_goes_wrong_with_one_is_told_to_that_one(ahead: bool) -> None:
    asking = Batching(Kitchen().cook, ahead=ahead)
    found = await asyncio.gather(
        *(asking.ask(1, dish) for dish in ("a", "soap", "b")), return_exceptions=True
    )
    assert (found[0], found[2]) == ("A", "B")
    assert isinstance(found[1], ValueError)


async def test_what_goes_wrong_with_all_is_told_to_all_and_the_next_are_served(ahead: bool) -> None:
    kitchen, burning = Kitchen(), True

    async def cook(table: int, take: Take[str]) -> Sequence[str | BaseException]:
        if burning:
            await asyncio.sleep(0.001)
            raise OSError("fire")
        return await kitchen.cook(table, take)

    asking = Batching(cook, ahead=ahead)
    found = await asyncio.gather(*(asking.ask(1, dish) for dish in "abc"), return_exceptions=True)
    assert [type(each) for each in found] == [OSError] * 3
    burning = False
    async with asyncio.timeout(5):
        assert await asking.ask(1, "d") == "D"


async def test_who_goes_away_takes_nobody_along(ahead: bool) -> None:
    asking = Batching(Kitchen().cook, ahead=ahead)
    tasks = [asyncio.create_task(asking.ask(1, dish)) for dish in "abc"]
    await asyncio.sleep(0.002)
    tasks[0].cancel()
    assert await asyncio.gather(*tasks[1:]) == ["B", "C"]
    assert await asking.ask(1, "d") == "D"


async def test_nobody_waits_for_what_has_ended(ahead: bool) -> None:
    asking = Batching(Kitchen(slow=0).cook, ahead=ahead)
    async with asyncio.timeout(10):
        for _ in range(20):
            answers = await asyncio.gather(*(asking.ask(n % 3, str(n)) for n in range(30)))
            assert answers == [str(n) for n in range(30)]
    assert not asking._queues
