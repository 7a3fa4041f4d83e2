"""Real parts for every test: PostgreSQL, Valkey, an SMTP server. Nothing of ours is replaced.

The process that starts the tests starts the services and makes a template database with every migration; each
worker clones it. A test runs in a transaction that is rolled back; one that races takes `committed`, a database
of its own.
"""

import asyncio
import contextlib
import gc
import inspect
import os
import re
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import asyncpg
import hypothesis
import pytest

STACK = contextlib.ExitStack()
LONGEST = "test_promise_1_in_hundreds_of_worlds.py"  # of all files, by minutes
EXAMPLES_IN_A_HURRY = 20  # of whatever hypothesis makes up; the whole run takes its hundred

# httpx looks for it at each request of a test, in every folder of the path. There is none.
sys.modules["sniffio"] = None  # type: ignore[assignment]


def pytest_configure(config: pytest.Config) -> None:
    """Before anything of ours is imported: the services, and the environment that names them. Then the fixtures."""
    # Under nohup our children would inherit a SIGHUP that is ignored, and could not be tested with it.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    hypothesis.settings.register_profile("hurry", max_examples=EXAMPLES_IN_A_HURRY)
    if "not slow" in config.option.markexpr:
        hypothesis.settings.load_profile("hurry")
    environment()
    for fixtures in ("tests.ground", "tests.people", "tests.everywhere"):
        config.pluginmanager.import_plugin(fixtures)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays: nobody looks through it for garbage, now or while tests run."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A transaction for each test that may speak to the database: those that are async, or take something that is.

    One that takes a database of its own is slow: making it takes longer than most tests.
    """
    for item in items:
        if isinstance(item, pytest.Function) and _is_async(item):
            item.fixturenames.insert(0, "_rolled_back")
            if "committed" in item.fixturenames:
                item.add_marker("slow")
    if "PYTEST_XDIST_WORKER" in os.environ:
        _longest_first(items)


def _longest_first(items: list[pytest.Item]) -> None:
    """Files that take long are begun before the others, so that no process is left alone with one at the end."""
    tests = Counter(item.path for item in items)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(
        key=lambda item: (item.path.name != LONGEST, item.path not in slow, -tests[item.path], item.path)
    )


def _is_async(item: pytest.Function) -> bool:
    used = [each.func for found in item._fixtureinfo.name2fixturedefs.values() for each in found]
    return any(
        inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
        for function in (inspect.unwrap(item.obj), *used)
    )


def environment() -> None:
    """PostgreSQL and Valkey for these tests, and a template of the database. For whoever makes a dump, too."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        os.environ["DATABASE_URL"] = named(
            os.environ["KITH_TEST_TEMPLATE"], f"kith_{os.environ['PYTEST_XDIST_WORKER']}"
        )
        number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].partition('?')[0]}?db={number}"
        return
    for name in ("BASE_URL", "SECRET_KEY", "SMTP_URL", "MAIL_FROM", "PORT", "HOST"):
        os.environ.pop(name, None)
    from server import embedded

    folder = STACK.enter_context(tempfile.TemporaryDirectory(prefix="kith-tests-"))
    Path(folder).chmod(0o755)  # As root, PostgreSQL runs as nobody, who must get there.
    urls = STACK.enter_context(
        embedded.services(Path(folder) / "data", wanted=embedded.Wanted(durable=False))
    )
    template = named(str(urls.database_url), "kith_template")
    os.environ |= {
        "KITH_TEST_TEMPLATE": template,
        "DATABASE_URL": named(template, "kith_main"),
        "REDIS_URL": str(urls.redis_url),
        "DEVELOPMENT": "1",
        "BASE_URL": "http://127.0.0.1:8000",
    }
    asyncio.run(make_template(str(urls.database_url), template))


async def make_template(maintenance: str, template: str) -> None:
    """A database with every migration, to be cloned instead of migrated."""
    connection = await asyncpg.connect(maintenance)
    await connection.execute("CREATE DATABASE kith_template")
    await connection.close()
    from server import db, schema

    db.engine().config["dsn"] = template
    async with schema.pool():
        await schema.apply()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    STACK.close()


def named(url: str, database: str) -> str:
    """The same server, another database."""
    return re.sub(r"/[a-z0-9_]+\?", f"/{database}?", url, count=1)
