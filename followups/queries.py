"""What we ask about follow-ups and connections. Reads only.

Whatever is asked about what somebody marked is asked for that somebody alone: no statement here reads another
person's marks, so that what a page holds, and how long it takes, cannot depend on them.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from events import queries as events
from events.tables import Event
from members import queries as members
from members.names import NOBODY, first, short, whole
from members.queries import hidden, not_blocked
from members.tables import Person
from server import db, pagination, pictures
from server.finding import names_have
from server.pagination import START, Key, Listing, Page, Place

FEWEST_NAMES = 4  # A shorter list would say who is on it by who is not.
NAMES_ON_A_PAGE = 60
CONNECTIONS_ON_A_PAGE = 40
ROWS_ON_A_PAGE = 50


def connected(one: str, other: str) -> str:
    """SQL: these two people are connected, and neither has blocked the other. One index probe."""
    return f"""EXISTS (
        SELECT FROM connections WHERE ended_at IS NULL AND {not_blocked("low", "high")}
            AND low = least({one}, {other}) AND high = greatest({one}, {other})
    )"""


# One person's page of a follow-up


@dataclass(frozen=True)
class Asked:
    """What somebody was asked after an event, and what they have said so far. Theirs alone."""

    id: int
    key: str
    follow_up: int
    link: int
    was_there: bool | None
    arrived: bool
    doubted: bool
    findable: bool
    shows_picture: bool
    felt_welcome: str | None
    message: str
    message_to: str
    signed: bool
    note: str
    reminded_at: datetime | None
    answered_at: datetime | None
    dismissed_at: datetime | None
    opened_at: datetime
    closes_at: datetime
    event: Event
    person: Person

    @property
    def sees_names(self) -> bool:
        """Whether the list of those who were there is for them: they were there, and stand in it themselves."""
        return self.findable and self.arrived

    def open_at(self, now: datetime) -> bool:
        """Whether something can still be said."""
        return now < self.closes_at


_ASKED = f"""
    SELECT replies.id, replies.public_id AS key, replies.follow_up, replies.link, was_there, findable,
        shows_picture, felt_welcome, message, message_to, signed, note, reminded_at, answered_at, dismissed_at,
        follow_ups.opened_at, follow_ups.closes_at, follow_ups.event, replies.person,
        replies.not_seen_by IS NOT NULL AS doubted,
        EXISTS (
            SELECT FROM arrivals JOIN rsvps ON rsvps.id = arrivals.rsvp
            WHERE rsvps.event = follow_ups.event AND rsvps.person = replies.person
        ) AS arrived, {events.NAMED}
    FROM follow_up_replies AS replies JOIN follow_ups ON follow_ups.id = replies.follow_up
    JOIN events ON events.id = follow_ups.event {events.PARTS}
"""  # noqa: S608 - our own words


async def asked(reply: int) -> Asked | None:
    """What one person was asked after one event. Two queries."""
    row = await db.row(f"{_ASKED} WHERE replies.id = $1", reply)
    if row is None:
        return None
    person = await members.person_by_id(row["person"])
    return _asked(row, events.event_from(row, prefix=events.AS_EVENT), person) if person else None


async def asked_of(person: Person, event: Event) -> Asked | None:
    """What this person was asked after this event, if they were. One query."""
    row = await db.row(
        f"{_ASKED} WHERE replies.person = $1 AND follow_ups.event = $2",
        person.id,
        event.id,
    )
    return _asked(row, event, person) if row else None


async def open_for(person: Person, now: datetime) -> list[Asked]:
    """The follow-ups that wait for somebody's first word, newest first. One query."""
    rows = await db.rows(
        f"""
        {_ASKED} WHERE replies.person = $1 AND follow_ups.closes_at > $2
            AND answered_at IS NULL AND dismissed_at IS NULL
        ORDER BY follow_ups.opened_at DESC, replies.id LIMIT 20
        """,
        person.id,
        now,
    )
    return [_asked(row, events.event_from(row, prefix=events.AS_EVENT), person) for row in rows]


def _asked(row: asyncpg.Record, event: Event, person: Person) -> Asked:
    said = {name: row[name] for name in Asked.__dataclass_fields__ if name not in {"event", "person"}}
    return Asked(**said, event=event, person=person)


# Who was there


@dataclass(frozen=True)
class Name:
    """Somebody who was there and agreed to be found, as another who was there sees them.

    `met` and `wished` are what the reader marked; `connected` is what both know.
    """

    key: str
    person: int
    name: str
    picture: str
    met: bool
    wished: bool
    connected: bool


