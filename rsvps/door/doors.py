"""Door links: a secret address at which helpers note who has come, without an account.

Its secret is shown once and only its digest is kept. It can be made weeks ahead: it opens some hours before the
gathering, ends by itself when its maker said, which is some time afterwards, and at once when an organiser takes it
back.

A link can be for a whole series: it is made at the pattern, and has a door of each gathering, which comes along when
that is made. Its one address leads to whichever is on or next (`access`). It works for months and can be renewed.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Literal, NamedTuple

from piccolo.columns import And, Where

from events.series import queries as series_queries
from events.tables import Event
from members.tables import Person
from rsvps.door import queries, store
from rsvps.tables import Door
from server import clock, tokens
from server.db import transaction
from server.errors import Refusal
from server.languages.messages import Words, _
from server.presentation import in_zone
from server.ratelimit import at_most
from server.rows import values_of
from server.statements import among, lock_word, unless_set

BEFORE = timedelta(hours=12)  # How long before the start a door opens, and
POSTER_BEFORE = timedelta(hours=2)  # a poster works.
# How long it works after the end of the gathering, or from now on when that is over.
Lasting = Literal["hours", "day", "week"]
HOURS = timedelta(hours=6)
WEEK = timedelta(days=7)
MOST = 20  # open ones of a gathering, and of a series
MOST_AHEAD = 500  # gatherings of a series
# How many days the link of a series works, from when it is made or renewed.
Span = Literal["60", "180", "365"]


class Choice(NamedTuple):
    """How long a link that is made now can work: `until` is when it would end."""

    lasting: Lasting | Span
    label: Words
    until: datetime


class TooManyDoors(Refusal):
    """A gathering has as many open links as anybody could look after."""

    sentence = _("There are %(most)s door links already. Take back those that nobody uses.", most=MOST)
    field = "name"


class NoDoor(Refusal):
    """A gathering that does not take place has no door."""

    sentence = _("This gathering is cancelled, so nobody is expected at its door.")
    field = "name"


@at_most("60 per day", "door link", of=lambda event, **_: event.id)
async def open_door(event: Event, *, name: str, by: Person, lasting: Lasting = "hours") -> tuple[Door, str]:
    """A new door link and its secret, which nobody can be shown again. Raises TooManyDoors, NoDoor."""
    if event.status == "cancelled":
        raise NoDoor
    secret, now = tokens.new_secret(), clock.now()
    door = Door(
        event=event.id,
        name=name,
        secret=tokens.digest(secret),
        made_by=by.id,
        created_at=now,
        lasting=lasting,
        opens_at=opening(event),
        expires_at=expiry(event, now, lasting),
    )
    async with transaction():
        if await Door.count().where(_own(event, now)) >= MOST:
            raise TooManyDoors
        await door.save()
    return door, secret


@at_most("60 per day", "door link", of=lambda event, **_: event.id)
async def open_series_door(
    pattern: Event, *, name: str, by: Person, lasting: Span = "180"
) -> tuple[Door, str]:
    """The same for all gatherings of a series, given what they have in common. Raises TooManyDoors."""
    assert pattern.series
    secret, now = tokens.new_secret(), clock.now()
    door = Door(
        event=pattern.id,
        name=name,
        secret=tokens.digest(secret),
        made_by=by.id,
        created_at=now,
        lasting=lasting,
        opens_at=now,
        expires_at=now + timedelta(days=int(lasting)),
    )
    async with transaction():
        # So that none is made meanwhile that it would not know.
        await series_queries.locked(pattern.series)
        if await Door.count().where(_open(pattern, now)) >= MOST:
            raise TooManyDoors
        await door.save()
        ahead = await series_queries.gatherings_of(pattern.series, since=now - HOURS, most=MOST_AHEAD)
        await _make_for([door], ahead, now)
    return door, secret


async def copy(event: Event, copies: Sequence[Event]) -> None:
    """Gatherings of a series have been made: each gets a door of its links. In their transaction, two queries."""
    if not event.is_pattern:
        return
    now, theirs = clock.now(), [copied for copied in copies if copied.series == event.series]
    working = await Door.objects().where(_open(event, now)).order_by(Door.id)
    await _make_for(working, theirs, now)


async def _make_for(doors: Sequence[Door], events: Sequence[Event], now: datetime) -> None:
    made = [
        Door(
            event=event.id,
            name=door.name,
            secret=tokens.digest(tokens.new_secret()),
            made_by=door.made_by,
            created_at=now,
            lasting="hours",
            opens_at=opening(event),
            expires_at=expiry(event, event.over_at, "hours"),
            series_door=door.id,
        )
        for door in doors
        for event in events
        if not event.is_pattern
    ]
    if made:
        await Door.insert(*made)


async def renew(pattern: Event, public_id: str) -> bool:
    """Have the link of a series work for as long again, from now on. Returns whether there is one that works."""
    now = clock.now()
    one = _open(pattern, now) & (Door.public_id == public_id)
    door = await Door.objects().where(one).first() if pattern.is_pattern else None
    if door is None:
        return False
    await door.update_self({Door.expires_at: now + timedelta(days=int(door.lasting))})
    return True


@at_most("60 per day", "door link", of=lambda event, **_: event.id)
async def put_up_poster(event: Event, *, by: Person) -> Door:
    """The poster of a gathering, made if there is none that works. Raises TooManyDoors, NoDoor."""
    if event.status == "cancelled":
        raise NoDoor
    async with transaction():
        await lock_word("poster", event.id)
        there = await queries.poster(event.id)
        if there is not None and there.expires_at > clock.now():
            return there
        return await _put_up(event, by)


async def _put_up(event: Event, by: Person) -> Door:
    name, now = tokens.public_id(), clock.now()
    if await Door.count().where(_own(event, now)) >= MOST:
        raise TooManyDoors
    poster = Door(
        public_id=name,
        event=event.id,
        name="Poster",
        poster=True,
        secret=tokens.digest(on_poster(name)),
        made_by=by.id,
        created_at=now,
        lasting="hours",
        opens_at=opening(event, poster=True),
        expires_at=expiry(event, now, "hours"),
    )
    await poster.save()
    return poster


def on_poster(public_id: str) -> str:
    """The secret part of a poster's address: hung up for all who are there, it can be printed again at any time."""
    return tokens.alias("poster", public_id)


