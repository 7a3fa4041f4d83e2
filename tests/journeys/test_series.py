"""What comes again: begun, lived with, changed and paused, by who organises it and by who comes every time."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from server import clock
from tests.ground import text_of
from tests.journeys.house import House, Visits
from tests.journeys.looks import LARGE_TEXT, OPEN_WHAT_IS_FOLDED, WIDTHS, barriers, too_wide
from tests.journeys.places import (
    TWO_SIDES,
    answer_link,
    asked_to_host_link,
    counted_in_link,
    series_of,
    stop_hearing_link,
)
from tests.journeys.test_main_job import begin_a_community

BO = "bo@kith.example"
TUESDAY = 1
WEEKS_AHEAD = 35


def first_tuesdays() -> list[date]:
    """Those that are to come, from next month on."""
    day = clock.now().astimezone(ZoneInfo("Europe/Berlin")).date().replace(day=1)
    found: list[date] = []
    while len(found) < 7:
        day = (day + timedelta(days=31)).replace(day=1)
        found.append(day + timedelta(days=(TUESDAY - day.weekday()) % 7))
    return found


def said(day: date) -> str:
    """A day as pages say it, without its weekday and year."""
    return f"{day.day} {day:%B}"


async def fill_in(
    page: Page, title: str, first: date, *, scripts: bool, community: str = "/communities/slow-walkers"
) -> None:
    """Every first Tuesday at 19:00; the next days stand there before anything is made."""
    await page.goto(f"{community}/series/new")
    await page.get_by_role("textbox", name="Title").fill(title)
    await page.get_by_label("Date", exact=True).fill(first.isoformat())
    await page.get_by_label("Begins").fill("19:00")
    await page.locator("[name=ends]").fill("21:00")
    await page.get_by_role("textbox", name="Place (optional)").fill("The boathouse")
    await page.get_by_label("Monthly").check()
    if not scripts:
        await page.get_by_role("button", name="Show the next days").click()
    days = page.locator("#next-days")
    await expect(days).to_contain_text("first Tuesday")
    for day in first_tuesdays()[:3]:
        await expect(days).to_contain_text(said(day))
    await page.locator("summary").filter(has_text="More about it").click()
    await page.get_by_label("Weeks ahead that gatherings are made").fill(str(WEEKS_AHEAD))


async def begin(page: Page, title: str, first: date, *, scripts: bool) -> str:
    """Publish it. Returns its address."""
    await fill_in(page, title, first, scripts=scripts)
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await expect(page.get_by_role("main")).to_contain_text("first Tuesday")
    return re.sub(r"https?://[^/]+|\?.*", "", page.url)


async def evenings(house: House, series: str) -> list[str]:
    """The addresses of its gatherings, in order."""
    rows = await house.rows(
        """
        SELECT events.public_id FROM events JOIN series ON series.id = events.series
        WHERE series.public_id = $1 AND series_date IS NOT NULL ORDER BY starts_at
        """,
        series.rpartition("/")[2],
    )
    return [f"/events/{row['public_id']}" for row in rows]


async def clocks(house: House, series: str) -> list[str]:
    """What the clock shows when they begin, and whether they are on."""
    rows = await house.rows(
        """
        SELECT starts_at, events.zone, status FROM events JOIN series ON series.id = events.series
        WHERE series.public_id = $1 AND series_date IS NOT NULL ORDER BY starts_at
        """,
        series.rpartition("/")[2],
    )

    def shown(at: datetime, zone: str) -> str:
        return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"

    return [f"{shown(row['starts_at'], row['zone'])} {row['status']}" for row in rows]


async def is_counted_in(page: Page, house: House, series: str, title: str, not_at: str) -> None:
    """At all of them by one press and one letter; but for one, by one more press."""
    await page.goto(series)
    await page.get_by_role("button", name="Count me in every time").click()
    await expect(page.get_by_role("main")).to_contain_text("You are counted in every time")
    letter = text_of(await house.letter(BO, f"You are counted in: {title}"))
    assert letter.count("You are going") == 1
    assert letter.count("Not this time:") == len(await evenings(house, series))
    await page.goto(not_at)
    await page.get_by_role("button", name="Not this time").click()
    await expect(page.get_by_role("main")).to_contain_text("Here, your own answer counts")


async def change_one_by_hand(page: Page, where: str) -> None:
    """An hour later, that evening alone."""
    await page.goto(where)
    await page.get_by_role("main").get_by_role("link", name="Change it").first.click()
    await page.get_by_label("Begins").fill("20:00")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("main")).to_contain_text("20:00 to 21:00")


async def change_all_others(page: Page, series: str, left: date) -> None:
    """Half past six, but for what was changed by hand; what becomes of each stands there before."""
    await page.goto(f"{series}/edit")
    await page.get_by_label("Begins").fill("18:30")
    await page.get_by_role("button", name="Show what this changes").click()
    plan = page.locator("#plan")
    await expect(plan).to_contain_text("18:30 to 21:00")
    await expect(plan).to_contain_text("1 stays as it is")
    await expect(plan).to_contain_text(said(left))
    await expect(plan).to_contain_text("1 person gets one letter about it")
    await page.get_by_role("button", name="Change them").click()
    await expect(page.locator(".notice-area")).to_contain_text("gatherings have changed")
    await expect(page.get_by_role("main")).to_contain_text("18:30 to 21:00")


async def pause(page: Page, series: str, since: date) -> None:
    """From a day on; what is called off by that stands there before, and why is asked."""
    await page.goto(series)
    await page.get_by_role("link", name="Leave out, pause, hand on, end").click()
    await page.get_by_label("First day").fill(since.isoformat())
    await page.get_by_role("button", name="Pause it").click()
    await expect(page.get_by_role("main")).to_contain_text(said(since))
    await expect(page.get_by_role("main")).to_contain_text("1 person gets one letter about it")
    await page.get_by_label("Why?").fill("The boathouse is under water.")
    await page.get_by_role("button", name="Pause it, and cancel them").click()
    await expect(page.locator(".notice-area")).to_contain_text("It pauses.")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_every_first_tuesday(house: House, visits: Visits, scripts: bool, width: int) -> None:
    title = f"Soup in the boathouse, {'with' if scripts else 'without'} {width}"
    ana = await visits.begin("ana", scripts=scripts, width=width)
    bo = await visits.begin("bo", scripts=scripts, width=width)
    days = first_tuesdays()
    series = await begin(ana, title, days[0], scripts=scripts)
    first, second, third, *others = await evenings(house, series)
    assert len(others) >= 3

    await is_counted_in(bo, house, series, title, not_at=first)
    await bo.goto(second)
    await expect(bo.get_by_role("heading", name="You are going")).to_be_visible()

    await change_one_by_hand(ana, second)
    await change_all_others(ana, series, left=days[1])
    assert await clocks(house, series) == [
        "18:30 published", "20:00 published", *["18:30 published"] * (len(others) + 1)
    ]  # fmt: skip
    letter = text_of(await house.letter(BO, f"Changed: {title}"))
    assert "18:30" in letter

    await pause(ana, series, days[3])
    assert (await clocks(house, series))[3:] == ["18:30 cancelled"] * len(others)
    letter = text_of(await house.letter(BO, f"Cancelled: {title}"))
    assert "The boathouse is under water." in letter
    await bo.goto(third)
    await expect(bo.get_by_role("heading", name="You are going")).to_be_visible()

    await ana.goto(f"/communities/slow-walkers/month?month={days[2]:%Y-%m}")
    await expect(ana.get_by_role("main")).to_contain_text(title)


async def pages_of_a_series(house: House, visits: Visits) -> dict[str, dict[str, str]]:
    """The pages that there are because something comes again, by who sees them: by a name of ours, their addresses."""
    title = "Soup in the boathouse"
    known = await house.rows(
        """
        SELECT series.public_id FROM series JOIN events ON events.series = series.id AND series_date IS NULL
        WHERE title = $1
        """,
        title,
    )
    if known:
        series = f"/series/{known[0]['public_id']}"
    else:
        series = await begin(await visits.begin("ana"), title, first_tuesdays()[0], scripts=True)
    first, *_ = await evenings(house, series)
    month = f"/communities/slow-walkers/month?month={first_tuesdays()[0]:%Y-%m}"
    return {
        "ana": {
            "new series": "/communities/slow-walkers/series/new",
            "series of an organiser": series,
            "its form": f"{series}/edit",
            "its course": f"{series}/course",
            "one of it, of an organiser": first,
            "from one on": f"{series}/edit?from={first.rpartition('/')[2]}",
        },
        "bo": {
            "series": series,
            "one of it": first,
            "counted in": f"{series}/standing",
            "following": "/communities/slow-walkers/following",
            "letters": "/settings/letters",
            "community": "/communities/slow-walkers",
            "month": month,
        },
    }


async def pages_around_a_series(house: House, series: str) -> dict[str, dict[str, str]]:
    """Those that nobody puts on paper: of who is asked, of who has a letter's link, and of a stranger ("")."""
    begun = await house.value("SELECT public_id FROM series WHERE started_at IS NULL")
    return {
        "ana": {"draft of a series": f"/series/{begun}"},
        "femke": {"co-hosts by date": f"{await series_of(house, TWO_SIDES)}/hosts"},
        "noor": {"asked to host": await asked_to_host_link(house, "noor")},
        "": {
            "series of a stranger": series,
            "one of it, of a stranger": (await evenings(house, series))[0],
            "community of a stranger": "/communities/canal-choir",
            "counted in, by letter": await counted_in_link(house, "noor"),
            "not this time, by letter": f"{await answer_link(house, 'noor', TWO_SIDES)}/absence",
            "no more of a community": await stop_hearing_link(house, "cleo", "canal-choir"),
        },
    }


