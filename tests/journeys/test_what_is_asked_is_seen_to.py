"""What somebody asks for the morning after: a named human reads it, presses Done, and who asked is told nothing."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.journeys.house import House, Visits, link_in, zone_in_daylight
from tests.journeys.test_the_morning_after import a_morning_after, finish, go_on, link_of, names

HELP = "Zoe Zander would like to help next time"
HELLO = "Zoe Zander would be glad of a hello"


async def asks(page: Page) -> None:
    """Zoe was there, would like to help, and a hello."""
    await page.get_by_label("Yes, I was there").check()
    await go_on(page, "Being found")
    await go_on(page, "Who you met")
    await go_on(page, "How it felt")
    await go_on(page, "What comes next")
    await page.get_by_label("I would like to help").check()
    await page.get_by_label("In a few words").first.fill("I can bring chairs.")
    await page.get_by_label("I would like a hello").check()
    await finish(page)


async def it_is_the_hosts_morning(house: House, event: str, title: str) -> None:
    """A day after people were asked, somewhere where it is day. `title`: what the letter to the hosts calls it."""
    await house.rows(
        "UPDATE events SET zone = $2, title = $3 WHERE public_id = $1", event, zone_in_daylight(), title
    )
    await house.rows(
        "UPDATE follow_ups SET tells_at = opened_at WHERE event = (SELECT id FROM events WHERE public_id = $1)",
        event,
    )
    await house.let_a_minute_pass()


@pytest.mark.parametrize(
    ("scripts", "width"),
    [(True, 390), (False, 1280)],
    ids=["with scripts, on a phone", "without scripts, wide"],
)
async def test_ana_sees_to_what_zoe_asks_for(house: House, visits: Visits, scripts: bool, width: int) -> None:
    sign, title = ("done", "A supper at noon") if scripts else ("dune", "A supper at night")
    event = await a_morning_after(house, sign, names(4))
    zoe = await visits.begin(scripts=scripts, width=width)
    await zoe.goto(await link_of(house, f"{sign}1@people.example", event))
    await asks(zoe)
    her_page = zoe.get_by_role("main")
    await expect(her_page).to_contain_text("You would like to help. Ana R. reads it.")

    # Ana's letter leads to her page.
    await it_is_the_hosts_morning(house, event, title)
    letter = await house.letter("ana@kith.example", f"The morning after: {title}")
    ana = await visits.begin("ana", scripts=scripts, width=width)
    await ana.goto(link_in(letter, f"/events/{event}/followup"))
    waiting = ana.get_by_role("region", name="Waiting for somebody to see to it")
    helps = waiting.get_by_role("listitem").filter(has_text=HELP)
    await expect(helps).to_contain_text("“I can bring chairs.”")
    await expect(waiting.get_by_role("listitem")).to_have_count(2)

    # Done, not yet done after all, and done.
    await helps.get_by_role("button", name="Done").click()
    await expect(ana.get_by_role("status")).to_contain_text("Whoever asked is told nothing.")
    await expect(waiting.get_by_role("listitem")).to_have_count(1)
    await ana.locator("summary", has_text="Done").click()
    await ana.get_by_role("button", name="Not yet done").click()
    await expect(ana.get_by_role("status")).to_contain_text("It is on your list again.")
    await expect(waiting.get_by_role("listitem")).to_have_count(2)
    await helps.get_by_role("button", name="Done").click()
    await expect(waiting.get_by_role("listitem")).to_have_count(1)

    # What is left stands in her home, and ends after sixty days whether anybody has seen to it or not.
    await ana.goto("/organising")
    at_home = ana.get_by_role("listitem").filter(has_text=HELLO).filter(has_text=f"After “{title}”")
    await expect(at_home).to_have_count(1)
    await expect(ana.get_by_role("main")).not_to_contain_text(HELP)
    await house.rows(
        """
        UPDATE asks SET asked_at = asked_at - $2::interval WHERE kind = 'hello' AND follow_up =
            (SELECT follow_ups.id FROM follow_ups JOIN events ON events.id = event WHERE events.public_id = $1)
        """,
        event,
        timedelta(days=61),
    )
    await ana.reload()
    await expect(at_home).to_have_count(0)

    # Zoe cannot tell whether anybody has seen to it, and takes it back once her page has closed.
    await zoe.reload()
    await expect(her_page).to_contain_text("You would like to help. Ana R. reads it.")
    await expect(her_page).not_to_contain_text("Done")
    await house.rows(
        """
        UPDATE follow_ups SET closes_at = now() - interval '1 hour'
        WHERE event = (SELECT id FROM events WHERE public_id = $1)
        """,
        event,
    )
    await zoe.goto(await link_of(house, f"{sign}1@people.example", event))
    await expect(zoe.get_by_role("heading", level=1)).to_have_text("What is left for you")
    await expect(her_page).to_contain_text("I can bring chairs.")
    if scripts:
        assert await zoe.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await her_page.get_by_role("button", name="Take it back").click()
    await expect(her_page).to_contain_text("This page has closed.")
    await ana.goto(f"/events/{event}/followup")
    await expect(ana.get_by_role("main")).not_to_contain_text("would like to help")
