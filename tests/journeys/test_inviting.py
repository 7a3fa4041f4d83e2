"""Inviting from a pasted list, as Ingrid does it: with scripts and without, on a phone and on a desk."""

import pytest
from playwright.async_api import Page, expect

from tests.ground import text_of
from tests.journeys.house import House, Visits
from tests.journeys.looks import WIDTHS, barriers, too_wide

EVENING = "Evening for menders"
PHONE = 390
PASTED = """1. "Okoye, Nia" <nia.{n}@kith.example>; Tom Berg <tom.{n}@kith.example>
• mailto:uma.{n}@kith.example?subject=Menders.
zoe.{n} [at] kith.example
the woman with the bicycle
"""


async def invitations(house: House, page: Page) -> None:
    """Open the page for inviting people to the evening."""
    event = await house.value("SELECT public_id FROM events WHERE title = $1", EVENING)
    await page.goto(f"/events/{event}/invitations")


@pytest.mark.parametrize(
    ("scripts", "width"), [(True, 1280), (True, PHONE), (False, 1280), (False, PHONE)], ids=str
)
async def test_ingrid_pastes_a_list_and_sees_the_letter_first(
    house: House, visits: Visits, scripts: bool, width: int
) -> None:
    """Three presses: see it, take what was meant, invite."""
    number = f"{width}{'s' if scripts else 'n'}"
    page = await visits.begin("ingrid", scripts=scripts, width=width)
    await invitations(house, page)
    await page.get_by_label("E-mail addresses").fill(PASTED.format(n=number))
    await page.get_by_label("A few words of your own").fill("We keep a **lamp** for you.")
    await page.get_by_role("button", name="See it first").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("3 people will be invited")
    await expect(page.get_by_role("heading", name="2 bits were not understood")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Correct them here")).to_have_value(
        "the woman with the bicycle"
    )
    letter = page.frame_locator("iframe[title^='The letter']")
    await expect(letter.get_by_text("Hello Nia,")).to_be_visible()
    await expect(letter.get_by_role("strong")).to_have_text("lamp")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await page.get_by_role("checkbox", name=f"zoe.{number}@kith.example").check()
    await page.get_by_role("button", name="Invite 3 people").click()

    await expect(page.get_by_role("status").first).to_contain_text("4 people are invited, by a letter each.")
    came = text_of(await house.letter(f"nia.{number}@kith.example", "Ingrid S. invites you"))
    assert "Hello Nia," in came and "We keep a lamp for you." in came
    await house.letter(f"zoe.{number}@kith.example", "Ingrid S. invites you")


@pytest.mark.parametrize("scripts", [True, False])
async def test_nothing_is_lost_when_ingrid_changes_her_mind(
    house: House, visits: Visits, scripts: bool
) -> None:
    page = await visits.begin("ingrid", scripts=scripts, width=PHONE)
    await invitations(house, page)
    await page.get_by_label("E-mail addresses").fill("Vera <vera@kith.example>, somebody from work")
    await page.get_by_label("A few words of your own").fill("Do come.")
    await page.get_by_label("All members who have not answered").check()
    if scripts:
        await expect(page.get_by_role("group", name="Members who have not answered")).to_be_hidden()
    await page.get_by_role("button", name="See it first").click()
    await page.get_by_role("textbox", name="Correct them here").fill("wim@kith.example")
    await page.get_by_role("button", name="Change it").click()
    await expect(page.get_by_label("E-mail addresses")).to_have_value(
        "Vera <vera@kith.example>\nwim@kith.example"
    )
    await expect(page.get_by_label("A few words of your own")).to_have_value("Do come.")
    await expect(page.get_by_label("All members who have not answered")).to_be_checked()


async def test_ingrid_ticks_all_and_none(house: House, visits: Visits) -> None:
    page = await visits.begin("ingrid", width=PHONE)
    await invitations(house, page)
    boxes = page.get_by_role("group", name="Members who have not answered").get_by_role("checkbox")
    number = await boxes.count()
    assert number > 1
    await page.get_by_role("button", name="Tick all").click()
    await expect(page.locator("[name=people]:checked")).to_have_count(number)
    await page.get_by_role("button", name="Tick none").click()
    await expect(page.locator("[name=people]:checked")).to_have_count(0)


async def test_axe_finds_nothing_before_a_letter_is_sent(house: House, visits: Visits) -> None:
    page = await visits.begin("ingrid")
    await invitations(house, page)
    await page.get_by_label("E-mail addresses").fill(PASTED.format(n="axe"))
    await page.get_by_role("button", name="See it first").click()
    await page.get_by_text("3 addresses").click()
    found = await barriers(page) + await too_wide(page, *WIDTHS)
    assert not found, "\n".join(found)
