"""Where the morning after stands before those who were there, and for how long."""

from datetime import timedelta

import httpx

from members.tables import Community, Person
from rsvps.hosting import invitations
from tests.followups.mornings import CLOSES, MORNING, asked, at, opened, page_of, say
from tests.gatherings import make_event
from tests.people import As

BEGIN, GO_ON = "Say how it was", "Go on where you were"


async def seen(browser: httpx.AsyncClient, event: str) -> tuple[str, str]:
    """One's home, and the gathering's page."""
    return (await browser.get("/")).text, (await browser.get(f"/events/{event}")).text


async def test_it_stands_first_until_one_has_come_to_its_end(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    event = await opened(walkers, [bo])
    with at(MORNING):
        await make_event(walkers, title="Another walk", starts_at=MORNING + timedelta(hours=2))
        browser = await signed_in(bo)
        path = await page_of(event, bo)
        home, page = await seen(browser, event.public_id)
        assert BEGIN in home and path in home and path in page
        assert page.index("Tell us how it was") < page.index("This gathering is over.")
        for fields in (
            {"act": "keep", "step": "met"},
            {"act": "find", "find": "Bea"},
            {"after": "nothing"},
        ):
            await say(browser, event, bo, **fields)
            home, page = await seen(browser, event.public_id)
            assert GO_ON in home and GO_ON in page and BEGIN not in home
        await say(browser, event, bo)
        home, page = await seen(browser, event.public_id)
        assert path not in home and path not in page
        # And does not come back by being changed.
        await say(browser, event, bo, act="keep", step="felt")
        home, page = await seen(browser, event.public_id)
        assert path not in home and path not in page
        assert path in (await browser.get("/been")).text


async def test_it_is_gone_once_put_aside_or_closed(
    walkers: Community, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await opened(walkers, [bo, dev])
    with at(MORNING):
        browser = await signed_in(bo)
        await say(browser, event, bo, act="dismiss")
        path = await page_of(event, bo)
        assert not any(path in text for text in await seen(browser, event.public_id))
    with at(CLOSES + timedelta(seconds=1)):
        browser, path = await signed_in(dev), await page_of(event, dev)
        assert not any(path in text for text in await seen(browser, event.public_id))


async def test_it_stands_before_what_has_to_be_answered_sooner(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await opened(walkers, [bo])
    with at(MORNING):
        soon = await make_event(walkers, ana, title="A soup tonight", starts_at=MORNING + timedelta(hours=3))
        await invitations.invite(soon, [bo], by=ana)
        home = (await (await signed_in(bo)).get("/")).text
        assert home.index(await page_of(event, bo)) < home.index("A soup tonight")


async def test_those_who_were_not_asked_see_nothing_of_it(
    walkers: Community, bo: Person, dev: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    event = await opened(walkers, [bo])
    with at(MORNING):
        assert "How was it?" not in (await (await signed_in(dev)).get(f"/events/{event.public_id}")).text
        assert "How was it?" not in (await client.get(f"/events/{event.public_id}")).text


async def test_who_has_begun_keeps_the_place(
    walkers: Community, bo: Person, client: httpx.AsyncClient
) -> None:
    event = await opened(walkers, [bo])
    with at(MORNING):
        for step in ("felt", "nowhere", "x" * 20):
            await say(client, event, bo, act="keep", step=step)
            found = await asked(event, bo)
            assert (found.step, found.finished_at) == ("felt", None)
        text = (await client.get(await page_of(event, bo))).text
        assert 'data-questions="felt"' in text and "Go on where you were." in text
        await say(client, event, bo)
        text = (await client.get(await page_of(event, bo))).text
        assert 'data-questions="end"' in text and "Thank you" in text
