"""Lists of events: what's on, a community's, somebody's. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple

import asyncpg

from events import relations
from events.contributions import Press
from events.queries import (
    LONGEST,
    NO_PATTERN,
    OVER,
    PART_OF_PERSON,
    PERSON_KEPT_OUT,
    EventRole,
    part_from,
    picture_address,
)
from events.tables import USUAL_LENGTH, Event, Series
from members.queries import (
    LISTED,
    Listed,
    listed_from,
    mailbox_key,
    meets,
)
from members.roles import Action, those_who_may
from members.tables import Person
from server import clock, db, pagination
from server.languages.messages import Text, _
from server.months import Month, month_of
from server.pages import url
from server.pagination import START, Key, Listing, Page, Place
from server.presentation import in_zone, point

SAMPLE = 300  # So many of the next events say whether words are rare:
RARE = 10  # those that fewer of them have.
MOST_IN_MONTH = 200
MOST_COMING = 20  # of a community, in its list
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class EventCard:
    """An event in a list, as components/events.html draws it. Times are local to it."""

    key: str
    href: str
    title: str
    starts: datetime
    ends: datetime | None
    zone: str
    place: str
    online: bool
    community: str
    picture: str
    point: str
    cancelled: bool
    draft: bool
    past: bool
    badge: tuple[Text, ...] | None
    motif: str = ""
    press: Press | None = None


_CARD = """
    events.public_id, events.title, events.starts_at, events.ends_at, events.zone, events.place, events.mode,
    events.status, events.motif, room.seats, room.taken, communities.name AS community,
    pictures.public_id AS picture, pictures.ready_at, events.picture_x, events.picture_y
