"""Every page in other languages: in one that is a third longer, in one that runs from the right, and in German."""

import pytest
from playwright.async_api import expect

from tests.journeys.house import House, Visits
from tests.journeys.looks import OPEN_WHAT_IS_FOLDED, too_wide
from tests.journeys.places import CAFE, FULL, event
from tests.journeys.test_every_page import places_of, visit

NARROW = 320  # pixels

# Words that their own box hides. What is for screen readers alone is meant to, and so is what says "…".
CUT_OFF = """
() => {
    const hides = style => [style.overflowX, style.overflowY].some(each => ['hidden', 'clip'].includes(each))
    const words = each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim())
    const cut = each => {
        const box = each.getBoundingClientRect()
        if (box.width < 2 || box.height < 2 || !each.checkVisibility()) return false
        for (let around = each; around && around !== document.body; around = around.parentElement) {
            const style = getComputedStyle(around)
            if (!hides(style) || style.textOverflow === 'ellipsis' || around.tagName === 'svg') continue
            const frame = around.getBoundingClientRect()
            if (frame.width < 2) return false
            if (box.right > frame.right + 2 || box.left < frame.left - 2 || box.bottom > frame.bottom + 2) return true
        }
        return false
    }
    return [...document.querySelectorAll('body *')]
        .filter(each => words(each) && cut(each))
        .map(each => `${each.tagName.toLowerCase()}.${each.className}: ${each.textContent.trim().slice(0, 60)}`)
}
"""


@pytest.mark.parametrize("language", ["en-XA", "ar-XB", "de"])
@pytest.mark.parametrize("who", [None, "bo", "ana"], ids=["stranger", "member", "organiser"])
async def test_nothing_is_cut_off_and_nothing_overflows(
    house: House, visits: Visits, who: str | None, language: str
) -> None:
    page = await visits.begin(who, language=language)
    found = []
    widths = [1280, NARROW]
    for place in await places_of(house, who):
        await visit(page, place)
        await page.evaluate(OPEN_WHAT_IS_FOLDED)
        for width in widths:
            found += [f"{place.name}, {each}" for each in await too_wide(page, width)]
            found += [f"{place.name}, {width} px: {each}" for each in await page.evaluate(CUT_OFF)]
        widths.reverse()  # The next page is loaded as wide as this one was left.
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_cleo_chooses_her_language_at_the_foot_of_the_page(
    house: House, visits: Visits, scripts: bool
) -> None:
    page = await visits.begin(scripts=scripts, width=390)
    path = await event(house, CAFE)
    await page.goto(path)
    foot = page.get_by_role("contentinfo")
    await foot.locator("summary").click()
    await foot.get_by_role("button", name="Deutsch").click()
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    assert page.url.endswith(path)
    await expect(page.get_by_role("link", name="Datenschutz")).to_be_visible()
    await page.goto("/events")
    await expect(page.locator("html")).to_have_attribute("lang", "de")


@pytest.mark.parametrize("language", ["en-XA", "ar-XB", "de"])
async def test_the_answer_stands_on_the_tabs_however_long_their_words(
    house: House, visits: Visits, language: str
) -> None:
    page = await visits.begin("bo", width=NARROW, language=language)
    await page.goto(await event(house, CAFE))
    tabs, answer = page.locator(".tab-bar"), page.locator(".answer-bar")
    await expect(answer).to_be_visible()
    below, above = await tabs.bounding_box(), await answer.bounding_box()
    assert below and above
    assert abs(above["y"] + above["height"] - below["y"]) < 1


async def test_titles_faces_and_arrows_stand_at_the_right_where_reading_begins_there(
    house: House, visits: Visits
) -> None:
    page = await visits.begin("ana", language="ar-XB")
    await page.goto(f"{await event(house, FULL)}/people")
    arrow = page.locator(".back-link .icon")
    assert await arrow.evaluate("icon => getComputedStyle(icon).scale") == "-1 1"
    name, face = page.locator(".person .person-name").first, page.locator(".person .avatar").first
    between = await face.evaluate(
        """(face, name) => {
            const words = document.createRange()
            words.selectNodeContents(name)
            return face.getBoundingClientRect().left - words.getBoundingClientRect().right
        }""",
        await name.element_handle(),
    )
    assert 0 < between < 40, "a name stands beside its face, not at the other side of the page"
    assert await name.evaluate("name => getComputedStyle(name).direction") == "ltr"  # Ana Ribeiro
    assert await page.locator("h1").evaluate("title => getComputedStyle(title).direction") == "rtl"