@dataclass(frozen=True)
class Names:
    """A page of those who can be found; `total` counts all of them, and too few are none at all."""

    page: Page[Name] = field(default_factory=lambda: Page([]))
    total: int = 0
    words: str = ""

    @property
    def enough(self) -> bool:
        """Whether there is a list."""
        return self.total >= FEWEST_NAMES

    @property
    def people(self) -> list[Name]:
        """Those on this page."""
        return self.page.rows


# $1: the follow-up, $2: who is asking.
FINDABLE = f"""
    SELECT replies.public_id AS key, replies.person, people.name, people.called, pictures.public_id AS picture,
        marks.id IS NOT NULL AS met, marks.wished_at IS NOT NULL AS wished, connections.id IS NOT NULL AS connected
    FROM follow_up_replies AS replies
    JOIN follow_ups ON follow_ups.id = replies.follow_up
    JOIN people ON people.id = replies.person
    JOIN rsvps ON rsvps.event = follow_ups.event AND rsvps.person = replies.person
    JOIN arrivals ON arrivals.rsvp = rsvps.id
    LEFT JOIN pictures ON pictures.id = people.picture AND pictures.ready_at IS NOT NULL AND replies.shows_picture
    LEFT JOIN met_marks AS marks
        ON marks.follow_up = replies.follow_up AND marks.by = $2 AND marks.about = replies.person
    LEFT JOIN connections ON connections.ended_at IS NULL
        AND connections.low = least($2, replies.person) AND connections.high = greatest($2, replies.person)
    WHERE replies.follow_up = $1 AND replies.findable AND replies.person <> $2 AND people.name <> ''
        AND {not_blocked("$2::bigint", "replies.person")}
"""  # noqa: S608 - our own words
# $3: words, $4 and $5: people and what each is called there.
_NAMES = Listing(
    "follow-up names",
    keys=(Key("fold(first_name)", "text"), Key("key", "text")),
    listed="those.*",
    source=f"""
        FROM ({FINDABLE}) AS those JOIN unnest($4::bigint[], $5::text[]) AS called (person, first_name) USING (person)
        WHERE {names_have("fold(first_name)", "$3")}
    """,
)


async def names(asked: Asked, *, place: Place = START, words: str = "") -> Names:
    """Those whom this person may find: a page of them, perhaps those whose first name begins so. Two queries.

    Only what is shown is searched and sorted by, so that neither says anything of anybody's family name.
    """
    people, first_names = await _first_names(asked)
    if len(people) < FEWEST_NAMES:
        return Names(total=len(people), words=words)
    found = await pagination.page(
        _NAMES,
        asked.follow_up,
        asked.person.id,
        words,
        people,
        first_names,
        place=place,
        most=NAMES_ON_A_PAGE,
    )
    return Names(found.of(_name), len(people), words)


async def _first_names(asked: Asked) -> tuple[list[int], list[str]]:
    rows = await db.rows(FINDABLE, asked.follow_up, asked.person.id)
    return [row["person"] for row in rows], [first(row["name"], row["called"]) for row in rows]


async def names_by_key(asked: Asked, keys: Collection[str]) -> dict[str, Name]:
    """Those of these whom this person may find, by their key in this follow-up. One query."""
    rows = await db.rows(
        f"""
        WITH findable AS ({FINDABLE})
        SELECT * FROM findable WHERE key = ANY($3) AND (SELECT count(*) FROM findable) >= $4
        """,  # noqa: S608
        asked.follow_up,
        asked.person.id,
        list(keys),
        FEWEST_NAMES,
    )
    return {row["key"]: _name(row) for row in rows}


async def wished(asked: Asked) -> list[str]:
    """The names of those whom this person can find and wished to stay in touch with. One query."""
    rows = await db.rows(
        f"""
        WITH findable AS ({FINDABLE})
        SELECT name, called FROM findable WHERE wished AND NOT connected AND (SELECT count(*) FROM findable) >= $3
        """,  # noqa: S608
        asked.follow_up,
        asked.person.id,
        FEWEST_NAMES,
    )
    return sorted((short(row["name"], row["called"]) for row in rows), key=str.casefold)


async def wishes_beside(asked: Asked, people: Collection[int]) -> int:
    """How many this person wished to stay in touch with after this event, apart from these. Theirs to know alone."""
    number: int = await db.value(
        """
        SELECT count(*) FROM met_marks
        WHERE follow_up = $1 AND by = $2 AND wished_at IS NOT NULL AND about <> ALL($3)
        """,
        asked.follow_up,
        asked.person.id,
        list(people),
    )
    return number


