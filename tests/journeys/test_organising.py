"""A gathering between its publication and its end: help is found, the time moves, people are written to, it is off."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from server import clock
from tests.ground import text_of
from tests.journeys.house import House, Visits

BO = "bo@kith.example"


async def publish(page: Page, title: str) -> str:
    """A gathering of the walkers in three weeks. Returns its address."""
    await page.goto("/communities/slow-walkers/events/new")
    await page.get_by_role("textbox", name="Title").fill(title)
    await page.get_by_label("Date", exact=True).fill(f"{clock.now() + timedelta(days=21):%Y-%m-%d}")
    await page.get_by_label("Begins").fill("18:30")
    await page.get_by_label("Ends").fill("21:00")
    await page.get_by_role("textbox", name="Place (optional)").fill("The boathouse")
    await page.get_by_text("Guests, and more about answers").click()
    await page.get_by_label("Answers close").fill(f"{clock.now() + timedelta(days=20):%Y-%m-%d}")
    await page.get_by_label("Closing time").fill("12:00")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return re.sub(r"https?://[^/]+", "", page.url)


async def ask_for_help(page: Page, where: str) -> None:
    """Two at the door, for the first half hour."""
    await page.goto(f"{where}/volunteers")
    await page.get_by_label("What needs doing").fill("Door")
    await page.get_by_label("How many people").fill("2")
    await page.get_by_label("From").fill("18:00")
    await page.get_by_label("Until").fill("18:30")
    await page.get_by_role("button", name="Add it").click()
    await expect(page.get_by_role("main")).to_contain_text("2 places free of 2")


async def come_and_help(page: Page, where: str) -> None:
    """Say yes, and take a place at the door."""
    await page.goto(where)
    await page.get_by_role("main").get_by_role("button", name="Going").click()
    await expect(page.get_by_role("heading", name="You are going")).to_be_visible()
    await page.goto(f"{where}/volunteers")
    await page.get_by_role("button", name="I can do that").click()
    await expect(page.get_by_role("main")).to_contain_text("You are in")


async def move(page: Page, where: str) -> None:
    """Half an hour later."""
    await page.goto(f"{where}/edit")
    await expect(page.get_by_label("Closing time")).to_have_value("12:00")
    await page.get_by_label("Begins").fill("19:00")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".notice-area")).to_contain_text("gets a letter about it")
    await expect(page.get_by_role("main")).to_contain_text("19:00 to 21:00")


async def write_to_them(page: Page, where: str, subject: str) -> None:
    """See it, change it, and send it."""
    await page.goto(f"{where}/letters")
    await page.get_by_label("Subject").fill(subject)
    await page.get_by_label("Your letter").fill("There is soup, and there are no spoons.")
    await page.get_by_role("button", name="See it first").click()
    await expect(page.get_by_role("main")).to_contain_text("This is what they will read")
    await page.get_by_role("button", name="Change it").click()
    await page.get_by_label("Your letter").fill("There is soup, and there are few spoons.")
    await page.get_by_role("button", name="See it first").click()
    await page.get_by_role("button", name="Send to").click()
    await expect(page.get_by_role("status")).not_to_be_empty()


async def call_off(page: Page, where: str) -> None:
    """With a reason."""
    await page.goto(where)
    await page.get_by_role("link", name="Cancel it").click()
    await page.get_by_label("Why").fill("The boathouse is under water.")
    await page.get_by_role("button", name="Cancel the gathering").click()
    await expect(page.get_by_role("main")).to_contain_text("This gathering is cancelled")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_gathering_finds_help_moves_is_written_about_and_is_called_off(
    house: House, visits: Visits, scripts: bool
) -> None:
    title = f"Supper in the boathouse, {'first' if scripts else 'second'}"
    ana = await visits.begin("ana", scripts=scripts)
    bo = await visits.begin("bo", scripts=scripts, width=390, height=844)
    where = await publish(ana, title)
    await ask_for_help(ana, where)
    await come_and_help(bo, where)
    await ana.goto(f"{where}/volunteers")
    await expect(ana.get_by_role("main")).to_contain_text("Bo Lindqvist")

    # She moves it: Bo's page and his shift say so at once, and one letter follows.
    await move(ana, where)
    await bo.goto(where)
    await expect(bo.get_by_role("main")).to_contain_text("19:00 to 21:00")
    await bo.goto(f"{where}/volunteers")
    await expect(bo.get_by_role("main")).to_contain_text("18:30 to 19:00")
    await house.rows("UPDATE due_work SET run_at = $1 WHERE kind = 'events.tell_of_change'", clock.now())
    letter = text_of(await house.letter(BO, f"Changed: {title}"))
    assert "18:30" in letter and "19:00" in letter

    # She writes to those who come.
    await write_to_them(ana, where, f"Spoons: {title}")
    letter = text_of(await house.letter(BO, f"Spoons: {title}"))
    assert "there are few spoons" in letter
    assert where in letter, (where, letter)

    # She calls it off: the page stays and says why, and nobody is left standing at the door.
    await call_off(ana, where)
    letter = text_of(await house.letter(BO, f"Cancelled: {title}"))
    assert "The boathouse is under water." in letter
    await bo.goto(where)
    await expect(bo.get_by_role("main")).to_contain_text("The boathouse is under water.")
    await expect(bo.get_by_role("button", name="Going")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_somebody_hosts_one_gathering_and_steps_down(
    house: House, visits: Visits, scripts: bool
) -> None:
    title = f"Stones on the shore, {'first' if scripts else 'second'}"
    ana = await visits.begin("ana", scripts=scripts)
    where = await publish(ana, title)
    await ana.get_by_role("link", name="Co-hosts").click()
    await ana.get_by_label("Find a member by name").fill("Bo")
    await ana.get_by_role("button", name="Find").click()
    await ana.get_by_label("Bo Lindqvist").check()
    await ana.get_by_role("button", name="Add", exact=True).click()
    await expect(ana.locator(".notice-area")).to_contain_text("hosts this gathering now")
    letter = text_of(await house.letter(BO, f"You host {title}"))
    assert f"{where}/hosts" in letter

    bo = await visits.begin("bo", scripts=scripts, width=390, height=844)
    await bo.goto(where)
    await expect(bo.get_by_role("heading", name="For hosts")).to_be_visible()
    await expect(bo.locator("form[action$='/copy']")).to_have_count(0)
    await bo.get_by_role("link", name="Change it").click()
    await bo.locator("summary").filter(has_text="In one sentence").click()
    await bo.get_by_role("textbox", name="In one sentence").fill("Flat ones fly farthest.")
    await bo.get_by_role("button", name="Save").click()
    await expect(bo.get_by_role("main")).to_contain_text("Flat ones fly farthest.")
    await bo.goto(f"{where}/hosts")
    await bo.get_by_role("button", name="Step down").click()
    await expect(bo.get_by_role("status")).to_contain_text("no longer a co-host")
    await bo.goto(where)
    await expect(bo.get_by_role("heading", name="For hosts")).to_have_count(0)
