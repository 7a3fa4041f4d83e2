"""The morning after, as people answer it: one question after another on a phone, one form without scripts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from server import tokens
from tests.journeys.house import House, Visits
from tests.journeys.looks import barriers
from tests.journeys.presses import Counted
from tests.pace import until

PHONE = {"width": 390, "height": 844}
LOOK_ELSEWHERE = """
    () => {
        Object.defineProperty(document, "visibilityState", {value: "hidden"})
        document.dispatchEvent(new Event("visibilitychange"))
    }
"""
TITLE = "Lanterns around the Schlachtensee"


async def go_on(page: Page, to: str) -> None:
    """With scripts, to the next question, which is read out; without, it stands on the page already."""
    if await page.get_by_role("button", name="Next").is_visible():
        await page.get_by_role("button", name="Next").click()
        await expect(page.get_by_role("heading", name=to)).to_be_focused()
    await expect(page.get_by_role("heading", name=to)).to_be_visible()


async def finish(page: Page) -> None:
    """That is all."""
    whole = page.get_by_role("button", name="Save", exact=True)
    done = page.get_by_role("button", name="Done").or_(page.get_by_role("button", name="That is all from me"))
    await (whole if await whole.is_visible() else done.filter(visible=True)).click()
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


async def change(page: Page) -> None:
    """Back to what one said, from the page's end."""
    button = page.get_by_role("button", name="Change what I said")
    if await button.is_visible():
        await button.click()


async def link_of(house: House, email: str, event: str) -> str:
    """What somebody's letter leads to."""
    (reply,) = await house.rows(
        """
        SELECT replies.id, replies.link, follow_ups.closes_at FROM follow_up_replies AS replies
        JOIN follow_ups ON follow_ups.id = replies.follow_up JOIN events ON events.id = follow_ups.event
        JOIN people ON people.id = replies.person WHERE people.email = $1 AND events.public_id = $2
        """,
        email,
        event,
    )
    return f"/followups/{tokens.sign('follow-up', reply['id'], reply['link'], expires=reply['closes_at'])}"


async def a_morning_after(house: House, sign: str, names: Sequence[str]) -> str:
    """Guests of a gathering that was yesterday, all but the first of whom can be found. Returns its public id."""
    now, event = datetime.now(UTC), f"ev{sign}".ljust(12, "x")[:12]
    await house.rows(
        """
        WITH event AS (
            INSERT INTO events (public_id, community, created_by, uid, sequence, status, title, summary, about, motif,
                starts_at, ends_at, zone, mode, place, address, address_public, join_url, visibility, first_timers,
                page_version, cancel_reason, picture_x, picture_y, changed_at, calendar_changed_at, created_at)
            SELECT $1, communities.id, owner.person, $1, 0, 'published', 'A big supper', '', '', '', $2, $3,
                'Europe/Berlin', 'in_person', '', '', false, '', 'public', false, 0, '', 50, 50, $3, $3, $3
            FROM communities JOIN memberships AS owner ON owner.community = communities.id AND owner.role = 'owner'
            WHERE slug = 'slow-walkers' LIMIT 1 RETURNING id
        ), policy AS (
            INSERT INTO answer_policies (event, guests_allowed, approval, asks_first, replies_kept)
            SELECT id, 0, false, 24, 30 FROM event
        ), pool AS (
            INSERT INTO seat_pools (event, online, taken, reserving) SELECT id, false, 0, false FROM event
        ) SELECT 1
        """,
        event,
        now - timedelta(hours=20),
        now - timedelta(hours=17),
    )
    await house.rows(
        """
        WITH person AS (
            INSERT INTO people (public_id, email, name, called, zone, language, created_at)
            SELECT $2 || lpad(number::text, 5, '0'), lower($2) || number || '@people.example', name, '', 'UTC', 'en', $4
            FROM unnest($3::text[]) WITH ORDINALITY AS named (name, number) RETURNING id, email, name
        ), answered AS (
            INSERT INTO rsvps (public_id, event, person, status, confirmed_at, answered_at, created_at)
            SELECT 'r' || substr(md5(email), 1, 11), events.id, person.id, 'going', $4, $4, $4
            FROM person, events WHERE events.public_id = $1 RETURNING id, person
        ), opened AS (
            INSERT INTO follow_ups (event, opened_at, closes_at, reveals_at)
            SELECT id, $4, $4 + interval '14 days', $4 + interval '2 days' FROM events WHERE public_id = $1
            RETURNING id
        ), came AS (
            INSERT INTO arrivals (rsvp, arrived_at)
            SELECT answered.id, $4 FROM answered JOIN person ON person.id = answered.person
            WHERE person.name <> $3[1]
        )
        INSERT INTO follow_up_replies (public_id, follow_up, person, was_there, findable, shows_picture, message,
            message_to, signed, note, first_time_told, step, waits, link, created_at)
        SELECT 'k' || substr(md5(email), 1, 11), opened.id, person.id, CASE WHEN name <> $3[1] THEN true END,
            name <> $3[1], false, '', 'nobody', false, '', false, '', false, 0, $4 FROM person, opened
        """,
        event,
        sign,
        list(names),
        now - timedelta(hours=1),
    )
    return event