async def draft(page: Page, title: str) -> None:
    """Begin one that only its hosts see."""
    await fill_in(page, title, first_tuesdays()[0], scripts=True)
    await page.get_by_role("button", name="Save as draft").click()
    await expect(page.get_by_text("This is a draft")).to_be_visible()


async def test_axe_finds_nothing_on_the_pages_of_a_series(house: House, visits: Visits) -> None:
    found: list[str] = []
    of_it = await pages_of_a_series(house, visits)
    await draft(await visits.begin("ana"), "Soup, but not yet")
    for who, places in [*of_it.items(), *(await pages_around_a_series(house, of_it["bo"]["series"])).items()]:
        page = await visits.begin(who or None)
        for name, path in places.items():
            answer = await page.goto(path)
            assert answer and answer.status == 200, (name, path)
            if name == "its form":  # With a plan below it.
                await page.get_by_label("Begins").fill("17:15")
                await page.get_by_role("button", name="Show what this changes").click()
                await expect(page.locator("#plan")).to_contain_text("17:15")
            await page.evaluate(OPEN_WHAT_IS_FOLDED)
            faults = await barriers(page) + await too_wide(page, *WIDTHS)
            await page.evaluate(LARGE_TEXT)
            faults += [f"large text, {each}" for each in await too_wide(page, 390)]
            found += [f"{name}, {fault}" for fault in faults]
    assert not found, "\n".join(found)


