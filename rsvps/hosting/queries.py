"""Whom hosts ask, whom they may ask, and what they have written. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.queries import LONGEST, OVER, kept_out_of_event, organised_by
from events.tables import Event
from members.queries import by_name, hidden, mailbox_key, not_blocked
from members.roles import Action, those_who_may
from members.tables import Membership, Person
from rsvps.status.queries import Answered
from rsvps.tables import Rsvp
from server import clock, db
from server.rows import row_as, rows_as, value_of, values_of
from server.statements import among

# Who has answered an event ($5), or is invited already, for `members.communities.picking` to leave out.
ANSWERED = "SELECT person FROM rsvps WHERE event = $5"


async def requested(event: int) -> list[Rsvp]:
    """Who asks to come and waits for a host to say yes, in the order in which they asked. One query."""
    waiting = Rsvp.select().where((Rsvp.event == event) & (Rsvp.status == "requested"))
    return await rows_as(Rsvp, waiting.order_by(Rsvp.answered_at, Rsvp.id))


async def asks_to_come(person: int, events: Sequence[int]) -> list[int]:
    """Those of these events that somebody asks to come to, in the order of their ids. One query."""
    asks = (Rsvp.person == person) & (Rsvp.status == "requested") & among(Rsvp.event, events)
    return await values_of(Rsvp.select(Rsvp.event).where(asks).order_by(Rsvp.event))


async def asks_to_come_in(person: int, community: int) -> list[int]:
    """The same of a community's events, in the order of their ids. One query."""
    asks = (Rsvp.person == person) & (Rsvp.status == "requested") & (Rsvp.event.community == community)
    return await values_of(Rsvp.select(Rsvp.event).where(asks).order_by(Rsvp.event))


@dataclass(frozen=True)
class Asks:
    """Somebody who asks to come to something that a host runs: who, with how many guests, and whether they have replied
    to its questions, which a host reads first."""

    rsvp: str
    name: str
    key: str
    guests: int
    replied: bool
    title: str


async def who_asks(host: Person, now: datetime, *, most: int) -> list[Asks]:
    """Who asks to come to what somebody organises, and waits for a host: the first who asked first. One query."""
    rows = db.rows(
        f"""
        SELECT rsvps.public_id AS rsvp, people.name, people.public_id AS key, guests, events.title,
            EXISTS (SELECT FROM replies WHERE replies.rsvp = rsvps.id) AS replied
        FROM events JOIN rsvps ON rsvps.event = events.id AND rsvps.status = 'requested'
        JOIN people ON people.id = rsvps.person
        WHERE {organised_by("$1")} AND events.status = 'published' AND {OVER} > $2 AND events.starts_at > $3
            AND people.id <> $1 AND people.id <> ALL ({hidden("$1")})
        ORDER BY rsvps.answered_at, rsvps.id LIMIT $4
        """,  # noqa: S608 - our own words
        host.id,
        now,
        now - LONGEST,
        most,
    )
    return await rows_as(Asks, rows)


@dataclass(frozen=True)
class OfEvent:
    """What waits at an event that a host runs: how many ask to come or wait in line, as far as that host sees them;
    and whether a door link works."""

    event: int
    asking: int
    waiting: int
    door: bool


async def waiting_at(events: Sequence[int], *, seen_by: Person, now: datetime) -> list[OfEvent]:
    """The same of several events. One query."""
    rows = db.rows(
        f"""
        SELECT event, count(rsvps.id) FILTER (WHERE status = 'requested') AS asking,
            count(rsvps.id) FILTER (WHERE status = 'waitlisted') AS waiting,
            EXISTS (
                SELECT FROM doors WHERE doors.event = shown.event AND revoked_at IS NULL AND expires_at > $3
            ) AS door
        FROM unnest($1::bigint[]) AS shown (event) LEFT JOIN LATERAL (
            SELECT id, status FROM rsvps
            WHERE rsvps.event = shown.event AND status IN ('requested', 'waitlisted') AND person <> ALL ({hidden("$2")})
        ) AS rsvps ON true GROUP BY event
        """,  # noqa: S608 - our own words
        list(events),
        seen_by.id,
        now,
    )
    return await rows_as(OfEvent, rows)


@dataclass(frozen=True)
class Written:
    """What a host wrote to those who are coming, to how many, and who it was, as far as the reader may know."""

    subject: str
    body: str
    to_whom: str
    sent_to: int
    created_at: datetime
    by: str | None


async def host_letters(event: int, *, seen_by: Person) -> list[Written]:
    """What organisers have written to those who are coming, newest first, and who did. One query."""
    letters = db.rows(
        f"""
        SELECT subject, body, to_whom, sent_to, host_letters.created_at, people.name AS by
        FROM host_letters LEFT JOIN people ON people.id = host_letters.by AND people.id <> ALL ({hidden("$2")})
        WHERE event = $1 ORDER BY host_letters.id DESC LIMIT 50
        """,  # noqa: S608 - our own words
        event,
        seen_by.id,
    )
    return await rows_as(Written, letters)


