"""Feeds of a running Kith, read by independent programs: before a change and after it."""

import asyncio
from datetime import UTC, timedelta
from pathlib import Path

import httpx
import icalendar
import pytest
import recurring_ical_events
import vobject

from bench import seed
from events.calendars import feeds
from events.tables import Event
from rsvps.seating import seats
from server import clock
from tests.events.calendars import khal, lint
from tests.processes import web

pytestmark = pytest.mark.slow


@khal.needed
async def test_programs_agree_on_the_feeds_of_a_running_kith(committed: str, tmp_path: Path) -> None:
    community = await seed.community("walkers")
    walk = await seed.event(community, title="Walk to the mill, and back; slowly")
    late = await seed.event(community, days=150, title="Spring walk")
    (number,) = await seed.people(1)
    bo = await seed.person(number)
    _, secret = await feeds.make(bo, name="Phone", keeps_cancelled=True)
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


def _starts(feed: str) -> dict[object, str]:
    """What starts when, on which all three readers have to agree."""
    assert lint.faults(feed.encode()) == []
    now = clock.now()
    read = icalendar.Calendar.from_ical(feed)
    by_library = {
        each["DTSTART"].dt.astimezone(UTC): str(each["SUMMARY"])
        for each in recurring_ical_events.of(read).between(now, now + timedelta(days=400))
    }
    vobject.icalendar.__dict__["__tzidMap"].clear()
    vobject.icalendar.registerTzid("UTC", vobject.icalendar.utc)
    by_vobject = {
        each.dtstart.value.astimezone(UTC): each.summary.value
        for each in vobject.readOne(feed).contents.get("vevent", [])
    }
    assert by_library == by_vobject
    return dict(by_library)
