"""The demonstration: lived in, loaded wholly or not at all, and nowhere but on one's own machine."""

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio
import time_machine

from events.lists import queries as lists
from events.lists.queries import ListFilter
from followups.prompts import queries as prompts
from followups.prompts import telling
from followups.prompts.turns import by_day, week_of
from followups.survey import queries as followups
from members.queries import person_by_email
from members.tables import Person
from server import clock, db
from server.db import transaction
from server.demo import loading, weeks
from server.demo.people import GUESTS, PEOPLE
from server.demo.weeks import SceneFailed, Weeks
from server.jobs import job, later
from server.processes import CannotStart
from server.settings import settings
from tests.ground import clone, connected_to, work_off
from tests.journeys.house import demonstration
from tests.processes import ROOT

As = Callable[[Person], Awaitable[httpx.AsyncClient]]


async def the(key: str) -> Person:
    """Somebody of the demonstration."""
    person = await person_by_email(f"{key}@kith.example")
    assert person
    return person


def told_at(now: datetime) -> datetime:
    """When Bo was told of a connection: just now, or the evening before where it is night."""
    return now if by_day(now, "Europe/Berlin") else now - timedelta(hours=13)


async def people() -> int:
    return int(await db.value("SELECT count(*) FROM people"))


def moments() -> list[datetime]:
    """Times of the day and of the year at which somebody may load it."""
    return [
        datetime(2026, 11, 22, 19, 5, tzinfo=ZoneInfo("UTC")),
        datetime(2027, 3, 28, 0, 20, tzinfo=ZoneInfo("Europe/Berlin")),
        datetime(2027, 7, 1, 23, 50, tzinfo=ZoneInfo("Europe/Berlin")),
        datetime(2027, 10, 31, 7, 0, tzinfo=ZoneInfo("Europe/Amsterdam")),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("now", moments(), ids=str)
async def test_there_is_a_gathering_in_each_phase_whenever_it_is_loaded(now: datetime) -> None:
    with time_machine.travel(now):
        assert await loading.load(if_empty=True) == len(PEOPLE) + len(GUESTS)
        assert await people() == len(PEOPLE) + len(GUESTS)
        phases = await db.row(
            """
            SELECT bool_or(status = 'draft') AS draft,
                bool_or(status = 'published' AND starts_at > $1 AND taken < seats) AS seats_left,
                bool_or(EXISTS (SELECT FROM rsvps WHERE event = events.id AND queued IS NOT NULL)) AS somebody_waits,
                bool_or(EXISTS (SELECT FROM rsvps WHERE event = events.id AND told_change IS NOT NULL)) AS moved,
                bool_or(status = 'cancelled' AND cancel_reason <> '') AS cancelled,
                bool_or(starts_at BETWEEN $1 AND $1 + interval '23 hours') AS soon,
                bool_or(EXISTS (
                    SELECT FROM rsvps WHERE event = events.id AND reminded_at IS NOT NULL AND starts_at > $1
                )) AS reminded,
                bool_or(visibility = 'unlisted') AS unlisted, bool_or(visibility = 'members') AS for_members,
                bool_or(visibility = 'invited') AS by_invitation,
                bool_or(mode = 'online') AS online, bool_or(mode = 'hybrid') AS hybrid,
                bool_or(by_hand AND starts_at > $1) AS changed_by_hand,
                bool_or(by_hand AND starts_wall::date <> series_date) AS moved_by_hand,
                bool_or(series IS NOT NULL AND status = 'cancelled') AS cancelled_of_a_series,
                bool_or(series_date IS NOT NULL AND starts_at < $1) AS past_of_a_series
            FROM events JOIN seat_pools AS room ON room.event = events.id AND NOT room.online
            """,
            now,
        )
        assert phases and [phase for phase, there in phases.items() if not there] == []
        series = await db.row(
            """
            SELECT count(*) = 5 AS each, bool_or(EXISTS (SELECT FROM skipped_dates WHERE series = series.id)) AS skips,
                bool_or(paused_from > $1::date) AS pauses,
                bool_and(EXISTS (
                    SELECT FROM events WHERE series = series.id AND status = 'published' AND starts_at > $1
                )) AS each_goes_on,
                bool_or(EXISTS (
                    SELECT FROM standing_answers WHERE series = series.id AND paused_until > $1::date
                )) AS somebody_pauses,
                bool_or(EXISTS (
                    SELECT FROM counted_in JOIN events ON events.id = event
                    WHERE events.series = series.id AND told_at IS NOT NULL AND starts_at > $1
                )) AS counted_in
            FROM series
            """,
            now,
        )
        assert series and [part for part, there in series.items() if not there] == []
        rota = await db.row(
            """
            SELECT count(*) FILTER (WHERE hosted) AS hosted, count(*) FILTER (WHERE waits) AS waits,
                count(*) FILTER (WHERE NOT hosted AND NOT asked) AS open, bool_or(cannot) AS somebody_cannot
            FROM (
                SELECT EXISTS (SELECT FROM co_hosts WHERE event = events.id) AS hosted, count(question.id) > 0 AS asked,
                    coalesce(bool_or(question.declined_at IS NULL), false) AND count(question.id) > 0 AS waits,
                    coalesce(bool_or(question.declined_at IS NOT NULL), false) AS cannot
                FROM events LEFT JOIN host_questions AS question ON question.event = events.id
                WHERE title LIKE 'Rehearsal%' AND status = 'published' AND series_date IS NOT NULL AND starts_at > $1
                GROUP BY events.id
            ) AS evenings
            """,
            now,
        )
        assert rota and (rota["hosted"], rota["waits"], rota["somebody_cannot"]) == (2, 1, True)
        assert rota["open"] > 0
        brought = await db.rows(
            """
            SELECT title FROM imported_events JOIN events ON events.id = event
            WHERE status = 'published' AND starts_at > $1
            """,
            now,
        )
        assert {row["title"] for row in brought} >= {"Concert with the harbour brass", "Singing on the boat"}
        assert await db.value("SELECT count(DISTINCT hears) FROM follows") == 3
        home = (await lists.whats_on(ListFilter(), now=now, size=6)).rows
        assert len({card.title for card in home}) == len(home) == 6, (
            "whoever comes first sees something different"
        )
        asked = await followups.open_for(await the("bo"), clock.now())
        assert [each.event.title for each in asked] == ["Lanterns around the Schlachtensee"]
        assert await db.value("SELECT count(*) FROM connections") >= 5
        told = await prompts.prompt_of(await the("bo"), week_of(told_at(now), "Europe/Berlin"))
        assert told and told.name == "Emeka" and await telling.told(told)
        assert await db.value("SELECT count(*) FROM volunteer_sign_ups") > 0
        assert await db.value("SELECT count(*) FROM feeds") > 0
        assert await db.value("SELECT count(*) FROM due_work WHERE run_at <= $1", now) == 0
        assert await work_off() == 0


@pytest_asyncio.fixture(loop_scope="session")
async def lived_through(committed: str) -> AsyncIterator[None]:
    """A database of one's own in which all of it has happened until now."""
    async with connected_to(await clone(f"kith_lived_through_{os.getpid()}", await demonstration())):
        yield


@pytest.mark.slow
async def test_nothing_in_it_is_of_the_future_and_letters_are_dated_when_they_were_sent(
    lived_through: None,
) -> None:
    newest, oldest = await db.row("SELECT max(sent_at), min(sent_at) FROM sent_letters")  # type: ignore[misc]
    assert newest <= clock.now() and oldest < clock.now() - timedelta(days=20)
    assert await db.value("SELECT count(*) FROM rsvps WHERE answered_at > $1", clock.now()) == 0


@pytest.mark.slow
async def test_it_shows_a_year_between_four_people(lived_through: None, signed_in: As) -> None:
    """They met, wrote, were told when they could see each other again, and did; one connection was ended."""
    four = {key: (await the(key)).id for key in ("samira", "oskar", "ivana", "hans")}
    names = {number: key for key, number in four.items()}
    rows = await db.rows(
        "SELECT low, high, connected_at, ended_at FROM connections WHERE low = ANY($1) AND high = ANY($1)",
        [*names],
    )
    pairs = {
        tuple(sorted((names[row["low"]], names[row["high"]]))): row["ended_at"] is not None for row in rows
    }
    assert pairs == {
        ("oskar", "samira"): False,
        ("ivana", "samira"): False,
        ("ivana", "oskar"): False,
        ("hans", "oskar"): False,
        ("hans", "ivana"): True,
    }
    assert min(row["connected_at"] for row in rows) < clock.now() - timedelta(days=340)
    told = await db.rows(
        "SELECT kind, chosen_at FROM prompts WHERE person = ANY($1) ORDER BY chosen_at", [*names]
    )
    assert {"season", "coming"} <= {row["kind"] for row in told}
    assert await db.value("SELECT count(*) FROM sent_letters WHERE kind = 'followups/note_back'") >= 1
    samiras = await signed_in(await the("samira"))
    page = (await samiras.get("/connections")).text
    assert page.index("Ivana") < page.index("Oskar"), "whom she keeps at the top comes first"
    hers = re.search(r'href="(/connections/[a-z0-9]+)"[^>]*>\s*[^<]*Oskar', page) or re.search(
        r'href="(/connections/[a-z0-9]+)"', page[page.index("Oskar") - 400 :]
    )
    assert hers
    about = (await samiras.get(hers[1])).text
    for words in (
        "Frost around the Krumme Lanke",
        "Mushrooms and fog",
        "A long walk to the Müggelsee",
        "third",
    ):
        assert words in about, words


@pytest.mark.slow
async def test_it_comes_into_an_empty_database_only_once(lived_through: None) -> None:
    assert await loading.load(if_empty=True) == 0
    assert await people() == len(PEOPLE) + len(GUESTS)


async def test_it_leaves_a_database_with_people_alone(bo: Person) -> None:
    assert await loading.load(if_empty=True) == 0
    assert await people() == 1


async def test_it_refuses_a_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "base_url", "https://kith.example")
    monkeypatch.delitem(settings.__dict__, "on_loopback", raising=False)
    with pytest.raises(CannotStart, match="BASE_URL"):
        await loading.load()
    monkeypatch.delitem(settings.__dict__, "on_loopback", raising=False)
    assert await people() == 0


