"""What a decision begins with: who answers, who waits, and what the event says of its seats. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
from piccolo.columns.combination import And, Or

from events.queries import OVER, PARTS, kept_out_of_event, organises
from events.visibility import sees
from members.queries import mailbox_key
from rsvps.tables import CONCERNED, Rsvp
from server import db
from server.rows import values_of
from server.statements import among


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


_MEMBER = """EXISTS (
    SELECT FROM memberships WHERE memberships.community = events.community AND memberships.person = people.id
)"""


# By a host: whom one took off the list is not invited any more.
_TAKEN_OFF = """EXISTS (
    SELECT FROM rsvps WHERE rsvps.event = events.id AND rsvps.person = people.id
        AND rsvps.status IN ('declined', 'withdrawn') AND rsvps.answered_by IS DISTINCT FROM rsvps.person
)"""


# Those who answer ($2) what they may not see ($1). Asked with the event locked: whoever is sent away in the moment in
# which they press has no seat by it.
_OUTSIDE = f"""
    SELECT people.id FROM events CROSS JOIN people
    WHERE events.id = $1 AND people.id = ANY($2) AND NOT {organises("people.id")}
        AND NOT {sees(member=_MEMBER, invited=f"NOT {_TAKEN_OFF}")}
"""  # noqa: S608 - our own words


# Those who answer ($2) and host the event of a row of `events`.
_HOSTS = f"SELECT people.id FROM people WHERE people.id = ANY($2) AND {organises('people.id')}"  # noqa: S608


async def answering(
    event: int, persons: Sequence[int], forms: Sequence[str], now: datetime
) -> Answering | None:
    """The answers of these people and of lapsed offers; which of them are kept out, may not see the event, or host it.

    One query, after the event has been locked.

    A statement of its own: what is read in the locking statement may be older than the lock.
    """
    found = await db.rows(
        f"""
        SELECT events.status AS event_status, room.seats, room.taken, room.reserving, room.newcomers, call.id AS call,
            call.seats AS call_seats, call.taken AS call_taken, call.reserving AS call_reserving,
            guests_allowed, approval, visibility = 'members' AS members_only, asks_first, answers_open_at,
            newcomer_seats, newcomer_hours, answers_close_at, zone, starts_at,
            {OVER} AS over_at,
            (SELECT max(queued) FROM rsvps WHERE event = $1) AS last,
            (SELECT min(queued) FROM rsvps WHERE event = $1) AS first, answers.*,
            ARRAY(SELECT key FROM sent_forms WHERE rsvp = answers.id AND key = ANY($4)) AS forms,
            CASE WHEN {_ANYBODY_KEPT_OUT} THEN ARRAY(SELECT id FROM people WHERE id = ANY($2) AND {_KEPT_OUT})
                ELSE ARRAY[]::bigint[] END AS kept_out, ARRAY({_OUTSIDE}) AS outside,
            CASE WHEN approval THEN ARRAY({_HOSTS}) ELSE ARRAY[]::bigint[] END AS hosts
        FROM events {PARTS} LEFT JOIN (
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


def comes_for_the_first_time(person: str, *, now: str) -> str:
    """SQL: this person has been to no gathering of the community of a row of `events` that has begun by now.

    Been: they were going, or somebody saw them arrive. Two index probes for each answer of theirs.
    """
    return f"""NOT EXISTS (
        SELECT FROM rsvps AS before JOIN events AS earlier ON earlier.id = before.event
        WHERE before.person = {person} AND earlier.community = events.community AND earlier.id <> events.id
            AND earlier.status = 'published' AND earlier.starts_at <= {now} AND (
                (before.status = 'going' AND before.confirmed_at IS NOT NULL)
                OR EXISTS (SELECT FROM arrivals WHERE arrivals.rsvp = before.id)
            )
    )"""  # noqa: S608 - our own words


# How many chairs of the room of a row of `events` people have who come for the first time, and have said so themselves.
_TOOK = f"""
    SELECT coalesce(sum(1 + guests), 0) FROM rsvps
    WHERE rsvps.event = events.id AND rsvps.status IN ('going', 'offered') AND rsvps.confirmed_at IS NOT NULL
        AND NOT (rsvps.online AND events.mode = 'hybrid') AND {comes_for_the_first_time("rsvps.person", now="{now}")}
"""  # noqa: S608 - our own words


async def newcomers(event: int, people: Sequence[int], now: datetime) -> tuple[frozenset[int], int]:
    """Which of these people come for the first time, and how many chairs of the room such people have confirmed.

    One query, after the event has been locked, and only where seats are kept for them.
    """
    row = await db.row(
        f"""
        SELECT ARRAY(
            SELECT id FROM unnest($2::bigint[]) AS these (id)
            WHERE {comes_for_the_first_time("these.id", now="$3")}
        ) AS newcomers, ({_TOOK.format(now="$3")}) AS took FROM events WHERE events.id = $1
        """,  # noqa: S608 - our own words
        event,
        list(people),
        now,
    )
    return (frozenset(row["newcomers"]), int(row["took"])) if row else (frozenset(), 0)


async def line_of_the_room(event: int, *, members_only: bool) -> list[asyncpg.Record]:
    """Everybody who waits for a seat in the room: where two kinds of people wait, no part of the line will do."""
    seeing = _STILL_SEES if members_only else ""
    return await db.rows(
        f"SELECT * FROM rsvps WHERE event = $1 AND NOT online AND queued IS NOT NULL {seeing}",  # noqa: S608
        event,
    )


async def held_no_longer(now: datetime) -> list[int]:
    """The events at which seats were held for long enough. One query.

    Not what is called off: where it may be on again, seats are held anew then (`seats.hold_offers`).
    """
    return await values_of(
        db.rows(
            f"""
            SELECT DISTINCT events.id FROM rsvps JOIN events ON events.id = rsvps.event
            WHERE rsvps.offer_until <= $1 AND events.status = 'published' AND {OVER} > $1
            """,  # noqa: S608 - our own words
            now,
        )
    )


async def kept_no_longer(now: datetime) -> list[int]:
    """The events whose seats for newcomers are kept no longer, while people wait and chairs are free. One query."""
    return await values_of(
        db.rows(
            f"""
            SELECT events.id FROM answer_policies AS policy JOIN events ON events.id = policy.event
            JOIN seat_pools AS room ON room.event = events.id AND NOT room.online
            WHERE policy.newcomer_seats > 0 AND events.status = 'published' AND {OVER} > $1
                AND events.starts_at <= $1 + interval '1 hour' * policy.newcomer_hours AND room.taken < room.seats
                AND EXISTS (SELECT FROM rsvps WHERE rsvps.event = events.id AND NOT online AND queued IS NOT NULL)
            ORDER BY events.id
            """,  # noqa: S608 - our own words
            now,
        )
    )


# So long after a gathering has begun it is looked whether who came to it is noted as a newcomer elsewhere.
_LOOKED_FOR = "interval '1 day'"


async def newcomers_no_longer(now: datetime) -> list[int]:
    """The events that keep seats, and say of more of them than is true that newcomers have them: some have been to
    another one since. One query.
    """
    return await values_of(
        db.rows(
            f"""
            SELECT events.id FROM answer_policies AS policy JOIN events ON events.id = policy.event
            JOIN seat_pools AS room ON room.event = events.id AND NOT room.online
            WHERE policy.newcomer_seats > 0 AND room.newcomers > 0 AND events.status = 'published'
                AND events.starts_at > $1::timestamptz + interval '1 hour' * policy.newcomer_hours
                AND EXISTS (
                    SELECT FROM events AS begun WHERE begun.community = events.community AND begun.status = 'published'
                        AND begun.starts_at <= $1::timestamptz AND begun.starts_at > $1::timestamptz - {_LOOKED_FOR}
                )
                AND room.newcomers > ({_TOOK.format(now="$1")})
            ORDER BY events.id
            """,  # noqa: S608 - our own words
            now,
        )
    )


_STILL_SEES = """
    AND (EXISTS (
        SELECT FROM memberships JOIN events USING (community)
        WHERE events.id = rsvps.event AND memberships.person = rsvps.person
    ) OR EXISTS (
        SELECT FROM co_hosts WHERE co_hosts.event = rsvps.event AND co_hosts.person = rsvps.person
    ))
"""


async def heads_of_line(
    event: int, *, online: bool, chairs: int, spare: int, seats: int, members_only: bool
) -> list[asyncpg.Record]:
    """Everybody who could get one of `chairs` chairs of a pool, or be passed over too often, even if `spare` of those
    who wait leave the line.

    Of each size of party the first `chairs / size + spare`: among parties of one size the oldest always goes
    first, so nobody behind them can be reached. At most one index probe a size. Those that were passed over most
    often, oldest first: nobody else can be the first to have been passed over three times; but not a party that
    needs more than all `seats` of the pool. And the head of the line. If the event has become `members_only`, those
    who wait and are neither members nor hosts keep their place, and get no seat that they would not hear of.
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


def concerned(event: int) -> And:
    """Those answers whose people have to hear of it when an event changes, or is called off.

    People who are invited and have not answered belong to them, as far as they may be written to.
    """
    answered = And(among(Rsvp.status, CONCERNED), Rsvp.confirmed_at.is_not_null())
    silent = And(Rsvp.invited_at.is_not_null(), Rsvp.confirmed_at.is_null())
    return And(Rsvp.event == event, Or(answered, silent))


# The same of a row of `rsvps`, in SQL; `silent` says whether it is one of who is invited and has not answered.
ANSWERED = f"(status IN {CONCERNED} AND confirmed_at IS NOT NULL)"
SILENT = "(invited_at IS NOT NULL AND confirmed_at IS NULL)"


async def whom_these_concern(events: Sequence[int]) -> dict[int, str]:
    """Who has to hear of it when these events change, by number, in order.

    With the address of who is invited to some of them and has answered none; empty for others. One query.
    """
    rows = await db.rows(
        f"""
        SELECT person, CASE WHEN bool_and({SILENT}) THEN min(email) ELSE '' END AS email
        FROM rsvps JOIN people ON people.id = person
        WHERE event = ANY($1) AND ({ANSWERED} OR {SILENT}) GROUP BY person ORDER BY person
        """,  # noqa: S608 - our own words
        list(events),
    )
    return {row["person"]: row["email"] for row in rows}
