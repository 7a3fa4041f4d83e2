"""What we ask about answers. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import asyncpg
from piccolo.table import Table

from events.access import with_part
from events.queries import Part, kept_out_of_event, organises
from events.tables import Event
from members.names import whole
from members.queries import hidden, mailbox_key, not_blocked, person_from
from members.tables import Person
from rsvps.tables import Door, Question, Rsvp
from server import clock, db
from server.batching import Batching, Take
from server.finding import names_have
from server.rows import loaded

# Deciding, while the event is locked


@dataclass(frozen=True)
class Answering:
    """What a decision begins with: what the event says of its seats, the oldest and the newest place in its lines,
    and the answers that it may touch. `forms` of each are those of the given keys that it has taken already."""

    event: asyncpg.Record
    first: int
    last: int
    answers: list[asyncpg.Record]


# Two probes where nobody is kept out, however many answer; asking for each of them would cost a batch half a statement.
_ANYBODY_KEPT_OUT = """(
    EXISTS (SELECT FROM kept_out WHERE community = (SELECT community FROM events WHERE id = $1))
    OR EXISTS (SELECT FROM kept_out_of_events WHERE event = $1)
)"""
_KEPT_OUT = kept_out_of_event(
    "$1", "(SELECT community FROM events WHERE id = $1)", now="$3::timestamptz", key="$5"
)


# Those who answer ($2) what they may not see ($1): who is neither a member nor a host of what is for members only,
# and whom a host took off the list of what is for invited people. Asked with the event locked: whoever is sent away
# in the moment in which they press has no seat by it.
_OUTSIDE = f"""
    SELECT people.id FROM events CROSS JOIN people
    WHERE events.id = $1 AND people.id = ANY($2) AND NOT {organises("people.id")} AND CASE events.visibility
        WHEN 'members' THEN NOT EXISTS (
            SELECT FROM memberships
            WHERE memberships.community = events.community AND memberships.person = people.id
        )
        WHEN 'invited' THEN EXISTS (
            SELECT FROM rsvps WHERE rsvps.event = events.id AND rsvps.person = people.id
                AND rsvps.status IN ('declined', 'withdrawn') AND rsvps.answered_by IS DISTINCT FROM rsvps.person
        )
        ELSE false
    END
"""  # noqa: S608 - our own words


async def answering(
    event: int, persons: Sequence[int], forms: Sequence[str], now: datetime
) -> Answering | None:
    """The answers of these persons and of lapsed offers, who of them is kept out, and who may not see the event.

    One query, after the event has been locked.

    A statement of its own: what is read in the locking statement may be older than the lock.
    """
    found = await db.rows(
        f"""
        SELECT events.status AS event_status, mode, seats, taken, saving, online_seats, online_taken, online_saving,
            guests_allowed, approval, visibility = 'members' AS members_only, asks_first, answers_open_at,
            answers_close_at, zone, starts_at,
            coalesce(ends_at, starts_at + interval '3 hours') AS over_at,
            (SELECT max(queued) FROM rsvps WHERE event = $1) AS last,
            (SELECT min(queued) FROM rsvps WHERE event = $1) AS first, answers.*,
            ARRAY(SELECT key FROM sent_forms WHERE rsvp = answers.id AND key = ANY($4)) AS forms,
            CASE WHEN {_ANYBODY_KEPT_OUT} THEN ARRAY(SELECT id FROM people WHERE id = ANY($2) AND {_KEPT_OUT})
                ELSE ARRAY[]::bigint[] END AS kept_out, ARRAY({_OUTSIDE}) AS outside
        FROM events LEFT JOIN (
            SELECT * FROM rsvps WHERE event = $1 AND person = ANY($2)
            UNION ALL
            SELECT * FROM rsvps
            WHERE event = $1 AND status = 'offered' AND offer_until <= $3 AND NOT person = ANY($2)
        ) AS answers ON true
        WHERE events.id = $1
        """,  # noqa: S608
        event,
        list(persons),
        now,
        list(forms),
        mailbox_key(),
    )
    if not found:
        return None
    one = found[0]
    return Answering(
        one, one["first"] or 0, one["last"] or 0, [row for row in found if row["id"] is not None]
    )


async def lock(event: int, how: str) -> None:
    """Lock an event's row until the open transaction ends, as every decision does first."""
    await db.run(f"SELECT FROM events WHERE id = $1 {how}", event)


