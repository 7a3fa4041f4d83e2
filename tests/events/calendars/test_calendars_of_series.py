"""The calendar of a series, to which anybody may subscribe who may see it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio
import recurring_ical_events
import time_machine
from icalendar import Calendar

from events.publishing import publishing
from events.series import beginning, queries
from events.tables import Event, Series
from members.tables import Community, Person
from server import clock
from tests.events.calendars import lint
from tests.gatherings import as_it_is, details_of, make_event, make_series

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2027, 3, 9, 19, tzinfo=BERLIN)


@pytest.fixture(autouse=True)
def _on_a_day_in_march() -> Iterator[None]:
    with time_machine.travel("2027-03-06 12:00Z"):
        yield


async def begun(walkers: Community, ana: Person, **given: Any) -> Series:
    """Soup on every Tuesday at 19:00, for four weeks, across the change of the clocks."""
    where = {"mode": "hybrid", "address": "Mill Lane 4", "join_url": "https://meet.example/secret-room"}
    usual = {"title": "Soup", "starts_at": FIRST, "weeks_ahead": 4, "started": False}
    return await make_series(walkers, ana, **{**where, **usual, **given})


@pytest_asyncio.fixture(loop_scope="session")
async def soup(walkers: Community, ana: Person) -> Series:
    """It is started."""
    return await begun(walkers, ana, started=True)


def address(series: Series) -> str:
    return f"/series/{series.public_id}/calendar.ics"


async def made(series: Series) -> list[Event]:
    return await queries.gatherings_of(series.id, since=datetime(2000, 1, 1, tzinfo=UTC), most=100)


def starts(answer: httpx.Response) -> list[datetime]:
    assert answer.status_code == 200 and lint.faults(answer.content) == []
    return [each["DTSTART"].dt for each in Calendar.from_ical(answer.text).walk("VEVENT")]


async def test_it_holds_the_gatherings_of_the_series_alone(
    client: httpx.AsyncClient, walkers: Community, ana: Person, soup: Series
) -> None:
    await make_event(walkers, ana, title="Another", starts_at=FIRST + timedelta(hours=1))
    answer = await client.get(address(soup))
    assert starts(answer) == [FIRST + timedelta(weeks=n) for n in range(4)]
    assert [each.hour for each in starts(answer)] == [19] * 4, "the clocks change in between"
    read = Calendar.from_ical(answer.text)
    found = recurring_ical_events.of(read).between(clock.now(), clock.now() + timedelta(days=60))
    assert [each["DTSTART"].dt.hour for each in found] == [19] * 4
    events = await made(soup)
    assert {str(each["UID"]) for each in read.walk("VEVENT")} == {each.uid for each in events}
    assert str(read["X-WR-CALNAME"]) == "Soup" and str(read["SOURCE"]).endswith(address(soup))
    assert str(read["URL"]).endswith(f"/series/{soup.public_id}")
    assert answer.headers["cache-control"] == "public, no-cache"
    assert (
        "secret-room" not in answer.text
        and "Mill Lane" not in answer.text
        and "@example.org" not in answer.text
    )
    assert f'href="{address(soup)}"' in (await client.get(f"/series/{soup.public_id}")).text
    of_all = await client.get("/communities/walkers/calendar.ics")
    assert len(starts(of_all)) == 5


async def test_unchanged_is_304_and_a_change_shows_at_once(client: httpx.AsyncClient, soup: Series) -> None:
    for _ in range(2):
        answer = await client.get(address(soup))
        etag = {"if-none-match": answer.headers["etag"]}
        assert (await client.get(address(soup), headers=etag)).status_code == 304
    first, second, *_ = await made(soup)
    await publishing.edit(first, details_of(first, title="Stew"), seen=first.changed_at)
    changed = await client.get(address(soup), headers=etag)
    assert "SUMMARY:Stew" in changed.text
    await publishing.cancel(second, reason="Rain.")
    etag = {"if-none-match": changed.headers["etag"]}
    cancelled = await client.get(address(soup), headers=etag)
    statuses = [str(each["STATUS"]) for each in Calendar.from_ical(cancelled.text).walk("VEVENT")]
    assert statuses == ["CONFIRMED", "CANCELLED", "CONFIRMED", "CONFIRMED"]
    pattern = await queries.pattern_of(soup.id)
    await Event.update({Event.title: "Soup and bread"}).where(Event.id == pattern.id)
    assert "X-WR-CALNAME:Soup and bread" in (await client.get(address(soup))).text


async def test_what_one_may_not_see_has_no_calendar(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    assert (await client.get("/series/nosuchseries/calendar.ics")).status_code == 404
    for visibility in ("members", "invited", "public"):
        series = await begun(walkers, ana, visibility=visibility)
        assert (await client.get(address(series))).status_code == 404, "it is not started"
        await beginning.start(series)
        assert (await client.get(address(series))).status_code == (200 if visibility == "public" else 404)


async def test_it_goes_with_its_series_out_of_sight(client: httpx.AsyncClient, soup: Series) -> None:
    first, *_ = await made(soup)
    assert len(starts(await client.get(address(soup)))) == 4
    await publishing.edit(first, details_of(first, visibility="members"), seen=first.changed_at)
    assert len(starts(await client.get(address(soup)))) == 3
    first = await as_it_is(first)
    await publishing.edit(first, details_of(first, visibility="unlisted"), seen=first.changed_at)
    assert len(starts(await client.get(address(soup)))) == 3, "that one is for those who were told of it"
    pattern = await queries.pattern_of(soup.id)
    await Event.update({Event.visibility: "members"}).where(Event.id == pattern.id)
    assert (await client.get(address(soup))).status_code == 404


async def test_an_unlisted_series_has_a_calendar_for_those_who_know_it(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    series = await begun(walkers, ana, visibility="unlisted", started=True)
    answer = await client.get(address(series))
    assert len(starts(answer)) == 4
    etag = {"if-none-match": answer.headers["etag"]}
    assert (await client.get(address(series), headers=etag)).status_code == 304
    first, *_ = await made(series)
    await publishing.edit(first, details_of(first, title="Stew"), seen=first.changed_at)
    assert "SUMMARY:Stew" in (await client.get(address(series), headers=etag)).text
    assert starts(await client.get("/communities/walkers/calendar.ics")) == []
