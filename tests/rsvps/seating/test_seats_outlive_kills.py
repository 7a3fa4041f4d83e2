"""Ten o'clock, and something dies in the middle of it. What people were told stays true.

One round of each is enough for every day; KILLS=20 makes it twenty.
"""

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from bench import seed
from server import db
from server.embedded.services import Services
from server.processes import Process
from tests.ground import connected_to
from tests.pace import PATIENCE, Pace
from tests.processes import kill_postgres, own_postgres, web
from tests.rsvps.seating.crowds import Crowd, at_reply, members

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("KILLS", "1"))
PEOPLE = 500
SEATS = 200
NOWHERE = "smtp://127.0.0.1:1"


async def test_web_processes_are_killed_while_everybody_answers(committed: str) -> None:
    everybody = await members(PEOPLE)
    with ExitStack() as stack:
        running = [stack.enter_context(web(committed, SMTP_URL=NOWHERE)) for _ in range(2)]
        for number in range(ROUNDS):
            event = await seed.event(await seed.community(f"round-{number}"), seats=SEATS)
            crowd = everybody.crowd(event, [address for _, address in running])
            victim = running.pop(random.randrange(2))
            with at_reply(crowd, random.randrange(1, PEOPLE), _killing(victim)):
                await crowd.answer()
            # Those in whose hands it was broken off pressed again, with the same form.
            await crowd.check()
            assert set(crowd.statuses) == {200}
            running.append(stack.enter_context(web(committed, SMTP_URL=NOWHERE)))


async def test_postgresql_is_killed_while_everybody_answers(committed: str) -> None:
    with own_postgres(durable=True) as services:
        url = str(services.urls.database_url)
        with ExitStack() as stack:
            addresses = [stack.enter_context(web(url, SMTP_URL=NOWHERE))[1] for _ in range(2)]
            async with connected_to(url):
                everybody = await members(PEOPLE)
                for number in range(ROUNDS):
                    event = await seed.event(await seed.community(f"round-{number}"), seats=SEATS)
                    crowd = everybody.crowd(event, addresses)
                    with Pace() as pace:
                        back = await _answer_through_a_crash(crowd, services)
                    # Whoever came meanwhile was told to try again, in clean words, and not for long.
                    assert set(crowd.statuses) <= {200, 503}
                    assert crowd.last_trouble - back < pace.here(5)
                    await crowd.check()


async def test_connections_are_cut_while_everybody_answers(committed: str) -> None:
    everybody = await members(PEOPLE)
    event = await seed.event(await seed.community(), seats=SEATS)
    with web(committed, SMTP_URL=NOWHERE) as (_, address):
        crowd = everybody.crowd(event, [address])

        async def cut() -> None:
            for _ in range(10):
                await asyncio.sleep(0.05)
                await db.run(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT LIKE 'LISTEN%'
                    """
                )

        await asyncio.gather(crowd.answer(), cut())
    assert set(crowd.statuses) <= {200, 503}
    await crowd.check()


async def test_asked_to_stop_it_ends_what_is_under_way(committed: str) -> None:
    everybody = await members(PEOPLE)
    event = await seed.event(await seed.community(), seats=SEATS)
    with (
        web(committed, SMTP_URL=NOWHERE) as (first, one),
        web(committed, SMTP_URL=NOWHERE) as (_, other),
    ):
        crowd = everybody.crowd(event, [one])
        stopped: list[float] = []

        def stop() -> None:
            crowd.addresses = [other]
            stopped.append(time.monotonic())
            first.send_signal(signal.SIGTERM)

        with Pace() as pace:
            with at_reply(crowd, PEOPLE // 3, stop):
                await crowd.answer()
            await asyncio.to_thread(first.wait, PATIENCE)
        assert time.monotonic() - stopped[0] < pace.here(15)
    assert set(crowd.statuses) == {200}
    await crowd.check()


def _killing(victim: tuple[Process, str]) -> Callable[[], None]:
    return lambda: victim[0].send_signal(signal.SIGKILL)


async def _answer_through_a_crash(crowd: Crowd, services: Services) -> float:
    """Kill PostgreSQL at a random reply, start it again. Returns when it was up (monotonic seconds)."""
    fallen = asyncio.Event()

    async def mend() -> float:
        await fallen.wait()
        await asyncio.to_thread(services.start)
        return time.monotonic()

    def kill() -> None:
        kill_postgres(services)
        fallen.set()

    mending = asyncio.create_task(mend())
    with at_reply(crowd, random.randrange(1, PEOPLE), kill):
        await crowd.answer()
    return await mending