async def heads_of_line(
    event: int, *, online: bool, chairs: int, spare: int, seats: int, members_only: bool
) -> list[asyncpg.Record]:
    """Whoever could get one of so many chairs of a pool, or be passed over too often, even if `spare` of those who
    wait leave the line.

    Of each size of party the first `chairs / size + spare`: among parties of one size the oldest always goes
    first, so nobody behind them can be reached. At most one index probe a size. Those that were passed over most
    often, oldest first: nobody else can be the first to have been passed over three times; but not who needs more
    than all `seats` of the pool. And the head of the line. Who waits for what has become `members_only` and is no
    member, nor its host, keeps their place and gets no seat that they would not hear of.
    """
    seeing = _STILL_SEES if members_only else ""
    return await db.rows(
        f"""
        SELECT waiting.* FROM generate_series(0, 20) AS guests_brought
        CROSS JOIN LATERAL (
            SELECT * FROM rsvps
            WHERE event = $1 AND online = $4 AND queued IS NOT NULL AND guests = guests_brought {seeing}
            ORDER BY queued LIMIT $2::bigint / (1 + guests_brought) + $3::bigint
        ) AS waiting
        WHERE guests_brought < $2
        UNION
        (
            SELECT * FROM rsvps WHERE event = $1 AND online = $4 AND queued IS NOT NULL AND guests < $5 {seeing}
            ORDER BY skipped DESC, queued LIMIT $2::bigint + $3::bigint + 1
        )
        UNION
        (
            SELECT * FROM rsvps WHERE event = $1 AND online = $4 AND queued IS NOT NULL {seeing}
            ORDER BY queued LIMIT $3::bigint + 1
        )
        """,  # noqa: S608 - our own words
        event,
        chairs,
        spare,
        online,
        seats,
    )


_STILL_SEES = """
    AND (EXISTS (
        SELECT FROM memberships JOIN events USING (community)
        WHERE events.id = rsvps.event AND memberships.person = rsvps.person
    ) OR EXISTS (
        SELECT FROM co_hosts WHERE co_hosts.event = rsvps.event AND co_hosts.person = rsvps.person
    ))
"""


# One answer


async def own(event: int, person: int) -> tuple[Rsvp, int | None] | None:
    """Somebody's answer to an event and their place in its line, from 1. One query."""
    row = await db.row(
        """
        SELECT rsvps.*, (
            SELECT count(*) FROM rsvps AS ahead
            WHERE ahead.event = rsvps.event AND ahead.online = rsvps.online AND ahead.queued <= rsvps.queued
        ) AS place FROM rsvps WHERE event = $1 AND person = $2
        """,
        event,
        person,
    )
    return (rsvp_from(row), row["place"] or None) if row else None


async def place(rsvp: Rsvp) -> int | None:
    """Somebody's place in their line, from 1; None for who does not wait.

    No query for them, else one, shared with whoever asks about the same event at the same moment.
    """
    return await _placing.ask(rsvp.event, rsvp.id) if rsvp.status == "waitlisted" else None


async def _places(event: int, take: Take[int]) -> list[int | None]:
    rsvps = take()
    rows = await db.rows(
        """
        SELECT id, place FROM (
            SELECT id, row_number() OVER (PARTITION BY online ORDER BY queued) AS place
            FROM rsvps WHERE event = $1 AND queued IS NOT NULL
        ) AS line WHERE id = ANY($2)
        """,
        event,
        list(rsvps),
    )
    places = {row["id"]: row["place"] for row in rows}
    return [places.get(rsvp) for rsvp in rsvps]


_placing: Batching[int, int, int | None] = Batching(_places)


