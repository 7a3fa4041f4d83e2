"""Series across every change of the clocks for sixty weeks, in zones with rules and without, as independent readers
have it from the feeds: to the second what the events' rows say."""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import httpx
import icalendar
import pytest
import recurring_ical_events
import time_machine
import vobject
from dateutil.tz import tzical
from icalendar import Calendar

from events.details import Details
from events.publishing import new_rules, publishing
from events.series import beginning, making, queries
from events.tables import Event, Series
from members.tables import Community, Person
from server import clock, tokens
from tests.events.calendars import khal, lint
from tests.events.calendars.test_calendar_clients import Feed, served
from tests.gatherings import details_of
from tests.new_rules import clocks_as_in

pytestmark = pytest.mark.slow

begin = beginning.begin.__wrapped__  # type: ignore[attr-defined]  # However many are begun on a day.
WEEKS = 60
EVENING = time(19)
LASTS = timedelta(minutes=45)


class Night(NamedTuple):
    """A time of a weekday around which a zone sets its clocks."""

    weekday: int
    at: time


TUESDAY, FRIDAY, SATURDAY, SUNDAY = 1, 4, 5, 6
ZONES: Mapping[str, Night | None] = {
    "Europe/Berlin": Night(SUNDAY, time(2, 30)),
    "Europe/Dublin": Night(SUNDAY, time(1, 30)),
    "America/New_York": Night(SUNDAY, time(2, 30)),
    "America/Santiago": Night(SUNDAY, time(0, 30)),
    "Australia/Lord_Howe": Night(SUNDAY, time(2, 15)),
    "Africa/Cairo": Night(FRIDAY, time(0, 30)),
    "Africa/Casablanca": Night(SUNDAY, time(2, 30)),
    "Asia/Gaza": Night(SATURDAY, time(2, 30)),
    "Asia/Kolkata": None,
    "UTC": None,
}

Moments = dict[str, tuple[datetime, datetime]]  # by UID: from when until when, in UTC


# The readers


def by_icalendar(feed: str) -> Moments:
    """icalendar, each event as it is written."""
    read = Calendar.from_ical(feed)
    return {str(one["UID"]): (_utc(one["DTSTART"].dt), _utc(one["DTEND"].dt)) for one in read.walk("VEVENT")}


def by_recurring_ical_events(feed: str) -> Moments:
    """recurring-ical-events, as a program asks that shows two years and the last months."""
    since, until = clock.now() - timedelta(days=100), clock.now() + timedelta(days=700)
    found = recurring_ical_events.of(Calendar.from_ical(feed)).between(since, until)
    return {str(one["UID"]): (_utc(one.start), _utc(one.end)) for one in found}


def by_vobject(feed: str) -> Moments:
    """vobject, which goes by the VTIMEZONEs in the feed."""
    vobject.icalendar.__dict__["__tzidMap"].clear()  # It keeps the first one that it ever reads of a zone.
    vobject.icalendar.registerTzid("UTC", vobject.icalendar.utc)
    read = vobject.readOne(feed).contents.get("vevent", [])
    return {one.uid.value: (_utc(one.dtstart.value), _utc(one.dtend.value)) for one in read}


def by_dateutil(feed: str) -> Moments:
    """Somebody who reads lines, and has dateutil for the VTIMEZONEs."""
    zones = tzical(io.StringIO(feed)) if "BEGIN:VTIMEZONE" in feed else None
    found: Moments = {}
    for event in feed.replace("\r\n ", "").split("BEGIN:VEVENT\r\n")[1:]:
        said = {re.split("[;:]", line)[0]: line for line in event.splitlines()}
        starts, ends = (_in_line(said[name], zones) for name in ("DTSTART", "DTEND"))
        found[said["UID"].removeprefix("UID:")] = starts, ends
    return found


def _in_line(line: str, zones: Any) -> datetime:
    parameters, _, value = line.partition(":")
    local = datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
    if value.endswith("Z"):
        return local.replace(tzinfo=UTC)
    return _utc(local.replace(tzinfo=zones.get(parameters.partition("TZID=")[2])))


def _utc(moment: datetime) -> datetime:
    assert moment.tzinfo is not None
    return moment.astimezone(UTC)


READERS: Sequence[Callable[[str], Moments]] = (
    by_icalendar,
    by_recurring_ical_events,
    by_vobject,
    by_dateutil,
)


def read_alike(answer: httpx.Response) -> Moments:
    """What all of them have read, which is the same."""
    icalendar.use_zoneinfo()  # It keeps a zone as it first saw it.
    assert answer.status_code == 200 and lint.faults(answer.content) == []
    first, *others = [(reader.__name__, reader(answer.text)) for reader in READERS]
    for name, found in others:
        assert _differences(found, first[1]) == [], name
    return first[1]


def _differences(one: Moments, other: Moments) -> list[object]:
    return [
        (uid, one.get(uid), other.get(uid))
        for uid in one.keys() | other.keys()
        if one.get(uid) != other.get(uid)
    ]


# What is so


async def week_by_week(
    community: Community, by: Person, zone: str, first: date, at: time, weeks: int = WEEKS
) -> Series:
    """A public series on one weekday, made so many weeks ahead."""
    starts = datetime.combine(first, at, ZoneInfo(zone))
    said = Details(
        title=f"{zone} {at}",
        zone=zone,
        starts_at=starts,
        ends_at=starts.astimezone(UTC) + LASTS,
        place="Here",
    )
    made = await begin(
        community, said, by=by, public_id=tokens.public_id(), by_rule="FREQ=WEEKLY", weeks_ahead=weeks
    )
    await beginning.start(made)
    assert isinstance(made, Series)
    return made


