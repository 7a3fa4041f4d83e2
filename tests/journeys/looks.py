"""What is looked for on any page: barriers, by day and by night, and what makes it wider than the screen.

A page is loaded once and looked at in every way: its width and the time of day change while it stands.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import axe_playwright_python
from playwright.async_api import Page

WIDTHS = (1280, 320)  # What is in order at both is so between them.
ALL_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]  # What night can change: it changes colours alone.

OPEN_WHAT_IS_FOLDED = """
document.querySelectorAll('details:not([data-menu])').forEach(fold => { fold.open = true })
document.querySelectorAll('form[data-answering]').forEach(form => { form.dataset.open = 'going' })
"""
LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"

# Colours turn at once: axe would take those of a moment in between for what is there, and all of them cost time.
_AXE = (
    (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
    + """
{
    const still = new CSSStyleSheet()
    still.replaceSync('*, ::before, ::after { transition-property: none !important }')
    document.adoptedStyleSheets.push(still)
}
"""
)
_RUN_AXE = """
async only => {
    const found = await axe.run(document, {runOnly: only, resultTypes: ['violations'], iframes: false})
    const where = each => each.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')
    return found.violations.map(each => `${each.id}: ${where(each)}`)
}
"""
# By how many pixels a page is too wide. What still moves, or waits for its letters, is given two seconds to settle.
_OVER = """
async () => {
    const over = () => document.documentElement.scrollWidth - document.documentElement.clientWidth
    for (let looks = 0; over() > 0 && looks < 20; looks++) await new Promise(settled => setTimeout(settled, 100))
    return over()
}
"""


async def widen(page: Page, width: int) -> None:
    """Make the window so wide, in pixels."""
    await page.set_viewport_size({"width": width, "height": 900})


@asynccontextmanager
async def night(page: Page) -> AsyncIterator[None]:
    """It is dark in this block, and day afterwards."""
    await page.emulate_media(color_scheme="dark")
    yield
    await page.emulate_media(color_scheme="light")


async def know_axe(page: Page) -> None:
    """Have axe in this page and in those that follow it, where from then on no colour changes slowly."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_AXE)
        await page.add_init_script(_AXE)


async def axe(page: Page, rules: Sequence[str] = ALL_RULES) -> list[str]:
    """What axe finds on a page as it stands."""
    await know_axe(page)
    found: list[str] = await page.evaluate(_RUN_AXE, rules)
    return found


async def barriers(page: Page, widths: Sequence[int] = WIDTHS) -> list[str]:
    """What axe finds at each width, by day and by night."""
    found = []
    for width in widths:
        await widen(page, width)
        found += [f"{width} px: {each}" for each in await axe(page)]
    async with night(page):
        for width in reversed(widths):
            await widen(page, width)
            found += [f"{width} px, by night: {each}" for each in await axe(page, RULES_OF_COLOUR)]
    return found


async def too_wide(page: Page, *widths: int) -> list[str]:
    """At which of these widths one would have to scroll sideways, and how far; without any: as it stands."""
    found = []
    for width in widths or (None,):
        if width:
            await widen(page, width)
        if (over := await page.evaluate(_OVER)) > 0:
            found.append(f"{width} px: {over} px too wide" if width else f"{over} px too wide")
    return found
