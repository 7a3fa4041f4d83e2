"""A stranger comes without an account: two fields and three presses, on any screen, with and without scripts."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.journeys.house import House, Visits, link_in
from tests.journeys.places import event
from tests.journeys.presses import Counted

CAFE = "Repair café, with a sewing table"
SONGS = "Sing together, no experience needed"
WAYS = [(390, True), (1280, False)]


def address(kind: str, width: int, scripts: bool) -> str:
    return f"{kind}-{width}-{'on' if scripts else 'off'}@example.org"


async def begin(visits: Visits, width: int, scripts: bool) -> Page:
    return await visits.begin(None, width=width, height=844, scripts=scripts)


async def fits(page: Page, width: int) -> None:
    """Nothing has to be scrolled sideways."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


def yes(page: Page) -> Locator:
    """What confirms, on the page behind the link."""
    buttons = page.locator('form[action*="/rsvp/"] button[name="answer"][value="going"]')
    return buttons.filter(visible=True).first


@pytest.mark.parametrize(("width", "scripts"), WAYS)
async def test_a_stranger_says_yes(visits: Visits, house: House, width: int, scripts: bool) -> None:
    email, page = address("yes", width, scripts), await begin(visits, width, scripts)
    here, counted = await event(house, SONGS), Counted(page)
    await counted.open(here)
    await counted.press("Going")
    await counted.fill("Your name", "Gail Guest")
    await counted.fill("Your e-mail", email)
    if scripts:  # Without them the first press has said what is missing, and this one sends.
        await fits(page, width)
    await counted.press(
        page.locator('form:has([name="email"]) button[value="going"]').filter(visible=True).last
    )
    await expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    await expect(page.get_by_text(email)).to_be_visible()
    await expect(page.get_by_label("Your e-mail")).to_have_count(0)
    await fits(page, width)
    await counted.open(link_in(await house.letter(email, "Please confirm"), "/rsvp/"))
    await counted.press(yes(page))
    await expect(page.get_by_role("heading", name="You are going")).to_be_visible()
    assert (counted.fields, counted.presses) == (2, 3)
    await page.goto(here)
    await expect(page.get_by_role("heading", name="You are going")).to_be_visible()
    await expect(page.get_by_text("Not you?", exact=True)).to_be_visible()
    await fits(page, width)


@pytest.mark.parametrize(("width", "scripts"), WAYS)
async def test_a_stranger_takes_a_shift(visits: Visits, house: House, width: int, scripts: bool) -> None:
    email, page = address("shift", width, scripts), await begin(visits, width, scripts)
    counted = Counted(page)
    await counted.open(await event(house, CAFE))
    await counted.press("I can do that")
    await fits(page, width)
    await counted.fill("Your name", "Gail Guest")
    await counted.fill("Your e-mail", email)
    await counted.press("I can do that")
    await expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    await expect(page.get_by_text("With that press you also take this on:")).to_be_visible()
    await counted.open(link_in(await house.letter(email, "Please confirm"), "/rsvp/"))
    await expect(page.get_by_text("And you take this on:")).to_be_visible()
    await counted.press(yes(page))
    await expect(page.get_by_role("status")).to_contain_text("Thank you for helping")
    await expect(page.get_by_text("Give it back")).to_be_visible()
    assert (counted.fields, counted.presses) == (2, 3)
    await fits(page, width)


async def test_a_wrong_address_is_corrected_and_another_device_confirms(visits: Visits, house: House) -> None:
    wrong, right = "wrong@example.org", "right@example.org"
    page, phone = await begin(visits, 1280, True), await begin(visits, 390, False)
    here = f"{await event(house, CAFE)}/volunteers"
    await page.goto(here)
    await page.get_by_role("link", name=re.compile("I can do that")).first.click()
    await page.get_by_label("Your name").fill("Gail Guest")
    await page.get_by_label("Your e-mail").fill(wrong)
    await page.get_by_role("button", name="I can do that").click()
    await page.get_by_role("button", name="Wrong address?").click()
    await expect(page.get_by_label("Your e-mail")).to_have_value(wrong)
    await expect(page.get_by_label("Your name")).to_have_value("Gail Guest")
    await page.get_by_label("Your e-mail").fill(right)
    await page.get_by_role("button", name="I can do that").click()
    await expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    await phone.goto(link_in(await house.letter(right, "Please confirm"), "/rsvp/"))
    await yes(phone).click()
    await expect(phone.get_by_role("heading", name="You are going")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="You are going")).to_be_visible()
    await expect(page.get_by_text("To change it, use the link in our letters")).to_be_visible()
    await page.get_by_role("button", name="Not you? Forget this here").click()
    await expect(page.get_by_label("Your e-mail")).to_have_count(1)
