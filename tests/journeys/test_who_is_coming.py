"""Who is coming, as a host finds, accepts and declines people: with scripts and without, on a phone and on a desk."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.ground import text_of
from tests.journeys.house import House, Visits
from tests.journeys.looks import WIDTHS, barriers, too_wide

EVENING = "Evening for menders"
PHONE = 390


async def people(house: House, page: Page) -> None:
    """Open the list of the evening at which hosts accept everybody."""
    event = await house.value("SELECT public_id FROM events WHERE title = $1", EVENING)
    await page.goto(f"/events/{event}/people")


def named(page: Page, name: str) -> Locator:
    """Somebody's row."""
    return page.get_by_role("main").get_by_role("link", name=name, exact=True)


async def test_axe_finds_nothing_where_people_ask_to_come(house: House, visits: Visits) -> None:
    page = await visits.begin("ingrid")
    await people(house, page)
    await page.goto(f"{page.url}?status=requested")
    await expect(page.get_by_role("button", name="Accept all who are ticked")).to_be_visible()
    found = await barriers(page) + await too_wide(page, *WIDTHS)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [1280, PHONE])
async def test_ingrid_finds_people_while_she_types(house: House, visits: Visits, width: int) -> None:
    page = await visits.begin("ingrid", width=width)
    await people(house, page)
    await expect(named(page, "Dev Malhotra")).to_be_visible()
    search = page.get_by_role("searchbox", name="Find somebody")
    await search.press_sequentially("gIoR", delay=30)
    await expect(named(page, "Dev Malhotra")).to_have_count(0)
    await expect(named(page, "Giorgos Nikolaidis")).to_be_visible()
    await expect(search).to_be_focused()
    await expect(page).to_have_url(re.compile(r"\?q=gIoR$"))
    await page.reload()
    await expect(search).to_have_value("gIoR")
    await expect(named(page, "Dev Malhotra")).to_have_count(0)
    await search.fill("nobody like that")
    await expect(page.get_by_role("heading", name="Nobody by that name")).to_be_visible()
    await search.fill("")
    await expect(named(page, "Dev Malhotra")).to_be_visible()
    await _no_sideways(page)


async def test_ingrid_finds_people_without_scripts(house: House, visits: Visits) -> None:
    page = await visits.begin("ingrid", scripts=False)
    await people(house, page)
    await page.get_by_role("searchbox", name="Find somebody").fill("gior")
    await page.get_by_role("button", name="Search").click()
    await expect(named(page, "Giorgos Nikolaidis")).to_be_visible()
    await expect(named(page, "Dev Malhotra")).to_have_count(0)


@pytest.mark.parametrize(
    ("scripts", "width", "who"), [(True, 1280, "Ulrich Weber"), (False, PHONE, "Marta Kowalczyk")]
)
async def test_ingrid_declines_kindly_and_accepts_after_all(
    house: House, visits: Visits, scripts: bool, width: int, who: str
) -> None:
    email = await house.value("SELECT email FROM people WHERE name = $1", who)
    page = await visits.begin("ingrid", scripts=scripts, width=width)
    await people(house, page)
    await page.get_by_role("link", name="See who, and accept or decline").click()
    await page.get_by_role("link", name=f"Decline {who}").click()
    await expect(page.get_by_label(f"What {who} will read")).to_have_value(
        re.compile("^Thank you for asking")
    )
    await page.get_by_label(f"What {who} will read").fill("Our table is small. Come in May, please.")
    await _no_sideways(page)
    await page.get_by_role("button", name="Decline and tell them").click()
    await expect(page.get_by_role("status").first).to_contain_text(f"{who} has been told")
    await expect(named(page, who)).to_have_count(0)
    letter = await house.letter(email, "")
    assert "Come in May, please." in text_of(letter)

    await people(house, page)
    await named(page, who).click()
    await expect(page.get_by_role("main")).to_contain_text("Our table is small.")
    await page.get_by_role("button", name="Accept").click()
    await expect(page.get_by_role("status").first).to_contain_text(f"{who} is going")
    await _no_sideways(page)


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (True, PHONE), (False, PHONE)])
async def test_ingrid_chooses_whom_to_invite_by_typing(
    house: House, visits: Visits, scripts: bool, width: int
) -> None:
    page = await visits.begin("ingrid", scripts=scripts, width=width)
    await people(house, page)
    await page.goto(page.url.replace("/people", "/invitations"))
    await page.get_by_label("E-mail addresses").fill("somebody@kith.example")
    everybody = page.get_by_role("group", name="Members who have not answered").get_by_role("checkbox")
    first = str(await everybody.first.get_attribute("value"))
    await everybody.first.check()
    search = page.get_by_role("searchbox", name="Find a member by name")
    if scripts:
        await search.press_sequentially("qqqq", delay=30)
    else:
        await search.fill("qqqq")
        await page.get_by_role("button", name="Find", exact=True).click()
    await expect(page.get_by_role("status").last).to_contain_text("Nobody else by that name")
    await expect(everybody).to_have_count(1)
    await expect(everybody.first).to_be_checked()
    assert await everybody.first.get_attribute("value") == first
    await expect(page.get_by_label("E-mail addresses")).to_have_value("somebody@kith.example")
    await _no_sideways(page)


async def _no_sideways(page: Page) -> None:
    """Nothing is wider than the window."""
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
