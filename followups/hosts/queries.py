"""What hosts ask after a gathering. Reads only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from events.queries import LONGEST
from events.tables import Event
from followups.tables import FollowUp
from members.queries import by_name, hidden, not_blocked
from members.roles import Action, those_who_may
from members.tables import Person
from rsvps.status.queries import BY_NAME
from rsvps.tables import Rsvp
from server import db, pagination
from server.finding import names_have
from server.pagination import START, Key, Listing, Page, Place
from server.rows import loaded, row_as, rows_as, value_of, values_of
from server.statements import Query, prepared

ROWS_ON_A_PAGE = 50
# How long after an event's start something can be asked for: it lasts, is asked about a week later at most, and open.
ASKED_ABOUT = LONGEST + timedelta(days=7 + 14)

# What the organisers are told


@dataclass(frozen=True)
class WordToHosts:
    """What somebody chose to say to the organisers; `name` is empty unless they signed it."""

    felt_welcome: str | None
    message: str
    name: str


# $1: the event, $2: who reads it. How it felt to those who say no more and no name is in `felt_unsigned`.
_SAID = Listing(
    "said to organisers",
    keys=(Key("message = ''", "boolean"), Key("replies.public_id", "text")),
    listed="felt_welcome, message, CASE WHEN signed THEN people.name ELSE '' END AS name",
    source=f"""
        FROM follow_up_replies AS replies
        JOIN follow_ups ON follow_ups.id = replies.follow_up JOIN people ON people.id = replies.person
        WHERE follow_ups.event = $1 AND message_to = 'organisers'
            AND (message <> '' OR felt_welcome IS NOT NULL AND signed)
            AND (NOT signed OR {not_blocked("$2::bigint", "replies.person")})
    """,
    columns="felt_welcome, message, name",
)


# Of a row of `replies`; $1: who reads it.
_WRITTEN = f"""
    replies.message_to = 'organisers' AND replies.message <> ''
    AND (NOT replies.signed OR {not_blocked("$1::bigint", "replies.person")})
"""


async def said_to_organisers(
    event: Event, *, seen_by: Person, place: Place = START, most: int = ROWS_ON_A_PAGE
) -> Page[WordToHosts]:
    """A page of what people chose to say after an event, in no order that means anything. One query."""
    found = await pagination.page(_SAID, event.id, seen_by.id, place=place, most=most)
    return found.of(lambda row: loaded(WordToHosts, row))


class Felt(NamedTuple):
    """How it felt to some who said no more and no name, and whether they are several."""

    felt_welcome: str
    several: bool


async def felt_unsigned(event: Event) -> list[Felt]:
    """How it felt to those who told the organisers that alone. One query."""
    rows = db.rows(
        """
        SELECT felt_welcome, count(*) > 1 AS several
        FROM follow_up_replies AS replies JOIN follow_ups ON follow_ups.id = replies.follow_up
        WHERE follow_ups.event = $1 AND message_to = 'organisers' AND message = '' AND NOT signed
            AND felt_welcome IS NOT NULL
        GROUP BY felt_welcome
        """,
        event.id,
    )
    return await rows_as(Felt, rows)


async def first_timers(event: Event, *, seen_by: Person, most: int) -> list[str]:
    """The names of those who were there for the first time and agreed that hosts know, by name. One query."""
    rows = db.rows(
        f"""
        SELECT people.name FROM follow_up_replies AS replies
        JOIN follow_ups ON follow_ups.id = replies.follow_up JOIN people ON people.id = replies.person
        WHERE follow_ups.event = $1 AND first_time_told AND was_there AND not_seen_by IS NULL AND people.name <> ''
            AND people.id <> ALL ({hidden("$2")})
        ORDER BY {by_name()}, people.id LIMIT $3
        """,  # noqa: S608 - our own words
        event.id,
        seen_by.id,
        most,
    )
    return await values_of(rows)


async def somebody_is_not_noted(event: Event, *, seen_by: Person) -> bool:
    """Whether of anybody who was going nobody has said whether they were there: neither they, nor a host. One query."""
    found: bool = await db.value(
        f"""
        SELECT EXISTS (
            SELECT FROM rsvps LEFT JOIN follow_ups ON follow_ups.event = rsvps.event
            LEFT JOIN follow_up_replies AS replies
                ON replies.follow_up = follow_ups.id AND replies.person = rsvps.person
            WHERE rsvps.event = $1 AND rsvps.status = 'going' AND rsvps.person <> ALL ({hidden("$2")})
                AND NOT EXISTS (SELECT FROM arrivals WHERE arrivals.rsvp = rsvps.id)
                AND replies.was_there IS NOT FALSE AND replies.not_seen_by IS NULL
        )
        """,  # noqa: S608 - our own words
        event.id,
        seen_by.id,
    )
    return found


@dataclass(frozen=True)
class WordAfter:
    """What somebody wrote to the organisers, after which event."""

    event: str
    title: str
    message: str
    name: str


async def said_lately(
    organiser: Person, now: datetime, *, since: datetime, events: int, each: int
) -> list[WordAfter]:
    """The first words of the last `events` whose follow-up began after `since`, `each` of them, latest event first.

    Of communities that somebody organises: to a co-host people did not say it. One query.
    """
    rows = db.rows(
        f"""
        SELECT late.public_id AS event, late.title, said.message, said.name FROM (
            SELECT events.public_id, events.title, events.starts_at, follow_ups.id AS follow_up
            FROM memberships JOIN events USING (community) JOIN follow_ups ON follow_ups.event = events.id
            WHERE memberships.person = $1 AND memberships.role = ANY($2) AND follow_ups.opened_at > $3
                AND events.starts_at BETWEEN $3::timestamptz - interval '{LONGEST.days} days' AND $4
                AND EXISTS (
                    SELECT FROM follow_up_replies AS replies WHERE replies.follow_up = follow_ups.id AND {_WRITTEN}
                )
            ORDER BY events.starts_at DESC, events.id LIMIT $5
        ) AS late CROSS JOIN LATERAL (
            SELECT message, CASE WHEN signed THEN people.name ELSE '' END AS name
            FROM follow_up_replies AS replies JOIN people ON people.id = replies.person
            WHERE replies.follow_up = late.follow_up AND {_WRITTEN} ORDER BY replies.public_id LIMIT $6
        ) AS said ORDER BY late.starts_at DESC, late.public_id
        """,  # noqa: S608 - our own words
        organiser.id,
        those_who_may(Action.ORGANISE),
        since,
        now,
        events,
        each,
    )
    return await rows_as(WordAfter, rows)


# What people asked for


@dataclass(frozen=True)
class AskOf:
    """What somebody would like after an event, as its reader sees it; `done_at`: somebody has seen to it."""

    id: int
    key: str
    kind: str
    words: str
    name: str
    event: str
    title: str
    done_at: datetime | None


# $1: who reads it, $2: the roles that organise. It is on the page of the human it is to, while they organise and no
# block is between them and whoever asks; else of everybody else who organises. Never on one's own.
_READ_BY = f"""
    events.community = ANY (ARRAY(
        SELECT own.community FROM memberships AS own WHERE own.person = $1 AND own.role = ANY($2)
    ))
    AND asks.person <> $1 AND {not_blocked("$1::bigint", "asks.person")}
    AND (asks."to" = $1 OR NOT (
        EXISTS (
            SELECT FROM memberships AS named
            WHERE named.community = events.community AND named.person = asks."to" AND named.role = ANY($2)
        ) AND {not_blocked('asks."to"', "asks.person")}
    ))