async def test_what_is_typed_into_a_series_survives_a_closed_tab_and_being_signed_out(visits: Visits) -> None:
    form = "/communities/slow-walkers/series/new"
    ana = await visits.begin("ana", width=390)
    kept = ana.locator("[data-kept]")
    await ana.goto(form)
    await ana.get_by_role("textbox", name="Title").fill("Rowing in the rain")
    await ana.get_by_label("Monday").check()
    await expect(kept).to_contain_text("Saved at")
    cookies = await ana.context.cookies()
    await ana.context.clear_cookies()
    await ana.get_by_label("Thursday").check()
    await expect(kept).to_contain_text("You are signed out")
    await ana.close()
    await ana.context.add_cookies(cookies)  # type: ignore[arg-type]
    visits.faults[:] = [fault for fault in visits.faults if "401" not in fault]
    again = await ana.context.new_page()
    await again.goto(form)
    await expect(again.get_by_role("textbox", name="Title")).to_have_value("Rowing in the rain")
    await expect(again.locator("[name=weekdays]:checked")).to_have_count(2)
    await expect(again.get_by_label("Thursday")).to_be_checked()
    await expect(again.locator("[data-kept]")).to_contain_text("Saved at")
    await again.goto("/organising")
    await again.get_by_role("link", name="Rowing in the rain").click()
    await again.get_by_label("Date", exact=True).fill(first_tuesdays()[0].isoformat())
    await again.get_by_label("Begins").fill("19:00")
    await again.get_by_role("button", name="Save as draft").click()
    await expect(again.get_by_role("heading", level=1)).to_have_text("Rowing in the rain")
    await again.goto(form)
    await expect(again.get_by_text("Rowing in the rain")).to_have_count(0)


