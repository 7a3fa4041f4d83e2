"""Hosts ask, people answer with all that is asked, and change sides: with scripts off, on a phone."""

from playwright.async_api import Page, expect

from tests.journeys.house import House, Visits
from tests.journeys.places import ASKING, DRAFT, TWO_SIDES, event


async def begin(visits: Visits, who: str | None) -> Page:
    return await visits.begin(who, width=390, height=844, scripts=False)


async def fits(page: Page) -> None:
    """Nothing has to be scrolled sideways."""
    assert await page.evaluate("document.documentElement.scrollWidth <= 390")


async def test_ana_asks_about_soup(visits: Visits, house: House) -> None:
    page = await begin(visits, "ana")
    await page.goto(await event(house, DRAFT))
    await page.get_by_role("link", name="Questions").click()
    await page.get_by_role("button", name="Ask about food").click()
    await expect(page.get_by_role("group", name="Question 1")).to_be_visible()
    another = page.get_by_role("group", name="Another question")
    await another.get_by_label("What do you ask?").fill("Which soup?")
    await another.get_by_label("How do they answer?").select_option("choice")
    await page.get_by_role("button", name="Save", exact=True).last.click()
    await expect(page.get_by_role("alert")).to_contain_text("at least two things to choose from")
    second = page.get_by_role("group", name="Question 2")
    await second.get_by_label("What can they choose from?").fill("Lentil\nPumpkin")
    await second.get_by_label("Everybody who comes has to answer this").check()
    await page.get_by_role("button", name="Save, and add another").click()
    await page.get_by_role("button", name="Move up question 2").click()
    await expect(page.get_by_role("group", name="Question 1").get_by_label("What do you ask?")).to_have_value(
        "Which soup?"
    )
    await fits(page)
    for _ in range(2):
        await page.get_by_role("button", name="Remove question 1").click()
    await expect(page.get_by_role("group", name="Your first question")).to_be_visible()


async def test_ravi_comes_with_a_guest_and_says_what_is_asked(visits: Visits, house: House) -> None:
    page = await begin(visits, "ravi")
    await page.goto(await event(house, ASKING))
    await page.get_by_text("Your guests and what the hosts ask").click()
    await page.get_by_text("Your guests’ names", exact=True).click()
    await page.get_by_label("Your guests’ names").fill("Zoe")
    await page.get_by_role("radio", name="Low").check()
    await page.get_by_role("checkbox", name="Large print").check()
    await page.get_by_role("main").get_by_role("button", name="Going").click()
    await expect(page.get_by_role("alert")).to_contain_text("You named 1 guest and bring nobody")
    await expect(page.get_by_role("radio", name="Low")).to_be_checked()
    await page.get_by_label("Who comes with you?").select_option("1")
    await fits(page)
    await page.get_by_role("main").get_by_role("button", name="Going").click()
    await expect(page.get_by_role("heading", name="You are going")).to_be_visible()
    await expect(page.get_by_role("radio", name="Yes")).not_to_be_checked()
    await page.get_by_role("radio", name="Yes").check()
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("What you told the hosts, your guests and who may see you").click()
    await expect(page.get_by_role("radio", name="Yes")).to_be_checked()
    await expect(page.get_by_label("Your guests’ names")).to_have_value("Zoe")
    await expect(page.get_by_role("checkbox", name="Large print")).to_be_checked()
    host = await begin(visits, "kwame")
    await host.goto(f"{await event(house, ASKING)}/questions")
    await expect(host.get_by_role("main")).to_contain_text("the questions stay as they are")
    await expect(host.get_by_role("main")).not_to_contain_text("Ravi")
    await fits(host)


async def test_noor_joins_the_call_and_comes_back_to_the_room(visits: Visits, house: House) -> None:
    page = await begin(visits, "noor")
    await page.goto(await event(house, TWO_SIDES))
    await expect(page.get_by_role("main")).to_contain_text("In the call")
    await page.get_by_role("button", name="Join the call instead").click()
    await page.get_by_role("button", name="Come to the room instead").click()
    await expect(page.get_by_role("button", name="Join the call instead")).to_be_visible()
    await expect(page.get_by_role("heading", name="You are going")).to_be_visible()
    await fits(page)
