"""A real Kith with its demonstration and a mail server for each file of journeys, and one browser for all.

Nothing of Kith is imported before a fixture runs: this file may be read before the environment is set.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

    from tests.journeys.house import House, Visits

# The shell is Chromium without windows and history of its own, and takes a third of the time.
SHELL = "chromium-headless-shell"
WHOLE = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them are slow and need a browser."""
    for item in items:
        if item.path.parent.name == "journeys":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is. Without one journeys are skipped, except where they must not be."""
    return _first_of(SHELL, *WHOLE)


@pytest.fixture(scope="session")
def whole_chromium() -> str:
    """A browser that keeps the pages one leaves: the shell does not."""
    return _first_of(*WHOLE)


def _first_of(*names: str) -> str:
    if found := next(filter(None, map(shutil.which, names)), None):
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("There is no Chromium here, and CI=true says that there must be one.")
    pytest.skip("There is no Chromium here (on Debian: apt install chromium-headless-shell chromium).")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(chromium: str, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A web server, a worker and a mail server on a database in which the demonstration lives.

    Each file has one of its own: what its journeys use up or change is there again for the next.
    """
    from server import assets
    from tests.ground import clone
    from tests.journeys.house import demonstration, running

    assets.ensure_styles()
    name = f"kith_journeys_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    database = await clone(name, await demonstration())
    async with running(database, lent_to=request.path) as house:
        yield house


@pytest.fixture(autouse=True)
def _nobody_else_was_here(request: pytest.FixtureRequest) -> None:
    """The order of files may matter to none of them."""
    if "house" in request.fixturenames:
        house: House = request.getfixturevalue("house")
        assert house.lent_to == request.path, f"the journeys of {house.lent_to.name} have been in this house"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chrome(chromium: str) -> AsyncIterator[Browser]:
    """One browser for all; each visit has a profile of its own."""
    from tests.pace import PATIENCE

    expect.set_options(timeout=PATIENCE * 1000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visits(chrome: Browser, house: House) -> AsyncIterator[Visits]:
    """Browser windows, watched: at the end nothing may have been refused, failed or fetched from elsewhere."""
    from tests.journeys.house import Visits

    visits = Visits(chrome, house)
    yield visits
    await visits.close()
    assert not visits.faults, "\n".join(visits.faults)
