"""What we ask about connections, and what those who are connected show each other. Reads only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import asyncpg

from events import queries as events
from events.tables import Event
from followups.tables import Connection, ContactCard, FollowUp
from members.names import NOBODY, first, whole
from members.queries import hidden, not_blocked
from members.tables import Person
from server import db, pagination, pictures
from server.finding import names_have
from server.languages.messages import Text
from server.pagination import START, Key, Listing, Page, Place
from server.rows import loaded, row_as, rows_as, values_of
from server.statements import Query, prepared

CONNECTIONS_ON_A_PAGE = 40


def connected(one: str, other: str) -> str:
    """SQL: these two people are connected, and neither has blocked the other. One index probe."""
    return f"""EXISTS (
        SELECT FROM connections WHERE ended_at IS NULL AND {not_blocked("low", "high")}
            AND low = least({one}, {other}) AND high = greatest({one}, {other})
    )"""


# Contact cards


@dataclass(frozen=True)
class Card:
    """What one person shows to their connections: an empty word is not shown."""

    email: str = ""
    phone: str = ""
    website: str = ""
    words: str = ""
    picture: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is shared that leads to them."""
        return not (self.email or self.phone or self.website or self.words)


_SHARED = """
    CASE WHEN cards.shows_email THEN people.email ELSE '' END AS email,
    CASE WHEN cards.shows_phone THEN cards.phone ELSE '' END AS phone,
    CASE WHEN cards.shows_website THEN cards.website ELSE '' END AS website,
    CASE WHEN cards.shows_words THEN cards.words ELSE '' END AS words,
    pictures.public_id AS picture
"""
_CARDS = """
    LEFT JOIN contact_cards AS cards ON cards.person = people.id
    LEFT JOIN pictures ON pictures.id = people.picture AND pictures.ready_at IS NOT NULL AND cards.shows_picture
"""


async def card_of(person: int) -> Card:
    """What somebody's connections see of them. One query."""
    row = await db.row(f"SELECT {_SHARED} FROM people {_CARDS} WHERE people.id = $1", person)  # noqa: S608
    return _card(row) if row else Card()


def _card(row: asyncpg.Record) -> Card:
    return loaded(Card, row, picture=pictures.address(row["picture"]))


# Connections


@dataclass(frozen=True)
class Connected:
    """One of somebody's connections, as they see it. `event` is the id of the gathering where it began.

    `other` is the other's number, `person` their name in addresses. `answered`: who reads this has said how their
    connections may reach them, perhaps not at all but through Kith.
    """

    id: int
    public_id: str
    other: int
    person: str
    name: Text
    first_name: Text
    event: int | None
    connected_at: datetime
    answered: bool
    card: Card


# $1: who reads it.
_CONNECTED = f"""
    SELECT connections.id, connections.public_id, people.id AS other, people.public_id AS person, people.name,
        people.called, connections.event, connected_at, {_SHARED},
        EXISTS (SELECT FROM contact_cards AS mine WHERE mine.person = $1) AS answered
    FROM connections
    JOIN people ON people.id = CASE WHEN low = $1 THEN high ELSE low END
    {_CARDS}
    WHERE $1 IN (low, high) AND ended_at IS NULL AND {not_blocked("low", "high")}
"""  # noqa: S608


def met_last(one: str, other: str, now: str) -> str:
    """SQL: when the last gathering was over to which both said yes; null for none, and where the other keeps their
    plans to themselves. What both may know, and no more."""
    return f"""(
        SELECT max({events.OVER}) FROM rsvps AS mine
        JOIN rsvps AS theirs ON theirs.event = mine.event AND theirs.person = {other} AND theirs.status = 'going'
        JOIN events ON events.id = mine.event AND events.status = 'published' AND {events.OVER} <= {now}
        LEFT JOIN contact_cards AS their_card ON their_card.person = theirs.person
        WHERE mine.person = {one} AND mine.status = 'going' AND coalesce(their_card.keeps_plans, false) = false
    )"""  # noqa: S608 - our own words


def due(rhythm: str, since: str, now: str) -> str:
    """SQL: it is as long ago as this rhythm says. `none` is never due."""
    return f"""(
        {since} + CASE {rhythm} WHEN 'monthly' THEN interval '1 month' WHEN 'seasonal' THEN interval '3 months'
            WHEN 'yearly' THEN interval '1 year' END <= {now}
    )"""


