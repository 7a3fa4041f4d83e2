"""Feeds of a running Kith, read by independent programs: before a change and after it."""

import asyncio
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import httpx
import icalendar
import pytest

from bench import seed
from events.calendars import feeds
from events.calendars.feeds import Holds
from events.publishing import publishing
from events.series import queries as series_queries
from events.tables import Event
from members.communities import joining
from rsvps.seating import seats
from server import clock
from tests.events.calendars import lint
from tests.events.calendars.readers import in_python, khal
from tests.gatherings import details_of, in_days, make_series
from tests.people import join
from tests.processes import web
from volunteers import shifts
from volunteers.shifts import Needed

pytestmark = pytest.mark.slow


@khal.needed
async def test_programs_agree_on_the_feeds_of_a_running_kith(committed: str, tmp_path: Path) -> None:
    community = await seed.community("walkers")
    walk = await seed.event(community, title="Walk to the mill, and back; slowly")
    late = await seed.event(community, days=150, title="Spring walk")
    (number,) = await seed.people(1)
    bo = await seed.person(number)
    _, secret = await feeds.make(bo, name="Phone")
    with web(committed, SMTP_URL="smtp://127.0.0.1:1") as (_, address):
        public = f"{address}/communities/walkers/calendar.ics"
        personal = f"{address}/feeds/{secret}.ics"
        assert _starts(httpx.get(public).text) == {walk.starts_at: walk.title, late.starts_at: late.title}
        assert _starts(httpx.get(personal).text) == {}
        await seats.answer(walk, bo, answer="going", by=bo)
        assert _starts(httpx.get(personal).text) == {walk.starts_at: walk.title}

        reader = khal.Khal(tmp_path, public)
        await asyncio.to_thread(reader.sync)
        since, until = f"{clock.now():%Y-%m-%d}", f"{clock.now() + timedelta(days=300):%Y-%m-%d}"
        shown = await asyncio.to_thread(reader.shows, since, until)
        assert {one.starts: one.title for one in shown} == _starts(httpx.get(public).text)

        etag = httpx.get(public).headers["etag"]
        assert httpx.get(public, headers={"if-none-match": etag}).status_code == 304
        moved = walk.starts_at + timedelta(hours=3)
        await walk.update_self(
            {
                Event.starts_at: moved,
                Event.ends_at: moved + timedelta(hours=2),
                Event.sequence: 1,
                Event.calendar_changed_at: clock.now(),
            }
        )
        async with asyncio.timeout(1):
            while httpx.get(public, headers={"if-none-match": etag}).status_code == 304:
                await asyncio.sleep(0.01)
        await asyncio.to_thread(reader.sync)
        shown = await asyncio.to_thread(reader.shows, since, until)
        assert moved in {one.starts for one in shown}


