"""Personal calendar addresses: made, renewed, and dead at once when they are taken back.

The address is a secret. It is shown once; what is kept is its digest.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from piccolo.columns import Column

from events import access, contributions
from events.calendars import calendar, queries, store
from events.calendars.calendar import PAST, Alarm, Cancelled, Entry, Window
from events.tables import Feed
from members.tables import Person
from server import clock, tokens
from server.db import transaction
from server.errors import NotFound, Refusal
from server.languages.language import spoken
from server.languages.messages import _
from server.ratelimit import at_most
from server.statements import lock

Holds = Literal["mine", "run", "shifts"]

MOST = 20
NOTED_EVERY = timedelta(hours=1)
KINDS: Mapping[Holds, frozenset[str]] = {
    "mine": frozenset({"answers", "shifts"}),
    "run": frozenset({"run"}),
    "shifts": frozenset({"shifts"}),
}


class FeedNameTaken(Refusal):
    """A name says which feed is which."""

    sentence = _("You have a feed of that name already. Please choose another name.")
    field = "name"


class TooManyFeeds(Refusal):
    """More addresses than anybody reads."""

    sentence = _("You have %(most)s feeds. Take one back before you make another.", most=MOST)


@at_most("30 per day", "new feed", of=lambda person, **_: person.id)
async def make(
    person: Person,
    *,
    name: str,
    holds: Holds = "mine",
    cancelled: Cancelled = "keep",
    alarm: int | None = None,
    days_back: int = PAST.days,
) -> tuple[str, str]:
    """Make a feed. Returns its public id and its secret, which is never shown again. Of the rest, see `Feed`."""
    secret = tokens.new_secret()
    feed = Feed(
        person=person.id,
        name=name,
        secret=tokens.digest(secret),
        holds=holds,
        cancelled=cancelled,
        alarm=alarm,
        days_back=days_back,
    )
    async with transaction():
        # The person first: of many feeds that are made at once each must be counted.
        await lock(Person, person.id)
        if await Feed.count().where(Feed.person == person.id) >= MOST:
            raise TooManyFeeds
        if not await Feed.insert(feed).on_conflict(target=(Feed.person, Feed.name), action="DO NOTHING"):
            raise FeedNameTaken
    return feed.public_id, secret


async def rotate(person: Person, public_id: str) -> str:
    """Give a feed a new secret; the old address is dead. Raises NotFound if it is not theirs."""
    secret = tokens.new_secret()
    await _change(person, public_id, {"secret": tokens.digest(secret), "read_at": None})
    return secret


async def rotate_all(person: Person) -> int:
    """End the addresses of all of somebody's feeds; new ones are made one by one. Returns how many there were."""
    feeds = await queries.feeds_of(person)
    return await store.give_secrets({feed.id: tokens.digest(tokens.new_secret()) for feed in feeds})


async def change(
    person: Person,
    public_id: str,
    *,
    name: str,
    holds: Holds,
    cancelled: Cancelled,
    alarm: int | None,
    days_back: int,
) -> None:
    """Change what a feed is called, and what it gives at its address, which stays. Raises NotFound as `rotate`."""
    said: dict[Column | str, Any] = {
        "name": name,
        "holds": holds,
        "cancelled": cancelled,
        "alarm": alarm,
        "days_back": days_back,
    }
    async with transaction():
        await lock(Person, person.id)
        others = (Feed.person == person.id) & (Feed.public_id != public_id)
        if await Feed.exists().where(others & (Feed.name == name)):
            raise FeedNameTaken
        await _change(person, public_id, said)


async def revoke(person: Person, public_id: str) -> None:
    """Take an address back. Twice is harmless."""
    await Feed.delete().where((Feed.person == person.id) & (Feed.public_id == public_id))


async def note_reading(feed: Feed) -> None:
    """Remember that a program has read it, once an hour at most."""
    now = clock.now()
    if feed.read_at is None or feed.read_at < now - NOTED_EVERY:
        await Feed.update({Feed.read_at: now}).where(Feed.id == feed.id)


async def given_since(feed: Feed, etag: str) -> datetime:
    """Since when it gives what has this ETag. Writes only if that is new. Raises NotFound once it is gone."""
    if feed.etag == etag and feed.given_since is not None:
        return feed.given_since
    since = await store.date(feed.id, etag, clock.now())
    if since is None:
        raise NotFound
    return since


async def shown(feed: Feed, person: Person) -> Iterator[tuple[Entry, tuple[Alarm, ...]]]:
    """What a person's feed gives now, and which alarms ring for each, in the language that is spoken."""
    found = await entries(person, cast(Holds, feed.holds), past=timedelta(days=feed.days_back))
    return calendar.shown(found, alarms=_alarms(feed), cancelled=cast(Cancelled, feed.cancelled))


async def entries(person: Person, holds: Holds = "mine", *, past: timedelta = PAST) -> list[Entry]:
    """What is in somebody's calendar now, from all packages, in order: only what they may see now."""
    window = calendar.window(clock.now(), past)
    found = [
        each
        for source in contributions.calendar_sources
        if source.kind in KINDS[holds]
        for each in await source.find(person, window.since, window.until)
    ]
    views = await access.views(person, [each.event for each in found])
    seen = [(each, views[each.event.id]) for each in found]
    entries = [each.entry(view) for each, view in seen if view.sees_it]
    belonging = [entry for entry in entries if _belongs(entry, window)]
    return sorted(belonging, key=lambda entry: (entry.starts_at, entry.uid))


def _alarms(feed: Feed) -> tuple[Alarm, ...]:
    return (Alarm(timedelta(minutes=feed.alarm), spoken().code),) if feed.alarm else ()


def _belongs(entry: Entry, window: Window) -> bool:
    # What is cancelled is not changed any more, so this is when it was called off.
    return entry.status != "CANCELLED" or entry.changed_at >= window.cancelled_since


async def _change(person: Person, public_id: str, values: dict[Column | str, Any]) -> None:
    changed = await (
        Feed.update(values)
        .where((Feed.person == person.id) & (Feed.public_id == public_id))
        .returning(Feed.id)
    )
    if not changed:
        raise NotFound