@dataclass(frozen=True)
class InList:
    """One of somebody's connections in their list: who, since when, and what is theirs alone (`pinned`, `rhythm`).

    `due`: it is as long ago as their rhythm says that the two were at one gathering or wrote to each other. `wrote_at`:
    the other wrote last, then, in the last thirty days.
    """

    public_id: str
    other: int
    person: str
    name: Text
    event: int | None
    connected_at: datetime
    pinned: bool
    rhythm: str
    due: bool
    wrote_at: datetime | None
    picture: str


# $1: whose, $2: now, $3: words. Those one is about to see, the soonest first; what is kept at the top; the newest.
# All of one person’s are looked at and sorted, 10 ms for 500: they are as many as one meets, never all that there are.
_CONNECTIONS = Listing(
    "connections",
    keys=(
        Key("coalesce(-extract(epoch FROM ahead.soonest), '-Infinity')", "numeric"),
        Key("coalesce(keepings.pinned_at, '-infinity')", "timestamptz"),
        Key("connected_at", "timestamptz"),
        Key("connections.id", "bigint"),
    ),
    listed="""
        connections.id AS number, connections.public_id, people.id AS other, people.public_id AS person, people.name,
        people.called, people.picture AS has_picture, connections.event, connected_at,
        keepings.pinned_at IS NOT NULL AS pinned, coalesce(keepings.rhythm, 'none') AS rhythm, keepings.since
    """,
    source=f"""
        FROM connections JOIN people ON people.id = CASE WHEN low = $1 THEN high ELSE low END
        LEFT JOIN keepings ON keepings.connection = connections.id AND keepings.person = $1
        LEFT JOIN (
            SELECT theirs.person, min(events.starts_at) AS soonest FROM rsvps AS mine
            JOIN events ON events.id = mine.event AND events.status = 'published' AND {events.OVER} > $2
            -- By name, so that a gathering of twenty thousand is not read for the few one knows.
            JOIN rsvps AS theirs ON theirs.event = mine.event AND theirs.status = 'going' AND theirs.person = ANY(ARRAY(
                SELECT CASE WHEN low = $1 THEN high ELSE low END FROM connections
                WHERE $1 IN (low, high) AND ended_at IS NULL
            ))
            LEFT JOIN contact_cards AS their_card ON their_card.person = theirs.person
            WHERE mine.person = $1 AND mine.status = 'going' AND coalesce(their_card.keeps_plans, false) = false
            GROUP BY theirs.person
        ) AS ahead ON ahead.person = people.id
        WHERE $1 IN (low, high) AND ended_at IS NULL AND people.id <> ALL({hidden("$1")})
            AND {names_have("people.folded", "$3")}
    """,  # noqa: S608 - our own words
    columns=f"""
        listed.*, pictures.public_id AS picture,
        rhythm <> 'none' AND {due("rhythm", f"greatest(since, {met_last('$1', 'listed.other', '$2')})", "$2")} AS due,
        (
            SELECT CASE WHEN notes.by <> $1 THEN notes.written_at END FROM notes_between AS notes
            WHERE notes.connection = number AND notes.written_at > $2 - interval '30 days'
            ORDER BY notes.id DESC LIMIT 1
        ) AS wrote_at
    """,  # noqa: S608 - our own words
    joins="""
        LEFT JOIN contact_cards AS cards ON cards.person = listed.other
        LEFT JOIN pictures ON pictures.id = has_picture AND pictures.ready_at IS NOT NULL AND cards.shows_picture
    """,
    descending=True,
)


async def connections_of(
    person: Person, now: datetime, words: str = "", place: Place = START
) -> Page[InList]:
    """A page of somebody's connections in their own order, perhaps those whose names have these words. One query."""
    found = await pagination.page(
        _CONNECTIONS, person.id, now, words, place=place, most=CONNECTIONS_ON_A_PAGE
    )
    return found.of(_in_list)


def _in_list(row: asyncpg.Record) -> InList:
    return loaded(
        InList, row, name=whole(row["name"], row["called"]), picture=pictures.address(row["picture"])
    )


async def has_answered(person: int) -> bool:
    """Whether somebody has said how their connections may reach them. One query."""
    return bool(await values_of(_has_answered(person)))


