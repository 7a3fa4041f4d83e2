"""Where I am signed in: seeing it, ending one, ending all."""

import re

import httpx

from events.calendars import feeds
from members.account import sessions
from members.tables import Person, Session
from tests.people import As


async def test_bo_sees_his_browsers_and_which_one_this_is(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    await sessions.open_session(bo, browser="Safari on iPhone")
    page = (await browser.get("/settings/sessions")).text
    assert "Safari on iPhone" in page and "Firefox on Linux" in page and page.count(">This one<") == 1


async def test_bo_signs_the_other_one_out(bo: Person, signed_in: As) -> None:
    here, there = await signed_in(bo), await signed_in(bo)
    number = await Session.select(Session.id).order_by(Session.id, ascending=False).first()
    address = f"/settings/sessions/{number['id']}/removal"  # type: ignore[index]
    for _ in range(2):
        answer = await here.post(address)
        assert answer.headers["location"] == "/settings/sessions"
    assert (await there.get("/settings/account")).status_code == 303
    assert (await here.get("/settings/account")).status_code == 200


async def test_bo_signs_this_one_out(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    (address,) = re.findall(
        r'action="(/settings/sessions/\d+/removal)"', (await browser.get("/settings/sessions")).text
    )
    answer = await browser.post(address)
    assert answer.headers["location"] == "/" and 'kith=""' in answer.headers["set-cookie"]
    assert await Session.count() == 0


async def test_signing_out_everywhere_says_that_feeds_go_on(
    bo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    browser = await signed_in(bo)
    assert "calendar feed" not in (await browser.get("/settings/sessions")).text
    _, secret = await feeds.make(bo, name="Kitchen screen")
    page = (await browser.get("/settings/sessions")).text
    assert (
        "Your calendar feed keeps working" in page and "Kitchen screen" in page and 'name="end-feeds"' in page
    )
    await browser.post("/settings/sessions/removal")
    assert (await browser.get("/settings/account")).status_code == 303
    assert (await client.get(f"/feeds/{secret}.ics")).status_code == 200


async def test_signing_out_everywhere_ends_the_addresses_of_feeds_if_one_likes(
    bo: Person, ana: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    secrets = [(await feeds.make(bo, name=name))[1] for name in ("Phone", "Work")]
    _, anas = await feeds.make(ana, name="Phone")
    said = (await (await signed_in(bo)).get("/settings/sessions")).text
    assert (
        "Your calendar feeds keep working" in said
        and "<bdi>Phone</bdi> (not read yet) and <bdi>Work</bdi> (not read yet)." in said
    )
    answer = await (await signed_in(bo)).post("/settings/sessions/removal", data={"end-feeds": "true"})
    client.cookies.update(answer.cookies)
    assert "have ended too" in (await client.get("/")).text
    for secret in secrets:
        assert (await client.get(f"/feeds/{secret}.ics")).status_code == 404
    assert (await client.get(f"/feeds/{anas}.ics")).status_code == 200
    again = await signed_in(bo)
    page = (await again.get("/settings/feeds")).text
    assert "Phone" in page and "Work" in page
    (address, *_) = re.findall(r'action="(/settings/feeds/\w+/rotation)"', page)
    await again.post(address)
    new = re.search(r"/feeds/([^/\s\"<]+)\.ics", (await again.get("/settings/feeds")).text)
    assert new and (await client.get(f"/feeds/{new[1]}.ics")).status_code == 200
