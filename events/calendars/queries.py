"""What feeds are made of. Reads only."""

from datetime import datetime
from typing import NamedTuple

from events.queries import COLUMNS, EVENTS, LONGEST, OVER, PARTS, event_from, organised_by
from events.tables import Event, Feed
from events.visibility import is_for
from members.queries import (
    person_by_id,
)
from members.tables import Person
from server import db
from server.rows import row_as, rows_as
from server.statements import Query, prepared


class CalendarFound(NamedTuple):
    """A community or one of its series, as its calendar names it, with what its bytes depend on.

    `slug` is the community's. `topics` tell of changes. `unlisted`: of a series that only those know who were
    told of it; so it shows its gatherings that are as it is.
    """

    name: str
    summary: str
    language: str
    community: int
    slug: str
    community_name: str
    version: tuple[object, ...]
    topics: tuple[str, ...]
    series: int | None = None
    series_address: str = ""
    unlisted: bool = False


# Of the row of `communities`: of another place or transaction, it may say something else.
_COMMUNITY = """
    communities.id AS community, slug, communities.name AS community_name, language, coalesce(version, 0) AS version,
    communities.xmin::text AS seen, communities.ctid::text AS place
"""
_COUNTED = "LEFT JOIN community_calendars ON community_calendars.community = communities.id"


async def community_calendar(slug: str) -> CalendarFound | None:
    """A community's calendar by the community's address, without its events. One query, four rows by their keys."""
    row = await db.row(
        f"SELECT summary, {_COMMUNITY} FROM communities {_COUNTED} WHERE slug = $1",  # noqa: S608 - our own words
        slug,
    )
    if row is None:
        return None
    community, name = row["community"], row["community_name"]
    version = (row["seen"], row["place"], row["version"])
    topics = (f"communities:{community}", f"calendars:{community}")
    return CalendarFound(name, row["summary"], row["language"], community, slug, name, version, topics)


async def series_calendar(public_id: str) -> CalendarFound | None:
    """The calendar of a series that anybody may see who knows its address, without its events. One query."""
    row = await db.row(
        f"""
        SELECT series.id, pattern.id AS pattern, pattern.title, pattern.summary, pattern.visibility, {_COMMUNITY},
            pattern.xmin::text AS pattern_seen, pattern.ctid::text AS pattern_place
        FROM series JOIN events AS pattern ON pattern.series = series.id AND pattern.series_date IS NULL
        JOIN communities ON communities.id = series.community {_COUNTED}
        WHERE series.public_id = $1 AND started_at IS NOT NULL
        """,  # noqa: S608 - our own words
        public_id,
    )
    if row is None or not is_for(row["visibility"], member=False, invited=False):
        return None
    community = row["community"]
    return CalendarFound(
        row["title"],
        row["summary"],
        row["language"],
        community,
        row["slug"],
        row["community_name"],
        tuple(row[name] for name in ("seen", "place", "version", "pattern_seen", "pattern_place")),
        (f"communities:{community}", f"calendars:{community}", f"events:{row['pattern']}"),
        series=row["id"],
        series_address=public_id,
        unlisted=row["visibility"] == "unlisted",
    )


async def events_in_calendar(
    found: CalendarFound, *, since: datetime, until: datetime, cancelled_since: datetime
) -> list[Event]:
    """What a public calendar shows, in order. One query."""
    theirs = (
        "community = $1 AND $6::bigint IS NULL" if found.series is None else "community = $1 AND series = $6"
    )
    unlisted = "visibility = 'unlisted'" if found.unlisted else "false"
    rows = db.rows(
        f"""
        {EVENTS} WHERE {theirs} AND status <> 'draft' AND (visibility = 'public' OR {unlisted})
            AND starts_at > $2::timestamptz - $5::interval AND starts_at < $3 AND {OVER} > $2
            AND (status <> 'cancelled' OR cancelled_at >= $4)
        ORDER BY starts_at, events.id
        """,
        found.community,
        since,
        until,
        cancelled_since,
        LONGEST,
        found.series,
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