async def test_it_writes_to_no_mail_server_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "smtp_url", "smtp://mail.example:587")
    with pytest.raises(CannotStart, match="SMTP_URL"):
        await loading.load()


# Time


async def test_scenes_are_lived_through_in_order_each_at_its_time() -> None:
    now, lived = clock.now(), []

    async def scene() -> None:
        lived.append(clock.now())

    story = Weeks(now)
    for days in (1, 9, 4):
        story.plan(now - timedelta(days=days), scene)
    await story.live()
    assert [round((now - moment) / timedelta(days=1), 2) for moment in lived] == [9, 4, 1]
    assert clock.now() - now < timedelta(minutes=1)


async def test_what_is_planned_for_the_future_happens_now() -> None:
    now, lived = clock.now(), []

    async def scene() -> None:
        lived.append(clock.now())

    story = Weeks(now)
    story.plan(now + timedelta(days=3), scene)
    await story.live()
    assert timedelta() <= lived[0] - now < timedelta(minutes=1)


async def test_what_the_timetable_sets_for_itself_does_not_slow_down_the_scenes_that_follow() -> None:
    now, planned = clock.now(), []

    async def scene() -> None:
        planned.append(await db.value("SHOW plan_cache_mode"))

    story = Weeks(now)
    for days in (3, 0):
        story.plan(now - timedelta(days=days), scene)
    async with transaction():
        await story.live()
    assert planned == ["force_generic_plan"] * 2


