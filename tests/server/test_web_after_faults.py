"""PostgreSQL gone: pages say so and come back by themselves. Valkey gone: nobody notices."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from bench import seed
from server import clock, db, embedded, jobs
from server.embedded.services import Services
from server.worker import Sweeper
from tests.ground import connected_to
from tests.pace import PATIENCE
from tests.processes import kill_postgres, mail_server, own_postgres, web, worker

pytestmark = pytest.mark.slow


@pytest.fixture
def postgres() -> Iterator[Services]:
    """A migrated PostgreSQL of one's own, to be killed."""
    with own_postgres() as services:
        yield services


@pytest.fixture
def own_valkey() -> Iterator[Services]:
    """A Valkey of one's own, to be killed."""
    with tempfile.TemporaryDirectory(prefix="kith-faults-") as folder:
        Path(folder).chmod(0o755)
        with embedded.held(Path(folder) / "data", wanted=embedded.Wanted(database=False)) as services:
            yield services


async def test_without_postgresql_pages_are_503_and_come_back_by_themselves(
    postgres: Services,
) -> None:
    services = postgres
    with web(str(services.urls.database_url), SMTP_URL="smtp://127.0.0.1:1") as (process, address):
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as browser:
            assert (await browser.get("/events")).status_code == 200
            kill_postgres(services)
            for path in ("/events", "/readyz", "/events/no23no23no23"):
                answer = await browser.get(path)
                assert answer.status_code == 503, path
                assert answer.headers["retry-after"]
            assert "Back in a moment" in (await browser.get("/events")).text
            problem = await browser.get("/events", headers={"accept": "application/json"})
            assert problem.headers["content-type"] == "application/problem+json"
            assert (await browser.get("/healthz")).status_code == 200
            await asyncio.to_thread(services.mend)
            assert await _seconds_until_ok(browser, "/events") < 5
        assert process.poll() is None


async def test_a_web_process_may_start_before_postgresql(postgres: Services) -> None:
    services = postgres
    kill_postgres(services)
    with web(str(services.urls.database_url), ready="/healthz", SMTP_URL="smtp://127.0.0.1:1") as (
        _,
        address,
    ):
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as browser:
            assert (await browser.get("/readyz")).status_code == 503
            await asyncio.to_thread(services.mend)
            assert await _seconds_until_ok(browser, "/readyz") < 5


async def test_what_was_done_while_postgresql_went_away_is_not_done_again(committed: str) -> None:
    done = []
    with own_postgres(durable=True) as services:

        @jobs.job("tests.the_last_thing_before")
        async def the_last_thing_before() -> None:
            done.append(clock.now())
            kill_postgres(services)

        async with connected_to(str(services.urls.database_url)):
            await jobs.later(the_last_thing_before)
            sweeping = asyncio.create_task(Sweeper().sweep())
            async with asyncio.timeout(10):
                while not done:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(1)
            await asyncio.to_thread(services.mend)
            await sweeping
            await Sweeper().sweep()
            assert await db.value("SELECT count(*) FROM due_work") == 0
    assert len(done) == 1


async def test_without_valkey_signing_in_is_still_limited(committed: str) -> None:
    nowhere = "unix:///nowhere/valkey.sock"
    with web(committed, SMTP_URL="smtp://127.0.0.1:1", REDIS_URL=nowhere) as (_, address):
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as browser:
            answers = [await browser.post("/sign-in", data={"email": "a@example.org"}) for _ in range(7)]
    assert [answer.status_code for answer in answers[:5]] == [200] * 5
    assert answers[-1].status_code == 429


async def test_with_valkey_killed_answers_are_taken_and_their_letters_go_out(
    committed: str, own_valkey: Services
) -> None:
    event = await seed.event(await seed.community())
    (cookie,) = await seed.cookies(await seed.people(1))
    redis = str(own_valkey.urls.redis_url)
    with (
        mail_server() as (mail, smtp),
        web(committed, SMTP_URL=smtp, REDIS_URL=redis) as (_, address),
        worker(committed, SMTP_URL=smtp, REDIS_URL=redis) as working,
    ):
        _valkey().kill()
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as browser:
            answer = await browser.post(
                f"/events/{event.public_id}/rsvp", data={"answer": "going"}, headers={"cookie": cookie}
            )
        assert answer.status_code == 303
        await asyncio.to_thread(own_valkey.mend)
        await asyncio.to_thread(mail.wait_for, 1, within=PATIENCE)
        assert len(mail.ids) == 1
        assert working.poll() is None


def _valkey() -> psutil.Process:
    """The one that was started last: this test's own."""
    children = [child for child in psutil.Process().children() if "valkey" in child.name()]
    return max(children, key=lambda child: child.create_time())


async def _seconds_until_ok(browser: httpx.AsyncClient, path: str) -> float:
    begun = time.perf_counter()
    while (await browser.get(path)).status_code != 200:
        assert time.perf_counter() - begun < PATIENCE
        await asyncio.sleep(0.05)
    return time.perf_counter() - begun