def names(number: int) -> list[str]:
    """Zoe, who is asked, and as many others as a big gathering has."""
    first = ("Ada", "Ben", "Cora", "Dan", "Edda", "Finn", "Gita", "Hugo", "Ines", "Jon")
    return ["Zoe Zander", *(f"{first[each % 10]}{'aeiou'[each % 5]} Hill" for each in range(number))]


async def test_one_after_another_on_a_phone_in_under_a_minute(house: House, visits: Visits) -> None:
    """Bo opens it from his agenda, where it stands first: six presses and five fields. Twenty seconds, by hand."""
    page = await visits.begin("bo", **PHONE)
    way = Counted(page)
    await way.open("/")
    first = page.get_by_role("listitem").filter(has_text=TITLE).first
    await expect(page.get_by_role("main").get_by_role("listitem").first).to_contain_text(TITLE)
    await way.press(first.get_by_role("link", name="Say how it was"))
    await expect(page.get_by_text("Question 1 of 5")).to_be_visible()
    await expect(page.get_by_role("heading", name="How it felt")).to_be_hidden()
    assert not await page.locator("form[data-questions] :checked:visible").count()
    await way.choose("Yes, I was there")
    await way.press("Next")
    await expect(page.get_by_role("heading", name="Being found")).to_be_focused()
    await expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    await way.choose("Yes, show me as")
    await way.press("Next")
    await expect(page.get_by_role("heading", name="Who you met")).to_be_focused()
    await way.choose("Stay in touch with")
    await way.press("Next")
    await way.choose("Partly")
    await way.press("Next")
    await expect(page.get_by_text("Ana R. reads it")).to_be_visible()
    await way.choose("I would like to help")
    await way.press("Done")
    end = page.get_by_role("main")
    await expect(end).to_contain_text("Thank you, Bo")
    await expect(end).to_contain_text("You would like to stay in touch with Ana R.")
    await expect(end).to_contain_text("at 18:00, Berlin time")
    await expect(end).to_contain_text("Nobody but you reads what you said about how it felt.")
    await expect(end).to_contain_text("You would like to help. Ana R. reads it.")
    assert (way.presses, way.fields) == (6, 5)
    await page.goto("/")
    await expect(page.get_by_role("main")).not_to_contain_text(TITLE)
    # It can still be changed: the way back is where he has been.
    await page.goto("/been")
    await (
        page.get_by_role("listitem").filter(has_text=TITLE).get_by_role("button", name="Take it back").click()
    )
    await page.get_by_role("listitem").filter(has_text=TITLE).get_by_role("link", name="What I said").click()
    await expect(end).to_contain_text("Thank you, Bo")
    await expect(end).not_to_contain_text("You would like to help")


