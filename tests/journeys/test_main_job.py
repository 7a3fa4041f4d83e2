"""The main job from end to end, as people live it: with scripts and without, with real letters."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.journeys.house import House, Visits, link_in, zone_in_daylight
from tests.journeys.test_guest import yes
from tests.journeys.test_the_morning_after import change, finish, go_on

TITLE = "Soup on the roof"


async def sign_in(house: House, page: Page, email: str, name: str, zone: str) -> None:
    """By the letter's link, and say who one is."""
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_role("button", name="Send me a link").click()
    await expect(page.get_by_role("main")).to_contain_text(email)
    await page.goto(link_in(await house.letter(email, "Your link to sign in"), "/sign-in/"))
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    await page.get_by_label("What are you called?").fill(name)
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_role("status")).to_contain_text("Hello")
    await page.goto("/settings/account")
    await page.get_by_label("Your time zone").select_option(zone)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_contain_text("Saved.")


async def begin_a_community(page: Page, name: str, zone: str) -> None:
    await page.goto("/communities/new")
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("zone").select_option(zone)
    await page.get_by_role("button", name="Create the community").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)


async def publish(page: Page, zone: str, *, seats: int) -> str:
    """Write a draft, look at it, publish it. Returns the event's public id."""
    day = datetime.now(UTC).astimezone(ZoneInfo(zone)).date() + timedelta(days=7)
    await page.get_by_role("main").get_by_role("link", name="gathering").first.click()
    await page.get_by_role("textbox", name="Title").fill(TITLE)
    await page.get_by_label("Date", exact=True).fill(day.isoformat())
    await page.get_by_label("Begins").fill("18:30")
    await page.get_by_label("Ends").fill("21:00")
    await page.get_by_label("Time zone").select_option(zone)
    await page.get_by_label("Place", exact=False).first.fill("The roof garden")
    await page.locator("summary").filter(has_text="Address and way there").click()
    await page.get_by_label("Address and way there").fill("Linden Street 5, ring at Soup")
    await page.get_by_role("spinbutton", name="Seats").fill(str(seats))
    await page.get_by_role("button", name="Save as draft").click()
    await expect(page.get_by_role("main")).to_contain_text("This is a draft")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("main")).not_to_contain_text("This is a draft")
    return page.url.rpartition("/")[2]


async def say_yes(page: Page, event: str) -> None:
    """As a member, in one tap."""
    await page.goto(f"/events/{event}")
    await page.get_by_role("main").get_by_role("button", name="Going").click()
    await expect(page.get_by_role("heading", name="You are going")).to_be_visible()


async def answer_as_stranger(house: House, page: Page, event: str, name: str, email: str, button: str) -> str:
    """Without an account: name and address, then the button behind the letter's link. Returns that link."""
    await page.goto(f"/events/{event}")
    answer = page.get_by_role("main").get_by_role("button", name=button)
    if not await page.get_by_label("Your name").is_visible():  # Scripts ask once it is pressed.
        await answer.click()
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("Your e-mail").fill(email)
    await answer.click()
    await expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    link = link_in(await house.letter(email, f"Please confirm: {TITLE}"), "/rsvp/")
    await page.goto(link)
    await yes(page).click()
    return link


async def make_a_feed(page: Page) -> str:
    """A calendar address, as it is shown once."""
    await page.goto("/settings/feeds")
    await page.get_by_label("Name").fill("My phone")
    await page.get_by_role("button", name="Make the feed").click()
    return await page.get_by_role("textbox", name="Address").input_value()


async def come_forward(page: Page, link: str) -> None:
    """Open the page of the morning after: I was there, and may be found."""
    await page.goto(link)
    await page.get_by_label("Yes, I was there").check()
    await go_on(page, "Being found")
    await page.get_by_label("Yes, show me as").check()
    await finish(page)


async def wish(page: Page, link: str, name: str) -> None:
    """Wish to stay in touch with somebody."""
    await page.goto(link)
    await change(page)
    await go_on(page, "Being found")
    await go_on(page, "Who you met")
    await page.get_by_label(f"Stay in touch with {name}").check()
    await finish(page)
    await expect(page.get_by_role("main")).to_contain_text(f"You would like to stay in touch with {name}")


