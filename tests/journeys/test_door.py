"""At the door, on real phones: several helpers at once, no connection, no scripts, and codes before a camera."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
import segno
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from rsvps.door import doors
from server.assets import FRONTEND
from tests.journeys.conftest import FLAGS
from tests.journeys.house import House, Visits, link_in
from tests.journeys.looks import axe
from tests.journeys.places import FULL, event
from tests.pace import PATIENCE, at_most, until
from tests.server.test_finding import SAME

PHONE = {"width": 390, "height": 844}


@pytest_asyncio.fixture(loop_scope="session")
async def link(house: House, visits: Visits) -> str:
    """A door link that Ana has made for the full-moon walk, where nobody is in yet."""
    await house.rows("DELETE FROM arrivals USING rsvps WHERE rsvps.id = rsvp AND event = "
                     "(SELECT id FROM events WHERE title = $1)", FULL)  # fmt: skip
    page = await visits.begin("ana")
    await page.goto(f"{await event(house, FULL)}/doors")
    await page.get_by_role("button", name="Make a link").click()
    address = await page.get_by_label("Address", exact=True).input_value()
    await house.rows("UPDATE doors SET opens_at = now()")
    return address


@pytest_asyncio.fixture(loop_scope="session")
async def phone(chrome: Browser) -> AsyncIterator[BrowserContext]:
    """A helper's phone that may lose its connection: nobody minds what fails then."""
    context = await chrome.new_context(viewport=PHONE, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE * 1000)
    yield context
    await context.close()


async def first_name(page: Page) -> str:
    """Somebody on the list who is not in."""
    row = page.locator("[data-list] .door-row").filter(has=page.get_by_role("button", name="Here: ")).first
    return await row.locator(".door-name").inner_text()


def button(page: Page, act: str, name: str):  # type: ignore[no-untyped-def]
    return page.get_by_role("button", name=f"{act}: {name}", exact=True)


async def here(page: Page, name: str) -> None:
    """Press that somebody is here, and that it is meant, days before the start."""
    await button(page, "Here", name).click()
    await page.get_by_role("button", name="Yes, check in").click()


async def arrived(house: House, name: str) -> bool:
    """Whether the house knows that somebody is in."""
    return bool(
        await house.value(
            """
            SELECT true FROM arrivals JOIN rsvps ON rsvps.id = rsvp JOIN people ON people.id = person
            JOIN events ON events.id = event WHERE title = $1 AND people.name = $2
            """,
            FULL,
            name,
        )
    )


async def gone(house: House, name: str) -> bool:
    """Whether the house knows nothing of somebody's being in."""
    return not await arrived(house, name)


async def look_again(page: Page) -> None:
    """Have a phone ask the house now, as when its connection is back, and not in some seconds."""
    await page.evaluate("() => void dispatchEvent(new Event('online'))")


async def test_two_helpers_see_each_others_marks_within_five_seconds(visits: Visits, link: str) -> None:
    front, back = await visits.begin(width=390), await visits.begin(width=390)
    for page in (front, back):
        await page.goto(link)
    name = await first_name(front)
    await here(front, name)
    with at_most(5):
        await expect(button(back, "Undo", name)).to_be_visible()
    await expect(back.locator("[data-count=here]")).not_to_have_text("0")
    await asyncio.sleep(0.8)  # A second tap within a moment is taken for a trembling finger.
    await button(back, "Undo", name).click()
    await expect(button(front, "Here", name)).to_be_visible()


@pytest.mark.parametrize("wrong", [timedelta(hours=-1), timedelta(hours=3)], ids=["slow", "fast"])
async def test_a_phone_whose_clock_is_wrong_presses_here_after_an_undo(
    house: House, visits: Visits, phone: BrowserContext, link: str, wrong: timedelta
) -> None:
    await phone.clock.install(time=datetime.now(UTC) + wrong)
    page, other = await phone.new_page(), await visits.begin(width=390)
    for each in (page, other):
        await each.goto(link)
    name = await first_name(page)
    await here(page, name)
    await until(lambda: arrived(house, name))
    await look_again(other)
    await expect(button(other, "Undo", name)).to_be_visible()
    await button(other, "Undo", name).click()
    await until(lambda: gone(house, name))
    await look_again(page)
    await expect(button(page, "Here", name)).to_be_visible()
    await asyncio.sleep(0.8)
    await here(page, name)
    await until(lambda: arrived(house, name))
    await look_again(other)
    await expect(button(other, "Undo", name)).to_be_visible()
    await expect(page.get_by_text("Somebody pressed later than you")).to_be_hidden()


