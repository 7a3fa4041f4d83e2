"""Being away: nothing is asked of somebody until they are back, and nobody else can tell."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from members import queries
from members.letters import away, letter_hours
from members.letters.away import CannotBeAway
from members.tables import Community, Person
from server import db
from tests.followups.mornings import at
from tests.gatherings import make_event
from tests.ground import forget_what_has_had_its_time
from tests.people import As

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = datetime(2026, 11, 10, 12, 0, tzinfo=BERLIN)
BACK = date(2026, 11, 20)
MIDNIGHT = datetime(2026, 11, 20, 0, 0, tzinfo=BERLIN)


async def now_of(person: Person) -> Person:
    found = await queries.person_by_id(person.id)
    assert found
    return found


async def test_bo_is_away_until_the_day_begins_where_he_lives(bo: Person) -> None:
    with at(TODAY):
        await away.go(bo, BACK)
    person = await now_of(bo)
    assert away.is_away(person, TODAY)
    assert away.is_away(person, MIDNIGHT - timedelta(seconds=1))
    assert not away.is_away(person, MIDNIGHT)


@pytest.mark.parametrize(
    "day", [date(2026, 11, 10), date(2026, 11, 9), date(2027, 11, 12), date(9999, 12, 31)]
)
async def test_it_is_a_day_to_come_within_a_year(bo: Person, day: date) -> None:
    with at(TODAY), pytest.raises(CannotBeAway):
        await away.go(bo, day)
    assert (await now_of(bo)).away_until is None


async def test_a_year_to_the_day_is_not_too_long(bo: Person) -> None:
    with at(TODAY):
        await away.go(bo, date(2027, 11, 10))


async def test_today_is_today_where_bo_lives(bo: Person) -> None:
    await bo.update_self({Person.zone: "Pacific/Kiritimati"})  # It is the 11th there already.
    with at(TODAY), pytest.raises(CannotBeAway):
        await away.go(bo, date(2026, 11, 11))


async def test_the_later_word_counts_and_coming_back_twice_is_harmless(bo: Person) -> None:
    with at(TODAY):
        await away.go(bo, date(2026, 12, 1))
        await away.go(bo, BACK)
        assert (await now_of(bo)).away_until == MIDNIGHT
        await away.come_back(bo)
        await away.come_back(bo)
    assert not away.is_away(await now_of(bo), TODAY)


async def test_queries_know_it_too(bo: Person, cleo: Person) -> None:
    with at(TODAY):
        await away.go(bo, BACK)
    asked = f"SELECT id FROM people WHERE id = ANY($1) AND {queries.not_away('people.id', '$2')}"
    both = [bo.id, cleo.id]
    assert [row["id"] for row in await db.rows(asked, both, TODAY)] == [cleo.id]
    assert len(await db.rows(asked, both, MIDNIGHT)) == 2


async def test_the_nights_job_forgets_it_once_it_is_over(bo: Person) -> None:
    with at(TODAY):
        await away.go(bo, BACK)
        await forget_what_has_had_its_time()
        assert (await now_of(bo)).away_until
    with at(MIDNIGHT + timedelta(hours=3)):
        await forget_what_has_had_its_time()
        assert (await now_of(bo)).away_until is None


# The page


async def test_bo_says_until_when_and_comes_back_sooner(bo: Person, signed_in: As) -> None:
    with at(TODAY):
        browser = await signed_in(bo)
        page = (await browser.get("/settings/away")).text
        assert "You are away" not in page and "Come back now" not in page
        said = await browser.post("/settings/away", data={"until": "2026-11-20"})
        assert (said.status_code, said.headers["location"]) == (303, "/settings/away")
        page = (await browser.get("/settings/away")).text
        assert "You are back on Friday, 20 November 2026." in page and 'value="2026-11-20"' in page
        assert (await browser.post("/settings/away/removal")).status_code == 303
        assert "You are away" not in (await browser.get("/settings/away")).text


async def test_it_is_gone_from_the_page_when_its_day_begins(bo: Person, signed_in: As) -> None:
    with at(TODAY):
        await away.go(bo, BACK)
    with at(MIDNIGHT):
        page = (await (await signed_in(bo)).get("/settings/away")).text
        assert "You are away" not in page and "2026-11-20" not in page


@pytest.mark.parametrize(
    "typed", ["", "yesterday", "2026-11-10", "2020-01-01", "2031-01-01", "0000-00-00", "\x00"]
)
async def test_rubbish_is_refused_beside_the_field(bo: Person, signed_in: As, typed: str) -> None:
    with at(TODAY):
        said = await (await signed_in(bo)).post("/settings/away", data={"until": typed})
        assert said.status_code == 422 and 'id="f-until-error"' in said.text
    assert (await now_of(bo)).away_until is None


async def test_a_stranger_is_asked_to_sign_in(client: httpx.AsyncClient) -> None:
    for answer in (
        await client.get("/settings/away"),
        await client.post("/settings/away", data={"until": "2026-11-20"}),
        await client.post("/settings/away/removal"),
    ):
        assert answer.headers["location"].startswith("/sign-in")


async def test_nobody_else_can_tell(
    ana: Person, bo: Person, cleo: Person, walkers: Community, signed_in: As
) -> None:
    with at(TODAY):
        event = await make_event(walkers, ana, starts_at=TODAY + timedelta(days=3))
        pages = ["/", "/communities/walkers", "/communities/walkers/people", "/organising", "/connections"]
        pages.append(f"/events/{event.public_id}/people")
        browsers = [await signed_in(ana), await signed_in(cleo)]
        before = [await looked_at(browser, page) for browser in browsers for page in pages]
        await away.go(bo, BACK)
        assert [await looked_at(browser, page) for browser in browsers for page in pages] == before


async def looked_at(browser: httpx.AsyncClient, page: str) -> tuple[int, str]:
    """What a page shows, without what is drawn by chance for each request."""
    answer = await browser.get(page)
    return answer.status_code, re.sub(r'(nonce|value)="[^"]*"', "", answer.text)


async def test_the_page_says_that_standing_answers_wait(bo: Person, signed_in) -> None:  # type: ignore[no-untyped-def]
    page = (await (await signed_in(bo)).get("/settings/away")).text
    assert "you are not counted in on new dates until then" in page
    assert 'href="/settings/letters#counted-in"' in page


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
async def test_who_moves_is_back_on_the_day_they_said_by_the_clock_there(
    bo: Person, signed_in: As, zone: str
) -> None:
    browser = await signed_in(bo)
    with at(TODAY):
        await away.go(bo, BACK)
        await letter_hours.pause(bo, BACK + timedelta(days=3))
        for there in (zone, zone, "Europe/Berlin", zone):
            await browser.post("/settings/account", data={"name": "Bo", "zone": there, "language": "en"})
        assert "You are back on Friday, 20 November 2026" in (await browser.get("/settings/away")).text
    person = await now_of(bo)
    assert person.away_until == MIDNIGHT.replace(tzinfo=ZoneInfo(zone))
    assert person.letters_paused_until == MIDNIGHT.replace(day=23, tzinfo=ZoneInfo(zone))


async def test_who_moves_is_not_away_anew_and_a_pause_without_a_day_stays_one(
    bo: Person, signed_in: As
) -> None:
    browser = await signed_in(bo)
    with at(TODAY):
        await away.go(bo, BACK)
        await letter_hours.pause(bo, None)
    with at(MIDNIGHT):
        await browser.post(
            "/settings/account", data={"name": "Bo", "zone": "America/New_York", "language": "en"}
        )
    person = await now_of(bo)
    assert not away.is_away(person, MIDNIGHT)
    assert person.letters_paused_until == letter_hours.FOREVER