@khal.needed
async def test_every_kind_of_feed_is_the_same_from_every_process_and_right_at_once(
    committed: str, tmp_path: Path
) -> None:
    community = await seed.community("walkers")
    walk = await seed.event(community, title="Walk to the mill")
    bo, owner = [await seed.person(number) for number in await seed.people(2)]
    await join(bo, community, "organiser")
    await join(owner, community, "owner")
    await seats.answer(walk, bo, answer="going", by=bo)
    role = await shifts.add(walk, Needed("Door", "", 2, walk.starts_at, walk.starts_at + timedelta(hours=1)))
    await shifts.sign_up(role, bo, walk)
    kinds: dict[Holds, set[str]] = {
        "mine": {walk.title, f"Door ({walk.title})"},
        "run": {walk.title},
        "shifts": {f"Door ({walk.title})"},
    }
    made = {
        holds: await feeds.make(bo, name=holds, holds=holds, cancelled="note", alarm=60) for holds in kinds
    }
    with ExitStack() as both:
        given = {"SMTP_URL": "smtp://127.0.0.1:1", "BASE_URL": "http://127.0.0.1:8000"}
        houses = [both.enter_context(web(committed, **given))[1] for _ in range(2)]

        async def seen(holds: Holds) -> tuple[set[str], str]:
            """What this feed holds and its validator, which are the same from both, and unchanged at once after."""
            addresses = [f"{house}/feeds/{made[holds][1]}.ics" for house in houses]
            answers = [httpx.get(address) for address in addresses]
            assert answers[0].headers["etag"] == answers[1].headers["etag"]
            (text,) = {answer.text for answer in answers}
            known = {"if-none-match": answers[0].headers["etag"]}
            assert [httpx.get(address, headers=known).status_code for address in addresses] == [304, 304]
            assert lint.faults(text.encode()) == []
            titles = {str(each["SUMMARY"]) for each in icalendar.Calendar.from_ical(text).walk("VEVENT")}
            return titles, answers[0].headers["etag"]

        before = {}
        for holds, titles in kinds.items():
            found, before[holds] = await seen(holds)
            assert found == titles
        reader = khal.Khal(tmp_path, f"{houses[0]}/feeds/{made['run'][1]}.ics")
        await asyncio.to_thread(reader.sync)
        await publishing.cancel(walk, reason="Rain.")
        for holds, titles in kinds.items():
            found, etag = await seen(holds)
            assert found == {f"Cancelled: {title}" for title in titles} and etag != before[holds]
        await asyncio.to_thread(reader.sync)
        since, until = f"{clock.now():%Y-%m-%d}", f"{clock.now() + timedelta(days=300):%Y-%m-%d}"
        (shown,) = await asyncio.to_thread(reader.shows, since, until)
        assert (shown.title, shown.starts) == (f"Cancelled: {walk.title}", walk.starts_at)
        await feeds.change(
            bo, made["run"][0], name="run", holds="run", cancelled="keep", alarm=None, days_back=30
        )
        assert (await seen("run"))[0] == {walk.title}
        await joining.change_role(bo, community, "member", by=owner)
        assert (await seen("run"))[0] == set()


@khal.needed
async def test_the_calendar_of_a_series_is_right_at_once_from_every_process(
    committed: str, tmp_path: Path
) -> None:
    community = await seed.community("walkers")
    (owner,) = [await seed.person(number) for number in await seed.people(1)]
    await join(owner, community, "owner")
    series = await make_series(
        community, owner, starts_at=in_days(2, 19), visibility="unlisted", weeks_ahead=4
    )
    with ExitStack() as both:
        given = {"SMTP_URL": "smtp://127.0.0.1:1", "BASE_URL": "http://127.0.0.1:8000"}
        houses = [both.enter_context(web(committed, **given))[1] for _ in range(2)]
        addresses = [f"{house}/series/{series.public_id}/calendar.ics" for house in houses]
        reader = khal.Khal(tmp_path, addresses[0])
        await asyncio.to_thread(reader.sync)
        since, until = f"{clock.now():%Y-%m-%d}", f"{clock.now() + timedelta(days=300):%Y-%m-%d}"
        for title in ("Stew", "Bread"):
            tags = [httpx.get(address).headers["etag"] for address in [*addresses, *addresses]]
            assert len({*tags}) == 1
            known = {"if-none-match": tags[0]}
            assert [httpx.get(address, headers=known).status_code for address in addresses] == [304, 304]
            first, *_ = await series_queries.gatherings_of(series.id, since=clock.now(), most=9)
            await publishing.edit(first, details_of(first, title=title), seen=first.changed_at)
            async with asyncio.timeout(1):
                while 304 in [httpx.get(address, headers=known).status_code for address in addresses]:
                    await asyncio.sleep(0.01)
            await asyncio.to_thread(reader.sync)
            shown = await asyncio.to_thread(reader.shows, since, until)
            assert {one.starts: one.title for one in shown} == _starts(httpx.get(addresses[1]).text)
            assert shown[0].title == title


def _starts(feed: str) -> dict[object, str]:
    """What starts when, on which all readers in Python have to agree."""
    assert lint.faults(feed.encode()) == []
    titles = {
        str(each["UID"]): str(each["SUMMARY"]) for each in icalendar.Calendar.from_ical(feed).walk("VEVENT")
    }
    return {starts: titles[uid] for uid, (starts, _) in in_python.alike(feed.encode()).items()}