async def test_what_is_typed_to_change_a_series_survives_a_closed_tab_and_being_signed_out(
    house: House, visits: Visits
) -> None:
    ana = await visits.begin("ana", width=390)
    series = await begin(ana, "Rowing by the moon", first_tuesdays()[0], scripts=True)
    one = (await evenings(house, series))[1]
    later = f"{series}/edit?from={one.rpartition('/')[2]}"
    await ana.goto(later)
    kept = ana.locator("[data-kept]")
    await ana.get_by_label("Begins").fill("18:15")
    await expect(kept).to_contain_text("Saved at")
    assert "from=" in ana.url and "unfinished=" in ana.url
    cookies = await ana.context.cookies()
    await ana.context.clear_cookies()
    await ana.get_by_label("Begins").fill("18:45")
    await expect(kept).to_contain_text("You are signed out")
    await ana.close()
    await ana.context.add_cookies(cookies)  # type: ignore[arg-type]
    visits.faults[:] = [fault for fault in visits.faults if "401" not in fault]
    again = await ana.context.new_page()
    await again.goto(f"{series}/edit")  # The form of the whole series is another one.
    await expect(again.get_by_label("Begins")).to_have_value("19:00")
    await again.goto(later)
    await expect(again.get_by_label("Begins")).to_have_value("18:45")
    await expect(again.locator("[data-kept]")).to_contain_text("Saved at")
    await again.goto("/organising")
    await (
        again.get_by_role("region", name="Not finished")
        .get_by_role("link", name="Rowing by the moon")
        .click()
    )
    await expect(again.get_by_role("heading", level=1)).to_have_text("Change this one and later ones")
    await again.get_by_role("button", name="Show what this changes").click()
    await expect(again.locator("#plan")).to_contain_text("18:45")
    await again.get_by_role("button", name="Change them").click()
    await expect(again.get_by_text("Saved.")).to_be_visible()
    times = await clocks(house, series)
    assert times[0].startswith("19:00") and all(each.startswith("18:45") for each in times[1:])
    await again.goto(later)
    await expect(again.get_by_text("You have not finished this")).to_have_count(0)


async def test_who_presses_two_buttons_of_a_form_sends_it_once(house: House, visits: Visits) -> None:
    ana = await visits.begin("ana")
    await ana.goto("/communities/slow-walkers/series/new")
    await ana.get_by_role("textbox", name="Title").fill("Skating, if it freezes")
    await ana.get_by_label("Date", exact=True).fill(first_tuesdays()[0].isoformat())
    await ana.get_by_label("Begins").fill("19:00")
    await ana.evaluate(
        """() => {
            const all = [...document.querySelectorAll("main button")];
            for (const name of ["Save as draft", "Publish"]) all.find((each) => each.innerText.includes(name)).click();
        }"""
    )
    await expect(ana.get_by_role("heading", level=1)).to_have_text("Skating, if it freezes")
    made = await house.rows("SELECT status FROM events WHERE title = 'Skating, if it freezes'")
    assert [row["status"] for row in made] == ["draft"]


async def test_on_paper_there_is_what_is_read_and_nothing_to_press(house: House, visits: Visits) -> None:
    found = []
    places = await pages_of_a_series(house, visits)
    places["ana"] = {name: path for name, path in places["ana"].items() if name.endswith("of an organiser")}
    places["bo"] = {name: places["bo"][name] for name in ("series", "one of it", "community", "month")}
    for who, paths in places.items():
        page = await visits.begin(who, width=720)
        for name, path in paths.items():
            await page.emulate_media(media="screen")
            await page.goto(path)
            await page.emulate_media(media="print")
            pressed = page.locator("button, summary, .btn, input, select, textarea").locator("visible=true")
            found += [f"{name}: {text}" for text in await pressed.all_inner_texts()]
            found += [f"{name}: {fault}" for fault in await too_wide(page)]
    assert not found, "\n".join(found)


