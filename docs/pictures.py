"""The pictures of the README and of the front page, taken anew from the demonstration: `make pictures`.

It makes a demonstration of its own, in a folder that is gone afterwards, and needs Chromium. There it is ten in the
morning, whatever the hour: the choir sings in the evening, and its door is open. Each picture is a WebP of at most some
60 kB.
"""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
README = Path(__file__).parent / "pictures"
FRONT = ROOT / "frontend" / "static" / "front"
DRAWN = ROOT / "frontend" / "motifs" / "drawn"
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 390, "height": 700}
COLOURS = 64  # of a drawing for letters
HERE = 2  # people at the door
QUALITY, SMALL_QUALITY = (
    80,
    42,
)  # of a picture in the README, and of one that each visitor of the front page loads
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOUR = 10  # The rehearsal is at 19:30 that day, and its door opens twelve hours before.
PATIENCE = 300  # seconds, for a demonstration to be ready


def take_all(address: str) -> None:
    """Take every picture of the Kith that runs there."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        keep(README / "event.webp", at_event(browser, address, "Bo", DESK), width=920)
        keep(README / "rhythm.webp", at_community(browser, address, "Bo", PHONE), width=400)
        keep(README / "agenda.webp", visit(browser, address, "Bo", PHONE), width=400)
        keep(README / "follow-up.webp", at_follow_up(browser, address, PHONE, dark=True), width=400)
        draw_covers(browser, address)
        for dark, end in ((False, ""), (True, "-dark")):
            keep(FRONT / f"gathering{end}.webp", at_event(browser, address, "", SCREEN, dark=dark), width=480)
            keep(FRONT / f"people{end}.webp", at_people(browser, address, dark=dark), width=480)
            keep(FRONT / f"door{end}.webp", at_door(browser, address, dark=dark), width=480)
            keep(FRONT / f"morning{end}.webp", at_follow_up(browser, address, SCREEN, dark=dark), width=480)
        browser.close()


def draw_covers(browser: Browser, address: str) -> None:
    """Every motif in each of its palettes, as a picture for where nobody draws SVG: chats, and letters."""
    page = browser.new_context(base_url=address, viewport={"width": 1000, "height": 800}).new_page()
    page.goto("/dev/covers")
    for cover in page.locator(".cover-whole").all():
        picture = Image.open(io.BytesIO(cover.screenshot())).convert("RGB")
        picture.save(DRAWN / f"{cover.get_attribute('data-name')}.webp", quality=85, method=6)
    for cover in page.locator(".cover-letter").all():
        picture = (
            Image.open(io.BytesIO(cover.screenshot()))
            .convert("RGB")
            .quantize(COLOURS, dither=Image.Dither.NONE)
        )
        picture.save(DRAWN / f"{cover.get_attribute('data-name')}.png", optimize=True)
    page.context.close()


def visit(browser: Browser, address: str, who: str, size: dict[str, int], *, dark: bool = False) -> Page:
    """A window in which somebody of the demonstration is signed in; nobody where `who` is empty."""
    context = browser.new_context(
        base_url=address,
        viewport=size,  # type: ignore[arg-type]
        color_scheme="dark" if dark else "light",
        locale="en-GB",
        timezone_id="Europe/Berlin",
        device_scale_factor=1 if size is DESK else 1.5,
    )
    page = context.new_page()
    if who:
        page.goto("/dev/people")
        page.get_by_role("button", name=f"Be {who}", exact=True).click()
    page.goto("/")
    return page


def at_event(browser: Browser, address: str, who: str, size: dict[str, int], *, dark: bool = False) -> Page:
    """The repair café."""
    page = visit(browser, address, who, size, dark=dark)
    page.goto("/events?q=sewing+table")
    page.get_by_role("link", name="Repair café, with a sewing table").click()
    page.wait_for_load_state("networkidle")
    return page


def at_community(browser: Browser, address: str, who: str, size: dict[str, int]) -> Page:
    """The choir, from its rhythm on."""
    page = visit(browser, address, who, size)
    page.goto("/communities/canal-choir")
    page.get_by_role("heading", name="What comes again").evaluate(
        "one => window.scrollTo(0, one.getBoundingClientRect().top + scrollY - 40)"
    )
    return page


def at_people(browser: Browser, address: str, *, dark: bool) -> Page:
    """Who comes on the full-moon walk, as Ana sees it, who organises it."""
    page = visit(browser, address, "Ana", SCREEN, dark=dark)
    page.goto("/events?q=full+moon")
    page.get_by_role("link", name="Full-moon walk on the Teufelsberg").click()
    page.wait_for_url("**/events/*")
    page.goto(f"{page.url}/people")
    page.locator("#found").evaluate("one => window.scrollTo(0, one.offsetTop - 200)")
    return page


def at_door(browser: Browser, address: str, *, dark: bool) -> Page:
    """The door of tonight's rehearsal, by a link that Kwame makes for it; two have come."""
    page = visit(browser, address, "Kwame", SCREEN, dark=dark)
    page.goto("/events?q=rehearsal")
    page.get_by_role("link", name="Rehearsal, with the new canon").click()
    page.wait_for_url("**/events/*")
    page.goto(f"{page.url}/doors")
    page.locator("main form button").first.click()
    page.wait_for_load_state("networkidle")
    page.goto(page.locator("input[value*='/door/']").first.input_value())
    while page.locator(".door-row-in").count() < HERE:
        page.locator(".door-row:not(.door-row-in) .btn-primary").first.click()
        page.wait_for_timeout(300)
        if (sure := page.get_by_role("button", name="Yes, check in")).is_visible():
            sure.click()
            page.wait_for_timeout(300)
    page.locator("[data-said]").evaluate("one => { one.hidden = true }")
    return page