async def requested(event: int) -> list[Rsvp]:
    """Who asks to come and waits for a host to say yes, in the order in which they asked. One query."""
    rows = await db.rows(
        "SELECT * FROM rsvps WHERE event = $1 AND status = 'requested' ORDER BY answered_at, id", event
    )
    return [rsvp_from(row) for row in rows]


async def rsvp_by_id(rsvp: int) -> Rsvp | None:
    """An answer, if it is still there."""
    row = await db.row("SELECT * FROM rsvps WHERE id = $1", rsvp)
    return rsvp_from(row) if row else None


@dataclass(frozen=True)
class Answered:
    """An answer with what it is about and whose it is.

    `community` is its name; `place` is theirs in line, from 1, or None. The event knows what they are to it.
    """

    rsvp: Rsvp
    event: Event
    person: Person
    community: str
    place: int | None


async def answered(rsvp: int) -> Answered | None:
    """All that a letter or a page about one answer needs. One query."""
    row = await db.row(f"{_ANSWERED} rsvps.id = $3", *_asked_now(), rsvp)
    return _answered(row) if row else None


async def answered_called(public_id: str) -> Answered | None:
    """The same by the answer's public id. One query."""
    row = await db.row(f"{_ANSWERED} rsvps.public_id = $3", *_asked_now(), public_id)
    return _answered(row) if row else None


@dataclass(frozen=True)
class Told:
    """A step of an answer's history, with the answer as it is now.

    `newest`: nothing has happened to it since. `by`: who took the step; None when Kith did by its rules. `at`: when,
    and `note`: what they wrote. `in_calendar`: at the step before, a calendar part had put the event into the
    person's calendar, and none had taken it out.
    """

    answered: Answered
    newest: bool
    by: int | None
    at: datetime
    note: str
    in_calendar: bool


async def told(change: int) -> Told | None:
    """What a letter about one step needs. Two queries."""
    step = await db.row(
        """
        SELECT rsvp, by, at, note, NOT EXISTS (
            SELECT FROM rsvp_changes AS after WHERE after.rsvp = this.rsvp AND after.id > this.id
        ) AS newest, (
            SELECT max(id) FILTER (WHERE to_status IN ('going', 'maybe'))
                > coalesce(max(id) FILTER (WHERE to_status IN ('declined', 'withdrawn')), 0)
            FROM rsvp_changes AS before WHERE before.rsvp = this.rsvp AND before.id < this.id
        ) AS in_calendar
        FROM rsvp_changes AS this WHERE id = $1
        """,
        change,
    )
    found = await answered(step["rsvp"]) if step else None
    if step is None or found is None:
        return None
    return Told(found, step["newest"], step["by"], step["at"], step["note"], bool(step["in_calendar"]))


# What answers make of people


class Word(NamedTuple):
    """As much of an answer as decides what it lets its giver see. `own`: it is their own as it stands.

    `invited`: by a host, whatever they said to it. `wanted`: a host invited, accepted or added them.
    """

    event: int
    status: str
    online: bool
    confirmed: bool
    invited: bool
    wanted: bool
    own: bool


async def words_of(person: int, events: Sequence[int] | None, now: datetime) -> list[Word]:
    """Somebody's answers to these events, or to all that are not over. One query."""
    rows = await db.rows(
        """
        SELECT event, rsvps.status, online, confirmed_at IS NOT NULL AS confirmed, invited_at IS NOT NULL AS invited,
            invited_at IS NOT NULL OR approved_at IS NOT NULL AS wanted, coalesce(answered_by = person, false) AS own
        FROM rsvps JOIN events ON events.id = rsvps.event
        WHERE person = $1 AND (
            event = ANY($2) OR ($2 IS NULL AND coalesce(ends_at, starts_at + interval '3 hours') > $3)
        )
        """,
        person,
        list(events) if events is not None else None,
        now,
    )
    return [Word(**row) for row in rows]


