"""Promise 8: times are the event's wall clock. 19:00 stays 19:00 across clock changes; the zone is always named."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from events import wall_clock
from events.tables import Event
from members.tables import Community, Person
from rsvps.seating import seats
from server import clock, timezones
from server.presentation import in_zone, long_date, zone_name
from tests.events.publishing.test_form import NEW, filled
from tests.ground import letters_to, text_of
from tests.people import As

WEEKS = 60


@pytest.mark.slow
@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]
)
async def test_seven_in_the_evening_is_seven_in_the_evening_for_sixty_weeks(
    client: httpx.AsyncClient, signed_in: As, walkers: Community, ana: Person, zone: str
) -> None:
    browser = await signed_in(ana)
    first = in_zone(clock.now(), zone).date() + timedelta(days=3)
    days = [first + timedelta(weeks=week) for week in range(WEEKS)]
    for day in days:
        answer = await browser.post(
            NEW, data=filled(date=f"{day}", time="19:00", ends="21:00", zone=zone, then="publish")
        )
        assert answer.status_code == 303, answer.text
    events = await Event.objects().order_by(Event.starts_at)
    assert [event.local_start.replace(tzinfo=None) for event in events] == [
        datetime.combine(day, time(19)) for day in days
    ]
    await _say_seven(client, [events[0], events[20], events[40], events[-1]], zone)
    await _feed_says_seven(client, days, zone)


async def _say_seven(client: httpx.AsyncClient, events: list[Event], zone: str) -> None:
    for event in events:
        page = (await client.get(f"/events/{event.public_id}")).text
        assert f"19:00 to 21:00, {zone_name(zone)}" in page
        facts = (await client.get(f"/events/{event.public_id}.json")).json()
        assert (facts["starts_at"][11:16], facts["zone"]) == ("19:00", zone)
        single = Calendar.from_ical((await client.get(f"/events/{event.public_id}.ics")).text)
        (written,) = single.walk("VEVENT")
        assert in_zone(written["DTSTART"].dt, zone).time() == time(19)
        # Where no rule tells how the clock goes, every program reads UTC.
        assert ("TZID" in written["DTSTART"].params) == (zone != "Africa/Casablanca")


async def _feed_says_seven(client: httpx.AsyncClient, days: list[date], zone: str) -> None:
    text = (await client.get("/communities/walkers/calendar.ics")).text
    by_icalendar = [in_zone(event["DTSTART"].dt, zone) for event in Calendar.from_ical(text).walk("VEVENT")]
    by_vobject = [event.dtstart.value for event in vobject.readOne(text).vevent_list]
    meant = [datetime.combine(day, time(19), ZoneInfo(zone)) for day in days]
    assert [each.replace(tzinfo=None) for each in by_icalendar] == [
        each.replace(tzinfo=None) for each in meant
    ]
    assert [each.timestamp() for each in by_icalendar] == [each.timestamp() for each in meant]
    assert [each.timestamp() for each in by_vobject] == [each.timestamp() for each in meant]


async def test_letters_name_the_events_clock_and_its_zone(
    client: httpx.AsyncClient, signed_in: As, walkers: Community, ana: Person, bo: Person
) -> None:
    await Person.update({Person.zone: "Asia/Tokyo"}).where(Person.id == bo.id)
    await (await signed_in(ana)).post(NEW, data=filled(date=_next(3, 1), time="19:00", then="publish"))
    event = await Event.objects().first()
    assert event
    await seats.answer(event, bo, answer="going", by=bo)
    letter = (await letters_to(bo.email))[-1]
    for kind in ("text/plain", "text/html"):
        assert "19:00" in text_of(letter, kind) and "Berlin time" in text_of(letter, kind)
    assert re.search(r"DTSTART;TZID=Europe/Berlin:\d{8}T190000", text_of(letter, "text/calendar"))


async def test_editing_across_a_clock_change_keeps_the_hour(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    winter, summer = _next(1, 15), _next(7, 15)
    await browser.post(NEW, data=filled(date=winter, time="19:00", ends="", then="publish"))
    event = await Event.objects().first()
    assert event
    page = (await browser.get(f"/events/{event.public_id}/edit")).text
    assert 'name="time" value="19:00"' in page
    await browser.post(
        f"/events/{event.public_id}/edit",
        data=filled(date=summer, time="19:00", ends="", seen=event.changed_at.isoformat()),
    )
    moved = await Event.objects().first()
    assert moved and moved.local_start.hour == 19
    assert moved.local_start.utcoffset() != event.local_start.utcoffset()


def _next(month: int, day: int) -> str:
    today = clock.now().date()
    return str(date(today.year + 1, month, day))


@pytest.mark.parametrize(
    ("zone", "day", "at", "meant"),
    [
        ("Europe/Berlin", date(2027, 3, 28), time(2, 30), "03:30"),
        ("America/New_York", date(2027, 3, 14), time(2, 0), "03:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "02:45"),
        ("Pacific/Apia", date(2011, 12, 30), time(12, 0), "12:00 on Saturday, 31 December 2011"),
        # The hour before midnight is left out: what was meant is on the next day.
        ("America/Nuuk", date(2027, 3, 27), time(23, 30), "00:30 on Sunday, 28 March 2027"),
        ("America/Scoresbysund", date(2027, 3, 27), time(23, 0), "00:00 on Sunday, 28 March 2027"),
        # The hour after midnight is left out: it is the same day.
        ("Asia/Beirut", date(2027, 3, 28), time(0, 30), "01:30"),
        ("America/Havana", date(2028, 3, 12), time(0, 0), "01:00"),
        ("America/Santiago", date(2027, 9, 5), time(0, 45), "01:45"),
        ("America/Asuncion", date(2023, 10, 1), time(0, 30), "01:30"),
        ("Africa/Cairo", date(2027, 4, 30), time(0, 15), "01:15"),
    ],
)
def test_a_time_that_does_not_exist_is_refused_with_the_one_that_does(
    zone: str, day: date, at: time, meant: str
) -> None:
    with pytest.raises(wall_clock.NoSuchTime, match=re.escape(f"Did you mean {meant}?")):
        wall_clock.moment(day, at, zone)


@given(year=st.integers(2000, 2060), zone=st.sampled_from(sorted(timezones.names())))
@settings(max_examples=200, deadline=None)
def test_the_suggestion_for_every_jump_of_every_clock_is_as_long_after_it(year: int, zone: str) -> None:
    for change in timezones._changes(zone, year):
        if change.offset_to > change.offset_from:
            typed = (change.at + (change.offset_to - change.offset_from) / 2).replace(second=0)
            with pytest.raises(wall_clock.NoSuchTime) as refused:
                wall_clock.moment(typed.date(), typed.time(), zone)
            meant = typed + (change.offset_to - change.offset_from)
            day = "" if meant.date() == typed.date() else f" on {long_date(meant)}"
            assert str(refused.value.sentence).endswith(f"Did you mean {meant:%H:%M}{day}?")


def test_a_time_that_comes_twice_is_the_first_one() -> None:
    found = wall_clock.moment(date(2027, 10, 31), time(2, 30), "Europe/Berlin")
    assert found.isoformat() == "2027-10-31T00:30:00+00:00"
    assert wall_clock.comes_twice(found, "Europe/Berlin")
    assert not wall_clock.comes_twice(found - timedelta(hours=2), "Europe/Berlin")


@given(
    day=st.dates(date(2000, 1, 1), date(2060, 12, 31)),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(sorted(timezones.names())),
)
@settings(max_examples=500, deadline=None)
def test_what_is_typed_is_what_the_clock_shows(day: date, at: time, zone: str) -> None:
    try:
        found = wall_clock.moment(day, at, zone)
    except wall_clock.NoSuchTime:
        return
    shown: Any = in_zone(found, zone)
    assert shown.replace(tzinfo=None, fold=0) == datetime.combine(day, at)
