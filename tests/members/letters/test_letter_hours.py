"""When letters that can wait may come: not in a pause, not in quiet hours, not to who is away."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from members import queries
from members.letters import away, letter_hours
from members.letters.letter_hours import FOREVER, CannotPause, NoQuietHours, next_free
from members.tables import Person
from server import db
from tests.followups.mornings import at
from tests.ground import forget_what_has_had_its_time
from tests.people import As

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 10, 12, 0, tzinfo=BERLIN)


async def now_of(person: Person) -> Person:
    found = await queries.person_by_id(person.id)
    assert found
    return found


def on(day: int, hour: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=BERLIN)


async def test_letters_come_at_once_to_who_has_said_nothing(bo: Person) -> None:
    assert next_free(bo, NOON) == NOON


async def test_a_pause_ends_where_that_day_begins(bo: Person) -> None:
    with at(NOON):
        await letter_hours.pause(bo, date(2026, 11, 20))
    found = await now_of(bo)
    assert letter_hours.is_paused(found, on(20) - timedelta(seconds=1))
    assert not letter_hours.is_paused(found, on(20))
    assert next_free(found, NOON) == on(20)


async def test_a_pause_without_a_day_lasts_until_bo_ends_it(bo: Person) -> None:
    with at(NOON):
        await letter_hours.pause(bo, None)
        assert next_free(await now_of(bo), NOON + timedelta(days=3000)) == FOREVER
        for _ in range(2):
            await letter_hours.go_on(bo)
        assert next_free(await now_of(bo), NOON) == NOON


@pytest.mark.parametrize("day", [date(2026, 11, 10), date(2026, 11, 9), date(2027, 11, 12)])
async def test_a_pause_until_a_day_within_a_year(bo: Person, day: date) -> None:
    with at(NOON), pytest.raises(CannotPause):
        await letter_hours.pause(bo, day)
    assert (await now_of(bo)).letters_paused_until is None


@pytest.mark.parametrize(
    ("hours", "moment", "free"),
    [
        ((22, 7), on(10, 12), on(10, 12)),
        ((22, 7), on(10, 22), on(11, 7)),
        ((22, 7), on(11, 3), on(11, 7)),
        ((22, 7), on(11, 7), on(11, 7)),
        ((9, 17), on(10, 12), on(10, 17)),
        ((9, 17), on(10, 17), on(10, 17)),
        ((22, 0), on(10, 23), on(11, 0)),
        ((0, 6), on(11, 0), on(11, 6)),
        # The night in which clocks go forward, and the one in which they go back.
        ((22, 7), on(28, 23, month=3), on(29, 7, month=3)),
        ((22, 7), on(24, 23, month=10), on(25, 7, month=10)),
    ],
)
async def test_quiet_hours_are_by_ones_own_clock(
    bo: Person, hours: tuple[int, int], moment: datetime, free: datetime
) -> None:
    await letter_hours.be_quiet(bo, hours)
    assert next_free(await now_of(bo), moment) == free


async def test_quiet_hours_that_end_where_no_clock_shows_them(bo: Person) -> None:
    await letter_hours.be_quiet(bo, (23, 2))
    # At 2:00 it is 3:00 already.
    assert next_free(await now_of(bo), on(29, 1, month=3)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


async def test_the_whole_day_is_no_quiet_hour(bo: Person) -> None:
    with pytest.raises(NoQuietHours):
        await letter_hours.be_quiet(bo, (7, 7))
    await letter_hours.be_quiet(bo, (22, 7))
    await letter_hours.be_quiet(bo, None)
    assert next_free(await now_of(bo), on(10, 23)) == on(10, 23)


async def test_who_is_away_or_pauses_is_back_after_the_quiet_hours(bo: Person) -> None:
    with at(NOON):
        await letter_hours.be_quiet(bo, (22, 7))
        await away.go(bo, date(2026, 11, 20))
        assert next_free(await now_of(bo), NOON) == on(20, 7)
        await letter_hours.pause(bo, date(2026, 11, 23))
        assert next_free(await now_of(bo), NOON) == on(23, 7)


async def test_queries_know_of_a_pause(bo: Person, cleo: Person) -> None:
    with at(NOON):
        await letter_hours.pause(bo, date(2026, 11, 20))
    asked = f"SELECT id FROM people WHERE id = ANY($1) AND {queries.not_away('people.id', '$2')}"
    assert [row["id"] for row in await db.rows(asked, [bo.id, cleo.id], NOON)] == [cleo.id]


async def test_the_nights_job_forgets_a_pause_once_it_is_over(bo: Person) -> None:
    with at(NOON):
        await letter_hours.pause(bo, date(2026, 11, 20))
    with at(on(19)):
        await forget_what_has_had_its_time()
        assert (await now_of(bo)).letters_paused_until
    with at(on(20)):
        await forget_what_has_had_its_time()
        assert (await now_of(bo)).letters_paused_until is None


async def test_bo_pauses_and_ends_it_in_the_settings(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    await browser.post("/settings/letters/pause", data={"until": ""})
    assert "Your letters are paused." in (await browser.get("/settings/letters")).text
    await browser.post("/settings/letters/pause/removal")
    assert "Your letters come again." in (page := (await browser.get("/settings/letters")).text)
    assert "Have letters again" not in page
    with at(NOON):
        refused = await browser.post("/settings/letters/pause", data={"until": "2026-11-10"})
    assert refused.status_code == 422
    assert "Please choose a day after today." in refused.text
    assert 'href="/settings/letters" aria-current="page"' in refused.text


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"quiet_from": "22", "quiet_to": "7"}, 303),
        ({"quiet_from": "", "quiet_to": ""}, 303),
        ({"quiet_from": "22", "quiet_to": ""}, 422),
        ({"quiet_from": "", "quiet_to": "7"}, 422),
        ({"quiet_from": "7", "quiet_to": "7"}, 422),
        ({"quiet_from": "24", "quiet_to": "7"}, 422),
        ({"quiet_from": "late", "quiet_to": "7"}, 422),
    ],
)
async def test_bo_sets_quiet_hours(bo: Person, signed_in: As, typed: dict[str, str], status: int) -> None:
    browser = await signed_in(bo)
    assert (await browser.post("/settings/letters/quiet-hours", data=typed)).status_code == status
    chosen = (22, 7) if status == 303 and typed["quiet_from"] else (None, None)
    found = await now_of(bo)
    assert (found.quiet_from, found.quiet_to) == chosen
    page = (await browser.get("/settings/letters")).text
    assert ('<option value="22" selected>' in page) == (chosen == (22, 7))


@pytest.mark.parametrize("path", ["pause", "pause/removal", "quiet-hours"])
async def test_only_who_is_signed_in_has_letters_to_choose(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.post(f"/settings/letters/{path}", data={})
    assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("column", ["letters_paused_until", "away_until"])
async def test_who_rests_is_found_without_reading_everybody(ana: Person, column: str) -> None:
    await db.run("SET LOCAL enable_seqscan = off")
    lines = await db.rows(f"EXPLAIN UPDATE people SET {column} = NULL WHERE {column} <= now()")
    plan = "\n".join(row["QUERY PLAN"] for row in lines)
    assert f"Index Cond: ({column} <=" in plan, plan