def _name(row: asyncpg.Record) -> Name:
    return Name(
        key=row["key"],
        person=row["person"],
        name=short(row["name"], row["called"]),
        picture=pictures.address(row["picture"]) if row["picture"] else "",
        met=row["met"],
        wished=row["wished"],
        connected=row["connected"],
    )


# What the organisers are told


@dataclass(frozen=True)
class Said:
    """What somebody chose to say to the organisers; `name` is empty unless they signed it."""

    felt_welcome: str | None
    message: str
    name: str


# $1: the event, $2: who reads it.
_SAID = Listing(
    "said to organisers",
    keys=(Key("message = ''", "boolean"), Key("replies.public_id", "text")),
    listed="felt_welcome, message, CASE WHEN signed THEN people.name ELSE '' END AS name",
    source=f"""
        FROM follow_up_replies AS replies
        JOIN follow_ups ON follow_ups.id = replies.follow_up JOIN people ON people.id = replies.person
        WHERE follow_ups.event = $1 AND message_to = 'organisers' AND (message <> '' OR felt_welcome IS NOT NULL)
            AND (NOT signed OR {not_blocked("$2::bigint", "replies.person")})
    """,
    columns="felt_welcome, message, name",
)


async def said_to_organisers(event: Event, *, seen_by: Person, place: Place = START) -> Page[Said]:
    """A page of what people chose to say after an event, in no order that means anything. One query."""
    found = await pagination.page(_SAID, event.id, seen_by.id, place=place, most=ROWS_ON_A_PAGE)
    return found.of(lambda row: Said(row["felt_welcome"], row["message"], row["name"]))


async def follow_up_of(event: Event) -> datetime | None:
    """Until when people can say something about this event; None while they have not been asked."""
    closes_at: datetime | None = await db.value("SELECT closes_at FROM follow_ups WHERE event = $1", event.id)
    return closes_at


# Who came, for hosts


@dataclass(frozen=True)
class Came:
    """Somebody who was going or came: the public id of their RSVP, and whether they were seen, and by whom."""

    rsvp: str
    name: str
    guests: int
    arrived: bool
    by_themselves: bool


# $1: the event, $2: who reads it, $3: words. In the order of `rsvp_names`, which it walks no further than it must.
_CAME = Listing(
    "came",
    keys=(Key("rsvp_names.name", "text"), Key("rsvp_names.rsvp", "bigint")),
    listed="answered.*",
    source=f"""
        FROM rsvp_names CROSS JOIN LATERAL (
            SELECT rsvps.public_id AS rsvp, people.name, rsvps.guests, arrivals.id IS NOT NULL AS arrived,
                coalesce(arrivals.seen_by = rsvps.person, false) AS by_themselves
            FROM rsvps JOIN people ON people.id = rsvps.person LEFT JOIN arrivals ON arrivals.rsvp = rsvps.id
            WHERE rsvps.id = rsvp_names.rsvp AND (rsvps.status = 'going' OR arrivals.id IS NOT NULL)
                AND {names_have("people.folded", "$3")} AND people.id <> ALL ({hidden("$2")})
            OFFSET 0
        ) AS answered WHERE rsvp_names.event = $1
    """,  # noqa: S608 - names of our own
)


async def came(event: Event, *, seen_by: Person, words: str = "", place: Place = START) -> Page[Came]:
    """A page of those who were going or came, by name, without whom a block hides from the reader. One query."""
    found = await pagination.page(_CAME, event.id, seen_by.id, words, place=place, most=ROWS_ON_A_PAGE)
    return found.of(lambda row: Came(**{name: row[name] for name in Came.__dataclass_fields__}))


@dataclass(frozen=True)
class Answer:
    """The RSVP that an arrival belongs to."""

    id: int
    event: int
    event_public_id: str
    person: int
    name: str


async def answer(rsvp: str) -> Answer | None:
    """An RSVP by its public id. One query."""
    row = await db.row(
        """
        SELECT rsvps.id, rsvps.event, events.public_id AS event_public_id, rsvps.person, people.name
        FROM rsvps JOIN events ON events.id = rsvps.event JOIN people ON people.id = rsvps.person
        WHERE rsvps.public_id = $1
        """,
        rsvp,
    )
    return Answer(**row) if row else None


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
    return Card(
        email=row["email"],
        phone=row["phone"],
        website=row["website"],
        words=row["words"],
        picture=pictures.address(row["picture"]) if row["picture"] else "",
    )