async def concerning(person: int, since: datetime, until: datetime, *, most: int) -> list[Answered]:
    """Somebody's answers to events that are not over by `since` and begin before `until`, soonest first.

    Of events that are published or cancelled; without what was taken back or only typed in their name, and without
    invitations by somebody whom a block hides. One query.
    """
    rows = await db.rows(
        f"""
        {_ANSWERED} rsvps.person = $3 AND events.status <> 'draft'
            AND (rsvps.confirmed_at IS NOT NULL OR rsvps.invited_at IS NOT NULL)
            AND rsvps.status NOT IN ('declined', 'withdrawn')
            AND (rsvps.status <> 'invited' OR {not_blocked("rsvps.invited_by", "rsvps.person")})
            AND coalesce(events.ends_at, events.starts_at + interval '3 hours') > $4 AND events.starts_at < $5
        ORDER BY events.starts_at, events.id LIMIT $6
        """,
        *_asked_now(),
        person,
        since,
        until,
        most,
    )
    return [_answered(row) for row in rows]


# Letters of hosts


async def host_letters(event: int, *, seen_by: Person) -> list[asyncpg.Record]:
    """What organisers have written to those who are coming, newest first, and who did. One query."""
    return await db.rows(
        f"""
        SELECT subject, body, to_whom, sent_to, host_letters.created_at, people.name AS by
        FROM host_letters LEFT JOIN people ON people.id = host_letters.by AND people.id <> ALL ({hidden("$2")})
        WHERE event = $1 ORDER BY host_letters.id DESC LIMIT 50
        """,  # noqa: S608 - our own words
        event,
        seen_by.id,
    )


# Invitations


async def kept_out_among(event: int, people: Sequence[int]) -> list[int]:
    """Those of these people who are kept out of an event or of its community. One query."""
    sql = kept_out_of_event(now="$3::timestamptz", key="$4")
    rows = await db.rows(
        f"SELECT people.id FROM people, events WHERE events.id = $1 AND people.id = ANY($2) AND {sql}",  # noqa: S608
        event,
        list(people),
        clock.now(),
        mailbox_key(),
    )
    return [row["id"] for row in rows]


async def all_belong(community: int, people: Sequence[int]) -> bool:
    """Whether all of these people belong to a community. One query."""
    missing = await db.value(
        """
        SELECT true FROM unnest($2::bigint[]) AS one
        WHERE NOT EXISTS (SELECT FROM memberships WHERE community = $1 AND person = one) LIMIT 1
        """,
        community,
        list(people),
    )
    return not missing


async def members_named(community: int, public_ids: Sequence[str], *, seen_by: Person) -> list[Person]:
    """Those of a community's members who have these public ids. One query."""
    rows = await db.rows(
        f"""
        SELECT people.* FROM memberships JOIN people ON people.id = memberships.person
        WHERE memberships.community = $1 AND people.public_id = ANY($2) AND people.id <> ALL ({hidden("$3")})
        """,  # noqa: S608 - our own words
        community,
        list(public_ids),
        seen_by.id,
    )
    return [person_from(row) for row in rows]


# Questions


async def questions(event: int) -> list[Question]:
    """What the hosts of an event ask, in their order; a dozen at most. One query."""
    rows = await db.rows("SELECT * FROM questions WHERE event = $1 ORDER BY position", event)
    return [loaded(Question, row) for row in rows]


async def has_answers(event: int) -> bool:
    """Whether anybody has said themselves whether they come. One query."""
    found = await db.value(
        """
        SELECT true FROM rsvps WHERE event = $1 AND confirmed_at IS NOT NULL AND status <> 'invited' LIMIT 1
        """,
        event,
    )
    return bool(found)


async def said(event: int, person: int) -> dict[int, str]:
    """What somebody has said to an event's questions, by question. One query."""
    rows = await db.rows(
        """
        SELECT question, words FROM replies JOIN rsvps ON rsvps.id = replies.rsvp
        WHERE rsvps.event = $1 AND rsvps.person = $2
        """,
        event,
        person,
    )
    return {row["question"]: row["words"] for row in rows}


