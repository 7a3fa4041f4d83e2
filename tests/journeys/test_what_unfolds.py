"""Menus, dialogs and folds, opened: accessible, and within the screen however small it is and large the text."""

from typing import Any

from tests.journeys.house import House, Visits
from tests.journeys.looks import (
    ALL_RULES,
    LARGE_TEXT,
    RULES_OF_COLOUR,
    barriers,
    know_axe,
    night,
    too_wide,
    widen,
)
from tests.journeys.test_every_page import places_of, visit

LOOKED_AT = {
    "event", "answer by letter", "follow-up by letter", "event of a member", "follow-up", "volunteers", "account",
    "event of an organiser", "draft", "event form", "people of an event", "people of a community", "co-hosts",
    "letter to those who come", "event with two sides",
}  # fmt: skip

# The page has been laid out for this width.
SETTLED = """
width => new Promise(done => {
    const look = () => requestAnimationFrame(innerWidth === width ? () => requestAnimationFrame(done) : look)
    look()
})
"""

# Opens one after another, as a person would, and says what `look` finds in each.
ONE_BY_ONE = """
async ([look, only]) => {
    const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
    const found = []
    const within = box => {
        const {left, right} = box.getBoundingClientRect()
        return left < -0.5 || right > innerWidth + 0.5 ? [`from ${Math.round(left)} to ${Math.round(right)} px`] : []
    }
    const axed = async box => {
        const {violations} = await axe.run(box, {runOnly: only, resultTypes: ['violations']})
        return violations.map(each => `${each.id}: ${each.nodes.map(node => node.html.slice(0, 160)).join(' | ')}`)
    }
    for (const one of document.querySelectorAll('details[data-menu], details[data-dialog]')) {
        if (!one.checkVisibility()) continue
        one.open = true
        await frame()
        const box = one.querySelector('.menu-list, dialog')
        for (const fault of look === 'axe' ? await axed(box) : within(box)) {
            found.push(`${one.querySelector('summary').textContent.trim()}: ${fault}`)
        }
        box.close?.()
        one.open = false
        await frame()
    }
    return found
}
"""
OPEN_FOLDS = """
document.querySelectorAll('details.fold, details.unfold, details.more').forEach(fold => { fold.open = true })
document.querySelectorAll('form[data-answering]').forEach(form => { form.dataset.open = 'going' })
"""
OF_AN_EVENT = {
    "event",
    "answer by letter",
    "event of a member",
    "event of an organiser",
    "event with two sides",
}
HOW_MANY = "document.querySelectorAll('details').length"


async def test_axe_finds_nothing_in_what_unfolds(house: House, visits: Visits) -> None:
    found: list[str] = []
    opened = 0
    for who in (None, "bo", "ana"):
        page = await visits.begin(who, width=390)
        for place in [place for place in await places_of(house, who) if place.name in LOOKED_AT]:
            await visit(page, place)
            await widen(page, 390)
            await know_axe(page)
            opened += await page.evaluate(HOW_MANY)
            found += named(place.name, await page.evaluate(ONE_BY_ONE, ["axe", ALL_RULES]))
            async with night(page):
                found += named(
                    f"{place.name}, by night", await page.evaluate(ONE_BY_ONE, ["axe", RULES_OF_COLOUR])
                )
            await page.evaluate(OPEN_FOLDS)
            found += named(
                place.name, await barriers(page, (320, 1280, 390) if place.name in OF_AN_EVENT else (390,))
            )
    assert opened > 20
    assert not found, "\n".join(found)


async def test_menus_and_dialogs_stay_within_the_screen(house: House, visits: Visits) -> None:
    found: list[str] = []
    for who in (None, "bo", "ana"):
        page = await visits.begin(who, width=390)
        for place in [place for place in await places_of(house, who) if place.name in LOOKED_AT]:
            await visit(page, place)
            for size in ("as it is", "twice"):
                if size == "twice":
                    await page.evaluate(LARGE_TEXT)
                for width in (640, 390, 320):
                    await widen(page, width)
                    await page.evaluate(SETTLED, width)
                    where = f"{place.name}, {width} px, text {size}"
                    found += named(where, await page.evaluate(ONE_BY_ONE, ["within", []]))
    assert not found, "\n".join(found)


async def test_what_unfolds_without_scripts_makes_no_page_too_wide(house: House, visits: Visits) -> None:
    found: list[str] = []
    for who in (None, "bo", "ana"):
        page = await visits.begin(who, scripts=False, width=320)
        for place in [place for place in await places_of(house, who) if place.name in LOOKED_AT]:
            await visit(page, place)
            for one in await page.locator("summary:visible").all():
                await one.click()
                found += named(place.name, await too_wide(page))
                # An open menu lies over the foot of the page, where the next one is.
                if await one.evaluate("one => 'menu' in one.parentElement.dataset"):
                    await one.press("Enter")
    assert not found, "\n".join(found)


def named(where: str, faults: list[Any]) -> list[str]:
    return [f"{where}: {fault}" for fault in faults]
