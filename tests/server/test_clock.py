"""One clock decides what is due, PostgreSQL's, whatever the machines say; and tests travel by it."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine

from bench import seed
from server import checkup, clock, db, watching
from tests.pace import PATIENCE, at_most, until
from tests.processes import ROOT, mail_server, web, worker
from tests.server.ahead import AHEAD

A_LITTLE = timedelta(milliseconds=500)


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_ahead", timedelta())
    monkeypatch.setattr(clock, "_travelled", timedelta())


def answer_of(theirs: datetime, took: timedelta = timedelta()) -> float:
    """What becomes of the clock when PostgreSQL says `theirs`, after so long."""
    heard = clock.of_this_machine()
    return clock.follow(theirs - took / 2, asked=heard - took, heard=heard)


def test_a_clock_that_is_ahead_is_set_back() -> None:
    true = datetime.now(UTC) - AHEAD
    assert answer_of(true) == pytest.approx(AHEAD.total_seconds(), abs=0.1)
    assert abs(clock.now() - true) < A_LITTLE
    assert clock.ahead() == pytest.approx(AHEAD.total_seconds(), abs=0.1)


def test_clocks_that_agree_are_left_alone() -> None:
    assert answer_of(datetime.now(UTC) + clock.SAME / 2) == 0
    assert clock.ahead() == 0


def test_a_slow_answer_moves_nothing_that_it_does_not_contradict() -> None:
    assert answer_of(datetime.now(UTC) + timedelta(seconds=1), took=timedelta(seconds=4)) == 0
    assert answer_of(datetime.now(UTC) + timedelta(seconds=9), took=timedelta(seconds=4)) != 0


async def test_postgresql_is_asked() -> None:
    await watching.set_the_clock()
    theirs = await db.value("SELECT clock_timestamp()")
    assert abs(clock.now() - theirs) < A_LITTLE


def test_tests_travel_still() -> None:
    with time_machine.travel(datetime(2031, 5, 1, tzinfo=UTC)):
        assert clock.now().year == 2031


async def test_what_may_forget_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    # The PostgreSQL of tests is careless, on purpose.
    assert {risk.partition(" ")[0] for risk in await watching.risks()} == set(watching.MUST_BE_ON)
    assert await checkup._look("Durability", checkup.QUESTIONS["Durability"])
    assert "synchronous_commit is off" in capsys.readouterr().err


def kith_says(**environment: str) -> subprocess.CompletedProcess[str]:
    """What time it is, and what time it is a day back, in a Kith of these settings."""
    code = (
        "from server import clock, watching; from datetime import timedelta\n"
        "watching.travel()\n"
        "print(clock.now().isoformat())\n"
        "with clock.set_back_to(clock.now() - timedelta(days=1)): print(clock.now().isoformat())"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


@pytest.mark.slow
def test_a_whole_kith_travels_to_tomorrow_or_yesterday() -> None:
    for days in (1, -1):
        said = kith_says(TIME_AHEAD=str(days * 86_400))
        now, day_before = (datetime.fromisoformat(line) for line in said.stdout.split())
        assert abs(now - datetime.now(UTC) - timedelta(days=days)) < timedelta(minutes=1)
        assert abs(now - day_before - timedelta(days=1)) < timedelta(seconds=5)


@pytest.mark.slow
async def test_pages_are_of_the_day_to_which_kith_has_travelled(committed: str) -> None:
    community = await seed.community("walkers")
    await seed.event(community, days=2, title="Walk to the mill")
    with web(committed, SMTP_URL="smtp://127.0.0.1:1", TIME_AHEAD=str(90 * 86_400)) as (_, there):
        ahead = httpx.get(f"{there}/communities/walkers").text
    with web(committed, SMTP_URL="smtp://127.0.0.1:1") as (_, there):
        today = httpx.get(f"{there}/communities/walkers").text
    assert ("Past gatherings" in ahead, "Past gatherings" in today) == (True, False)


@pytest.mark.slow
def test_where_others_come_nobody_travels() -> None:
    said = kith_says(
        TIME_AHEAD="60",
        DEVELOPMENT="",
        BASE_URL="https://kith.example",
        SECRET_KEY="s" * 40,
        SMTP_URL="smtp://127.0.0.1:1",
    )
    assert said.returncode == 2
    assert "TIME_AHEAD must not be set" in said.stderr


@pytest.mark.slow
async def test_a_web_process_five_minutes_ahead_delays_no_letter(committed: str) -> None:
    event = await seed.event(await seed.community())
    (cookie,) = await seed.cookies(await seed.people(1))
    with (
        mail_server() as (mail, smtp),
        web(committed, SMTP_URL=smtp, module="tests.server.ahead") as (_, address),
        worker(committed, SMTP_URL=smtp),
    ):
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as browser:
            answer = await browser.post(
                f"/events/{event.public_id}/rsvp", data={"answer": "going"}, headers={"cookie": cookie}
            )
        assert answer.status_code == 303
        with at_most(10):
            await asyncio.to_thread(mail.wait_for, 1, within=PATIENCE)
        assert len(mail.ids) == 1
    answered = await db.value("SELECT answered_at FROM rsvps WHERE event = $1", event.id)
    assert abs(answered - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.slow
async def test_a_worker_five_minutes_ahead_does_nothing_before_its_time(committed: str) -> None:
    for due in (timedelta(minutes=2), timedelta()):
        await db.run(
            """
            INSERT INTO due_work (kind, args, run_at, request_id, attempts, last_error, created_at)
            VALUES ('nobody.knows', '[]', clock_timestamp() + $1::interval, '', 0, '', clock_timestamp())
            """,
            due,
        )
    with worker(committed, SMTP_URL="smtp://127.0.0.1:1", module="tests.server.ahead"):
        await until(lambda: db.value("SELECT count(*) FROM due_work WHERE dead_at IS NOT NULL"))
        await asyncio.sleep(2)  # It sweeps each second.
    assert await db.value("SELECT count(*) FROM due_work WHERE attempts > 0") == 1