async def replies_of(event: int, rsvps: Sequence[str]) -> dict[str, dict[int, str]]:
    """What was said with these answers of an event (their public ids), by question. One query."""
    rows = await db.rows(
        """
        SELECT rsvps.public_id AS rsvp, question, words FROM replies JOIN rsvps ON rsvps.id = replies.rsvp
        WHERE rsvps.event = $1 AND rsvps.public_id = ANY($2)
        """,
        event,
        list(rsvps),
    )
    found: dict[str, dict[int, str]] = {}
    for row in rows:
        found.setdefault(row["rsvp"], {})[row["question"]] = row["words"]
    return found


async def portions(event: int) -> dict[int, dict[str, int]]:
    """How many of those who are going chose what, by question and option, as they stand in it. One query."""
    rows = await db.rows(
        """
        SELECT questions.id AS question, option, count(*) AS number
        FROM questions JOIN replies ON replies.question = questions.id
        JOIN rsvps ON rsvps.id = replies.rsvp AND rsvps.status = 'going'
        CROSS JOIN LATERAL string_to_table(replies.words, E'\n') AS option
        WHERE questions.event = $1 AND questions.kind <> 'text' GROUP BY 1, 2
        """,
        event,
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["question"], {})[row["option"]] = row["number"]
    return found


# At the door

MOST_AT_A_DOOR = 50_000  # people on the list that a device keeps


@dataclass(frozen=True)
class DoorFound:
    """A door, its event, and whether whoever made it organises that event now."""

    door: Door
    event: Event
    by_a_host: bool


async def door_of(digest: bytes) -> DoorFound | None:
    """The door with this secret's digest, and its event. One query."""
    row = await db.row(
        f"""
        SELECT {_named(Door, Event)}, {organises("doors.made_by")} AS by_a_host
        FROM doors JOIN events ON events.id = doors.event WHERE doors.secret = $1
        """,  # noqa: S608
        digest,
    )
    if row is None:
        return None
    door, event = loaded(Door, row, prefix="doors_"), loaded(Event, row, prefix="events_")
    return DoorFound(door, event, row["by_a_host"])


async def doors(event: int, *, seen_by: Person) -> list[asyncpg.Record]:
    """A gathering's door links, those that work first, newest first; a hundred at most. One query."""
    return await db.rows(
        f"""
        SELECT doors.public_id, doors.name, doors.created_at, expires_at, revoked_at, people.name AS by
        FROM doors LEFT JOIN people ON people.id = doors.made_by AND people.id <> ALL ({hidden("$2")})
        WHERE event = $1 ORDER BY revoked_at IS NOT NULL, doors.id DESC LIMIT 100
        """,  # noqa: S608 - our own words
        event,
        seen_by.id,
    )


@dataclass(frozen=True)
class AtDoor:
    """Somebody as a helper at the door sees them: how they are called, how many they are, whether they are in.

    `came` is how many of their guests are in with them.
    """

    id: int
    public_id: str
    name: str
    status: str
    online: bool
    guests: int
    guest_names: str
    arrived_at: datetime | None
    came: int

    @property
    def expected(self) -> bool:
        """Whether a chair is kept for them in the room."""
        return self.status == "going" and not self.online


# $1: the event, $2: who is signed in on the phone, null for nobody.
_AT_DOOR = f"""
    SELECT rsvps.id, rsvps.public_id, people.name, people.called, people.folded, rsvps.status, rsvps.online,
        rsvps.guests, rsvps.guest_names, arrivals.arrived_at, coalesce(arrivals.guests, 0) AS came
    FROM rsvps JOIN people ON people.id = rsvps.person LEFT JOIN arrivals ON arrivals.rsvp = rsvps.id
    WHERE rsvps.event = $1 AND rsvps.confirmed_at IS NOT NULL AND rsvps.person <> ALL ({hidden("$2::bigint")})
"""  # noqa: S608 - our own words
_EXPECTED = "rsvps.status = 'going' AND NOT rsvps.online"
_FOLDED = "people.folded || CASE guest_names WHEN '' THEN '' ELSE ' ' || findable(guest_names) END"


