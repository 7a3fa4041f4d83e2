"""After signing out, the Back button shows nothing of what was for whoever sat there before."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from tests.journeys.conftest import FLAGS
from tests.journeys.house import House, Visits

PRIVATE = ("For organisers", "ingrid@kith.example", "Dev Malhotra", "My contact card", "Sign out")


@pytest_asyncio.fixture(loop_scope="session")
async def visits(whole_chromium: str, house: House) -> AsyncIterator[Visits]:
    """Windows of a browser that keeps the pages one leaves, as browsers do; Playwright's own does not."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=whole_chromium, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
        )
        visits = Visits(browser, house)
        yield visits
        await visits.close()
        await browser.close()
        assert not visits.faults, visits.faults


async def sign_out(page: Page, *, everywhere: bool) -> None:
    """By the menu of every page, or by the settings' page of browsers."""
    if everywhere:
        await page.goto("/settings/sessions")
        await page.locator('form[action="/settings/sessions/removal"] button').first.click()
    else:
        await page.locator("summary", has=page.locator(".avatar")).first.click()
        await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("everywhere", [False, True], ids=["here", "everywhere"])
async def test_back_shows_nothing_private(
    house: House, visits: Visits, scripts: bool, everywhere: bool
) -> None:
    await visits.begin("ingrid")  # Another browser, so that there is more than one to sign out.
    page = await visits.begin("ingrid", scripts=scripts)
    event = await house.value("SELECT public_id FROM events WHERE title = 'Evening for menders'")
    for address in (f"/events/{event}/people", "/settings/account", "/connections", f"/events/{event}"):
        await page.goto(address)
    await expect(page.get_by_role("heading", name="For organisers")).to_be_visible()
    await sign_out(page, everywhere=everywhere)
    for _ in range(6):
        await page.go_back()
        text = await page.locator("body").inner_text()
        assert not [words for words in PRIVATE if words in text], page.url


async def test_static_files_are_still_kept(house: House, visits: Visits) -> None:
    page = await visits.begin("ingrid")
    await page.goto("/")
    await sign_out(page, everywhere=False)
    async with page.expect_response("**/kith.*.css") as found:
        await page.goto("/events")
    assert "immutable" in (await (await found.value).all_headers())["cache-control"]