async def test_marks_without_a_connection_are_kept_and_sent_later(
    house: House, phone: BrowserContext, link: str
) -> None:
    page = await phone.new_page()
    await page.goto(link)
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    name = await first_name(page)
    await expect(page.get_by_role("button", name="Search")).to_be_hidden()
    await phone.set_offline(True)
    await page.get_by_label("Find somebody").fill(name.split()[0].upper())
    await expect(page.locator("[data-list] .door-row").first).to_contain_text(name)
    await here(page, name)
    await page.get_by_label("Name", exact=True).fill("Zoe from next door")
    await page.get_by_role("button", name="Write them down").click()
    await expect(page.get_by_text("2 marks are kept on this phone")).to_be_visible()
    await expect(button(page, "Undo", name)).to_be_visible()
    assert not await arrived(house, name)
    await page.reload()  # The battery was empty, say.
    await expect(page.get_by_text("2 marks are kept on this phone")).to_be_visible()
    await expect(button(page, "Undo", name)).to_be_visible()
    await phone.set_offline(False)
    await expect(page.get_by_text("kept on this phone")).to_be_hidden()
    assert await arrived(house, name)
    await asyncio.sleep(0.8)
    await phone.set_offline(True)
    await button(page, "Undo", name).click()
    await expect(page.get_by_text("1 mark is kept on this phone")).to_be_visible()
    await phone.set_offline(False)
    await expect(page.get_by_text("kept on this phone")).to_be_hidden()
    assert not await arrived(house, name)


async def test_what_was_pressed_at_one_evening_of_a_series_is_sent_at_the_next(
    house: House, visits: Visits, phone: BrowserContext
) -> None:
    ana = await visits.begin("ana")
    await ana.goto(f"{house.address}/communities/slow-walkers/series/new")
    await ana.locator("[name=title]").fill("Soup for all")
    await ana.locator("[name=date]").fill(f"{datetime.now(UTC) + timedelta(days=7):%Y-%m-%d}")
    await ana.locator("[name=time]").fill("19:00")
    await ana.get_by_role("button", name="Save as draft").click()
    await ana.wait_for_url(f"{house.address}/series/*")
    await ana.get_by_role("button", name="Publish").first.click()
    await ana.get_by_role("link", name="At the door").first.click()
    await ana.get_by_role("button", name="Make a link").click()
    link = await ana.get_by_label("Address", exact=True).input_value()
    first, second = await house.rows(
        """
        SELECT doors.id, doors.public_id, event FROM doors JOIN events ON events.id = event
        WHERE series_door = (SELECT max(series_door) FROM doors) AND status = 'published'
        ORDER BY starts_at LIMIT 2
        """
    )
    opens = "UPDATE doors SET opens_at = now() WHERE id = $1"
    await house.rows(opens, first["id"])
    page = await phone.new_page()
    await page.goto(link)
    await expect(page.locator(f"[data-door='{first['public_id']}']")).to_be_visible()
    await phone.set_offline(True)
    await page.get_by_label("Name", exact=True).fill("Ida")
    await page.get_by_role("button", name="Write them down").click()
    await expect(page.get_by_text("1 mark is kept on this phone")).to_be_visible()
    await page.close()
    await house.rows("UPDATE doors SET expires_at = now() WHERE id = $1", first["id"])
    await house.rows(opens, second["id"])
    await phone.set_offline(False)
    page = await phone.new_page()
    await page.goto(link)
    await expect(page.locator(f"[data-door='{second['public_id']}']")).to_be_visible()
    noted = "SELECT event FROM walk_ins WHERE name = 'Ida'"
    while (event_of_ida := await house.value(noted)) is None:
        await asyncio.sleep(0.1)
    assert event_of_ida == first["event"]
    await expect(page.locator("[data-walk-ins]").get_by_text("Ida")).to_be_hidden()
    await house.rows("UPDATE doors SET expires_at = now() WHERE id = $1", second["id"])
    await expect(page.get_by_text("Your link is good, and it is early")).to_be_visible()