async def at_door(event: int, words: str, *, seen_by: Person | None, limit: int) -> tuple[list[AtDoor], int]:
    """Whom a door expects or has let in, by name; with words, of all who answered those whose names have them all.

    And how many there are. One query; 60 ms among 20,000 answers, 100 ms with words.
    """
    everybody = f"($3 <> '' OR ({_EXPECTED}) OR arrivals.id IS NOT NULL)"
    which = f"AND {everybody} AND {names_have(f'({_FOLDED})', '$3')}"
    rows = await db.rows(
        f"SELECT *, count(*) OVER () AS total FROM ({_AT_DOOR} {which}) AS found "  # noqa: S608 - our own words
        "ORDER BY status <> 'going' OR online, folded, id LIMIT $4",
        event,
        _reader(seen_by),
        words,
        limit,
    )
    return [_at_door(row) for row in rows], rows[0]["total"] if rows else 0


async def all_at_door(event: int, *, seen_by: Person | None) -> list[AtDoor]:
    """Everybody who answered, by name, for a device to keep. One query."""
    rows = await db.rows(
        f"{_AT_DOOR} ORDER BY people.folded, rsvps.id LIMIT {MOST_AT_A_DOOR}", event, _reader(seen_by)
    )
    return [_at_door(row) for row in rows]


async def at_door_called(event: int, public_id: str, *, seen_by: Person | None) -> AtDoor | None:
    """Somebody on an event's list by their answer's public id. One query."""
    row = await db.row(f"{_AT_DOOR} AND rsvps.public_id = $3", event, _reader(seen_by), public_id)
    return _at_door(row) if row else None


@dataclass(frozen=True)
class Seen:
    """How far a device has followed what happens at a door: the newest mark, answer and walk-in that it knows."""

    mark: int = 0
    answer: int = 0
    walk_in: int = 0


async def seen_by_now(event: int, now: datetime) -> Seen:
    """Where following begins; asked before the list is. One query."""
    row = await db.row(
        f"""
        SELECT (
            SELECT max(door_marks.id) FROM door_marks WHERE door IN (SELECT id FROM doors WHERE event = $1)
        ) AS mark, {_SETTLED} AS answer, (SELECT max(id) FROM walk_ins WHERE event = $1) AS walk_in
        """,  # noqa: S608 - our own words
        event,
        now,
    )
    return Seen(**{name: row[name] or 0 for name in Seen.__dataclass_fields__}) if row else Seen()


async def news_at_door(
    event: int, since: Seen, now: datetime, *, seen_by: Person | None
) -> tuple[list[AtDoor], Seen]:
    """Whose marks or answers came after that, and how far one has now seen. Some may be repeated. One query.

    The marks and the answers of one event come one after the other, so that none is passed over.
    """
    rows = await db.rows(
        f"""
        WITH marks AS (
            SELECT door_marks.id, rsvp FROM unnest(ARRAY(SELECT id FROM doors WHERE event = $1)) AS one
            JOIN door_marks ON door_marks.door = one AND door_marks.id > $3
        ), answers AS (
            SELECT rsvp_changes.id, rsvp FROM rsvp_changes JOIN rsvps ON rsvps.id = rsvp AND rsvps.event = $1
            WHERE rsvp_changes.id > $4
        ), ends AS (
            SELECT greatest($3, (SELECT max(id) FROM marks)) AS mark,
                greatest($4, (SELECT max(id) FROM answers), {_SETTLED.replace("$2", "$5")}) AS answer
        )
        SELECT ends.*, people.* FROM ends LEFT JOIN (
            {_AT_DOOR} AND rsvps.id IN (SELECT rsvp FROM marks UNION SELECT rsvp FROM answers)
        ) AS people ON true
        """,  # noqa: S608 - our own words
        event,
        _reader(seen_by),
        since.mark,
        since.answer,
        now,
    )
    seen = Seen(rows[0]["mark"], rows[0]["answer"], since.walk_in)
    return [_at_door(row) for row in rows if row["id"] is not None], seen


