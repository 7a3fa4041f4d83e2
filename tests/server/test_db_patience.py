"""Nobody waits long for somebody who is in the way, and what they typed is not lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from events.tables import Event
from members.tables import Community, Person
from server import db, jobs
from server.assets import static
from tests.gatherings import make_event
from tests.ground import work_off
from tests.pace import at_most
from tests.people import As

pytestmark = pytest.mark.slow

SLOWEST = 5.0  # seconds that anybody waits for others


@pytest.fixture(autouse=True)
async def hurried(committed: str) -> AsyncIterator[None]:
    """Wait for PostgreSQL as web processes do."""
    await db.engine().close_connection_pool()
    await db.engine().start_connection_pool(patience=db.OF_PAGES, max_size=10)
    yield


@pytest.fixture
async def supper(walkers: Community, ana: Person) -> Event:
    return await make_event(walkers, ana, title="Supper", seats=40)


@asynccontextmanager
async def somebody_holding(event: Event, url: str) -> AsyncIterator[Any]:
    """Another session that has locked the row of an event and does not come back."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"BEGIN; SELECT 1 FROM events WHERE id = {event.id} FOR UPDATE")
        yield connection
    finally:
        await connection.close()


async def test_whoever_waits_for_a_lock_is_told_and_keeps_what_was_typed(
    committed: str, supper: Event, bo: Person, signed_in: As
) -> None:
    browser = await signed_in(bo)
    path = f"/events/{supper.public_id}/rsvp"
    typed = {"answer": "going", "form": "one-form", "note": "two guests & <a dog>"}
    async with somebody_holding(supper, committed):
        with at_most(SLOWEST):
            answers = await asyncio.gather(*(browser.post(path, data=typed) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {503}
    page = answers[0]
    assert page.headers["retry-after"]
    assert f'action="{path}"' in page.text
    assert 'name="note" value="two guests &amp; &lt;a dog&gt;"' in page.text
    assert (await browser.post(path, data=typed)).status_code == 303


async def test_a_machine_is_told_in_its_own_form(
    committed: str, supper: Event, bo: Person, signed_in: As
) -> None:
    browser = await signed_in(bo)
    async with somebody_holding(supper, committed):
        answer = await browser.post(
            f"/events/{supper.public_id}/rsvp",
            data={"answer": "going"},
            headers={"accept": "application/json"},
        )
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.headers["retry-after"]


async def test_who_freezes_in_a_transaction_loses_its_locks(supper: Event) -> None:
    frozen = db.transaction(first=f"SELECT 1 FROM events WHERE id = {supper.id} FOR UPDATE")
    with pytest.raises(db.DatabaseGone):
        async with frozen:
            pid = frozen.connection.get_server_pid()
            await asyncio.sleep(db.OF_PAGES.idle + 0.5)
            assert not await _lives(pid)
            await db.value("SELECT 1")
    assert await db.value("SELECT 1") == 1


async def _lives(pid: int) -> bool:
    connection = await db.engine().get_new_connection()
    try:
        return bool(await connection.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", pid))
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("53100", "disk full"),
        ("53200", "out of memory"),
        ("53300", "too many connections"),
        ("55P03", "lock not available"),
        ("57014", "query canceled"),
        ("57P01", "admin shutdown"),
        ("57P03", "cannot connect now"),
        ("58030", "io error"),
        ("25006", "read only"),
        ("40P01", "deadlock"),
        ("40001", "serialization"),
        ("08006", "connection failure"),
    ],
)
async def test_what_postgresql_cannot_do_just_now_is_503_and_never_500(
    committed: str, bo: Person, signed_in: As, code: str, what: str
) -> None:
    browser = await signed_in(bo)
    await db.run(
        f"""
        CREATE OR REPLACE FUNCTION says_no() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not: {what}' USING ERRCODE = '{code}'; END $$
        """
    )
    await db.run("CREATE TRIGGER says_no BEFORE INSERT OR UPDATE ON people EXECUTE FUNCTION says_no()")
    answer = await browser.post("/settings/account", data={"name": "Bo Two", "zone": "UTC"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert 'value="Bo Two"' in answer.text
    await db.run("DROP TRIGGER says_no ON people")
    assert (await browser.post("/settings/account", data={"name": "Bo Two", "zone": "UTC"})).status_code < 400


async def test_an_argument_of_ours_that_no_column_takes_is_no_absence(committed: str) -> None:
    with pytest.raises(asyncpg.DataError):
        await db.value("SELECT $1::integer", 2**40)


async def test_work_that_was_held_up_is_tried_again(committed: str, supper: Event) -> None:
    tried = []

    @jobs.job("tests.touch")
    async def touch(event: int) -> None:
        tried.append(event)
        await db.run("UPDATE events SET title = title WHERE id = $1", event)

    await jobs.later(touch, supper.id)
    async with somebody_holding(supper, committed):
        (work,) = await jobs.claim("the test", most=1)
        await jobs.do(work)
    assert (
        await db.value("SELECT last_error FROM due_work WHERE id = $1", work.id) == "server.db.DatabaseBusy"
    )
    await db.run("UPDATE due_work SET run_at = created_at, last_error = ''")
    await work_off()
    assert len(tried) == 2


async def test_a_pool_that_is_wholly_taken_makes_nobody_wait_for_long(client: httpx.AsyncClient) -> None:
    pool = db.engine().pool
    taken = [await pool.acquire() for _ in range(10)]
    with at_most(SLOWEST):
        assert (await client.get("/events")).status_code == 503
    for each in taken:
        await pool.release(each)
    assert (await client.get("/events")).status_code == 200


async def test_signed_in_or_not_what_is_the_same_for_everybody_needs_no_database(
    committed: str, bo: Person, signed_in: As
) -> None:
    browser = await signed_in(bo)
    style = static("kith.css")
    await db.engine().close_connection_pool()
    for path in ("/healthz", "/robots.txt", "/favicon.ico", "/site.webmanifest", style):
        assert (await browser.get(path)).status_code == 200, path
    await db.engine().start_connection_pool()