async def test_no_copy_stays_in_a_language_that_was_left(
    house: House, phone: BrowserContext, link: str
) -> None:
    page = await phone.new_page()
    await page.goto(link)
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = "caches.match(location.pathname, { ignoreVary: true }).then((copy) => copy?.text() ?? '')"
    while 'lang="en"' not in await page.evaluate(kept):
        await asyncio.sleep(0.1)
    other = await phone.new_page()
    await other.goto(f"{house.address}/events")
    foot = other.get_by_role("contentinfo")
    await foot.locator("summary").click()
    await foot.get_by_role("button", name="Deutsch").click()
    await expect(other.locator("html")).to_have_attribute("lang", "de")
    assert await page.evaluate(kept) == ""
    await page.reload()
    while 'lang="de"' not in await page.evaluate(kept):
        await asyncio.sleep(0.1)


async def test_all_of_it_works_without_scripts(house: House, visits: Visits, link: str) -> None:
    page = await visits.begin(width=390, scripts=False)
    await page.goto(link)
    name = await first_name(page)
    await page.get_by_label("Find somebody").fill(name.split()[0].lower())
    await page.get_by_role("button", name="Search").click()
    await here(page, name)
    await expect(page.get_by_role("status").first).to_contain_text(f"{name} is here")
    assert await arrived(house, name) and "q=" in page.url
    await button(page, "Undo", name).click()
    await expect(button(page, "Here", name)).to_be_visible()
    await page.get_by_label("Name", exact=True).fill("Yan")
    await page.get_by_role("button", name="Write them down").click()
    await expect(page.get_by_role("status").first).to_contain_text("Yan came without an answer")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_days_before_the_start_one_is_asked_whether_that_is_meant(
    house: House, visits: Visits, link: str, scripts: bool
) -> None:
    page = await visits.begin(width=390, scripts=scripts)
    await page.goto(link)
    name = await first_name(page)
    await button(page, "Here", name).click()
    await expect(page.get_by_role("heading", name=f"Check {name} in already?")).to_be_visible()
    await expect(page.get_by_text("It starts on")).to_be_visible()
    if scripts:
        await sound(page)
        await page.get_by_role("button", name="Not yet").click()
    else:
        await page.get_by_role("link", name="Not yet").click()
    await expect(button(page, "Here", name)).to_be_visible()
    assert not await arrived(house, name)
    await asyncio.sleep(0.8)
    await here(page, name)
    await expect(button(page, "Undo", name)).to_be_visible()
    await until(lambda: arrived(house, name))  # The phone says so before the house knows.


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("width", [390, 1280])
async def test_who_comes_without_an_answer_scans_a_poster_and_belongs_to_it(
    house: House, visits: Visits, scripts: bool, width: int
) -> None:
    who = f"Nina {width} {scripts}"
    email = f"nina-{width}-{scripts}@example.org".lower()
    ana = await visits.begin("ana", width=width, scripts=scripts)
    await ana.goto(f"{await event(house, FULL)}/doors")
    if await ana.get_by_role("button", name="Make a poster").count():
        await ana.get_by_role("button", name="Make a poster").click()
    else:
        await ana.get_by_role("link", name="See and print it").click()
    await expect(ana.get_by_role("heading", name=FULL)).to_be_visible()
    await house.rows("UPDATE doors SET opens_at = now() WHERE poster")
    poster = await house.value("SELECT public_id FROM doors WHERE poster")
    stranger = await visits.begin(width=width, scripts=scripts)
    await stranger.goto(f"{house.address}/here/{doors.on_poster(poster)}")
    await sound(stranger, scripts)
    await stranger.get_by_label("Your name").fill(who)
    await stranger.get_by_label("Your e-mail").fill(email)
    await stranger.get_by_role("button", name="I am here").click()
    await expect(stranger.get_by_role("heading", name="Look into your mail")).to_be_visible()
    await stranger.goto(link_in(await house.letter(email, f"Were you at {FULL}"), "/came/"))
    await sound(stranger, scripts)
    await stranger.get_by_role("button", name="Yes, I was there").click()
    await expect(stranger.get_by_role("heading", name="You were there")).to_be_visible()
    assert await arrived(house, who)
    await ana.goto(f"{await event(house, FULL)}/people?status=walked_in")
    await expect(ana.get_by_role("link", name=who)).to_be_visible()


