"""What was acknowledged is there, also when the web process is killed in the middle of it."""

import asyncio
import signal

import httpx
import pytest

from bench import seed
from server import db
from tests.processes import web

pytestmark = pytest.mark.slow

PEOPLE = 500
SEATS = 200
AT_ONCE = 25


async def test_killing_the_web_process_loses_no_acknowledged_answer(committed: str) -> None:
    event = await seed.event(await seed.community(), seats=SEATS)
    people = await seed.people(PEOPLE)
    cookies = await seed.cookies(people)
    acknowledged: set[int] = set()
    with web(committed, SMTP_URL="smtp://127.0.0.1:1") as (first, address):
        waiting = list(zip(people, cookies, strict=True))
        kill_at = PEOPLE // 3

        async def answer_in_turn(browser: httpx.AsyncClient) -> None:
            while waiting:
                person, cookie = waiting.pop()
                try:
                    answer = await _answer(browser, address, event.public_id, cookie)
                except httpx.HTTPError:
                    return
                if answer.status_code == 303:
                    acknowledged.add(person)
                if len(acknowledged) == kill_at:
                    first.send_signal(signal.SIGKILL)

        await _all_at_once(answer_in_turn)
        await asyncio.to_thread(first.wait, 5)
    assert kill_at <= len(acknowledged) < PEOPLE
    there = {
        row["person"]
        for row in await db.rows("SELECT person FROM rsvps WHERE status IN ('going', 'waitlisted')")
    }
    assert acknowledged <= there
    # What was cut off may be answered again, and changes nothing for who was in.
    with web(committed, SMTP_URL="smtp://127.0.0.1:1") as (_, address):
        again = list(zip(people, cookies, strict=True))

        async def answer_again(browser: httpx.AsyncClient) -> None:
            while again:
                _, cookie = again.pop()
                assert (await _answer(browser, address, event.public_id, cookie)).status_code == 303

        await _all_at_once(answer_again)
    found = await db.rows("SELECT status, queued, id FROM rsvps WHERE event = $1 ORDER BY id", event.id)
    going = [row for row in found if row["status"] == "going"]
    waiting_line = [row["queued"] for row in found if row["status"] == "waitlisted"]
    assert (len(going), len(waiting_line)) == (SEATS, PEOPLE - SEATS)
    assert len(set(waiting_line)) == len(waiting_line)
    assert await db.value("SELECT taken FROM events WHERE id = $1", event.id) == SEATS
    # One letter and one line of history each: nobody was answered twice.
    assert await db.value("SELECT count(*) FROM rsvp_changes") == PEOPLE
    assert await db.value("SELECT count(*) FROM due_work WHERE kind LIKE 'rsvps.mail.%'") == PEOPLE


async def _all_at_once(work: object) -> None:
    limits = httpx.Limits(max_connections=1)
    browsers = [httpx.AsyncClient(limits=limits, timeout=20) for _ in range(AT_ONCE)]
    await asyncio.gather(*(work(browser) for browser in browsers))  # type: ignore[operator]
    for browser in browsers:
        await browser.aclose()


async def _answer(browser: httpx.AsyncClient, address: str, event: str, cookie: str) -> httpx.Response:
    return await browser.post(
        f"{address}/events/{event}/rsvp", data={"answer": "going"}, headers={"cookie": cookie}
    )
