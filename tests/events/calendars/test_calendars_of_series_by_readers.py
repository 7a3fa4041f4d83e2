"""Series across every change of the clocks for sixty weeks, in zones with rules and without, as independent readers
have it from their own calendars, their community's and somebody's: to the second what the events' rows say."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio
import time_machine
from icalendar import Calendar
from redis.asyncio import Redis
from starlette.applications import Starlette

from events.calendars import feeds
from events.details import Details
from events.publishing import new_rules, publishing
from events.series import beginning, course, making, queries
from events.tables import Event, Series
from members.tables import Community, Person
from rsvps.seating import seats
from server import clock, tokens
from tests.events.calendars import lint, readers
from tests.events.calendars.readers import Moments, Reader, in_python, khal
from tests.events.calendars.test_calendar_clients import Feed, served
from tests.gatherings import details_of
from tests.ground import browser_of, rolled_back
from tests.new_rules import clocks_as_in
from tests.people import join, make_person

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
    "Asia/Kathmandu": None,
    "UTC": None,
}

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


async def in_every_zone(community: Community, by: Person) -> dict[str, list[Series]]:
    """By zone, an evening and a night around its changes of the clocks."""
    made = {}
    for zone, night in ZONES.items():
        made[zone] = [await week_by_week(community, by, zone, next_day(TUESDAY), EVENING)]
        if night:
            made[zone].append(await week_by_week(community, by, zone, next_day(night.weekday), night.at))
    return made


def walls(events: Sequence[Event]) -> set[time]:
    """What the clocks show when they begin."""
    return {event.local_start.time() for event in events}


Told = dict[str, tuple[bytes, Moments]]  # by its name, a feed and what the rows say


class World(NamedTuple):
    """Series in every zone: the calendars that tell of them, and the gatherings of each."""

    told: Told
    made: list[list[Event]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(app: Starlette, _database: str, _valkey: Redis) -> World:
    """Made once for all readers. The calendars of series, of their community, and of somebody who comes."""
    async with rolled_back(), browser_of(app) as client:
        ana, bo = await make_person("Ana"), await make_person("Bo")
        walkers = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
        await walkers.save()
        await join(ana, walkers, "owner")
        changed, zones = await with_changes(walkers, ana), await in_every_zone(walkers, ana)
        series = [changed, *chain.from_iterable(zones.values())]
        his = await calendar_of(bo, changed, *zones["Europe/Dublin"])
        _, _, third, *_ = await gatherings(changed)
        await publishing.cancel(third, reason="Rain.")
        own = {"changed": changed} | {zone: of_it[-1] for zone, of_it in zones.items()}
        told = {name: (await feed(client, address(one)), await rows(one)) for name, one in own.items()}
        told["community"] = await feed(client, "/communities/walkers/calendar.ics"), await rows(*series)
        told["bo"] = await feed(client, his), await rows(changed, *zones["Europe/Dublin"])
        assert all(b"STATUS:CANCELLED" in told[name][0] for name in ("changed", "community", "bo"))
        return World(told, [await gatherings(one) for one in series])


async def calendar_of(person: Person, *series: Series) -> str:
    """The address of a calendar of somebody who comes whenever it is."""
    for one in series:
        for event in await gatherings(one):
            await seats.answer(event, person, answer="going", by=person)
    _, secret = await feeds.make(person, name="Phone")
    return f"/feeds/{secret}.ics"


async def with_changes(community: Community, by: Person) -> Series:
    """Evenings of which one has moved and one is left out."""
    series = await week_by_week(community, by, "Europe/Berlin", next_day(TUESDAY), EVENING, weeks=6)
    _, second, *_ = await gatherings(series)
    later = second.starts_at + timedelta(days=1, hours=2)
    await publishing.edit(
        second, details_of(second, starts_at=later, ends_at=later + LASTS), seen=second.changed_at
    )
    left_out = next_day(TUESDAY) + timedelta(weeks=8)
    await course.skip(series, left_out, by=by)
    await Series.update({Series.weeks_ahead: WEEKS}).where(Series.id == series.id)
    await making.make(series.id)
    events = await gatherings(series)
    assert len(events) >= WEEKS - 3 and left_out not in {event.local_start.date() for event in events}
    return series


async def feed(client: httpx.AsyncClient, address: str) -> bytes:
    """What is at an address, without a fault."""
    answer = await client.get(address)
    assert answer.status_code == 200 and lint.faults(answer.content) == []
    return answer.content


@readers.each
def test_each_reader_has_every_start_as_it_is_across_all_changes(reader: Reader, world: World) -> None:
    assert reader.differences(world.told) == {}


@khal.needed
def test_khal_shows_what_somebody_comes_to(world: World, tmp_path: Path) -> None:
    subscribed = Feed()
    subscribed.body, there = world.told["bo"]
    with served(subscribed) as url:
        reader = khal.Khal(tmp_path, url)
        reader.sync()
        now = clock.now()
        shown = reader.shows(f"{now:%Y-%m-%d}", f"{now + timedelta(days=500):%Y-%m-%d}")
    assert sorted((one.starts, one.ends) for one in shown) == sorted(there.values())


def test_an_evening_stays_at_seven_and_a_night_jumps(world: World) -> None:
    jumped = set()
    for _, *events in world.made[1:]:
        if EVENING in walls(events):
            assert walls(events) == {EVENING}
        elif len(walls(events)) > 1:
            jumped.add(events[0].zone)
    assert jumped >= {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"}


async def test_one_that_moves_keeps_its_uid_and_counts(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    series = await week_by_week(walkers, ana, "Europe/Berlin", next_day(TUESDAY), EVENING, weeks=6)
    before = sequences(await feed(client, address(series)))
    _, second, *_ = await gatherings(series)
    later = second.starts_at + timedelta(days=1, hours=2)
    await publishing.edit(
        second, details_of(second, starts_at=later, ends_at=later + LASTS), seen=second.changed_at
    )
    await making.make(series.id)
    for where in (address(series), "/communities/walkers/calendar.ics"):
        written = await feed(client, where)
        assert in_python.alike(written) == await rows(series)
        assert in_python.alike(written)[second.uid] == (later, later + LASTS)
        assert sequences(written) == before | {second.uid: before[second.uid] + 1}


async def test_a_country_that_changes_its_clocks_moves_what_is_made_and_what_will_be(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    evening = await week_by_week(walkers, ana, "Europe/Berlin", next_day(TUESDAY), EVENING)
    night = await week_by_week(walkers, ana, "Europe/Berlin", next_day(SUNDAY), time(2, 30))
    before = {series.id: await gatherings(series) for series in (evening, night)}
    counted = sequences(await feed(client, address(evening)))
    with clocks_as_in(Europe_Berlin="Africa/Lagos"):
        assert await new_rules.follow() > 0
        for series, at in ((evening, EVENING), (night, time(2, 30))):
            events, were = await gatherings(series), before[series.id]
            assert walls(events) == {at}, "seven stays seven, and what a jump swallowed is back"
            assert [event.uid for event in events] == [event.uid for event in were]
            moved = [now for now, was in zip(events, were, strict=True) if now.starts_at != was.starts_at]
            assert 0 < len(moved) < len(events)
            written = await feed(client, address(series))
            assert in_python.alike(written) == await rows(series)
            if series is evening:
                uids = {event.uid for event in moved}
                assert sequences(written) == {uid: was + (uid in uids) for uid, was in counted.items()}
            pattern = await queries.pattern_of(series.id)
            assert pattern.local_start.time() == at
            with time_machine.travel(clock.now() + timedelta(weeks=5)):
                assert await making.make(series.id) != []
                assert walls(await gatherings(series)) == {at}
                assert in_python.alike(await feed(client, address(series))) == await rows(series)


async def test_what_is_made_by_new_rules_goes_by_them_though_the_first_day_is_over(
    walkers: Community, ana: Person
) -> None:
    series = await week_by_week(walkers, ana, "Europe/Berlin", next_day(TUESDAY), EVENING, weeks=8)
    with time_machine.travel(clock.now() + timedelta(weeks=30)), clocks_as_in(Europe_Berlin="Asia/Kolkata"):
        await new_rules.follow()
        made = await making.make(series.id)
        assert len(made) >= 8
        assert walls([event for event in await gatherings(series) if event.id in made]) == {EVENING}


def sequences(written: bytes) -> dict[str, int]:
    """How often what calendars show has moved, by UID."""
    return {
        str(one["UID"]): int(one["SEQUENCE"]) for one in Calendar.from_ical(written.decode()).walk("VEVENT")
    }
