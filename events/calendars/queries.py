"""What feeds are made of. Reads only."""

from datetime import datetime
from typing import NamedTuple

from events.queries import EVENTS, LONGEST, OVER, event_from
from events.tables import Event, Feed
from members.queries import (
    person_by_id,
)
from members.tables import Person
from server import db
from server.rows import row_as, rows_as
from server.statements import Query, prepared


class CalendarFound(NamedTuple):
    """A community as its calendar names it, and what its bytes depend on."""

    id: int
    name: str
    summary: str
    language: str
    version: tuple[object, ...]


async def community_calendar(slug: str) -> CalendarFound | None:
    """A community's calendar by the community's address, without its events. One query, four rows by their keys."""
    row = await db.row(
        """
        SELECT communities.id, name, summary, language, communities.xmin::text AS seen, communities.ctid::text AS place,
            coalesce(version, 0) AS version
        FROM communities LEFT JOIN community_calendars ON community_calendars.community = communities.id
        WHERE slug = $1
        """,
        slug,
    )
    if row is None:
        return None
    version = (row["seen"], row["place"], row["version"])
    return CalendarFound(row["id"], row["name"], row["summary"], row["language"], version)


async def events_in_calendar(
    community: int, *, since: datetime, until: datetime, cancelled_since: datetime
) -> list[Event]:
    """A community's public events for its calendar, in order. One query."""
    rows = db.rows(
        f"""
        {EVENTS} WHERE community = $1 AND status <> 'draft' AND visibility = 'public'
            AND starts_at > $2::timestamptz - $5::interval AND starts_at < $3 AND {OVER} > $2
            AND (status <> 'cancelled' OR cancelled_at >= $4)
        ORDER BY starts_at, events.id
        """,
        community,
        since,
        until,
        cancelled_since,
        LONGEST,
    )
    return [event_from(row) for row in await rows]


class FeedFound(NamedTuple):
    """A personal feed, and whose it is."""

    feed: Feed
    person: Person


async def feed_by_secret(digest: bytes) -> FeedFound | None:
    """The personal feed with this secret's digest. Two queries."""
    feed = await row_as(Feed, _feed_by_secret(digest))
    person = await person_by_id(feed.person) if feed else None
    return FeedFound(feed, person) if feed and person else None


@prepared
def _feed_by_secret(digest: bytes) -> Query:
    return Feed.select().where(Feed.secret == digest)


async def feeds_of(person: Person) -> list[Feed]:
    """Somebody's feeds, oldest first."""
    return await rows_as(Feed, _feeds_of(person.id))


@prepared
def _feeds_of(person: int) -> Query:
    return Feed.select().where(Feed.person == person).order_by(Feed.id)
