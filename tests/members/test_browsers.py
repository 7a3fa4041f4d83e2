"""Where I am signed in: seeing it, ending one, ending all."""

import re
from datetime import timedelta

import httpx
import time_machine

from events.calendars import feeds
from members import sessions
from members.tables import Person, Session
from server import clock
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


async def test_bo_signs_out_everywhere(bo: Person, ana: Person, signed_in: As) -> None:
    here, there, anas = await signed_in(bo), await signed_in(bo), await signed_in(ana)
    assert (await here.post("/settings/sessions/removal")).status_code == 303
    assert (await there.get("/settings/account")).status_code == 303
    assert (await anas.get("/settings/account")).status_code == 200


async def test_signing_out_everywhere_says_that_feeds_go_on(
    bo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    browser = await signed_in(bo)
    assert "calendar feed" not in (await browser.get("/settings/sessions")).text
    _, secret = await feeds.make(bo, name="Kitchen screen", keeps_cancelled=True)
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
    secrets = [(await feeds.make(bo, name=name, keeps_cancelled=True))[1] for name in ("Phone", "Work")]
    _, anas = await feeds.make(ana, name="Phone", keeps_cancelled=True)
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


async def test_nobody_ends_anothers_session(bo: Person, cleo: Person, signed_in: As) -> None:
    bos, cleos = await signed_in(bo), await signed_in(cleo)
    number = await Session.select(Session.id).where(Session.person == bo.id).first()
    await cleos.post(f"/settings/sessions/{number['id']}/removal")  # type: ignore[index]
    assert (await bos.get("/settings/account")).status_code == 200
    assert (await cleos.post("/settings/sessions/99999999999999999999999/removal")).status_code == 404
    assert (await cleos.post("/settings/sessions/x/removal")).status_code == 404


async def test_a_session_lasts_while_it_is_used(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    for days in (60, 120, 180):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=True):
            assert (await browser.get("/settings/account")).status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=300), tick=True):
        assert (await browser.get("/settings/account")).status_code == 303


async def test_the_secret_is_nowhere_in_the_database(bo: Person) -> None:
    secret = await sessions.open_session(bo, browser="")
    assert secret.encode() not in bytes((await Session.select(Session.secret).first())["secret"])  # type: ignore[index]


async def test_a_cookie_that_means_nothing_is_nobody(client: httpx.AsyncClient) -> None:
    for cookie in ("kith=x", "kith=", 'kith="', "kith=" + "a" * 5000, "kith;=;kith=\x01"):
        answer = await client.get("/settings/account", headers={"cookie": cookie})
        assert answer.status_code == 303


async def test_only_a_browser_that_people_recognise_is_kept() -> None:
    def told(agent: str) -> str:
        from starlette.requests import Request

        scope = {"type": "http", "headers": [(b"user-agent", agent.encode())]}
        return sessions.browser_of(Request(scope))

    assert (
        told("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0") == "Firefox on Linux"
    )
    assert (
        told("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537")
        == "Chrome on Android"
    )
    assert (
        told("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604")
        == "Safari on iPhone"
    )
    assert told("curl/8") == "A browser"
