"""Calendars that programs subscribe to."""

import gzip
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
from events.contributions import InCalendar
from events.publishing import publishing
from events.tables import Event, Feed, SeatPool
from members.tables import Community, Person
from server import clock, tokens
from tests.gatherings import details, in_days, make_event
from tests.people import As

WALKERS = "/communities/walkers/calendar.ics"


def summaries(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(answer.text).walk("VEVENT")]


async def test_a_communitys_calendar_has_its_public_events(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    for title, more in {
        "Second": {"starts_at": in_days(9)},
        "First": {"starts_at": in_days(2)},
        "Unlisted": {"visibility": "unlisted"},
        "Members": {"visibility": "members"},
        "Invited": {"visibility": "invited"},
        "Draft": {"status": "draft"},
        "Recent": {"starts_at": in_days(-60)},
        "Long ago": {"starts_at": in_days(-120)},
        "Far away": {"starts_at": in_days(600)},
    }.items():
        await make_event(walkers, title=title, **more)
    answer = await client.get(WALKERS)
    assert summaries(answer) == ["Recent", "First", "Second"]
    assert "X-WR-CALNAME:Sunday Walkers" in answer.text
    assert (
        "secret-room" not in answer.text
        and "Mill Lane" not in answer.text
        and "@example.org" not in answer.text
    )


async def test_a_public_address_stands_in_the_calendar(client: httpx.AsyncClient, walkers: Community) -> None:
    await make_event(walkers, address_public=True)
    answer = await client.get(WALKERS)
    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert event["LOCATION"] == "The old mill, Mill Lane 4, second yard"


async def test_unchanged_is_304_and_a_change_shows_at_once(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event = await make_event(walkers)
    answer = await client.get(WALKERS)
    etag = {"if-none-match": answer.headers["etag"]}
    assert (await client.get(WALKERS, headers=etag)).status_code == 304
    await SeatPool.update({SeatPool.taken: 3}).where(SeatPool.event == event.id)
    await Event.update({Event.page_version: 1}).where(Event.id == event.id)
    assert (await client.get(WALKERS, headers=etag)).status_code == 304
    event = await publishing.edit(event, details(starts_at=in_days(8)), seen=event.changed_at)
    moved = await client.get(WALKERS, headers=etag)
    (shown,) = Calendar.from_ical(moved.text).walk("VEVENT")
    assert (moved.status_code, shown["SEQUENCE"], shown["DTSTART"].dt) == (200, 1, event.local_start)
    etag = {"if-none-match": moved.headers["etag"]}
    await publishing.edit(event, details(starts_at=in_days(8), visibility="members"), seen=event.changed_at)
    assert summaries(await client.get(WALKERS, headers=etag)) == []


async def test_a_new_name_of_the_community_shows_at_once(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    before = await client.get(WALKERS)
    await Community.update({Community.name: "Monday Walkers"}).where(Community.id == walkers.id)
    after = await client.get(WALKERS, headers={"if-none-match": before.headers["etag"]})
    assert "Monday Walkers" in after.text


async def test_what_was_cancelled_stays_for_thirty_days(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event = await make_event(walkers, starts_at=in_days(50))
    await publishing.cancel(event, reason="Rain")
    (shown,) = Calendar.from_ical((await client.get(WALKERS)).text).walk("VEVENT")
    assert (shown["STATUS"], shown["SEQUENCE"]) == ("CANCELLED", 1)
    assert "Cancelled: Rain" in shown["DESCRIPTION"]
    with time_machine.travel(clock.now() + timedelta(days=32), tick=True):
        assert summaries(await client.get(WALKERS)) == []


async def test_last_modified_is_good_for_a_304_too(client: httpx.AsyncClient, walkers: Community) -> None:
    await make_event(walkers)
    assert "last-modified" not in (await client.get(WALKERS)).headers
    with time_machine.travel(clock.now() + timedelta(seconds=5), tick=True):
        answer = await client.get(WALKERS)
        since = {"if-modified-since": answer.headers["last-modified"]}
        assert (await client.get(WALKERS, headers=since)).status_code == 304
        await make_event(walkers, title="One more")
        assert (await client.get(WALKERS, headers=since)).status_code == 200
    assert (await client.get(WALKERS, headers={"if-modified-since": "yesterday"})).status_code == 200


async def test_any_program_may_ask_as_it_likes(client: httpx.AsyncClient, walkers: Community) -> None:
    await make_event(walkers)
    plain = await client.get(WALKERS, headers={"accept-encoding": "identity"})
    for accept in ("text/calendar", "image/png", "application/json", "*/*"):
        assert (await client.get(WALKERS, headers={"accept": accept})).status_code == 200
    head = await client.head(WALKERS)
    assert head.status_code == 200 and head.headers["etag"] == plain.headers["etag"]
    async with client.stream("GET", WALKERS, headers={"accept-encoding": "gzip"}) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(b"".join([part async for part in packed.aiter_raw()])) == plain.content
    assert (await client.get("/communities/nowhere/calendar.ics")).status_code == 404
    assert (await client.post(WALKERS)).status_code == 405


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

        monkeypatch.setattr(contributions, "calendar_sources", [source])

    return say


async def made(person: Person, name: str = "Phone", *, keeps_cancelled: bool = True) -> str:
    _, secret = await feeds.make(person, name=name, keeps_cancelled=keeps_cancelled)
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
    await publishing.cancel(event, reason="")
    keeping, dropping = await made(bo, "A"), await made(bo, "B", keeps_cancelled=False)
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
    public_id, secret = await feeds.make(bo, name="Phone", keeps_cancelled=True)
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
    assert (
        await browser.post("/settings/feeds", data={"name": "Phone", "keeps_cancelled": "true"})
    ).status_code == 303
    page = await browser.get("/settings/feeds")
    address = page.text.split('id="feed-address" value="')[1].split('"')[0]
    assert "webcal://" in page.text and "<svg" in page.text
    assert (await client.get(address)).status_code == 200
    assert address not in (await browser.get("/settings/feeds")).text
    assert "Phone" in (await browser.get("/settings/feeds")).text


async def test_a_feed_is_turned_over_and_taken_back(signed_in: As, bo: Person, cleo: Person) -> None:
    public_id, _ = await feeds.make(bo, name="Phone", keeps_cancelled=True)
    browser, other = await signed_in(bo), await signed_in(cleo)
    for noun in ("rotation", "cancelled", "cancelled/removal"):
        assert (await other.post(f"/settings/feeds/{public_id}/{noun}")).status_code == 404
        assert (await browser.post(f"/settings/feeds/{public_id}/{noun}")).status_code == 303
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