def opening(event: Event, *, poster: bool = False) -> datetime:
    """When its links, or its posters, begin to work."""
    starts_at: datetime = event.starts_at
    return starts_at - (POSTER_BEFORE if poster else BEFORE)


def expiry(event: Event, now: datetime, lasting: Lasting) -> datetime:
    """When a link that is made now ends. The day is that of the event's zone."""
    end = max(event.over_at, now)
    if lasting == "day":
        local = in_zone(end, event.zone) + timedelta(days=1)
        return datetime.combine(local.date(), time(23, 59), local.tzinfo)
    return end + (HOURS if lasting == "hours" else WEEK)


async def take_along(_before: Event, event: Event) -> None:
    """A gathering has moved: its links open and end as long before and after it as they did. In its transaction, two
    queries."""
    if event.is_pattern:
        return
    now = clock.now()
    lasting = await Door.select(Door.id, Door.lasting, Door.poster).where(
        _open(event, now) & (Door.lasting != "")
    )
    await store.move(
        {
            door["id"]: (opening(event, poster=door["poster"]), expiry(event, now, door["lasting"]))
            for door in lasting
        }
    )


def _open(event: Event, now: datetime) -> And:
    return (Door.event == event.id) & Door.revoked_at.is_null() & (Door.expires_at > now)


def _own(event: Event, now: datetime) -> And:
    """Those that were made for it alone."""
    return _open(event, now) & Door.series_door.is_null()


def choices(event: Event, now: datetime) -> list[Choice]:
    """What its maker can choose from, the usual first."""
    if event.is_pattern:
        return [Choice(span, label, now + timedelta(days=int(span))) for span, label in _SPANS.items()]
    labels = _ONCE_OVER if event.over_at <= now else _AHEAD
    return [Choice(lasting, label, expiry(event, now, lasting)) for lasting, label in labels.items()]


_AHEAD: dict[Lasting, Words] = {
    "hours": _("Until 6 hours after the end"),
    "day": _("Until the end of the day after"),
    "week": _("Until a week after the end"),
}
_ONCE_OVER: dict[Lasting, Words] = {
    "hours": _("For 6 hours"),
    "day": _("Until the end of tomorrow"),
    "week": _("For a week"),
}
_SPANS: dict[Span, Words] = {
    "180": _("For half a year"),
    "60": _("For two months"),
    "365": _("For a year"),
}


async def revoke(event: Event, public_id: str) -> bool:
    """End a link of this event at once. Twice is harmless. Returns whether there is one.

    Of a series' link, it ends all of it, or what it is at this one gathering.
    """
    return await _end_with_theirs((Door.event == event.id) & (Door.public_id == public_id))


async def end_with_series(pattern: Event) -> None:
    """The links of a series that goes on after it was over: those that had ended with it stay so.

    In its transaction, before any gathering is on again. One that leads to a gathering still works on.
    """
    now = clock.now()
    for door in await Door.objects().where(_open(pattern, now)).order_by(Door.id):
        if await queries.evening(door.id, now) is None:
            await _end_with_theirs(Door.id == door.id)


async def end_of_cancelled(events: Sequence[int]) -> None:
    """Gatherings are on again that were called off: the links that were made for one alone had ended with it.

    In their transaction, one query. Posters show nobody, and hang on.
    """
    await _end(among(Door.event, events) & Door.series_door.is_null() & Door.poster.eq(False))


async def end_theirs(person: Person, events: Sequence[int]) -> None:
    """End the links made by somebody who no longer hosts these events: they may still know their addresses."""
    await _end_with_theirs((Door.made_by == person.id) & among(Door.event, events))


async def _end_with_theirs(which: Where | And) -> bool:
    """End these, and what the links of series among them are at each gathering."""
    async with transaction():
        ended = await _end(which)
        await _end(among(Door.series_door, ended))
    return bool(ended)


async def _end(which: Where | And) -> list[int]:
    revoked = Door.update({Door.revoked_at: unless_set(Door.revoked_at, clock.now())})
    return await values_of(revoked.where(which).returning(Door.id))
