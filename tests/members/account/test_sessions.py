"""Sessions: how long they last, and that nobody else's are read or ended."""

from datetime import timedelta

import httpx
import time_machine

from members.account import sessions
from members.tables import Person, Session
from server import clock
from tests.people import As


async def test_bo_signs_out_everywhere(bo: Person, ana: Person, signed_in: As) -> None:
    here, there, anas = await signed_in(bo), await signed_in(bo), await signed_in(ana)
    assert (await here.post("/settings/sessions/removal")).status_code == 303
    assert (await there.get("/settings/account")).status_code == 303
    assert (await anas.get("/settings/account")).status_code == 200


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
