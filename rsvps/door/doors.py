"""Door links: a secret address at which helpers note who has come, without an account.

Its secret is shown once and only its digest is kept. It can be made weeks ahead: it opens some hours before the
gathering, ends by itself when its maker said, which is some time afterwards, and at once when an organiser takes it
back.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Literal, NamedTuple

from piccolo.columns import And

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
from server.statements import among, lock_word, unless_set

BEFORE = timedelta(hours=12)  # How long before the start a door opens, and
POSTER_BEFORE = timedelta(hours=2)  # a poster works.
# How long it works after the end of the gathering, or from now on when that is over.
Lasting = Literal["hours", "day", "week"]
HOURS = timedelta(hours=6)
WEEK = timedelta(days=7)
MOST = 20  # open ones of a gathering


class Choice(NamedTuple):
    """How long a link that is made now can work: `until` is when it would end."""

    lasting: Lasting
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
        if await Door.count().where(_open(event, now)) >= MOST:
            raise TooManyDoors
        await door.save()
    return door, secret


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
    if await Door.count().where(_open(event, now)) >= MOST:
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


def choices(event: Event, now: datetime) -> list[Choice]:
    """What its maker can choose from, the usual first."""
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


async def revoke(event: Event, public_id: str) -> bool:
    """End a link of this event at once. Twice is harmless. Returns whether there is one."""
    revoked = Door.update({Door.revoked_at: unless_set(Door.revoked_at, clock.now())})
    there = (Door.event == event.id) & (Door.public_id == public_id)
    return bool(await revoked.where(there).returning(Door.id))


async def end_theirs(person: Person, events: Sequence[int]) -> None:
    """End the links made by somebody who no longer hosts these events: they may still know their addresses."""
    theirs = (Door.made_by == person.id) & among(Door.event, events) & Door.revoked_at.is_null()
    await Door.update({Door.revoked_at: clock.now()}).where(theirs)
