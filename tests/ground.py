"""Fixtures of the ground: databases, a client of the application, due work, and letters."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import asyncpg
import httpx
import pytest
import pytest_asyncio
from redis.asyncio import Redis
from starlette.applications import Starlette

from server import assets, composition, db, jobs, tries
from server.app import create
from server.settings import settings


async def clone(name: str, template: str = "kith_template") -> str:
    """A fresh database like the template, or like another. Returns its address."""
    url = os.environ["KITH_TEST_TEMPLATE"]
    connection = await asyncpg.connect(url.replace("kith_template", "postgres"))
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        # Nothing of it goes through the log, as it does by default: a third of the work.
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    finally:
        await connection.close()
    return url.replace("kith_template", name)


# Of this worker's pool: the plan of a statement is kept for all its tests, see `rolled_back`.
KEEPING = {"max_size": 4, "statement_cache_size": 2000, "max_cached_statement_lifetime": 0}


async def _open(url: str, **options: int) -> None:
    db.engine().config["dsn"] = url
    await db.engine().start_connection_pool(**options)


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def _database() -> AsyncIterator[str]:
    """This worker's database, and the pool on it."""
    url = await clone(f"kith_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    composition.compose()
    assets.shelf().fresh = False  # Nobody edits them meanwhile.
    await _open(url, **KEEPING)
    yield url
    await db.engine().close_connection_pool()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _valkey() -> AsyncIterator[Redis]:
    """This worker's own Valkey database."""
    async with Redis.from_url(str(settings.redis_url)) as valkey:
        yield valkey


@pytest_asyncio.fixture(loop_scope="session")
async def _rolled_back(request: pytest.FixtureRequest, _database: str, _valkey: Redis) -> AsyncIterator[None]:
    """Each test in a transaction that never was, unless it takes a database of its own (`committed`).

    tests/conftest.py gives it to whichever test is async: the others speak to no database.
    """
    tries.forget()
    await _valkey.flushdb()  # The counts of the test before.
    if "committed" in request.fixturenames:
        yield
        return
    async with rolled_back():
        yield


@asynccontextmanager
async def rolled_back() -> AsyncIterator[None]:
    """A transaction that never was. Statements are planned once: planning takes longer than all else they do here."""
    transaction = db.transaction(first="SET LOCAL plan_cache_mode = force_generic_plan")
    await transaction.__aenter__()
    try:
        yield
    finally:
        await transaction.__aexit__(RuntimeError, RuntimeError("the test is over"), None)


@pytest_asyncio.fixture(loop_scope="session")
async def committed(_database: str) -> AsyncIterator[str]:
    """A database of one's own, where transactions commit and connections race. Yields its address."""
    name = f"kith_own_{os.getpid()}"
    await db.engine().close_connection_pool()
    url = await clone(name)
    await _open(url, max_size=40)
    yield url
    await db.engine().close_connection_pool()
    await _open(_database, **KEEPING)


@asynccontextmanager
async def connected_to(url: str) -> AsyncIterator[None]:
    """Speak to another PostgreSQL for a while: for tests that have `committed`, too."""
    before = str(db.engine().config["dsn"])
    await db.engine().close_connection_pool()
    await _open(url, max_size=10)
    try:
        yield
    finally:
        await db.engine().close_connection_pool()
        await _open(before, max_size=40)


@pytest.fixture(scope="session")
def app():  # type: ignore[no-untyped-def]
    """The application, as the web process makes it."""
    return create()


@pytest_asyncio.fixture(loop_scope="session")
async def client(app) -> AsyncIterator[httpx.AsyncClient]:  # type: ignore[no-untyped-def]
    """Somebody's browser, not signed in. It does not follow redirects by itself."""
    async with browser_of(app) as browser:
        yield browser


def browser_of(app: Starlette) -> httpx.AsyncClient:
    """A browser of the application, not signed in."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=settings.base_url)


async def work_off() -> int:
    """Do all due work that is due now, as a worker would; returns how much. A failure is raised, not postponed."""
    done = 0
    while claimed := await jobs.claim("the test", most=100):
        for work in claimed:
            await jobs.do(work)
            error = await db.value("SELECT last_error FROM due_work WHERE id = $1", work.id)
            assert not error, f"{work.kind} failed: {error}"
            done += 1
    return done


async def letters_to(email: str) -> list[EmailMessage]:
    """What somebody has been sent, oldest first. Due work is done before."""
    await work_off()
    found = await db.rows("SELECT message FROM sent_letters WHERE to_email = $1 ORDER BY id", email)
    return [cast(EmailMessage, message_from_bytes(row["message"], policy=default)) for row in found]


def text_of(letter: EmailMessage, kind: str = "text/plain") -> str:
    """One part of a letter."""
    return next(str(part.get_content()) for part in letter.walk() if part.get_content_type() == kind)


async def forget_what_has_had_its_time() -> None:
    """What the nightly jobs do."""
    for kind in composition.kept:
        if kind.forget:
            await kind.job()()