async def receivers(event: Event, statuses: Sequence[str], *, by: Person) -> list[int]:
    """The answers of these kinds, by id, of whoever is on a letter's author's own list.

    None that were only typed, and nobody who came without an answer: they were told that they get no such letters.
    """
    rows = db.rows(
        f"""
        SELECT id FROM rsvps WHERE event = $1 AND status = ANY($2)
            AND (confirmed_at IS NOT NULL OR invited_at IS NOT NULL) AND person <> ALL ({hidden("$3")})
            AND NOT (status = 'invited' AND EXISTS (SELECT FROM arrivals WHERE arrivals.rsvp = rsvps.id))
        ORDER BY id
        """,  # noqa: S608 - our own words
        event.id,
        list(statuses),
        by.id,
    )
    return await values_of(rows)


async def strangers_come(event: Event) -> bool:
    """Whether anybody comes, or is asked to, who is neither a member of its community nor hosts it. One query."""
    found = await db.value(
        """
        SELECT true FROM rsvps WHERE event = $1 AND (confirmed_at IS NOT NULL OR invited_at IS NOT NULL)
            AND status IN ('going', 'maybe', 'requested', 'waitlisted', 'offered', 'invited')
            AND NOT EXISTS (SELECT FROM memberships WHERE community = $2 AND person = rsvps.person)
            AND NOT EXISTS (SELECT FROM co_hosts WHERE event = $1 AND person = rsvps.person)
        LIMIT 1
        """,
        event.id,
        event.community,
    )
    return bool(found)


@dataclass(frozen=True)
class ToTell:
    """Somebody (by id) who hosts the event at which somebody asked to come then."""

    event: int
    at: datetime
    person: int


async def hosts_to_tell(step: int) -> list[ToTell]:
    """Whom a step (by its number) with which somebody asks to come concerns. One query.

    In the order of their ids: two who write rows for them at once must not deadlock.
    """
    rows = db.rows(
        f"""
        SELECT asked.event, asked.at, host.person FROM (
            SELECT event, person, at, community
            FROM rsvp_changes JOIN rsvps ON rsvps.id = rsvp JOIN events ON events.id = event
            WHERE rsvp_changes.id = $1
        ) AS asked CROSS JOIN LATERAL (
            SELECT person FROM memberships WHERE community = asked.community AND role = ANY($2)
            UNION SELECT person FROM co_hosts WHERE event = asked.event
        ) AS host
        WHERE host.person <> asked.person AND {not_blocked("host.person", "asked.person")}
        ORDER BY host.person
        """,  # noqa: S608 - our own words
        step,
        those_who_may(Action.ORGANISE),
    )
    return await rows_as(ToTell, rows)


async def newest_who_asks(event: int, host: int) -> int:
    """The newest step with which anybody whom a host sees, but themselves, began to ask; 0 if nobody waits."""
    newest: int = await db.value(
        f"""
        SELECT coalesce(max(rsvp_changes.id), 0) FROM rsvps JOIN rsvp_changes ON rsvp = rsvps.id
        WHERE event = $1 AND status = 'requested' AND to_status = 'requested'
            AND from_status IS DISTINCT FROM 'requested'
            AND person <> $2 AND person <> ALL ({hidden("$2")})
        """,  # noqa: S608 - names of our own
        event,
        host,
    )
    return newest


async def kept_out_among(event: int, people: Sequence[int]) -> list[int]:
    """Those of these people who are kept out of an event or of its community. One query."""
    sql = kept_out_of_event(now="$3::timestamptz", key="$4")
    rows = db.rows(
        f"SELECT people.id FROM people, events WHERE events.id = $1 AND people.id = ANY($2) AND {sql}",  # noqa: S608
        event,
        list(people),
        clock.now(),
        mailbox_key(),
    )
    return await values_of(rows)


async def all_belong(community: int, people: Sequence[int]) -> bool:
    """Whether all of these people belong to a community. One query."""
    belong = (Membership.community == community) & among(Membership.person, people)
    number: int = await Membership.count().where(belong)
    return number == len(set(people))


# Members of a community ($1) whom $2 sees, and who have not answered $3, nor are kept out of it at $4.
_TO_ASK = f"""
    FROM memberships JOIN people ON people.id = memberships.person JOIN events ON events.id = $3
    WHERE memberships.community = $1 AND people.id <> $2 AND people.id <> ALL ({hidden("$2")})
        AND people.id NOT IN (SELECT person FROM rsvps WHERE event = $3)
        AND NOT {kept_out_of_event(now="$4::timestamptz", key="$5")}
"""  # noqa: S608 - our own words


