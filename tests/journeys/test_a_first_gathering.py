"""From a stranger on the front page to a gathering that is published, and what is typed on the way is not lost."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from server import clock
from tests.journeys.house import House, Visits, link_in
from tests.journeys.looks import LARGE_TEXT, barriers, too_wide
from tests.journeys.presses import Counted

FORM = "/communities/slow-walkers/events/new"
IN_A_WEEK = 7


def day() -> str:
    return f"{clock.now() + timedelta(days=IN_A_WEEK):%Y-%m-%d}"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_stranger_publishes_a_gathering_with_at_most_eight_presses(
    house: House, visits: Visits, width: int, scripts: bool
) -> None:
    email = f"founder-{width}-{scripts}@kith.example".lower()
    way = Counted(await visits.begin(width=width, scripts=scripts))
    await way.open("/")
    await way.press("Plan a gathering")
    await way.fill("E-mail", email)
    await way.press("Send me a link")
    await expect(way.page.get_by_role("main")).to_contain_text(email)
    way.presses += 1  # The link in the letter.
    await way.open(link_in(await house.letter(email, "Your link to sign in"), "/sign-in/"))
    await way.press(way.page.get_by_role("main").get_by_role("button", name="Sign in"))
    await way.fill("What are you called?", "Fay Founder")
    await way.press("Go on")
    await way.fill("Name", f"Founders of {width} {scripts}")
    await way.press("Create the community")
    await way.fill("Title", "Our first soup")
    await way.page.get_by_label("Date", exact=True).fill(day())
    await way.page.get_by_label("Begins").fill("19:00")
    await way.press("Publish")
    await expect(way.page.get_by_role("status").first).to_contain_text("It is published")
    await expect(way.page.get_by_role("heading", level=1)).to_have_text("Our first soup")
    assert way.presses <= 8


async def test_what_is_typed_survives_a_closed_tab_and_a_lost_connection(visits: Visits) -> None:
    ana = await visits.begin("ana", width=390)
    await ana.goto(FORM)
    await ana.get_by_role("textbox", name="Title").fill("Soup in the rain")
    await expect(said(ana)).to_contain_text("Saved at")
    await ana.context.set_offline(True)
    await ana.get_by_label("What people should know").fill("Bring a spoon")
    await expect(said(ana)).to_contain_text("there is no connection")
    await ana.context.set_offline(False)
    await expect(said(ana)).to_contain_text("Saved at")
    visits.faults.clear()  # The connection that was taken away.
    await ana.close()
    again = await ana.context.new_page()
    await again.goto(FORM)
    await again.get_by_role("link", name="Go on with it").first.click()
    await expect(again.get_by_role("textbox", name="Title")).to_have_value("Soup in the rain")
    await expect(again.get_by_label("What people should know")).to_have_value("Bring a spoon")
    await again.get_by_label("Date", exact=True).fill(day())
    await again.get_by_label("Begins").fill("19:00")
    await again.get_by_role("button", name="Publish").click()
    await expect(again.get_by_role("heading", level=1)).to_have_text("Soup in the rain")
    await again.goto(FORM)
    await expect(again.get_by_text("Soup in the rain")).to_have_count(0)


async def test_who_is_signed_out_meanwhile_loses_nothing(visits: Visits) -> None:
    ana = await visits.begin("ana")
    await ana.goto(FORM)
    cookies = await ana.context.cookies()
    await ana.context.clear_cookies()
    await ana.get_by_role("textbox", name="Title").fill("A walk at night")
    await expect(said(ana)).to_contain_text("You are signed out")
    await ana.get_by_role("button", name="Publish").click()
    await expect(ana).to_have_url(re.compile(FORM))
    await ana.close()
    await ana.context.add_cookies(cookies)  # type: ignore[arg-type]
    again = await ana.context.new_page()
    await again.goto(FORM)
    await expect(again.get_by_role("textbox", name="Title")).to_have_value("A walk at night")
    await expect(said(again)).to_contain_text("Saved at")
    await again.goto("/")
    await again.goto(FORM)
    await again.get_by_role("button", name="Throw it away").first.click()
    visits.faults[:] = [fault for fault in visits.faults if "401" not in fault]


async def test_faults_are_named_at_once_and_each_leads_to_its_field(visits: Visits) -> None:
    for scripts in (True, False):
        ana = await visits.begin("ana", scripts=scripts, width=390)
        await ana.goto(FORM)
        await ana.get_by_role("spinbutton", name="Seats").fill("0")
        await ana.get_by_role("button", name="Publish").click()
        summary = ana.get_by_role("alert").filter(has_text="Nearly there")
        await expect(summary).to_be_focused()
        for name in ("Title", "Date", "Begins", "Seats"):
            await expect(summary.get_by_role("link", name=re.compile(f"^{name}"))).to_be_visible()
        await summary.get_by_role("link", name=re.compile("^Seats")).click()
        await expect(ana.get_by_role("spinbutton", name="Seats")).to_be_focused()


async def test_the_whole_form_unfolded_is_accessible_and_fits(visits: Visits) -> None:
    ana = await visits.begin("ana", width=320)
    await ana.goto(FORM)
    await ana.get_by_text("Both", exact=True).click()
    for fold in await ana.locator("main details > summary:visible").all():
        await fold.click()
    await ana.get_by_role("button", name="Publish").click()
    await expect(ana.get_by_role("alert").filter(has_text="Nearly there")).to_be_focused()
    folded = ana.locator("main details:not([open]) > summary:visible")
    while await folded.count():
        await folded.first.click()
    assert await barriers(ana, [320]) == []
    assert await too_wide(ana) == []
    await ana.evaluate(LARGE_TEXT)
    assert await too_wide(ana) == []


def said(page: Page) -> Locator:
    """What the form says of itself."""
    return page.locator("[data-kept]")