async def test_fields_side_by_side_stand_at_one_height_however_long_their_hints(visits: Visits) -> None:
    ana = await visits.begin("ana", width=720)
    await ana.goto("/communities/slow-walkers/series/new")
    await ana.evaluate(OPEN_WHAT_IS_FOLDED)
    seats, hours = ana.get_by_label("Seats kept for newcomers"), ana.get_by_label("Kept until so many hours")
    await seats.fill("-1")
    for _ in range(2):  # Also with what is wrong below one of them.
        one, other = await seats.bounding_box(), await hours.bounding_box()
        assert one and other and one["x"] < other["x"] and one["y"] == other["y"]
        await ana.get_by_role("button", name="Publish").click()
        await expect(ana.locator("#f-newcomer_seats-error")).to_be_visible()


async def test_a_month_with_much_in_it_is_one_sheet_for_the_notice_board(visits: Visits) -> None:
    # One of its own: what other visits have begun by now would fill the sheet as well.
    ana, first = await visits.begin("ana"), first_tuesdays()[0]
    await begin_a_community(ana, "The boathouse singers", "Europe/Berlin")
    community = ana.url.partition("?")[0]
    for title, days, turn in (
        ("Rehearsal in the boathouse", ("Tuesday", "Thursday"), 1),
        ("A night of songs", ("Thursday",), 1),
        ("Tea for those who like the sea", ("Tuesday",), 2),
    ):
        await fill_in(ana, title, first, scripts=True, community=community)
        await ana.get_by_label("Weekly").check()
        for day in days:
            await ana.get_by_label(day, exact=True).check()
        await ana.locator("[name=interval]").fill(str(turn))
        await ana.get_by_role("button", name="Publish").click()
        await expect(ana.get_by_role("heading", level=1)).to_have_text(title)
    await ana.goto(f"{community}/month?month={first_tuesdays()[1]:%Y-%m}")
    await expect(ana.get_by_role("main")).to_contain_text("A night of songs")
    sheets = re.findall(rb"/Type /Page\b(?!s)", await ana.pdf(format="A4"))
    assert len(sheets) == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_what_was_asked_for_is_where_the_page_opens(
    house: House, visits: Visits, scripts: bool
) -> None:
    title = f"Soup after the walk, {'with' if scripts else 'without'}"
    ana = await visits.begin("ana", scripts=scripts, width=390)
    days = first_tuesdays()
    series = await begin(ana, title, days[0], scripts=scripts)
    await ana.goto(f"{series}/edit")
    await ana.get_by_label("What people should know").fill("Bring a spoon.")
    for asked, shown in (("Show the next days", "#next-days"), ("Preview", "#preview")):
        await ana.get_by_role("button", name=asked).press("Enter")
        await expect(ana.locator(shown)).to_be_in_viewport()
        await expect(ana.locator(shown)).not_to_be_empty()
    await ana.get_by_label("Begins").fill("17:15")
    await ana.get_by_role("button", name="Show what this changes").press("Enter")
    await expect(ana.get_by_role("heading", name="What becomes of them")).to_be_in_viewport()
    await ana.keyboard.press("Tab")
    await expect(ana.get_by_role("button", name="Change them")).to_be_focused()
    await ana.goto(f"{series}/course")
    await ana.get_by_label("First day").fill(days[1].isoformat())
    await ana.get_by_role("button", name="Pause it").press("Enter")
    await expect(ana.get_by_text("would be cancelled")).to_be_in_viewport()
    await ana.keyboard.press("Tab")
    await expect(ana.get_by_label("Why?")).to_be_focused()
    await ana.get_by_role("button", name="Pause it, and cancel them").press("Enter")
    await expect(ana.locator(".form-summary")).to_be_focused()