async def gatherings(series: Series) -> list[Event]:
    return await queries.gatherings_of(series.id, since=datetime(2000, 1, 1, tzinfo=UTC), most=500)


async def rows(*series: Series) -> Moments:
    """What the rows of these say."""
    found = [event for one in series for event in await gatherings(one)]
    return {event.uid: (event.starts_at, event.over_at) for event in found}


def address(series: Series) -> str:
    return f"/series/{series.public_id}/calendar.ics"


def next_day(weekday: int) -> date:
    """The first such day after a week from now."""
    day = clock.now().date() + timedelta(days=8)
    return day + timedelta(days=(weekday - day.weekday()) % 7)


async def in_every_zone(community: Community, by: Person) -> list[Series]:
    """An evening in each zone, and a night around its changes of the clocks."""
    made = []
    for zone, night in ZONES.items():
        made.append(await week_by_week(community, by, zone, next_day(TUESDAY), EVENING))
        if night:
            made.append(await week_by_week(community, by, zone, next_day(night.weekday), night.at))
    return made


def walls(events: Sequence[Event]) -> set[time]:
    """What the clocks show when they begin."""
    return {event.local_start.time() for event in events}


async def test_every_start_is_read_as_it_is_across_all_changes(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    jumped = set()
    for series in await in_every_zone(walkers, ana):
        events = await gatherings(series)
        first, *_ = events
        assert len(events) >= WEEKS - 2
        assert read_alike(await client.get(address(series))) == await rows(series)
        if first.starts_wall and first.starts_wall.time() == EVENING:
            assert walls(events) == {EVENING}
        elif len(walls(events)) > 1:
            jumped.add(first.zone)
    assert jumped >= {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"}


@khal.needed
async def test_the_calendar_of_a_community_has_all_of_them(
    client: httpx.AsyncClient, walkers: Community, ana: Person, tmp_path: Path
) -> None:
    there = await rows(*await in_every_zone(walkers, ana))
    answer = await client.get("/communities/walkers/calendar.ics")
    assert read_alike(answer) == there
    feed = Feed()
    feed.body = answer.content
    with served(feed) as url:
        reader = khal.Khal(tmp_path, url)
        reader.sync()
        now = clock.now()
        shown = reader.shows(f"{now:%Y-%m-%d}", f"{now + timedelta(days=500):%Y-%m-%d}")
    assert sorted((one.starts, one.ends) for one in shown) == sorted(there.values())


async def test_one_that_moves_keeps_its_uid_and_counts(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    series = await week_by_week(walkers, ana, "Europe/Berlin", next_day(TUESDAY), EVENING, weeks=6)
    before = sequences(await client.get(address(series)))
    _, second, *_ = await gatherings(series)
    later = second.starts_at + timedelta(days=1, hours=2)
    await publishing.edit(
        second, details_of(second, starts_at=later, ends_at=later + LASTS), seen=second.changed_at
    )
    await making.make(series.id)
    for feed in (address(series), "/communities/walkers/calendar.ics"):
        answer = await client.get(feed)
        assert read_alike(answer) == await rows(series)
        assert read_alike(answer)[second.uid] == (later, later + LASTS)
        assert sequences(answer) == before | {second.uid: before[second.uid] + 1}


async def test_a_country_that_changes_its_clocks_moves_what_is_made_and_what_will_be(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    evening = await week_by_week(walkers, ana, "Europe/Berlin", next_day(TUESDAY), EVENING)
    night = await week_by_week(walkers, ana, "Europe/Berlin", next_day(SUNDAY), time(2, 30))
    before = {series.id: await gatherings(series) for series in (evening, night)}
    counted = sequences(await client.get(address(evening)))
    with clocks_as_in(Europe_Berlin="Africa/Lagos"):
        assert await new_rules.follow() > 0
        for series, at in ((evening, EVENING), (night, time(2, 30))):
            events, were = await gatherings(series), before[series.id]
            assert walls(events) == {at}, "seven stays seven, and what a jump swallowed is back"
            assert [event.uid for event in events] == [event.uid for event in were]
            moved = [now for now, was in zip(events, were, strict=True) if now.starts_at != was.starts_at]
            assert 0 < len(moved) < len(events)
            answer = await client.get(address(series))
            assert read_alike(answer) == await rows(series)
            if series is evening:
                uids = {event.uid for event in moved}
                assert sequences(answer) == {uid: was + (uid in uids) for uid, was in counted.items()}
            pattern = await queries.pattern_of(series.id)
            assert pattern.local_start.time() == at
            with time_machine.travel(clock.now() + timedelta(weeks=5)):
                assert await making.make(series.id) != []
                assert walls(await gatherings(series)) == {at}
                assert read_alike(await client.get(address(series))) == await rows(series)


async def test_what_is_made_by_new_rules_goes_by_them_though_the_first_day_is_over(
    walkers: Community, ana: Person
) -> None:
    series = await week_by_week(walkers, ana, "Europe/Berlin", next_day(TUESDAY), EVENING, weeks=8)
    with time_machine.travel(clock.now() + timedelta(weeks=30)), clocks_as_in(Europe_Berlin="Asia/Kolkata"):
        await new_rules.follow()
        made = await making.make(series.id)
        assert len(made) >= 8
        assert walls([event for event in await gatherings(series) if event.id in made]) == {EVENING}


def sequences(answer: httpx.Response) -> dict[str, int]:
    """How often what calendars show has moved, by UID."""
    return {str(one["UID"]): int(one["SEQUENCE"]) for one in Calendar.from_ical(answer.text).walk("VEVENT")}
