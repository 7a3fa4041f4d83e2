"""Calendars that programs subscribe to."""

import gzip
from datetime import timedelta

import httpx
import time_machine
from icalendar import Calendar

from events.publishing import publishing
from events.tables import Event, SeatPool
from members.tables import Community
from server import clock
from tests.gatherings import details, in_days, make_event

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