"""  # noqa: S608 - our own words
_ASKS = f"""
    SELECT asks.id, asks.public_id AS key, asks.kind, asks.words, people.name, asks.done_at,
        events.public_id AS event, events.title
    FROM asks JOIN follow_ups ON follow_ups.id = asks.follow_up JOIN events ON events.id = follow_ups.event
    JOIN people ON people.id = asks.person
    WHERE {_READ_BY} AND asks.asked_at > $3
"""  # noqa: S608 - our own words


async def asks_after(
    event: Event, *, seen_by: Person, since: datetime, done: bool = False, most: int
) -> list[AskOf]:
    """What people asked for after an event and somebody reads, the first first; or what of it is done. One query."""
    rows = db.rows(
        f"""
        {_ASKS} AND follow_ups.event = $4 AND (asks.done_at IS NOT NULL) = $5
        ORDER BY asks.done_at DESC, asks.asked_at, asks.id LIMIT $6
        """,
        seen_by.id,
        those_who_may(Action.ORGANISE),
        since,
        event.id,
        done,
        most,
    )
    return await rows_as(AskOf, rows)


async def asks_waiting(reader: Person, *, since: datetime, most: int) -> list[AskOf]:
    """What waits for somebody who organises, after any gathering of theirs, the first first. One query."""
    rows = db.rows(
        f"""
        {_ASKS} AND asks.done_at IS NULL AND events.starts_at > $3::timestamptz - $4::interval
        ORDER BY asks.asked_at, asks.id LIMIT $5
        """,
        reader.id,
        those_who_may(Action.ORGANISE),
        since,
        ASKED_ABOUT,
        most,
    )
    return await rows_as(AskOf, rows)


async def ask_read_by(reader: Person, key: str, *, since: datetime) -> AskOf | None:
    """One of those that somebody reads, by its key. One query."""
    return await row_as(
        AskOf,
        db.row(f"{_ASKS} AND asks.public_id = $4", reader.id, those_who_may(Action.ORGANISE), since, key),
    )


class Opened(NamedTuple):
    """A follow-up, by the number of its event, and until when people can say something."""

    event: int
    closes_at: datetime


async def opened(follow_up: int) -> Opened | None:
    """A follow-up by its id. One query."""
    return await row_as(Opened, _opened(follow_up))


@prepared
def _opened(follow_up: int) -> Query:
    return FollowUp.select(FollowUp.event, FollowUp.closes_at).where(FollowUp.id == follow_up)


async def those_who_host(follow_ups: Collection[int]) -> list[list[int]]:
    """Each follow-up with each person who organises or hosts its event, by their ids. One query."""
    rows = await db.rows(
        """
        SELECT follow_ups.id AS follow_up, host.person FROM follow_ups JOIN events ON events.id = follow_ups.event
        CROSS JOIN LATERAL (
            SELECT person FROM memberships WHERE community = events.community AND role = ANY($2)
            UNION SELECT person FROM co_hosts WHERE event = events.id
        ) AS host
        WHERE follow_ups.id = ANY($1) ORDER BY follow_ups.id, host.person
        """,
        list(follow_ups),
        those_who_may(Action.ORGANISE),
    )
    return [[row["follow_up"], row["person"]] for row in rows]


async def told_of(person: int, now: datetime) -> list[tuple[int, str]]:
    """The follow-ups that are open still, and whose hosts have been told, of what somebody (by id) organises or hosts;
    each with its event's zone. One query."""
    rows = await db.rows(
        """
        SELECT follow_ups.id, events.zone FROM follow_ups JOIN events ON events.id = follow_ups.event
        WHERE closes_at > $2 AND tells_at IS NULL AND (
            EXISTS (SELECT FROM memberships WHERE community = events.community AND person = $1 AND role = ANY($3))
            OR EXISTS (SELECT FROM co_hosts WHERE event = events.id AND person = $1)
        )
        """,
        person,
        now,
        those_who_may(Action.ORGANISE),
    )
    return [(row["id"], row["zone"]) for row in rows]


