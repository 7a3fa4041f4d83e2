"""What an answer costs whoever gives it, in presses and fields: on a phone and a desk, with scripts and without."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.journeys.house import House, Visits, link_in
from tests.journeys.places import ASKING, CAFE, CANCELLED, FULL, TWO_SIDES, YESTERDAY, event
from tests.journeys.presses import Counted

QUESTION = "May others who come see your first name?"
SCREENS = pytest.mark.parametrize(
    ("width", "scripts"),
    [(390, True), (390, False), (1280, True), (1280, False)],
    ids=["phone", "phone without scripts", "desk", "desk without scripts"],
)

MEMBERS = {(390, True): "leila", (390, False): "dev", (1280, True): "pawel", (1280, False): "giorgos"}


async def begin(visits: Visits, who: str | None, width: int, scripts: bool) -> Counted:
    return Counted(await visits.begin(who, width=width, height=844, scripts=scripts))


def bar(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Your answer, in short")


def answer(page: Page, name: str) -> Locator:
    """A button of the answer itself."""
    return page.get_by_role("main").get_by_role("button", name=name)


async def one_goes(counted: Counted, width: int) -> None:
    """Press what is in reach: at the bottom edge of a phone, beside what is read at a desk."""
    page = counted.page
    await counted.press(bar(page).get_by_text("Going") if width < 960 else answer(page, "Going"))


async def nobody_chose_for_them(page: Page) -> None:
    question = page.get_by_role("group", name=QUESTION)
    await expect(question).to_be_visible()
    assert await question.locator("input:checked").count() == 0


@SCREENS
async def test_a_guest_is_going_after_two_fields_and_three_presses(
    house: House, visits: Visits, width: int, scripts: bool
) -> None:
    email = f"nell.{width}.{scripts}@people.example".lower()
    counted = await begin(visits, None, width, scripts)
    page = counted.page
    await counted.open(await event(house, CAFE))
    if scripts or width < 960:  # At a desk without scripts the fields stand beside what is read.
        await one_goes(counted, width)
    await nobody_chose_for_them(page)
    await counted.fill("Your name", "Nell Byrne")
    await counted.fill("Your e-mail", email)
    await counted.press(answer(page, "Going"))
    await expect(page.get_by_role("main")).to_contain_text(email)
    await counted.open(link_in(await house.letter(email, "Please confirm"), "/rsvp/"))
    await counted.press(answer(page, "Yes, I’m going"))
    await expect(page.get_by_role("heading", name="You are going")).to_be_visible()
    assert counted.fields == 2 and counted.presses == (3 if scripts or width < 960 else 2)


@SCREENS
async def test_a_member_is_going_after_one_press(
    house: House, visits: Visits, width: int, scripts: bool
) -> None:
    counted = await begin(visits, MEMBERS[width, scripts], width, scripts)
    page = counted.page
    await counted.open(await event(house, ASKING))  # It asks, and leaves it to them whether they say.
    await one_goes(counted, width)
    await expect(page.get_by_role("heading", name="You are going")).to_be_visible()
    assert (counted.fields, counted.presses) == (0, 1)
    await nobody_chose_for_them(page)
    await counted.choose("Yes")
    await counted.press("Save")
    await expect(page.get_by_role("status")).to_contain_text("You are going")
    assert (counted.fields, counted.presses) == (1, 2)


@SCREENS
async def test_who_has_to_choose_a_side_presses_once_more(
    house: House, visits: Visits, width: int, scripts: bool
) -> None:
    counted = await begin(visits, "leila", width, scripts)
    page = counted.page
    await counted.open(await event(house, TWO_SIDES))
    if scripts:
        await expect(page.get_by_role("radio", name="In the call")).not_to_be_visible()
    if scripts or width < 960:
        await one_goes(counted, width)
    await counted.choose("In the call")
    await counted.press(answer(page, "Going"))
    await expect(page.get_by_role("button", name="Come to the room instead")).to_be_visible()
    assert counted.fields == 1 and counted.presses == (2 if scripts or width < 960 else 1)
    await page.get_by_text("Take my answer back").click()
    await page.get_by_role("button", name="Take it back").click()


async def test_who_cannot_come_is_asked_for_nothing_but_who_they_are(house: House, visits: Visits) -> None:
    page = await visits.begin(width=390, height=844)
    await page.goto(await event(house, ASKING))
    await answer(page, "Can’t come").click()
    await expect(page.get_by_label("Your name")).to_be_focused()
    await expect(page.get_by_role("group", name=QUESTION)).not_to_be_visible()
    await answer(page, "Going").click()
    await expect(page.get_by_role("group", name=QUESTION)).to_be_visible()
    assert page.url.endswith(await event(house, ASKING))


async def test_what_it_is_stands_before_the_answer_and_the_bar_covers_nothing(
    house: House, visits: Visits
) -> None:
    for who in (None, "ingrid"):
        page = await visits.begin(who, width=390, height=844)
        await page.goto(await event(house, ASKING))
        about = await page.get_by_text("An afternoon for everybody").bounding_box()
        question = await page.get_by_role("heading", name="Will you come?").bounding_box()
        assert about and question and about["y"] < min(844, question["y"])
        await expect(bar(page)).to_be_in_viewport()
        # At the end it rests in a place of its own, above the footer.
        await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        resting, footer = await bar(page).bounding_box(), await page.locator("footer").bounding_box()
        last = await page.get_by_role("main").bounding_box()
        assert resting and footer and last
        assert last["y"] + last["height"] <= resting["y"] + 1
        assert resting["y"] + resting["height"] <= footer["y"] + 1


async def test_nothing_that_has_the_focus_is_behind_the_bar(house: House, visits: Visits) -> None:
    page = await visits.begin("leila", width=390, height=700)
    await page.goto(await event(house, FULL))
    hidden = []
    for _ in range(60):
        await page.keyboard.press("Tab")
        found = await page.evaluate("""
            () => {
                const one = document.activeElement, {top, bottom} = one.getBoundingClientRect()
                const edge = document.querySelector('.answer-bar').getBoundingClientRect().top
                const inside = one.closest('.answer-bar, .tab-bar, .development-bar, .site-footer')
                return !inside && one !== document.body && top >= edge && bottom > edge ? one.textContent : ''
            }
        """)
        if found:
            hidden.append(found)
    assert not hidden


@pytest.mark.parametrize("size", [(844, 390), (390, 844)], ids=["a phone turned", "text twice as large"])
async def test_the_bar_rests_where_the_screen_is_low_for_the_text(
    house: House, visits: Visits, size: tuple[int, int]
) -> None:
    width, height = size
    page = await visits.begin(None, width=width, height=height)
    await page.goto(await event(house, ASKING))
    if width < height:
        await expect(bar(page)).to_be_in_viewport()
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
    await expect(bar(page)).not_to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_no_bar_where_nothing_can_be_pressed_or_on_paper(house: House, visits: Visits) -> None:
    page = await visits.begin("bo", width=390, height=844)
    for title in (CANCELLED, YESTERDAY):
        await page.goto(await event(house, title))
        await expect(bar(page)).to_have_count(0)
    await page.goto(await event(house, CAFE))
    await expect(bar(page)).to_contain_text("You are going")
    await page.emulate_media(media="print")
    await expect(bar(page)).not_to_be_visible()
