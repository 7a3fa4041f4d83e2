"""What hosts ask after a gathering. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from events.queries import LONGEST
from events.tables import Event
from followups.tables import FollowUp
from members.queries import hidden, not_blocked
from members.roles import Action, those_who_may
from members.tables import Person
from rsvps.tables import Rsvp
from server import db, pagination
from server.finding import names_have
from server.pagination import START, Key, Listing, Page, Place
from server.rows import loaded, row_as, rows_as, value_of
from server.statements import Query, prepared

ROWS_ON_A_PAGE = 50

# What the organisers are told


@dataclass(frozen=True)
class WordToHosts:
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


# Of a row of `replies`; $1: who reads it.
_WRITTEN = f"""
    replies.message_to = 'organisers' AND replies.message <> ''
    AND (NOT replies.signed OR {not_blocked("$1::bigint", "replies.person")})
"""


async def said_to_organisers(event: Event, *, seen_by: Person, place: Place = START) -> Page[WordToHosts]:
    """A page of what people chose to say after an event, in no order that means anything. One query."""
    found = await pagination.page(_SAID, event.id, seen_by.id, place=place, most=ROWS_ON_A_PAGE)
    return found.of(lambda row: loaded(WordToHosts, row))


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
    keys=(Key("rsvp_names.name", "text"), Key("rsvp_names.rsvp", "bigint")),
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
