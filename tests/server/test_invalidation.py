"""What is kept in memory is never shown old."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from members.tables import Community
from server import db
from server.invalidation import MOST_TOPICS, Invalidations

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def listening(committed: str) -> AsyncIterator[Invalidations]:
    invalidations = Invalidations()
    task = asyncio.create_task(invalidations.listen())
    await _until(lambda: invalidations.moment() is not None)
    yield invalidations
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _until(true: object) -> None:
    for _ in range(500):
        if true():  # type: ignore[operator]
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_a_changed_row_is_heard_of_by_everybody_who_listens(listening: Invalidations) -> None:
    community = Community(slug="walkers", name="Walkers")
    await community.save()
    moment = listening.moment()
    assert moment is not None
    topics = (f"communities:{community.id}", "events:7")
    assert listening.holds(moment, topics)
    await community.update_self({Community.name: "Sunday Walkers"})
    await _until(lambda: not listening.holds(moment, topics))
    assert listening.holds(moment, ["communities:999"])
    assert listening.holds(listening.moment() or 0, topics)


async def test_what_was_rolled_back_is_not_told(listening: Invalidations) -> None:
    community = Community(slug="walkers", name="Walkers")
    await community.save()
    moment = listening.moment()
    try:
        async with db.transaction():
            await community.update_self({Community.name: "No"})
            raise ValueError
    except ValueError:
        await asyncio.sleep(0.1)
    assert moment is not None
    assert listening.holds(moment, [f"communities:{community.id}"])


async def test_while_nobody_tells_nothing_holds(listening: Invalidations) -> None:
    moment = listening.moment()
    assert moment is not None
    await db.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR query = 'SELECT 1'"
    )
    await _until(lambda: listening.moment() is None)
    assert not listening.holds(moment, [])
    await _until(lambda: listening.moment() is not None)
    assert not listening.holds(moment, [])


def test_what_never_listened_keeps_nothing() -> None:
    assert Invalidations().moment() is None
    assert not Invalidations().holds(0, [])


def test_forgotten_topics_do_not_hold() -> None:
    invalidations = Invalidations()
    invalidations._alive_at = float("inf")
    moment = invalidations.moment()
    assert moment is not None
    invalidations.hear("events:1")
    for n in range(MOST_TOPICS):
        invalidations.hear(f"people:{n}")
    assert not invalidations.holds(moment, ["events:1"])