# Connections


@dataclass(frozen=True)
class Connected:
    """One of somebody's connections, as they see it. `event` is the id of the gathering where it began.

    `other` is the other's number, `person` their name in addresses.
    """

    public_id: str
    other: int
    person: str
    name: str
    first_name: str
    event: int | None
    connected_at: datetime
    card: Card


_CONNECTED = f"""
    SELECT connections.public_id, people.id AS other, people.public_id AS person, people.name, people.called,
        connections.event, connected_at, {_SHARED}
    FROM connections
    JOIN people ON people.id = CASE WHEN low = $1 THEN high ELSE low END
    {_CARDS}
    WHERE $1 IN (low, high) AND ended_at IS NULL AND {not_blocked("low", "high")}
"""  # noqa: S608


# $1: whose.
_CONNECTIONS = Listing(
    "connections",
    keys=(Key("connected_at", "timestamptz"), Key("connections.id", "bigint")),
    listed="connections.public_id, low, high, connections.event, connected_at",
    source=f"FROM connections WHERE $1 IN (low, high) AND ended_at IS NULL AND {not_blocked('low', 'high')}",
    columns=f"""
        listed.public_id, people.id AS other, people.public_id AS person, people.name, people.called, listed.event,
        connected_at, {_SHARED}
    """,
    joins=f"JOIN people ON people.id = CASE WHEN low = $1 THEN high ELSE low END {_CARDS}",
    descending=True,
)


async def connections_of(person: Person, place: Place = START) -> Page[Connected]:
    """A page of somebody's connections, newest first. One query."""
    found = await pagination.page(_CONNECTIONS, person.id, place=place, most=CONNECTIONS_ON_A_PAGE)
    return found.of(_connected)


async def connection_of(person: Person, public_id: str) -> Connected | None:
    """One of somebody's living connections. One query."""
    row = await db.row(f"{_CONNECTED} AND connections.public_id = $2", person.id, public_id)
    return _connected(row) if row else None


async def connection_between(connection: int, person: int) -> Connected | None:
    """A living connection as one of its two sees it, for letters. One query."""
    row = await db.row(f"{_CONNECTED} AND connections.id = $2", person, connection)
    return _connected(row) if row else None


async def coming_to_both(person: Person, others: Collection[int], now: datetime) -> list[tuple[int, Event]]:
    """(other, event) for what both are going to and is not over, soonest first. One query.

    The other must not keep their plans to themselves. Whether `person` sees the event is for access to say.
    """
    if not others:
        return []
    rows = await db.rows(
        f"""
        SELECT theirs.person AS other, {events.COLUMNS} FROM rsvps AS mine
        JOIN rsvps AS theirs ON theirs.event = mine.event AND theirs.status = 'going'
        JOIN events ON events.id = mine.event {events.PARTS}
        LEFT JOIN contact_cards AS cards ON cards.person = theirs.person
        WHERE mine.person = $1 AND mine.status = 'going' AND theirs.person = ANY($2)
            AND events.status = 'published' AND coalesce(events.ends_at, events.starts_at + interval '3 hours') > $3
            AND coalesce(cards.keeps_plans, false) = false
        ORDER BY events.starts_at, events.id LIMIT 400
        """,  # noqa: S608
        person.id,
        list(others),
        now,
    )
    return [(row["other"], events.event_from(row)) for row in rows]


@dataclass(frozen=True)
class Note:
    """What somebody wrote to themselves after an event."""

    key: str
    words: str
    event: int


async def notes_of(person: Person) -> list[Note]:
    """Somebody's notes to themselves, newest first, the last hundred. One query."""
    rows = await db.rows(
        """
        SELECT replies.public_id AS key, note AS words, follow_ups.event
        FROM follow_up_replies AS replies JOIN follow_ups ON follow_ups.id = replies.follow_up
        WHERE replies.person = $1 AND note <> '' ORDER BY follow_ups.opened_at DESC, replies.id DESC LIMIT 100
        """,
        person.id,
    )
    return [Note(**row) for row in rows]


async def ended_just_now(person: Person, public_id: str, since: datetime) -> tuple[str, str] | None:
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
    return Connected(
        public_id=row["public_id"],
        other=row["other"],
        person=row["person"],
        name=whole(row["name"], row["called"]),
        first_name=first(row["name"], row["called"]) or NOBODY,
        event=row["event"],
        connected_at=row["connected_at"],
        card=_card(row),
    )
