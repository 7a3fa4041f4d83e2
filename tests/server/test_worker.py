"""A real worker: letters arrive once, also when it is killed, and whether or not Valkey is there."""

import asyncio
import os
import random
import signal
import time
from datetime import timedelta

import pytest

from members.account import mail
from members.tables import SignInLink
from server import clock, db, jobs
from server.smtp import LAST_STAGES
from server.worker import IN_HAND, Sweeper
from tests.pace import PATIENCE, Pace, at_most, until
from tests.processes import mail_server, worker

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("KILLS", "2"))
LETTERS = 250 * KILLS


async def write_letters(count: int) -> None:
    """So many sign-in letters, written down and due."""
    links = [
        SignInLink(email=f"p{n}@example.org", expires_at=clock.now() + timedelta(minutes=20))
        for n in range(count)
    ]
    numbers = [row["id"] for row in await SignInLink.insert(*links).returning(SignInLink.id)]
    await jobs.later_for_each(mail.sign_in, [[number] for number in numbers])


async def nothing_is_due() -> None:
    """Wait until it is noted of every letter that it was sent: then none comes again."""
    await until(lambda: db.value("SELECT count(*) = 0 FROM due_work"))


async def test_letters_arrive_once_although_the_worker_is_killed(committed: str) -> None:
    await write_letters(LETTERS)
    with mail_server() as (server, smtp_url):
        for kill in range(KILLS):
            with worker(committed, SMTP_URL=smtp_url) as process:
                await asyncio.to_thread(server.wait_for, 60 + 200 * kill, within=PATIENCE)
                await asyncio.sleep(random.uniform(0, 0.3))
                process.send_signal(signal.SIGKILL)
                process.wait(5)
        with worker(committed, SMTP_URL=smtp_url):
            await asyncio.to_thread(server.wait_for, LETTERS, within=PATIENCE)
            await nothing_is_due()
        assert len(server.ids) == LETTERS
        repeated = sum(count - 1 for count in server.ids.values())
        # Only what the server had, and the worker had not yet noted, may have come twice, under its own name.
        assert repeated <= KILLS * LAST_STAGES, repeated
        print(f"\n{LETTERS} letters, {KILLS} kills: {repeated} repeated")
    assert await db.value("SELECT count(*) FROM due_work") == 0


begun: list[str] = []
may_end = asyncio.Event()


@jobs.job("tests.take_long", at_once=2)
async def take_long() -> None:
    begun.append("long")
    await may_end.wait()
    begun.append("ended")


@jobs.job("tests.take_no_time")
async def take_no_time() -> None:
    begun.append("short")


async def test_what_takes_long_lets_everything_else_go_by(committed: str) -> None:
    begun.clear()
    may_end.clear()
    many = 2 * IN_HAND
    await jobs.later_for_each(take_long, [()] * many)
    sweeping = asyncio.create_task(Sweeper().sweep())
    async with asyncio.timeout(PATIENCE):
        while len(begun) < 2:
            await asyncio.sleep(0.01)
        await jobs.later_for_each(take_no_time, [()] * many)
        while begun.count("short") < many:
            await asyncio.sleep(0.01)
        assert begun.count("long") == 2 and "ended" not in begun
        may_end.set()
        await sweeping
    assert begun.count("ended") == many and await db.value("SELECT count(*) FROM due_work") == 0


async def test_without_kills_each_gets_their_own_letter_once(committed: str) -> None:
    await write_letters(100)
    with mail_server() as (server, smtp_url), worker(committed, SMTP_URL=smtp_url):
        await asyncio.to_thread(server.wait_for, 100, within=PATIENCE)
        await nothing_is_due()
        assert sum(server.ids.values()) == len(server.ids) == 100
    assert server.receivers == [[str(letter["To"])] for letter in server.letters()]
    assert sorted(server.receivers) == sorted([f"p{n}@example.org"] for n in range(100))


async def test_a_letter_goes_out_soon_after_its_commit(committed: str) -> None:
    from server import waking

    with mail_server() as (server, smtp_url), worker(committed, SMTP_URL=smtp_url):
        await write_letters(1)
        await asyncio.to_thread(server.wait_for, 1, within=PATIENCE)
        jobs.wake_by(waking.wake_worker)
        waits = []
        with Pace() as pace:
            for n in range(2, 7):
                begun = time.perf_counter()
                await write_letters(1)
                await asyncio.to_thread(server.wait_for, n, within=PATIENCE)
                waits.append(time.perf_counter() - begun)
        jobs.wake_by(None)
        await waking.close()
        assert sorted(waits)[2] < pace.here(0.5), waits


async def test_letters_go_out_with_valkey_away_and_back(committed: str) -> None:
    nowhere = "unix:///nowhere/valkey.sock"
    with mail_server() as (server, smtp_url), worker(committed, SMTP_URL=smtp_url, REDIS_URL=nowhere):
        await write_letters(20)
        await asyncio.to_thread(server.wait_for, 20, within=PATIENCE)
        assert len(server.ids) == 20


async def test_a_mail_server_that_is_away_loses_nothing(committed: str) -> None:
    await write_letters(5)
    with mail_server() as (server, smtp_url):
        server.says = "451 later, please"
        with worker(committed, SMTP_URL=smtp_url):
            await until(lambda: db.value("SELECT count(*) = 5 FROM due_work WHERE last_error <> ''"))
            server.says = None
            await db.run("UPDATE due_work SET run_at = $1", clock.now())
            await asyncio.to_thread(server.wait_for, 5, within=PATIENCE)
        assert len(server.ids) == 5


async def test_an_address_that_does_not_exist_is_marked_and_left_alone(committed: str) -> None:
    await write_letters(1)
    with mail_server() as (server, smtp_url):
        server.says_of_receivers = "550 nobody here"
        with worker(committed, SMTP_URL=smtp_url):
            await until(lambda: db.value("SELECT count(*) FROM due_work WHERE dead_at IS NOT NULL"))
    assert await db.value("SELECT email FROM dead_addresses") == "p0@example.org"


async def test_a_worker_told_to_stop_finishes_and_ends(committed: str) -> None:
    with worker(committed, SMTP_URL="smtp://127.0.0.1:1") as process:
        process.send_signal(signal.SIGTERM)
        with at_most(10):
            assert await asyncio.to_thread(process.wait, PATIENCE) == 0