"""


_WITH_FACE = (
    "JOIN communities ON communities.id = events.community LEFT JOIN pictures ON pictures.id = events.picture"
)
_WITH_ROOM = "JOIN seat_pools AS room ON room.event = events.id AND NOT room.online"


@dataclass(frozen=True)
class ListFilter:
    """What somebody looks for in the list: words as they typed them, days (moments, half open), where, and whether
    first-timers are welcome. `closely`: a letter of each longer word may be wrong.
    """

    words: str = ""
    closely: bool = False
    since: datetime | None = None
    until: datetime | None = None
    online: bool | None = None
    first_timers: bool = False


async def whats_on(
    asked: ListFilter, *, now: datetime, place: Place = START, size: int = 20
) -> Page[EventCard]:
    """A page of the public events that are not over, soonest first. One query, two when words are looked for."""
    listing, args = await _found(asked, now)
    found = await pagination.page(listing, *args, place=place, most=size)
    return found.of(partial(card_from, now=now))


async def communities_that_meet(*, now: datetime, most: int = 4) -> list[Listed]:
    """A few communities, those whose public events are next. One query, bounded however much is planned."""
    rows = await db.rows(
        f"""
        SELECT {LISTED} FROM (
            SELECT community, min(place) AS place_in_line FROM (
                SELECT community, row_number() OVER (ORDER BY starts_at, id) AS place FROM events
                WHERE status = 'published' AND visibility = 'public' AND starts_at > $1
                ORDER BY starts_at, id LIMIT {SAMPLE}
            ) AS next GROUP BY community ORDER BY min(place) LIMIT $2
        ) AS meeting
        JOIN communities ON communities.id = meeting.community
        LEFT JOIN pictures ON pictures.id = communities.picture AND pictures.ready_at IS NOT NULL
        ORDER BY place_in_line
        """,  # noqa: S608 - names and a number of ours
        now,
        most,
    )
    return [listed_from(row) for row in rows]


async def how_many_are_on(asked: ListFilter, *, now: datetime) -> int:
    """How many there are, as far as anybody counts (`pagination.count`). One query, two when words are looked for."""
    listing, args = await _found(asked, now)
    return await pagination.count(listing, *args)


async def _found(asked: ListFilter, now: datetime) -> tuple[Listing, list[Any]]:
    """The list of what is on as somebody asks for it, and its arguments.

    Frequent words are looked for along the list, until its page is full; rare ones, and those that nothing has as
    they are written, by their index, whatever their day. PostgreSQL cannot know which they are, so it is not
    left to it.
    """
    since, sought = max(now, asked.since or now), "sought_closely" if asked.closely else "sought"
    conditions = ["events.status = 'published' AND events.visibility = 'public'"]
    args: list[Any] = [since]
    for condition, value in (
        ("events.starts_at < ${}", asked.until),
        ("(events.mode <> 'in_person') = ${}", asked.online),
        (f"CASE WHEN events.search @@ (SELECT {sought}(${{}})) THEN true ELSE false END", asked.words),
    ):
        if value not in (None, ""):
            args.append(value)
            conditions.append(condition.format(len(args)))
    if asked.first_timers:
        conditions.append("events.first_timers")
    wanted = " AND ".join(conditions)
    if asked.words and (asked.closely or await _are_rare(asked.words, now)):
        searched = _SEARCHED.format(sought, len(args))
        return replace(_WHATS_ON, source=f"FROM {searched} WHERE {OVER} > $1 AND {wanted}"), args
    ahead = f"FROM events WHERE events.starts_at > {_BEFORE} AND {OVER} > $1 AND {wanted}"
    going_on = f"FROM {_LONG_AND_ON} WHERE events.starts_at <= {_BEFORE} AND {wanted}"
    return replace(_WHATS_ON, source=ahead, besides=going_on), args


_WHATS_ON = Listing(
    "what is on",
    keys=(Key("events.starts_at", "timestamptz"), Key("events.id", "bigint")),
    listed="events.id",
    source="",
    columns=_CARD,
    joins=f"JOIN events ON events.id = listed.id {_WITH_FACE} {_WITH_ROOM}",
)
# What is not over at $1, in two parts: along the starts one would walk through a month that is over to find it. Most
# are as short as an evening. Of what is longer, an index holds from when until when it goes on (`events_going_on`).
_AN_EVENING = "interval '6 hours'"
_BEFORE = f"$1::timestamptz - {_AN_EVENING}"
_LONG_AND_ON = f"""(
    SELECT * FROM events WHERE status = 'published' AND ends_at - starts_at > {_AN_EVENING}
        AND tstzrange(starts_at, ends_at) @> $1::timestamptz OFFSET 0
) AS events"""  # noqa: S608 - our own words
_SEARCHED = "(SELECT * FROM events WHERE search @@ (SELECT {}(${})) OFFSET 0) AS events"


async def _are_rare(words: str, now: datetime) -> bool:
    """Whether so few of the next events have these words that one would read far to fill a page. One query, 1 ms."""
    found: int = await db.value(
        f"""
        SELECT count(*) FROM (
            SELECT search FROM events WHERE status = 'published' AND visibility = 'public' AND starts_at > $2
            ORDER BY starts_at, id LIMIT {SAMPLE}
        ) AS next WHERE search @@ (SELECT sought($1))
        """,  # noqa: S608 - a number of ours
        words,
        now,
    )
    return found < RARE


class OfCommunity(NamedTuple):
    """A community's events: those before us, soonest first, and the last ones.

    `goes_on` is the month in which more comes than is listed; None where that is all.
    """

    coming: list[EventCard]
    past: list[EventCard]
    goes_on: Month | None


class Happening(NamedTuple):
    """A gathering in a month, as components/calendar.html draws it. Times are local to it."""

    href: str
    title: str
    starts: datetime
    ends: datetime | None
    zone: str
    place: str
    online: bool
    cancelled: bool
    draft: bool

    @property
    def days(self) -> list[date]:
        """Its days on its own wall clock: the first one, and where it goes on for days, all of them."""
        first = self.starts.date()
        if self.ends is None or self.ends - self.starts < _A_DAY:
            return [first]
        last = (self.ends - timedelta(microseconds=1)).date()
        return [first + timedelta(days=day) for day in range((last - first).days + 1)]


class OfMonth(NamedTuple):
    """What happens in a community in a month, by day, and whether there is more than is listed."""

    days: dict[date, list[Happening]]
    more: bool


async def of_community(
    community: int, person: Person | None, *, part_of: Sequence[int], now: datetime
) -> OfCommunity:
    """A community's events that somebody may see listed: the next twenty and the last five. One query.

    Drafts and unlisted ones are listed for their organisers; `part_of` are ids of events that this person is part of.
    """
    rows = await db.rows(
        f"({_NEXT_OF_COMMUNITY}) UNION ALL ({_LAST_OF_COMMUNITY})",
        community,
        person.id if person else None,
        list(part_of),
        now,
        those_who_may(Action.ORGANISE),
        mailbox_key(),
    )
    # On its own page a community need not be named at each.
    cards = [replace(card_from(row, now=now), community="") for row in rows]
    coming = [card for card in cards if not card.past]
    goes_on = month_of(coming[MOST_COMING].starts) if len(coming) > MOST_COMING else None
    return OfCommunity(coming[:MOST_COMING], [card for card in cards if card.past], goes_on)


_LISTED_KEPT_OUT = meets(
    "kept_out_of_events",
    "kept.event = events.id",
    person="$2",
    email="(SELECT email FROM people WHERE id = $2)",
    now="$4::timestamptz",
    key="$6",
)


# Of a community ($1): what somebody ($2) may see listed, part of these events ($3) now ($4); $5 are `those_who_may`
# organise, and $6 is `mailbox_key()`.
_SEEN_IN_COMMUNITY = f"""
    LEFT JOIN memberships ON memberships.community = events.community AND memberships.person = $2
    WHERE events.community = $1 AND {NO_PATTERN} AND (
        memberships.role = ANY($5)
        OR EXISTS (SELECT FROM co_hosts WHERE co_hosts.event = events.id AND co_hosts.person = $2)
        OR (events.status <> 'draft' AND (
            events.visibility = 'public'
            OR (events.visibility = 'members' AND memberships.role IS NOT NULL AND NOT {_LISTED_KEPT_OUT})
            OR (events.visibility IN ('unlisted', 'invited') AND events.id = ANY($3))
        ))
    )