def at_follow_up(browser: Browser, address: str, size: dict[str, int], *, dark: bool) -> Page:
    """Whom Ana met yesterday."""
    page = visit(browser, address, "Ana", size, dark=dark)
    page.goto("/been")
    page.get_by_role("link", name="What I said the morning after").first.click()
    page.get_by_text("Change what I said", exact=True).click()
    for question in (2, 3):
        page.get_by_role("button", name="Next").click()
        page.get_by_text(f"Question {question} of").wait_for()
    page.locator("#met").evaluate("one => window.scrollTo(0, one.offsetTop - 20)")
    return page


def keep(path: Path, page: Page, *, width: int) -> None:
    """Save what a window shows, made small."""
    page.wait_for_timeout(300)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.thumbnail((width, picture.height))
    path.parent.mkdir(exist_ok=True)
    picture.save(path, quality=SMALL_QUALITY if path.parent == FRONT else QUALITY, method=6)
    page.context.close()


@contextmanager
def demonstration() -> Iterator[str]:
    """A Kith with its demonstration, and its address. Nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="kith-pictures-") as folder, socket.socket() as free:
        Path(folder).chmod(0o755)  # As root, PostgreSQL runs as nobody, who must get there.
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = os.environ | {
            "PORT": str(port),
            "DATA_DIR": f"{folder}/data",
            "TIME_AHEAD": str(until_the_hour()),
        }
        house = subprocess.Popen([sys.executable, "-m", "server", "dev"], cwd=ROOT, env=environment)
        try:
            yield _ready(f"http://127.0.0.1:{port}")
        finally:
            house.send_signal(signal.SIGINT)
            house.wait()


def until_the_hour() -> int:
    """Seconds, below 0 when it is over, until the hour at which pictures are taken, on today's calendar."""
    now = datetime.now(UTC)
    there = datetime.combine(now.astimezone(AMSTERDAM), time_of_day(HOUR), AMSTERDAM)
    return round((there - now).total_seconds())


def _ready(address: str) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urlopen(f"{address}/readyz") as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return address
        except URLError:
            time.sleep(1)
    raise SystemExit("The demonstration did not get ready.")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        take_all(sys.argv[1])
    else:
        with demonstration() as here:
            take_all(here)
