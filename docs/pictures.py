"""The pictures of the README, taken anew from the demonstration: `make run`, then `python -m docs.pictures`.

Needs Chromium. Each picture is a WebP of at most some 60 kB.
"""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "pictures"
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


def take_all(address: str) -> None:
    """Take every picture of the Kith that runs there."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        keep("event", at_event(browser, address), width=920)
        keep("agenda", visit(browser, address, "Bo", PHONE), width=400)
        keep("follow-up", at_follow_up(browser, address), width=400)
        browser.close()


def visit(browser: Browser, address: str, who: str, size: dict[str, int], *, dark: bool = False) -> Page:
    """A window in which somebody of the demonstration is signed in."""
    context = browser.new_context(
        base_url=address,
        viewport=size,  # type: ignore[arg-type]
        color_scheme="dark" if dark else "light",
        device_scale_factor=1.5 if size is PHONE else 1,
    )
    page = context.new_page()
    page.goto("/dev/people")
    page.get_by_role("button", name=f"Be {who}", exact=True).click()
    page.goto("/")
    return page


def at_event(browser: Browser, address: str) -> Page:
    """The repair café, as Bo sees it."""
    page = visit(browser, address, "Bo", DESK)
    page.get_by_role("link", name="Repair café, with a sewing table").last.click()
    page.wait_for_load_state("networkidle")
    return page


def at_follow_up(browser: Browser, address: str) -> Page:
    """Whom Ana met yesterday, by night."""
    page = visit(browser, address, "Ana", PHONE, dark=True)
    page.goto("/events")
    page.get_by_role("link", name="Full-moon walk on the Teufelsberg").click()
    page.get_by_role("link", name="Slow Walkers Berlin").first.click()
    page.get_by_text("Past gatherings").click()
    page.get_by_role("link", name="Lanterns around the Schlachtensee").click()
    page.get_by_role("link", name="Open my page").click()
    page.locator("#met").scroll_into_view_if_needed()
    page.locator("#met").evaluate("one => window.scrollTo(0, one.offsetTop - 20)")
    return page


def keep(name: str, page: Page, *, width: int) -> None:
    """Save what a window shows, made small."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.thumbnail((width, picture.height))
    picture.save(FOLDER / f"{name}.webp", quality=82, method=6)
    page.context.close()


if __name__ == "__main__":
    take_all(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