async def sound(page: Page, scripts: bool = True) -> None:
    """Axe finds nothing, where it can look."""
    if scripts:
        assert await axe(page) == []


async def test_on_paper_there_are_names_with_boxes_to_tick_and_nothing_to_press(
    house: House, visits: Visits, link: str
) -> None:
    door, ana = await visits.begin(width=720), await visits.begin("ana", width=720)
    await door.goto(link)
    await ana.goto(f"{await event(house, FULL)}/people")
    for page, names in ((door, ".door-name"), (ana, ".person-name")):
        await expect(page.locator(".paper-tick:visible")).to_have_count(0)
        await page.emulate_media(media="print")
        shown = page.locator(f"{names}:visible")
        await expect(page.locator(".paper-tick:visible")).to_have_count(await shown.count())
        assert await shown.count() > 3
        for pressed in (
            "button:visible",
            ".btn:visible",
            "nav a:visible:not([aria-current])",
            "input:visible",
        ):
            await expect(page.locator(pressed)).to_have_count(0)


async def test_a_code_before_the_camera_lets_its_owner_in(
    house: House, chromium: str, link: str, tmp_path: Path
) -> None:
    (row,) = await house.rows(
        """
        SELECT rsvps.public_id, people.name FROM rsvps JOIN people ON people.id = person
        JOIN events ON events.id = event WHERE title = $1 AND rsvps.status = 'going' ORDER BY rsvps.id LIMIT 1
        """,
        FULL,
    )
    film = camera_that_sees(f"{house.address}/arrivals/{row['public_id']}", tmp_path)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *film])
        page = await (await browser.new_context(viewport=PHONE)).new_page()
        await page.goto(link)
        await page.get_by_role("button", name="Scan").click()
        sign = page.locator("[data-sign]")
        await page.get_by_role("button", name="Yes, check in").click()
        await expect(sign).to_contain_text(f"{row['name']} is here")
        await page.get_by_role("button", name="Close").click()
        await page.get_by_role("button", name="Scan").click()
        await expect(sign).to_contain_text(f"{row['name']}: already in at")
        await until(lambda: arrived(house, row["name"]))  # The phone says so before the house knows.
        await browser.close()


def camera_that_sees(text: str, folder: Path) -> list[str]:
    """Flags for a browser whose camera films a code that lies on a table."""
    code = folder / "code.png"
    segno.make(text, error="m").save(str(code), scale=7, border=6)
    picture = Image.new("RGB", (640, 480), "#b9a58c")
    with Image.open(code) as drawn:
        picture.paste(drawn.convert("RGB").rotate(8, expand=True, fillcolor="#b9a58c"), (120, 40))
    picture.save(folder / "frame.jpg", quality=90)
    (folder / "film.mjpeg").write_bytes((folder / "frame.jpg").read_bytes() * 10)
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={folder / 'film.mjpeg'}",
    ]


async def test_the_phone_folds_names_as_the_database_does(visits: Visits) -> None:
    script = (FRONTEND / "scripts" / "door.js").read_text()
    folding = script[script.index("const SPELT") : script.index("const now =")]
    page = await visits.begin(None)
    await page.goto("about:blank")  # Where no policy of ours forbids a script of the test.
    written = [words for words, _ in SAME if len(words) <= 60]
    found = await page.evaluate(f"(names) => {{ {folding} return names.map(fold); }}", written)
    assert dict(zip(written, found, strict=True)) == dict(each for each in SAME if len(each[0]) <= 60)
