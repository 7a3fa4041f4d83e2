"""Feeds of one's own: made, read, turned over and taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest
import time_machine
from icalendar import Calendar

from events import contributions
from events.calendars import feeds
from events.calendars.entries import entry
from events.contributions import CalendarSource, InCalendar
from events.publishing import publishing
from events.tables import Event, Feed
from members.tables import Community, Person
from server import clock, tokens
from tests.gatherings import details, make_event
from tests.people import As


def summaries(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(answer.text).walk("VEVENT")]


@pytest.fixture
def going(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """`going(event, ...)`: what another package puts into everybody's calendar."""

    def say(*events: Event) -> None:
        async def source(person: Person, since: datetime, until: datetime) -> Sequence[InCalendar]:
            found = [await Event.objects().get(Event.id == event.id) for event in events]
            return [
                InCalendar(event, partial(entry, event, community="Sunday Walkers"))
                for event in found
                if event
            ]

        monkeypatch.setattr(contributions, "calendar_sources", [CalendarSource("answers", source)])

    return say


async def made(person: Person, name: str = "Phone", **gives: Any) -> str:
    _, secret = await feeds.make(person, name=name, **gives)
    return f"/feeds/{secret}.ics"


async def test_a_personal_feed_shows_what_i_am_part_of(
    client: httpx.AsyncClient, walkers: Community, bo: Person, going: Any
) -> None:
    going(await make_event(walkers, title="Soup"))
    address = await made(bo)
    answer = await client.get(address)
    assert summaries(answer) == ["Soup"]
    assert "X-WR-CALNAME:Kith: Phone" in answer.text
    assert answer.headers["cache-control"] == "private, no-cache"
    again = await client.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_a_personal_feed_is_right_at_once(
    client: httpx.AsyncClient, walkers: Community, bo: Person, going: Any
) -> None:
    event = await make_event(walkers, title="Soup")
    going(event)
    address = await made(bo)
    etag = {"if-none-match": (await client.get(address)).headers["etag"]}
    await publishing.edit(event, details(title="Stew"), seen=event.changed_at)
    assert summaries(await client.get(address, headers=etag)) == ["Stew"]


async def test_cancelled_is_kept_or_dropped_as_i_like(
    client: httpx.AsyncClient, walkers: Community, bo: Person, going: Any
) -> None:
    event = await make_event(walkers, title="Soup")
    going(event)
    await publishing.cancel(event, reason="Rain.")
    keeping, dropping = await made(bo, "A"), await made(bo, "B", cancelled="drop")
    assert summaries(await client.get(keeping)) == ["Soup"]
    assert summaries(await client.get(dropping)) == []
    with time_machine.travel(clock.now() + timedelta(days=32), tick=True):
        assert summaries(await client.get(keeping)) == []


async def test_reading_is_noted_once_an_hour(client: httpx.AsyncClient, bo: Person) -> None:
    address = await made(bo)
    assert await Feed.select(Feed.read_at).first() == {"read_at": None}
    seen = []
    for minutes in (0, 30, 61):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=True):
            await client.get(address)
            seen.append((await Feed.select(Feed.read_at).first())["read_at"])  # type: ignore[index]
    assert seen[0] == seen[1] < seen[2]


async def test_a_secret_is_kept_as_its_digest_and_dies_at_once(client: httpx.AsyncClient, bo: Person) -> None:
    public_id, secret = await feeds.make(bo, name="Phone")
    assert await Feed.count().where(Feed.secret == tokens.digest(secret)) == 1
    new = await feeds.rotate(bo, public_id)
    assert (await client.get(f"/feeds/{secret}.ics")).status_code == 404
    assert (await client.get(f"/feeds/{new}.ics")).status_code == 200
    await feeds.revoke(bo, public_id)
    await feeds.revoke(bo, public_id)
    assert (await client.get(f"/feeds/{new}.ics")).status_code == 404


async def test_who_is_gone_has_no_feed(client: httpx.AsyncClient, bo: Person) -> None:
    address = await made(bo)
    await Person.delete().where(Person.id == bo.id)
    assert (await client.get(address)).status_code == 404


async def test_the_settings_page_shows_an_address_once(
    signed_in: As, client: httpx.AsyncClient, bo: Person
) -> None:
    browser = await signed_in(bo)
    assert (await browser.post("/settings/feeds", data={"name": "Phone"})).status_code == 303
    page = await browser.get("/settings/feeds")
    address = page.text.split('id="feed-address" value="')[1].split('"')[0]
    assert "webcal://" in page.text and "<svg" in page.text
    assert (await client.get(address)).status_code == 200
    assert address not in (await browser.get("/settings/feeds")).text
    assert "Phone" in (await browser.get("/settings/feeds")).text


async def test_a_feed_is_turned_over_and_taken_back(signed_in: As, bo: Person, cleo: Person) -> None:
    public_id, _ = await feeds.make(bo, name="Phone")
    browser, other = await signed_in(bo), await signed_in(cleo)
    assert (await other.post(f"/settings/feeds/{public_id}/rotation")).status_code == 404
    assert (await browser.post(f"/settings/feeds/{public_id}/rotation")).status_code == 303
    await other.post(f"/settings/feeds/{public_id}/removal")
    assert await Feed.count() == 1
    await browser.post(f"/settings/feeds/{public_id}/removal")
    assert await Feed.count() == 0


async def test_a_name_is_used_once(signed_in: As, bo: Person) -> None:
    browser = await signed_in(bo)
    for status in (303, 422):
        answer = await browser.post("/settings/feeds", data={"name": "Phone"})
        assert answer.status_code == status
    assert "You have a feed of that name already" in answer.text
    assert (await browser.post("/settings/feeds", data={"name": ""})).status_code == 422


async def test_the_settings_page_is_for_who_is_signed_in(client: httpx.AsyncClient) -> None:
    assert (await client.get("/settings/feeds")).headers["location"] == "/sign-in?next=%2Fsettings%2Ffeeds"
    assert (await client.post("/settings/feeds", data={"name": "x"})).status_code == 303