async def come_forward_without_a_browser(link: str) -> None:
    async with httpx.AsyncClient() as visitor:
        answer = await visitor.post(link, data={"was_there": "yes", "findable": "on", "act": "save"})
        assert answer.status_code == 303


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_from_an_empty_page_to_two_people_who_meet_again(
    house: House, visits: Visits, scripts: bool
) -> None:
    zone, sign = zone_in_daylight(), "s" if scripts else "p"

    def address(name: str) -> str:
        return f"{name}.{sign}@people.example"

    # Olu begins a community and publishes a gathering with six seats.
    olu = await visits.begin(scripts=scripts)
    await sign_in(house, olu, address("olu"), "Olu Adeyemi", zone)
    await begin_a_community(olu, f"Roof gardeners {sign}", zone)
    event = await publish(olu, zone, seats=6)
    await say_yes(olu, event)

    # Mia has an account and answers on her phone; Gus has none and confirms by letter.
    mia = await visits.begin(scripts=scripts, width=390, height=844)
    await sign_in(house, mia, address("mia"), "Mia Lund", zone)
    await mia.goto(f"/events/{event}")
    await expect(mia.get_by_role("main")).not_to_contain_text("Linden Street 5")
    await say_yes(mia, event)
    await expect(mia.get_by_role("main")).to_contain_text("Linden Street 5")
    gus = await visits.begin(scripts=scripts, width=390, height=844)
    gus_link = await answer_as_stranger(house, gus, event, "Gus Moreau", address("gus"), "Going")
    await expect(gus.get_by_role("heading", name="You are going")).to_be_visible()

    # Three more, and every seat is taken: Wim waits.
    links = {
        name: await house.answers_by_letter(event, f"{name} Tester", address(name.lower()), TITLE)
        for name in ("Ida", "Jan", "Kim")
    }
    wim = await visits.begin(scripts=scripts, width=390, height=844)
    await answer_as_stranger(house, wim, event, "Wim Visser", address("wim"), "Wait for a seat")
    await house.letter(address("wim"), f"You are on the waiting list: {TITLE}")

    # Jan cannot come, and Wim has his seat.
    await gus.goto(links["Jan"])
    await gus.get_by_text("Take my answer back").click()
    await gus.get_by_role("button", name="Take it back").click()
    await house.letter(address("wim"), f"You have a seat: {TITLE}")

    # It stands in Mia's own calendar.
    async with httpx.AsyncClient() as calendar:
        feed = (await calendar.get(await make_a_feed(mia))).text
    assert f"SUMMARY:{TITLE}" in feed and "STATUS:CONFIRMED" in feed

    # It happens. Two hours later each gets a letter.
    now = datetime.now(UTC)
    await house.rows(
        "UPDATE events SET starts_at = $2, ends_at = $3, changed_at = $4 WHERE public_id = $1",
        event,
        now - timedelta(hours=5),
        now - timedelta(hours=3),
        now,
    )
    await house.let_a_minute_pass()
    asked = {
        name: link_in(await house.letter(address(name), f"How was {TITLE}"), "/followups/")
        for name in ("olu", "mia", "gus", "ida", "kim", "wim")
    }
    for name in ("olu", "ida", "kim"):
        await come_forward_without_a_browser(asked[name])
    await come_forward(gus, asked["gus"])
    await come_forward(mia, asked["mia"])
    await come_forward(wim, asked["wim"])

    # Mia and Gus both wish to stay in touch; Wim wishes it of Mia, and nobody ever knows.
    await wish(mia, asked["mia"], "Gus M.")
    await wish(gus, asked["gus"], "Mia L.")
    await wish(wim, asked["wim"], "Mia L.")
    await house.rows(
        "UPDATE follow_ups SET reveals_at = $2 WHERE event = (SELECT id FROM events WHERE public_id = $1)",
        event,
        datetime.now(UTC),
    )
    await house.let_a_minute_pass()
    await house.letter(address("mia"), "You and Gus Moreau would like to stay in touch")
    await house.letter(address("gus"), "You and Mia Lund would like to stay in touch")
    await mia.goto("/connections")
    await expect(mia.get_by_role("main").get_by_role("link", name="Gus Moreau")).to_be_visible()
    await expect(mia.get_by_role("main")).not_to_contain_text("Wim")
    await mia.get_by_role("link", name="Gus Moreau").click()
    await expect(mia.get_by_role("heading", name="Gus Moreau")).to_be_visible()

    # Mia writes to Gus, who answers by the link in his letter, without an account.
    await mia.get_by_label("Your words").fill("Shall we bake on Sunday?")
    await mia.get_by_role("button", name="Send").click()
    words = link_in(await house.letter(address("gus"), "Mia Lund wrote to you"), "/words/")
    await gus.goto(words)
    await expect(gus.get_by_role("main")).to_contain_text("Shall we bake on Sunday?")
    await gus.get_by_label("Your answer").fill("Gladly. I have flour.")
    await gus.get_by_role("button", name="Send").click()
    await house.letter(address("mia"), "Gus Moreau wrote to you")
    await mia.reload()
    await expect(mia.get_by_role("main")).to_contain_text("Gladly. I have flour.")
    assert not [each for each in house.mail.letters() if "Wim" in str(each["Subject"])]
    assert gus_link