"""
_FROM_COMMUNITY = f"FROM events {_WITH_FACE} {_WITH_ROOM} {_SEEN_IN_COMMUNITY}"
_OF_COMMUNITY = f"SELECT {_CARD} {_FROM_COMMUNITY}"


_NOT_OVER = f"{OVER} > $4 AND events.starts_at > $4::timestamptz - interval '{LONGEST.days} days'"
_NEXT_OF_COMMUNITY = f"""
    {_OF_COMMUNITY} AND {_NOT_OVER} ORDER BY events.starts_at, events.id LIMIT {MOST_COMING + 1}
"""


_LAST_OF_COMMUNITY = f"""
    {_OF_COMMUNITY} AND {OVER} <= $4 AND events.starts_at < $4 ORDER BY events.starts_at DESC, events.id LIMIT 5
"""


async def of_series(
    series: Series, person: Person | None, *, part_of: Sequence[int], now: datetime, most: int
) -> list[EventCard]:
    """The next gatherings of a series that somebody may see listed, as in `of_community`. One query."""
    rows = await db.rows(
        _NEXT_OF_SERIES,
        series.community,
        person.id if person else None,
        list(part_of),
        now,
        those_who_may(Action.ORGANISE),
        mailbox_key(),
        series.id,
        most,
    )
    return [replace(card_from(row, now=now), community="") for row in rows]


_NEXT_OF_SERIES = f"""
    {_OF_COMMUNITY} AND events.series = $7 AND {_NOT_OVER} ORDER BY events.starts_at, events.id LIMIT $8
"""


async def month_of_community(
    community: int, person: Person | None, *, part_of: Sequence[int], month: Month, now: datetime
) -> OfMonth:
    """A community's events of a month that somebody may see listed, each by its own wall clock. One query.

    `part_of` is as in `of_community`.
    """
    # No zone is further than a day from UTC: what is read holds the month of each.
    since, until = (datetime.combine(day, time(), UTC) for day in (month.first, month.last))
    rows = await db.rows(
        _MONTH_OF_COMMUNITY,
        community,
        person.id if person else None,
        list(part_of),
        now,
        those_who_may(Action.ORGANISE),
        mailbox_key(),
        since - timedelta(days=1),
        until + timedelta(days=2),
        since - timedelta(days=1) - LONGEST,
    )
    found: dict[date, list[Happening]] = {}
    for row in rows[:MOST_IN_MONTH]:
        happening = _happening(row)
        for day in happening.days:
            if month.first <= day <= month.last:
                found.setdefault(day, []).append(happening)
    return OfMonth(dict(sorted(found.items())), len(rows) > MOST_IN_MONTH)


def _happening(row: asyncpg.Record) -> Happening:
    ends, zone, status = row["ends_at"], row["zone"], row["status"]
    return Happening(
        url("events:event", event=row["public_id"]),
        row["title"],
        in_zone(row["starts_at"], zone),
        in_zone(ends, zone) if ends else None,
        zone,
        row["place"],
        row["mode"] != "in_person",
        status == "cancelled",
        status == "draft",
    )


_MONTH_OF_COMMUNITY = f"""
    SELECT public_id, title, starts_at, ends_at, zone, place, mode, status
    FROM events {_SEEN_IN_COMMUNITY} AND {OVER} > $7 AND events.starts_at < $8 AND events.starts_at > $9
    ORDER BY events.starts_at, events.id LIMIT {MOST_IN_MONTH + 1}