@job("tests.break_down")
async def break_down() -> None:
    """Due work that cannot be done."""
    raise ZeroDivisionError


async def test_work_that_fails_ends_the_story() -> None:
    story = Weeks(clock.now())
    story.plan(clock.now(), lambda: later(break_down))
    with pytest.raises(SceneFailed, match="break_down"):
        async with transaction():
            await story.live()


@pytest.mark.parametrize("hour", range(24))
def test_what_is_soon_is_at_an_hour_at_which_people_meet(hour: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    present = datetime(2026, 11, 22, hour, 59, tzinfo=berlin)
    starts_at = loading.soon(present, "Europe/Berlin")
    assert timedelta(hours=4) <= starts_at - present <= timedelta(hours=23)
    assert starts_at.time() in loading.USUAL_HOURS


def test_letters_of_the_morning_after_are_not_sent_at_night() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    late = datetime(2026, 11, 22, 22, 30, tzinfo=berlin)
    assert weeks.first_daylight_round(late, "Europe/Berlin") == datetime(2026, 11, 23, 10, 10, tzinfo=berlin)


# Being somebody


async def newcomer(name: str, email: str, *, account: bool = True) -> Person:
    person = Person(name=name, email=email, signed_in_at=clock.now() if account else None)
    await person.save()
    return person


async def test_one_press_signs_in_as_somebody_of_the_demonstration(client: httpx.AsyncClient) -> None:
    ana = await newcomer("Ana Ribeiro", "ana@kith.example")
    page = await client.get("/dev/people")
    assert page.status_code == 200 and "Be Ana" in page.text
    answer = await client.post(f"/dev/people/{ana.public_id}/session")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "You are Ana Ribeiro now." in (await client.get("/settings/account")).text


async def test_looking_signs_nobody_in(client: httpx.AsyncClient) -> None:
    ana = await newcomer("Ana Ribeiro", "ana@kith.example")
    assert (await client.get(f"/dev/people/{ana.public_id}/session")).status_code == 405


async def test_somebody_real_cannot_be_signed_in_as(client: httpx.AsyncClient, bo: Person) -> None:
    assert "Be Bo" not in (await client.get("/dev/people")).text
    assert (await client.post(f"/dev/people/{bo.public_id}/session")).status_code == 404


async def test_a_guest_of_the_demonstration_has_no_account_to_be_signed_in_to(
    client: httpx.AsyncClient,
) -> None:
    grete = await newcomer("Grete Vogel", "grete@kith.example", account=False)
    assert (await client.post(f"/dev/people/{grete.public_id}/session")).status_code == 404


async def test_being_somebody_else_ends_the_session_before(client: httpx.AsyncClient) -> None:
    ana = await newcomer("Ana Ribeiro", "ana@kith.example")
    bo = await newcomer("Bo Lindqvist", "bo@kith.example")
    for person in (ana, bo):
        answer = await client.post(f"/dev/people/{person.public_id}/session")
        client.cookies.update(answer.cookies)
    assert await db.rows("SELECT person FROM sessions") == [(bo.id,)]


ADDRESSES = """
from server import composition
print([route.path for route in composition.routes() if route.path.startswith("/dev")])
"""


def addresses_for_developers(**environment: str) -> subprocess.CompletedProcess[str]:
    """What is below /dev in a process with these settings."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"DEVELOPMENT", "BASE_URL"}}
    return subprocess.run(
        [sys.executable, "-c", ADDRESSES],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_outside_development_there_is_no_such_address() -> None:
    assert "/dev/people/{person}/session" in addresses_for_developers(DEVELOPMENT="1").stdout
    assert addresses_for_developers().stdout.strip() == "[]"
    public = {"BASE_URL": "https://kith.example", "SECRET_KEY": "x" * 40, "SMTP_URL": "smtp://mail.example"}
    assert addresses_for_developers(**public).stdout.strip() == "[]"
    refused = addresses_for_developers(**public, DEVELOPMENT="1")
    assert refused.returncode == 2 and "DEVELOPMENT" in refused.stderr
