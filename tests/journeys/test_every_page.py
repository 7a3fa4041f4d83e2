"""Every page, as whoever sees it: accessible, readable at every width, light, and at home."""

from typing import Any

import pytest
from playwright.async_api import Page, Response, expect

from tests.journeys.house import House, Visits
from tests.journeys.looks import LARGE_TEXT, OPEN_WHAT_IS_FOLDED, barriers, too_wide, widen
from tests.journeys.places import CAFE, Place, event, everywhere, followup_link

HEAVIEST = 150 * 1024  # bytes, as they travel, with fonts
WEIGHED = {
    "home", "what is on", "event", "community", "sign-in", "answer by letter", "agenda", "event of a member",
    "follow-up", "connections", "account", "event form", "people of an event",
}  # fmt: skip

NOTHING = "nothing here"
# What lies above the middle of something that can be pressed, where that is not it, nor within it, nor around it.
COVERED = """
() => [...document.querySelectorAll('main button, main a[href], main summary, main label')].flatMap(each => {
    if (!each.checkVisibility({visibilityProperty: true}) || each.closest('dialog:not([open]), .sr-only')) return []
    each.scrollIntoView({block: 'center', behavior: 'instant'})
    const {left, top, width, height} = each.getClientRects()[0] ?? {}
    const above = width > 1 && document.elementFromPoint(left + width / 2, top + height / 2)
    if (!above || each.contains(above) || above.contains(each) || above.closest('.site-header, .tab-bar')) return []
    return [`${each.outerHTML.slice(0, 120)} is under ${above.outerHTML.slice(0, 120)}`]
})
"""


@pytest.mark.parametrize("who", [None, "bo", "ana"], ids=["stranger", "member", "organiser"])
async def test_every_page_is_in_order(house: House, visits: Visits, who: str | None) -> None:
    page = await visits.begin(who)
    found: list[str] = []
    links: set[str] = set()
    for place in await places_of(house, who):
        await visit(page, place)
        faults = await broken_links(page, links) + await barriers(page)
        faults += await covered(page) + await too_wide_unfolded(page)
        found += [f"{place.name}, {fault}" for fault in faults]
    assert not found, "\n".join(found)
    assert len(links) > 50


async def test_a_first_visit_weighs_little(house: House, visits: Visits) -> None:
    weights = {}
    for place in [place for place in await everywhere(house) if place.name in WEIGHED]:
        page = await visits.begin(place.who)  # A new profile each: nothing is cached.
        responses: list[Response] = []
        page.on("response", lambda response, responses=responses: responses.append(response))
        await page.goto(place.path, wait_until="networkidle")
        weights[place.name] = sum([await weight(response) for response in responses])
        await page.context.close()
    assert set(weights) == WEIGHED
    assert {name: size for name, size in weights.items() if size > HEAVIEST} == {}
    assert min(weights.values()) > 10 * 1024  # It was counted.


async def test_one_can_answer_by_keyboard_alone(house: House, visits: Visits) -> None:
    page = await visits.begin("leila", width=390)
    await page.goto(await event(house, CAFE))
    await press_tab_until(page, "Maybe")
    await enter(page)
    assert (
        "You may come" in await page.inner_text("main") or "maybe" in (await page.inner_text("main")).lower()
    )
    assert await pressed(page) == "Maybe"


async def test_one_can_say_whom_one_met_by_keyboard_alone(house: House, visits: Visits) -> None:
    page = await visits.begin(width=390)
    await page.goto(await followup_link(house, "hans"))
    for field, question in (
        ("was_there", "Being found"),
        ("findable", "Who you met"),
        ("wish", "How it felt"),
    ):
        await press_tab_until(page, field)
        await page.keyboard.press("Space")
        await press_tab_until(page, "Next")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name=question)).to_be_focused()
    await press_tab_until(page, "That is all from me")
    await enter(page)
    assert "You would like to stay in touch with" in await page.inner_text("main")


async def test_the_first_tab_leads_past_the_navigation(house: House, visits: Visits) -> None:
    page = await visits.begin("bo")
    await page.goto("/")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Skip to the page"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"


async def places_of(house: House, who: str | None) -> list[Place]:
    return [place for place in await everywhere(house) if place.who == who]


async def visit(page: Page, place: Place) -> None:
    response = await page.goto(place.path)
    wanted = 404 if place.name == NOTHING else 200
    assert response and response.status == wanted, (
        f"{place.name} ({place.path}) answers {response and response.status}"
    )


async def broken_links(page: Page, seen: set[str]) -> list[str]:
    """Which links of a page, but for those that were seen before, lead nowhere."""
    links = await page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
    found = []
    for link in {each.partition("#")[0] for each in links if each.startswith("/")} - seen:
        seen.add(link)
        answer = await page.context.request.get(link)
        if answer.status >= 400:
            found.append(f"{link} answers {answer.status}")
    return found


async def covered(page: Page) -> list[str]:
    """What cannot be pressed, because something lies above it."""
    found = []
    for width in (1280, 390):
        await widen(page, width)
        found += [f"{width} px: {each}" for each in await page.evaluate(COVERED)]
    return found


async def too_wide_unfolded(page: Page) -> list[str]:
    """At which widths one has to scroll sideways with all of it unfolded, as it is and with text of twice the size."""
    await page.evaluate(OPEN_WHAT_IS_FOLDED)
    found = await too_wide(page, 390, 320, 640)  # 640 is 1280 at 200 %.
    await page.evaluate(LARGE_TEXT)
    return found + [f"large text, {each}" for each in await too_wide(page, 640, 390)]


async def weight(response: Response) -> int:
    sizes: Any = await response.request.sizes()
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])


async def press_tab_until(page: Page, name: str) -> None:
    """Move on until what has the focus is called so, by its words or by its field's name."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        words, field = await page.evaluate(
            "[document.activeElement.textContent.trim(), document.activeElement.getAttribute('name')]"
        )
        if name in (words, field):
            return
    raise AssertionError(f"Nothing called {name} can be reached by keyboard")


async def enter(page: Page) -> None:
    """Press what has the focus, and wait for the page that it leads to."""
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def pressed(page: Page) -> str:
    """Which answer is shown as given."""
    return (await page.inner_text("[aria-pressed=true]")).strip()
