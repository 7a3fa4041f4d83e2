"""An organiser's home: what is asked is answered there, arrows lead back, and what has been is found again."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.journeys.house import House, Visits
from tests.journeys.places import DRAFT, FULL, YESTERDAY

SUPPER = "Soup at Ana's, after the cold"
ONLY = pytest.mark.parametrize(
    ("scripts", "width"),
    [(True, 1280), (False, 390)],
    ids=["with scripts, wide", "without scripts, on a phone"],
)


def navigation(page: Page, width: int) -> str:
    """The name of the navigation that is in sight at this width."""
    return "Main" if width > 768 else "Main, below"


@ONLY
async def test_ana_answers_who_asks_without_leaving_her_home(
    house: House, visits: Visits, scripts: bool, width: int
) -> None:
    ana = await visits.begin("ana", scripts=scripts, width=width, height=844)
    await ana.goto("/")
    await expect(ana.get_by_role("heading", name="Waiting for your answer")).to_be_visible()
    navigation_bar = ana.get_by_role("navigation", name=navigation(ana, width), exact=True)
    await navigation_bar.get_by_role("link", name="Organising").click()  # 1
    await expect(ana.get_by_role("heading", level=1)).to_have_text("Organising")
    asked = ana.get_by_role("region", name="Waiting for your answer")
    rows = asked.get_by_role("listitem")
    before = await rows.count()
    name = await rows.first.locator(".person-name").inner_text()
    await rows.first.get_by_role("button", name="Accept").click()  # 2: that was all
    await expect(ana.get_by_role("heading", level=1)).to_have_text("Organising")
    await expect(ana.get_by_role("status")).to_contain_text(f"{name} is going, and has been told.")
    await expect(rows).to_have_count(before - 1)
    letter = await house.letter("", "You can come")
    assert letter["Subject"]


@ONLY
async def test_each_card_leads_to_what_is_open_and_its_arrow_leads_back(
    house: House, visits: Visits, scripts: bool, width: int
) -> None:
    ana = await visits.begin("ana", scripts=scripts, width=width, height=844)
    await ana.goto("/organising")
    ahead = ana.get_by_role("region", name="What you run next")
    card = ahead.get_by_role("listitem").filter(has_text=FULL)
    await card.get_by_role("link", name=re.compile("waiting")).click()
    await expect(ana.get_by_role("heading", level=1)).to_have_text("Who is coming")
    arrow = ana.locator(".back-link")
    await expect(arrow).to_have_text("Organising")
    await arrow.click()
    await expect(ana.get_by_role("heading", level=1)).to_have_text("Organising")

    # The same page from the gathering leads back to the gathering; from a letter, too.
    await card.get_by_role("link", name=FULL).click()
    await ana.get_by_role("link", name="Invite people").click()
    await expect(arrow).to_have_text("The gathering")
    await arrow.click()
    await expect(ana.get_by_role("heading", level=1)).to_have_text(FULL)

    # A draft is gone on with.
    await ana.goto("/organising")
    draft = ana.get_by_role("region", name="Drafts").get_by_role("listitem").filter(has_text=DRAFT)
    await draft.get_by_role("link", name="Go on writing").click()
    await expect(ana.locator("input[name=title]")).to_have_value(DRAFT)


@ONLY
async def test_bo_finds_what_is_asked_first_and_where_he_has_been(
    house: House, visits: Visits, scripts: bool, width: int
) -> None:
    bo = await visits.begin("bo", scripts=scripts, width=width, height=844)
    await bo.goto("/")
    asked = bo.get_by_role("region", name="Waiting for your answer")
    follow_up = asked.get_by_role("listitem").filter(has_text=YESTERDAY)
    await expect(follow_up.get_by_role("link", name="Say how it was")).to_be_visible()
    await bo.get_by_role("link", name="Where I have been").last.click()
    await expect(bo.get_by_role("heading", level=1)).to_have_text("Where I have been")
    await expect(bo.get_by_role("main")).to_contain_text("Cleo keeps bees on a roof.")
    await expect(bo.locator(".back-link")).to_have_text("Agenda")