# The newest step of any answer that nothing older can still come before: transactions take less than this.
_SETTLED = "(SELECT max(id) FROM rsvp_changes WHERE at < $2::timestamptz - interval '10 seconds')"


@dataclass(frozen=True)
class AtDoorCounts:
    """Chairs: of those who are in, guests included; that are promised; and of those who walked in besides."""

    here: int
    expected: int
    walked_in: int


async def counts_at_door(event: int) -> AtDoorCounts:
    """How full it is. One query."""
    row = await db.row(
        """
        SELECT (
            SELECT coalesce(sum(1 + arrivals.guests), 0) FROM arrivals JOIN rsvps ON rsvps.id = arrivals.rsvp
            WHERE rsvps.event = $1
        ) AS here, (
            SELECT taken - (
                SELECT coalesce(sum(1 + guests), 0) FROM rsvps
                WHERE event = events.id AND status = 'offered' AND NOT online
            ) FROM events WHERE id = $1
        ) AS expected, (
            SELECT coalesce(sum(1 + guests), 0) FROM walk_ins WHERE event = $1 AND name <> ''
        ) AS walked_in
        """,
        event,
    )
    assert row is not None
    return AtDoorCounts(**row)


async def walk_ins(event: int, *, after: int = 0) -> list[asyncpg.Record]:
    """Who came without an answer, newest first, 500 at most. One query."""
    return await db.rows(
        """
        SELECT id, key, name, guests, at FROM walk_ins WHERE event = $1 AND id > $2 AND name <> ''
        ORDER BY id DESC LIMIT 500
        """,
        event,
        after,
    )


def _reader(person: Person | None) -> int | None:
    return person.id if person else None


def _at_door(row: asyncpg.Record) -> AtDoor:
    facts = {name: row[name] for name in AtDoor.__dataclass_fields__}
    return AtDoor(**{**facts, "name": whole(row["name"], row["called"])})


# Rows


def _named(*tables: type[Table]) -> str:
    columns = [
        (table._meta.tablename, column._meta.name) for table in tables for column in table._meta.columns
    ]
    return ", ".join(f'{table}."{column}" AS {table}_{column}' for table, column in columns)


_PERSON_KEPT_OUT = kept_out_of_event(now="$1::timestamptz", key="$2")
# $1 and $2: `_asked_now`
_ANSWERED = f"""
    SELECT {_named(Rsvp, Event, Person)}, communities.name AS community_name, (
        SELECT role FROM memberships WHERE memberships.community = events.community AND memberships.person = people.id
    ) AS role, EXISTS (
        SELECT FROM co_hosts WHERE co_hosts.event = events.id AND co_hosts.person = people.id
    ) AS hosts, {_PERSON_KEPT_OUT} AS kept_out, (
        SELECT count(*) FROM rsvps AS ahead
            WHERE ahead.event = rsvps.event AND ahead.online = rsvps.online AND ahead.queued <= rsvps.queued
    ) AS place
    FROM rsvps JOIN events ON events.id = rsvps.event JOIN people ON people.id = rsvps.person
    JOIN communities ON communities.id = events.community WHERE
"""  # noqa: S608 - names of our own


def _asked_now() -> tuple[datetime, str]:
    return clock.now(), mailbox_key()


def _answered(row: asyncpg.Record) -> Answered:
    person = loaded(Person, row, prefix=f"{Person._meta.tablename}_")
    event = loaded(Event, row, prefix=f"{Event._meta.tablename}_")
    return Answered(
        loaded(Rsvp, row, prefix=f"{Rsvp._meta.tablename}_"),
        with_part(event, person, Part(row["role"], row["hosts"], row["kept_out"])),
        person,
        row["community_name"],
        row["place"] or None,
    )


def rsvp_from(row: asyncpg.Record) -> Rsvp:
    """An Rsvp from a row that carries at least the columns of `rsvps`."""
    return loaded(Rsvp, row)