async def members_to_ask(event: Event, *, seen_by: Person) -> list[Person]:
    """All members of an event's community who have not answered, nor are invited, but for whoever asks. One query."""
    args = event.community, seen_by.id, event.id, clock.now(), mailbox_key()
    return await rows_as(Person, db.rows(f"SELECT people.* {_TO_ASK} ORDER BY {by_name()}, people.id", *args))


async def how_many_to_ask(event: Event, *, seen_by: Person) -> int:
    """How many that are. One query, 50 ms among 50,000."""
    args = event.community, seen_by.id, event.id, clock.now(), mailbox_key()
    number: int = await db.value(f"SELECT count(*) {_TO_ASK}", *args)
    return number


async def people_at(emails: Sequence[str]) -> list[Person]:
    """Who of those known to Kith has one of these addresses. One query."""
    return await rows_as(Person, Person.select().where(among(Person.email, emails)))


async def asked_before(event: int, people: Sequence[int], *, seen_by: Person | None) -> set[int]:
    """Those of these people who have answered an event, or are invited: of all, or as its reader's list shows them.

    Not whom a host took off the list: they can be asked anew. One query.
    """
    rows = db.rows(
        f"""
        SELECT person FROM rsvps WHERE event = $1 AND person = ANY($2) AND person <> ALL ({hidden("$3")})
            AND (invited_at IS NOT NULL OR (
                confirmed_at IS NOT NULL AND NOT (status = 'withdrawn' AND answered_by IS DISTINCT FROM person)
            ))
        """,  # noqa: S608 - our own words
        event,
        list(people),
        seen_by.id if seen_by else None,
    )
    return set(await values_of(rows))


async def members_named(community: int, public_ids: Sequence[str], *, seen_by: Person) -> list[Person]:
    """Those of a community's members who have these public ids. One query."""
    rows = db.rows(
        f"""
        SELECT people.* FROM memberships JOIN people ON people.id = memberships.person
        WHERE memberships.community = $1 AND people.public_id = ANY($2) AND people.id <> ALL ({hidden("$3")})
        """,  # noqa: S608 - our own words
        community,
        list(public_ids),
        seen_by.id,
    )
    return await rows_as(Person, rows)


# How one answer came to be


@dataclass(frozen=True)
class Noted:
    """A step of somebody's answer, and the name of whoever took it; none when Kith did by its rules.

    `by_host`: it was not they themselves; without a name when they have given none, or a block hides them. `note` is
    what the host wrote about it.
    """

    at: datetime
    before: str | None
    status: str
    guests: int
    online: bool
    note: str
    by: str | None
    by_host: bool

    @property
    def moved_up(self) -> bool:
        """Whether a host put them first in line by it."""
        return self.by_host and self.before == self.status == "waitlisted"


async def history(rsvp: Rsvp, *, seen_by: Person) -> list[Noted]:
    """How an answer came to be, oldest step first, its first two hundred. One query."""
    steps = db.rows(
        f"""
        SELECT at, from_status AS before, to_status AS status, to_guests AS guests, to_online AS online, note,
            people.name AS by, coalesce(rsvp_changes.by <> $2, false) AS by_host
        FROM rsvp_changes
        LEFT JOIN people ON people.id = rsvp_changes.by AND people.id <> ALL ({hidden("$3")})
        WHERE rsvp = $1 ORDER BY at, rsvp_changes.id LIMIT 200
        """,  # noqa: S608 - our own words
        rsvp.id,
        rsvp.person,
        seen_by.id,
    )
    return await rows_as(Noted, steps)


@dataclass(frozen=True)
class Came:
    """That somebody came: when, if a door saw it, and who says so: they `themselves`, or somebody or a door by name.

    `poster`: that door is a poster.
    """

    at: datetime | None
    by: str | None
    poster: bool
    themselves: bool


async def arrival(rsvp: Rsvp, *, seen_by: Person) -> Came | None:
    """Who says that somebody came, as far as the reader may know; None while nobody does. One query."""
    row = db.row(
        f"""
        SELECT arrived_at AS at, coalesce(people.name, doors.name) AS by, coalesce(seen_by = $3, false) AS themselves,
            people.name IS NULL AND coalesce(doors.poster, false) AS poster
        FROM arrivals
        LEFT JOIN people ON people.id = seen_by AND people.id <> ALL ({hidden("$2")})
        LEFT JOIN doors ON doors.id = arrivals.door WHERE rsvp = $1
        """,  # noqa: S608 - our own words
        rsvp.id,
        seen_by.id,
        rsvp.person,
    )
    return await row_as(Came, row)


async def member_since(found: Answered) -> datetime | None:
    """Since when the person who answered has belonged to the event's community; None if they do not. One query."""
    since: datetime | None = await value_of(
        Membership.select(Membership.joined_at).where(
            (Membership.community == found.event.community) & (Membership.person == found.rsvp.person)
        )
    )
    return since
