"""Something falls silent instead of going away: Valkey, PostgreSQL, or a web process that holds what others want."""

import asyncio
import random
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import psutil
import pytest

from bench import seed
from server import db, embedded
from server.embedded.services import Services
from tests.pace import PATIENCE, at_most
from tests.processes import free_port, mail_server, web, worker
from tests.rsvps.seating.crowds import at_reply, members

pytestmark = pytest.mark.slow

NOWHERE = "smtp://127.0.0.1:1"
SLOWEST = 5.0  # seconds that anybody waits for others
STOPS_WITHIN = 15.0  # seconds
UNNOTICED = 1.5  # seconds


@pytest.fixture
def own_valkey() -> Iterator[Services]:
    with tempfile.TemporaryDirectory(prefix="kith-silence-") as folder:
        Path(folder).chmod(0o755)
        with embedded.held(Path(folder) / "data", wanted=embedded.Wanted(database=False)) as services:
            yield services


async def test_a_valkey_that_is_stopped_keeps_nobody_waiting(committed: str, own_valkey: Services) -> None:
    event = await seed.event(await seed.community())
    cookies = await seed.cookies(await seed.people(2))
    redis = str(own_valkey.urls.redis_url)
    with (
        mail_server() as (mail, smtp),
        web(committed, SMTP_URL=smtp, REDIS_URL=redis) as (_, address),
        worker(committed, SMTP_URL=smtp, REDIS_URL=redis) as working,
    ):
        valkey = _newest_child("valkey")
        valkey.send_signal(signal.SIGSTOP)
        try:
            asked = [
                ("/sign-in", {"email": "cleo@example.org"}, ""),
                (
                    f"/events/{event.public_id}/rsvp",
                    {"name": "Cleo", "email": "cleo@example.org", "answer": "going"},
                    "",
                ),
                (f"/events/{event.public_id}/rsvp", {"answer": "going"}, cookies[0]),
                ("/communities/new", {"name": "The late ones", "zone": "UTC"}, cookies[1]),
            ]
            async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as browser:
                for path, form, cookie in asked:
                    with at_most(UNNOTICED):
                        answer = await browser.post(path, data=form, headers={"cookie": cookie})
                    assert answer.status_code < 400, (path, answer.status_code)
            # The sweep finds what no wake-up announced.
            await asyncio.to_thread(mail.wait_for, 3, within=PATIENCE)
            assert len(mail.ids) == 3
            with at_most(STOPS_WITHIN):
                working.send_signal(signal.SIGTERM)
                await asyncio.to_thread(working.wait, PATIENCE)
        finally:
            valkey.send_signal(signal.SIGCONT)


async def test_a_web_process_that_is_frozen_keeps_nobody_waiting(committed: str) -> None:
    everybody = await members(300)
    event = await seed.event(await seed.community(), seats=100)
    with ExitStack() as stack:
        frozen, address = stack.enter_context(web(committed, SMTP_URL=NOWHERE))
        _, other = stack.enter_context(web(committed, SMTP_URL=NOWHERE))
        crowd = everybody.crowd(event, [address, other])

        async def ask(path: str) -> None:
            with at_most(SLOWEST):
                async with httpx.AsyncClient(base_url=other, timeout=PATIENCE) as browser:
                    answer = await browser.get(path)
            assert answer.status_code in {200, 503}

        def freeze() -> None:
            frozen.send_signal(signal.SIGSTOP)
            crowd.addresses = [other]

        try:
            with at_reply(crowd, random.randrange(20, 200), freeze):
                answering = asyncio.create_task(crowd.answer())
                while not answering.done():
                    await ask(f"/events/{event.public_id}")
                    await asyncio.sleep(0.1)
                await answering
            assert set(crowd.statuses) <= {200, 503}
        finally:
            frozen.send_signal(signal.SIGCONT)
        await crowd.check()


async def test_a_lock_that_a_frozen_process_holds_is_given_to_others(committed: str) -> None:
    everybody = await members(30)
    event = await seed.event(await seed.community(), seats=10)
    with web(committed, SMTP_URL=NOWHERE) as (_, address):
        # What a process does that is stopped between two statements: nothing.
        frozen = await asyncpg.connect(committed, server_settings=db.OF_PAGES.settings)
        try:
            await frozen.execute(f"BEGIN; SELECT 1 FROM events WHERE id = {event.id} FOR UPDATE")
            crowd = everybody.crowd(event, [address])
            with at_most(SLOWEST + 3):
                await crowd.answer()
        finally:
            frozen.terminate()
        assert set(crowd.statuses) <= {200, 503}
        await crowd.check()


class BlackHole:
    """A network to PostgreSQL that can swallow everything, without a word to either side."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while packet := await reader.read(65536):
                await self.open.wait()
                writer.write(packet)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def black_hole(url: str) -> AsyncIterator[tuple[str, BlackHole]]:
    """The address of the same database behind it."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    user, socket = query["user"][0], f"{query['host'][0]}/.s.PGSQL.5432"
    hole, tasks = BlackHole(), set[asyncio.Task[None]]()

    async def connect(near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        far, far_out = await asyncio.open_unix_connection(socket)
        for reader, writer in ((near, far_out), (far, near_out)):
            tasks.add(asyncio.create_task(hole.carry(reader, writer)))

    port = free_port()
    server = await asyncio.start_server(connect, "127.0.0.1", port)
    try:
        yield f"postgresql://{user}@127.0.0.1:{port}{parts.path}?sslmode=disable", hole
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_postgresql_that_says_nothing_more_is_503_and_comes_back(committed: str) -> None:
    event = await seed.event(await seed.community())
    (cookie,) = await seed.cookies(await seed.people(1))
    path = f"/events/{event.public_id}/rsvp"
    async with black_hole(committed) as (url, hole):
        server = web(url, SMTP_URL=NOWHERE)
        _, address = await asyncio.to_thread(server.__enter__)
        try:
            async with httpx.AsyncClient(
                base_url=address, timeout=PATIENCE, headers={"cookie": cookie}
            ) as browser:
                assert (await browser.get("/settings/account")).status_code == 200
                hole.open.clear()
                for _ in range(4):
                    with at_most(SLOWEST + 0.7):
                        answers = await asyncio.gather(
                            *(
                                browser.post(path, data={"answer": "going", "note": "with the dog"})
                                for _ in range(8)
                            )
                        )
                    assert {answer.status_code for answer in answers} == {503}
                    assert all(answer.headers["retry-after"] for answer in answers)
                    assert "with the dog" in answers[0].text
                assert (await browser.get("/healthz")).status_code == 200
                hole.open.set()
                with at_most(SLOWEST):
                    while (await browser.get("/settings/account")).status_code != 200:
                        await asyncio.sleep(0.1)
                assert (await browser.post(path, data={"answer": "going"})).status_code == 303
        finally:
            hole.open.set()
            await asyncio.to_thread(server.__exit__, None, None, None)


def _newest_child(name: str) -> psutil.Process:
    children = [child for child in psutil.Process().children() if name in child.name()]
    return max(children, key=lambda child: child.create_time())