@prepared
def _has_answered(person: int) -> Query:
    return ContactCard.select(ContactCard.id).where(ContactCard.person == person)


async def begun_at(person: Person, events: Sequence[int]) -> dict[int, list[Text]]:
    """With whom somebody is connected since these events, by the event's number: their names. One query."""
    rows = await db.rows(
        f"""
        SELECT connections.event, people.name FROM connections
        JOIN people ON people.id = CASE WHEN low = $1 THEN high ELSE low END
        WHERE $1 IN (low, high) AND connections.event = ANY($2) AND ended_at IS NULL AND {not_blocked("low", "high")}
        ORDER BY connections.id
        """,  # noqa: S608 - our own words
        person.id,
        list(events),
    )
    names: dict[int, list[Text]] = {}
    for row in rows:
        names.setdefault(row["event"], []).append(whole(row["name"]))
    return names


async def connections_with(person: int) -> list[int]:
    """The connections of somebody (by id), by number, those that have ended too. One query."""
    theirs = (Connection.low == person) | (Connection.high == person)
    return await values_of(Connection.select(Connection.id).where(theirs))


async def connection_of(person: Person, public_id: str) -> Connected | None:
    """One of somebody's living connections. One query."""
    row = await db.row(f"{_CONNECTED} AND connections.public_id = $2", person.id, public_id)
    return _connected(row) if row else None


async def connection_between(connection: int, person: int) -> Connected | None:
    """A living connection as one of its two sees it, for letters. One query."""
    row = await db.row(f"{_CONNECTED} AND connections.id = $2", person, connection)
    return _connected(row) if row else None


class Gatherings(NamedTuple):
    """Events around connections: those where they began, by id, and (other, event) for what both are going to."""

    began: dict[int, Event]
    coming: list[tuple[int, Event]]


async def gatherings(
    person: Person, others: Collection[int], began: Collection[int], now: datetime
) -> Gatherings:
    """Where it began, and what is not over and both are going to, soonest first. One query.

    The others must not keep their plans to themselves. Whether `person` sees an event is for access to say.
    """
    rows = await db.rows(
        f"""
        SELECT NULL::bigint AS other, {events.COLUMNS} FROM events {events.PARTS} WHERE events.id = ANY($4)
        UNION ALL (
            SELECT theirs.person AS other, {events.COLUMNS} FROM rsvps AS mine
            JOIN rsvps AS theirs ON theirs.event = mine.event AND theirs.status = 'going'
            JOIN events ON events.id = mine.event {events.PARTS}
            LEFT JOIN contact_cards AS cards ON cards.person = theirs.person
            WHERE mine.person = $1 AND mine.status = 'going' AND theirs.person = ANY($2)
                AND events.status = 'published' AND {events.OVER} > $3
                AND coalesce(cards.keeps_plans, false) = false
            ORDER BY events.starts_at, events.id LIMIT 400
        )
        """,  # noqa: S608
        person.id,
        list(others),
        now,
        list(began),
    )
    found = [(row["other"], events.event_from(row)) for row in rows]
    return Gatherings(
        {event.id: event for other, event in found if other is None},
        [(other, event) for other, event in found if other is not None],
    )


async def shared(person: Person, other: int, now: datetime, *, most: int = 12) -> list[Event]:
    """The gatherings that are over and to which both had said yes, latest first. One query.

    None if the other keeps their plans to themselves. Whether `person` sees an event is for access to say.
    """
    rows = await db.rows(
        f"""
        SELECT {events.COLUMNS} FROM rsvps AS mine
        JOIN rsvps AS theirs ON theirs.event = mine.event AND theirs.person = $2 AND theirs.status = 'going'
        JOIN events ON events.id = mine.event {events.PARTS}
        LEFT JOIN contact_cards AS cards ON cards.person = theirs.person
        WHERE mine.person = $1 AND mine.status = 'going' AND events.status = 'published' AND {events.OVER} <= $3
            AND coalesce(cards.keeps_plans, false) = false
        ORDER BY events.starts_at DESC, events.id DESC LIMIT $4
        """,  # noqa: S608
        person.id,
        other,
        now,
        most,
    )
    return [events.event_from(row) for row in rows]


# What one of two keeps for themselves


@dataclass(frozen=True)
class Kept:
    """What somebody keeps about one connection, for their eyes alone. `due` as in their list."""

    note: str = ""
    rhythm: str = "none"
    unprompted: bool = False
    pinned_at: datetime | None = None
    due: bool = False


