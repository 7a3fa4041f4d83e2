"""A calendar is brought along by keyboard, while it is read by itself."""

from playwright.async_api import Page, expect

from tests.events.importing.calendars import BOMB
from tests.journeys.house import House, Visits

WALKS = "/communities/slow-walkers/import"


async def bring(page: Page, content: bytes) -> None:
    await page.goto(WALKS)
    await page.get_by_label("A calendar’s file").set_input_files(
        {"name": "walks.ics", "mimeType": "text/calendar", "buffer": content}
    )
    await page.get_by_role("button", name="Have a look").press("Enter")
    await page.wait_for_url(f"**{WALKS}/*")


async def test_whoever_waits_for_a_calendar_stays_where_they_are(house: House, visits: Visits) -> None:
    ana = await visits.begin("ana")
    await bring(ana, BOMB)
    again = ana.get_by_role("link", name="Look again")
    await again.focus()
    async with ana.expect_response(f"**{WALKS}/*"):
        pass
    async with ana.expect_response(f"**{WALKS}/*"):
        pass
    await expect(again).to_be_focused()
    await expect(ana.get_by_role("status").filter(has_text="takes too long")).to_be_visible(timeout=20_000)
    await expect(ana.get_by_role("heading", level=1)).to_be_focused()