async def test_one_goes_on_where_one_was_and_back(house: House, visits: Visits) -> None:
    event = await a_morning_after(house, "back", names(6))
    link = await link_of(house, "back1@people.example", event)
    page = await visits.begin(**PHONE)
    await page.goto(link)
    await page.get_by_label("Yes, I was there").check()
    await go_on(page, "Being found")
    await page.get_by_label("Yes, show me as").check()
    await go_on(page, "Who you met")
    await page.get_by_label("We met, Ada").check()
    await go_on(page, "How it felt")
    # Another day, another device.
    other = await visits.begin(**PHONE)
    await other.goto(link)
    await expect(other.get_by_text("Go on where you were.")).to_be_visible()
    await expect(other.get_by_role("heading", name="How it felt")).to_be_visible()
    await expect(other.get_by_text("Question 4 of 5")).to_be_visible()
    await other.get_by_role("button", name="Back").click()
    await expect(other.get_by_role("heading", name="Who you met")).to_be_focused()
    await expect(other.get_by_label("We met, Ada")).to_be_checked()
    # The browser's own way back is one, too.
    await other.go_back()
    await expect(other.get_by_role("heading", name="How it felt")).to_be_visible()
    await other.get_by_label("Is there anything somebody should know?").fill("It was loud.")
    # What is half done when one looks elsewhere is kept, too.
    await other.evaluate(LOOK_ELSEWHERE)
    kept = "SELECT count(*) FROM follow_up_replies WHERE message = 'It was loud.'"
    await until(lambda: house.value(kept))
    await other.goto(link)
    await expect(other.get_by_label("Is there anything somebody should know?")).to_have_value("It was loud.")
    await finish(other)
    # Who has come to the end finds the end.
    await page.goto(link)
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    await expect(page.get_by_role("heading", name="How it felt")).to_be_hidden()


async def test_it_is_gone_through_by_keyboard(house: House, visits: Visits) -> None:
    event = await a_morning_after(house, "keys", names(20))
    page = await visits.begin(**PHONE)
    await page.goto(await link_of(house, "keys1@people.example", event))
    await page.get_by_label("Yes, I was there").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Being found")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await expect(page.get_by_label("Yes, show me as")).to_be_checked()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Who you met")).to_be_focused()
    await page.get_by_label("Find a first name").fill("Ada")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("We met, Ben")).to_have_count(0)
    await expect(page.get_by_role("heading", name="Who you met")).to_be_visible()
    await page.get_by_label("We met, Ada").first.focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="How it felt")).to_be_focused()
    await page.get_by_label("Yes", exact=True).focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="What comes next")).to_be_focused()
    await page.get_by_label("I would like a hello").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("You would like a hello. Ana R. reads it.")


async def test_who_was_not_there_is_asked_little(house: House, visits: Visits) -> None:
    event = await a_morning_after(house, "away", names(6))
    page = await visits.begin(**PHONE)
    await page.goto(await link_of(house, "away1@people.example", event))
    await page.get_by_label("No, I could not make it").check()
    await page.get_by_role("button", name="Next").click()
    await expect(page.get_by_role("heading", name="How it felt")).to_be_focused()
    await expect(page.get_by_text("Question 2 of 3")).to_be_visible()
    await expect(page.get_by_text("Did you feel welcome?")).to_be_hidden()
    await finish(page)
    await expect(page.get_by_role("main")).to_contain_text("You were not there")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_among_three_hundred_one_finds_by_typing(house: House, visits: Visits, scripts: bool) -> None:
    sign = "many" if scripts else "mani"
    event = await a_morning_after(house, sign, names(300))
    page = await visits.begin(**PHONE, scripts=scripts)
    await page.goto(await link_of(house, f"{sign}1@people.example", event))
    await page.get_by_label("Yes, I was there").check()
    if scripts:
        await go_on(page, "Being found")
    await page.get_by_label("Yes, show me as").check()
    if scripts:
        await go_on(page, "Who you met")
    else:
        await page.get_by_role("button", name="Save and see who was there").click()
    find = page.get_by_label("Find a first name")
    await expect(page.get_by_label("Stay in touch with")).to_have_count(60)
    await find.fill("Hug")
    if not scripts:
        await page.get_by_role("button", name="Save and find").click()
    await expect(page.get_by_label("Stay in touch with Hug").first).to_be_visible()
    await expect(page.get_by_label("Stay in touch with Ada")).to_have_count(0)
    await page.get_by_label("Stay in touch with Hug").first.check()
    await find.fill("Ine")
    if not scripts:
        await page.get_by_role("button", name="Save and find").click()
    await expect(page.get_by_label("We met, Ine").first).to_be_visible()
    await expect(page.get_by_text("Ticked so far, to stay in touch: Hug")).to_be_visible()
    await page.get_by_label("We met, Ine").first.check()
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if scripts:
        # One wish too many is said where it was made, and nothing is lost.
        await find.fill("")
        await expect(page.get_by_label("Stay in touch with Ada").first).to_be_visible()
        for number in range(12):
            await page.get_by_label("Stay in touch with").nth(number).check()
        await page.get_by_role("button", name="Next").click()
        await expect(page.get_by_text("up to 12 people")).to_be_visible()
        await page.get_by_label("Stay in touch with").nth(0).uncheck()
        await go_on(page, "How it felt")
    await finish(page)
    await expect(page.get_by_role("main")).to_contain_text("You would like to stay in touch with")
    marks = await house.value(
        "SELECT count(*) FROM met_marks JOIN people ON people.id = by WHERE email = $1",
        f"{sign}1@people.example",
    )
    assert marks == (13 if scripts else 2)


