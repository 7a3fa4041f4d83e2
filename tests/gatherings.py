"""Gatherings for tests: a published walk next Thursday at 18:30 in Berlin, unless told otherwise."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from events import queries, wall_clock
from events.announcements import SeriesChanged
from events.details import OF_POLICY, Details, value_in
from events.publishing import changes as published_changes
from events.publishing import publishing
from events.series import beginning
from events.series import queries as series_queries
from events.tables import AnswerPolicy, Event, SeatPool, Series
from members.tables import Community, Person
from server import clock, tokens
from server.db import transaction
from server.jobs import announce

BERLIN = ZoneInfo("Europe/Berlin")


def in_days(days: int, hour: int = 18, minute: int = 30, zone: ZoneInfo = BERLIN) -> datetime:
    """A moment so many days from now, at this hour on the zone's wall clock."""
    day = clock.now().astimezone(zone).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)


async def make_event(community: Community, by: Person | None = None, **given: Any) -> Event:
    """An event as its rows; the columns named are as given."""
    starts_at = given.pop("starts_at", None) or in_days(7)
    policy = {name: given.pop(name) for name in OF_POLICY & given.keys()}
    room = {name: given.pop(name) for name in ("seats", "taken") if name in given}
    call = {name: given.pop(f"online_{name}") for name in ("seats", "taken") if f"online_{name}" in given}
    values = {
        "community": community.id,
        "created_by": by.id if by else None,
        "title": "A walk along the river",
        "about": "Bring *water*.",
        "zone": "Europe/Berlin",
        "place": "The old mill",
        "address": "Mill Lane 4, second yard",
        "join_url": "https://meet.example/secret-room",
        "mode": "hybrid",
        "starts_at": starts_at,
        "status": "published",
        "published_at": clock.now(),
        **given,
    }
    if values["status"] == "draft":
        values["published_at"] = None
    event = Event(**values)
    await event.save()
    await AnswerPolicy(event=event.id, **policy).save()
    await SeatPool(event=event.id, **room).save()
    if event.mode == "hybrid":
        await SeatPool(event=event.id, online=True, **call).save()
    return await as_it_is(event)


async def make_series(
    community: Community,
    by: Person,
    *,
    weeks_ahead: int = 8,
    started: bool = True,
    rule: str = "",
    **given: Any,
) -> Series:
    """A series that begins in a week, week by week on the same day unless told otherwise; with its gatherings."""
    details = Details(
        **{
            "title": "Soup for all",
            "zone": "Europe/Berlin",
            "starts_at": in_days(7),
            "place": "The old mill",
            **given,
        }
    )
    series = await beginning.begin(
        community,
        details,
        by=by,
        public_id=tokens.public_id(),
        by_rule=rule or "FREQ=WEEKLY",
        weeks_ahead=weeks_ahead,
    )
    if started:
        await beginning.start(series)
    return series


async def ahead_of(series: Series) -> list[Event]:
    """The gatherings of a series that are ahead, soonest first."""
    return await series_queries.gatherings_of(series.id, since=clock.now(), most=100)


async def change_of_series(
    series: Series, moved: Sequence[Event], cancelled: Sequence[Event] = (), *, reason: str = "", **said: Any
) -> SeriesChanged:
    """Move these gatherings as `said` (`later`: by how much; otherwise as in `Details`), call those off; tell of it."""
    later = said.pop("later", timedelta(0))
    async with transaction():
        changes = []
        for number in [event.id for event in moved]:
            current = await queries.locked(number)
            assert current
            ends_at = current.ends_at and current.ends_at + later
            new = details_of(current, starts_at=current.starts_at + later, ends_at=ends_at, **said)
            changed = new.that_differ(current) | wall_clock.kept(vars(new), new.zone)
            after = await publishing.rewrite(current, changed, tells=False)
            changes.append(await published_changes.record(current, after))
        for event in cancelled:
            await publishing.cancel(event, reason=reason, tells=False)
        news = SeriesChanged(series.id, changes, [event.id for event in cancelled])
        await announce(news)
    return news


async def as_it_is(event: Event) -> Event:
    """An event as its rows are now."""
    found = await queries.event_by_id(event.id)
    assert found
    return found


def details(**given: Any) -> Details:
    """What an organiser says of that walk."""
    values = {
        "title": "A walk along the river",
        "about": "Bring *water*.",
        "starts_at": in_days(7),
        "zone": "Europe/Berlin",
        "mode": "hybrid",
        "place": "The old mill",
        "address": "Mill Lane 4, second yard",
        "join_url": "https://meet.example/secret-room",
    }
    return Details(**{**values, **given})


def details_of(event: Event, **new: Any) -> Details:
    """What an organiser said of an event, but for what is new."""
    return Details(**{name: value_in(event, name) for name in Details.__dataclass_fields__} | new)