async def follow_up_of(event: Event) -> datetime | None:
    """Until when people can say something about this event; None while they have not been asked."""
    closes_at: datetime | None = await value_of(_closes_at(event.id))
    return closes_at


@prepared
def _closes_at(event: int) -> Query:
    return FollowUp.select(FollowUp.closes_at).where(FollowUp.event == event)


# Who came, for hosts


@dataclass(frozen=True)
class Came:
    """Somebody who was going or came: the public id of their RSVP, whether they were there, and had answered, when they
    came if a door saw it, and who says so otherwise: they themselves, or a host, by name as far as the reader may know.
    """

    rsvp: str
    name: str
    guests: int
    arrived: bool
    arrived_at: datetime | None
    answered: bool
    by_themselves: bool
    by_host: str | None


# $1: the event, $2: who reads it, $3: words. In the order of `rsvp_names`, which it walks no further than it must.
_CAME = Listing(
    "came",
    keys=BY_NAME,
    listed="answered.*",
    source=f"""
        FROM rsvp_names CROSS JOIN LATERAL (
            SELECT rsvps.public_id AS rsvp, people.name, rsvps.guests,
                arrivals.id IS NOT NULL AS arrived, arrivals.arrived_at, rsvps.status <> 'invited' AS answered,
                coalesce(arrivals.seen_by = rsvps.person, false) AS by_themselves,
                CASE WHEN arrivals.seen_by <> rsvps.person THEN coalesce(host.name, '') END AS by_host
            FROM rsvps JOIN people ON people.id = rsvps.person LEFT JOIN arrivals ON arrivals.rsvp = rsvps.id
            LEFT JOIN people AS host ON host.id = arrivals.seen_by AND host.id <> ALL ({hidden("$2")})
            WHERE rsvps.id = rsvp_names.rsvp AND (
                rsvps.status = 'going' OR arrivals.id IS NOT NULL
                OR EXISTS (SELECT FROM walk_ins WHERE walk_ins.rsvp = rsvps.id)
            )
                AND {names_have("people.folded", "$3")} AND people.id <> ALL ({hidden("$2")})
            OFFSET 0
        ) AS answered WHERE rsvp_names.event = $1
    """,  # noqa: S608 - names of our own
)


async def came(event: Event, *, seen_by: Person, words: str = "", place: Place = START) -> Page[Came]:
    """A page of those who were going or came, by name, without those a block hides from the reader. One query."""
    found = await pagination.page(_CAME, event.id, seen_by.id, words, place=place, most=ROWS_ON_A_PAGE)
    return found.of(lambda row: loaded(Came, row))


@dataclass(frozen=True)
class AnswerOfArrival:
    """The RSVP that an arrival belongs to."""

    id: int
    event: int
    event_public_id: str
    person: int
    name: str


async def answer(rsvp: str) -> AnswerOfArrival | None:
    """An RSVP by its public id. One query."""
    columns = (
        Rsvp.id,
        Rsvp.event,
        Rsvp.event.public_id.as_alias("event_public_id"),
        Rsvp.person,
        Rsvp.person.name.as_alias("name"),
    )
    return await row_as(AnswerOfArrival, Rsvp.select(*columns).where(Rsvp.public_id == rsvp))
