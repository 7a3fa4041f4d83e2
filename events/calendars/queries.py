"""What feeds are made of. Reads only."""

from datetime import datetime
from typing import NamedTuple

from events.queries import COLUMNS, EVENTS, LONGEST, OVER, PARTS, event_from, organised_by
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


async def run_by(
    person: int, now: datetime, *, since: datetime, until: datetime, most: int
) -> list[tuple[Event, str]]:
    """What somebody runs that is not over by `since` and begins before `until`, and its community's name.

    Published or cancelled; if it is more than so much, what is nearest to now. One query.
    """
    rows = await db.rows(
        f"""
        SELECT {COLUMNS}, communities.name AS of_community
        FROM events {PARTS} JOIN communities ON communities.id = events.community
        WHERE {organised_by("$1")} AND events.status <> 'draft'
            AND events.starts_at > $2::timestamptz - $6::interval AND events.starts_at < $3 AND {OVER} > $2
        ORDER BY abs(extract(epoch FROM events.starts_at - $4::timestamptz)), events.id LIMIT $5
        """,  # noqa: S608 - our own words
        person,
        since,
        until,
        now,
        most,
        LONGEST,
    )
    return [(event_from(row), row["of_community"]) for row in rows]


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