async def test_without_scripts_it_is_one_form(house: House, visits: Visits) -> None:
    event = await a_morning_after(house, "form", names(6))
    link = await link_of(house, "form1@people.example", event)
    page = await visits.begin(**PHONE, scripts=False)
    await page.goto(link)
    for heading in ("First of all", "Being found", "Who you met", "How it felt", "What comes next"):
        await expect(page.get_by_role("heading", name=heading)).to_be_visible()
    await expect(page.get_by_role("button", name="Next")).to_be_hidden()
    await page.get_by_label("Yes, I was there").check()
    await page.get_by_label("Yes, show me as").check()
    await page.get_by_label("A note to yourself").fill("The tall one with the bees.")
    await page.get_by_label("Shall we send it back to you?").select_option("In a week")
    await page.get_by_label("Yes", exact=True).check()
    await page.get_by_label("I would like a hello").check()
    await page.get_by_label("In a few words").filter(visible=True).fill("I am new in town.")
    await page.get_by_label("Yes, they may know").check()
    await page.get_by_role("button", name="Save", exact=True).click()
    main = page.get_by_role("main")
    await expect(main).to_contain_text("Your note comes back to you by letter on")
    await expect(main).to_contain_text("Ana R. reads it.")
    await expect(main).to_contain_text("The hosts may know that it was your first time with them.")
    await expect(page.get_by_label("I would like a hello")).to_be_checked()
    await page.get_by_label("I would like a hello").uncheck()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(main).not_to_contain_text("Ana R. reads it.")


async def test_a_day_that_is_over_is_said_at_its_question(house: House, visits: Visits) -> None:
    event = await a_morning_after(house, "days", names(6))
    page = await visits.begin(**PHONE)
    await page.goto(await link_of(house, "days1@people.example", event))
    await page.get_by_label("Yes, I was there").check()
    await go_on(page, "Being found")
    await go_on(page, "Who you met")
    await expect(page.get_by_label("Shall we send it back to you?")).to_be_hidden()
    await page.get_by_label("A note to yourself").fill("Bees.")
    await page.get_by_label("Shall we send it back to you?").select_option("On a day that I choose")
    await page.get_by_label("On which day?").fill("2020-01-01")
    await page.get_by_role("button", name="Next").click()
    await expect(page.get_by_text("from tomorrow on")).to_be_visible()
    await expect(page.get_by_label("On which day?")).to_be_focused()
    await expect(page.get_by_label("A note to yourself")).to_have_value("Bees.")
    # The last button comes as a page: it opens at the question that has to be mended.
    await page.get_by_role("button", name="That is all from me").click()
    await expect(page.get_by_role("heading", name="Who you met")).to_be_visible()
    await expect(page.get_by_role("heading", name="How it felt")).to_be_hidden()
    await page.get_by_label("On which day?").fill((datetime.now(UTC) + timedelta(days=30)).date().isoformat())
    await finish(page)
    await expect(page.get_by_role("main")).to_contain_text("Your note comes back")


async def test_each_question_is_sound_to_who_listens(house: House, visits: Visits) -> None:
    event = await a_morning_after(house, "axel", names(14))
    page = await visits.begin(**PHONE)
    await page.goto(await link_of(house, "axel1@people.example", event))
    await page.get_by_label("Yes, I was there").check()
    for heading in ("Being found", "Who you met", "How it felt", "What comes next"):
        assert await barriers(page, [PHONE["width"]]) == []
        await go_on(page, heading)
        described = await page.get_by_role("heading", name=heading).get_attribute("aria-describedby")
        await expect(page.locator(f"#{described}")).to_contain_text("Question")
        if heading == "Being found":
            await page.get_by_label("Yes, show me as").check()
    await finish(page)
    assert await barriers(page, [PHONE["width"]]) == []