"""  # noqa: S608 - our own words


async def past_of_community(
    community: int, person: Person | None, *, part_of: Sequence[int], now: datetime, place: Place
) -> Page[EventCard]:
    """A page of a community's events that are over, of those that somebody may see listed, the latest first. One query.

    `part_of` is as in `of_community`.
    """
    found = await pagination.page(
        _PAST,
        community,
        person.id if person else None,
        list(part_of),
        now,
        those_who_may(Action.ORGANISE),
        mailbox_key(),
        place=place,
        most=20,
    )
    return found.of(lambda row: replace(card_from(row, now=now), community=""))


_PAST = Listing(
    "what was on",
    keys=(Key("events.starts_at", "timestamptz"), Key("events.id", "bigint")),
    listed=_CARD,
    source=f"{_FROM_COMMUNITY} AND {OVER} <= $4",
    descending=True,
)


class Face(NamedTuple):
    """What a list shows of an event beyond its row, and what its reader is to it."""

    community: str
    picture: str
    part: EventRole


async def faces(person: Person, events: Sequence[int]) -> dict[int, Face]:
    """The community's name and the small picture of each of these events, and somebody's part in it. One query."""
    statement = (
        f"SELECT events.id, {face_columns()} FROM events {WITH_FACE_AND_PART} WHERE events.id = ANY($1)"  # noqa: S608
    )
    rows = await db.rows(statement, list(events), person.id, clock.now(), mailbox_key())
    return {row["id"]: face_from(row) for row in rows}


# Beside a row of `events`, what `face_columns` reads; $2 is the person, $3 now, $4 `mailbox_key()`.
WITH_FACE_AND_PART = f"{_WITH_FACE} {PART_OF_PERSON}"


def face_columns() -> str:
    """SQL: what `face_from` reads, of a row of `events` joined `WITH_FACE_AND_PART`."""
    return f"""communities.name AS community_name, pictures.public_id AS face, pictures.ready_at AS face_ready_at, role,
        co_hosts.id IS NOT NULL AS hosts, {PERSON_KEPT_OUT} AS kept_out, {relations.sql()} AS facts"""


def face_from(row: asyncpg.Record) -> Face:
    """A face, from a row with `face_columns`."""
    return Face(row["community_name"], picture_address(row["face"], row["face_ready_at"]), part_from(row))


def card_of(event: Event, face: Face, *, now: datetime) -> EventCard:
    """A card of an event that was read whole."""
    return EventCard(
        key=event.public_id,
        href=url("events:event", event=event.public_id),
        title=event.title,
        starts=event.local_start,
        ends=event.local_end,
        zone=event.zone,
        place=event.place,
        online=event.mode != "in_person",
        community=face.community,
        picture=face.picture,
        point=point(event.picture_x, event.picture_y),
        cancelled=event.status == "cancelled",
        draft=event.status == "draft",
        past=event.over_at <= now,
        badge=None,
        motif=event.motif,
    )


def card_from(row: asyncpg.Record, *, now: datetime) -> EventCard:
    """A card from a row of the lists above."""
    ends = row["ends_at"]
    return EventCard(
        key=row["public_id"],
        href=url("events:event", event=row["public_id"]),
        title=row["title"],
        starts=in_zone(row["starts_at"], row["zone"]),
        ends=in_zone(ends, row["zone"]) if ends else None,
        zone=row["zone"],
        place=row["place"],
        online=row["mode"] != "in_person",
        community=row["community"],
        picture=picture_address(row["picture"], row["ready_at"]),
        point=point(row["picture_x"], row["picture_y"]),
        cancelled=row["status"] == "cancelled",
        draft=row["status"] == "draft",
        past=(ends or row["starts_at"] + USUAL_LENGTH) <= now,
        badge=_full(row["seats"], row["taken"]),
        motif=row["motif"],
    )


def _full(seats: int | None, taken: int) -> tuple[Text, ...] | None:
    return ("wait", _("Waiting list"), "hourglass") if seats is not None and taken >= seats else None