async def kept_about(person: Person, connection: int, other: int, now: datetime) -> Kept:
    """What somebody keeps about a connection; nothing until they do. One query."""
    since = f"greatest(since, {met_last('$1', '$3', '$4')})"
    row = db.row(
        f"""
        SELECT note, rhythm, unprompted, pinned_at, rhythm <> 'none' AND {due("rhythm", since, "$4")} AS due
        FROM keepings WHERE person = $1 AND connection = $2
        """,  # noqa: S608
        person.id,
        connection,
        other,
        now,
    )
    return await row_as(Kept, row) or Kept()


async def ended_just_now(person: Person, public_id: str, since: datetime) -> tuple[str, Text] | None:
    """(public id, name) of a connection that this person has ended since then. None costs no query."""
    if not public_id:
        return None
    row = await db.row(
        f"""
        SELECT connections.public_id, people.name, people.called FROM connections
        JOIN people ON people.id = CASE WHEN low = $1 THEN high ELSE low END
        WHERE connections.public_id = $2 AND ended_by = $1 AND ended_at > $3 AND {not_blocked("low", "high")}
        """,  # noqa: S608
        person.id,
        public_id,
        since,
    )
    return (row["public_id"], whole(row["name"], row["called"])) if row else None


def _connected(row: asyncpg.Record) -> Connected:
    return loaded(
        Connected,
        row,
        name=whole(row["name"], row["called"]),
        first_name=first(row["name"], row["called"]) or NOBODY,
        card=_card(row),
    )


# The daily batch


@dataclass(frozen=True)
class Due:
    """A follow-up whose daily batch is due: when it was to be held, and what the next one goes by."""

    id: int
    reveals_at: datetime
    opened_at: datetime
    closes_at: datetime
    zone: str


async def lock_due(now: datetime, *, most: int) -> list[Due]:
    """The follow-ups whose batch is due, held until the transaction ends. One query.

    The lock keeps replies from being changed while the batch is held: a wish is in it, or withdrawn in time.
    """
    columns = (FollowUp.id, FollowUp.reveals_at, FollowUp.opened_at, FollowUp.closes_at)
    due = (
        FollowUp.select(*columns, FollowUp.event.zone.as_alias("zone"))
        .where(FollowUp.reveals_at <= now)
        .order_by(FollowUp.id)
        .limit(most)
        .lock_rows("NO KEY UPDATE", of=(FollowUp,))
    )
    return await rows_as(Due, due)


@dataclass(frozen=True)
class Pair:
    """Two who both wished it, the smaller number first, and the event after which they did."""

    low: int
    high: int
    event: int


async def both_wished(due: Sequence[Due]) -> list[Pair]:
    """Each pair once, with the first gathering from which both wished it, if both can still be found there."""
    pairs = db.rows(
        f"""
        SELECT DISTINCT ON (mine.by, mine.about) mine.by AS low, mine.about AS high, follow_ups.event
        FROM unnest($1::bigint[], $2::timestamptz[]) AS due (follow_up, batch)
        JOIN follow_ups ON follow_ups.id = due.follow_up
        JOIN met_marks AS mine
            ON mine.follow_up = due.follow_up AND mine.by < mine.about AND mine.wished_at < due.batch
        JOIN met_marks AS theirs ON theirs.follow_up = due.follow_up
            AND theirs.by = mine.about AND theirs.about = mine.by AND theirs.wished_at < due.batch
        JOIN follow_up_replies AS low ON low.follow_up = due.follow_up AND low.person = mine.by
            AND low.findable AND low.not_seen_by IS NULL
        JOIN follow_up_replies AS high ON high.follow_up = due.follow_up AND high.person = mine.about
            AND high.findable AND high.not_seen_by IS NULL
        WHERE {not_blocked("mine.by", "mine.about")}
            AND NOT EXISTS (
                SELECT FROM connections
                WHERE connections.low = mine.by AND connections.high = mine.about AND ended_at IS NULL
            )
        ORDER BY mine.by, mine.about, follow_ups.opened_at, follow_ups.id
        """,  # noqa: S608 - our own words
        [each.id for each in due],
        [each.reveals_at for each in due],
    )
    return await rows_as(Pair, pairs)
