"""Who hosts an event, who is asked to, and who is kept out of it. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

import asyncpg

from events.queries import (
    AS_EVENT,
    LONGEST,
    NAMED,
    NO_PATTERN,
    OVER,
    PARTS,
    event_by_id,
    event_from,
    kept_out_of_event,
    picture_address,
)
from events.tables import CoHost, CoHostInvitation, Event, HostQuestion
from members.queries import (
    hidden,
    mailbox_key,
    not_blocked,
    person_by_id,
)
from members.roles import Action, those_who_may
from members.tables import Person
from server import clock, db
from server.languages.messages import _
from server.rows import loaded, rows_as, values_of
from server.statements import among

# Those who host an event ($5), for `members.communities.picking` to leave out.
HOSTING = "SELECT person FROM co_hosts WHERE event = $5"


async def kept_out_until(event: int, person: int) -> tuple[datetime | None, str]:
    """Until when somebody is kept out of an event or its community, None for good; and the event's zone. One query."""
    row = await db.row(
        """
        SELECT events.zone, CASE WHEN bool_or(kept.until IS NULL) THEN NULL ELSE max(kept.until) END AS until
        FROM events JOIN people ON people.id = $2 LEFT JOIN LATERAL (
            SELECT person, address, until, ended_at FROM kept_out WHERE community = events.community
            UNION ALL SELECT person, address, until, ended_at FROM kept_out_of_events WHERE event = events.id
        ) AS kept ON kept.ended_at IS NULL AND (kept.until IS NULL OR kept.until > $3)
            AND (kept.person = people.id OR kept.address = mailbox_digest(people.email, $4))
        WHERE events.id = $1 GROUP BY events.zone
        """,
        event,
        person,
        clock.now(),
        mailbox_key(),
    )
    return (row["until"], row["zone"]) if row else (None, "UTC")


async def address_is_kept_out(event: Event, email: str) -> bool:
    """The same for an address, known or not. One query."""
    sql = kept_out_of_event(person="NULL", email="$2", now="$3::timestamptz", key="$4")
    found = await db.value(
        f"SELECT {sql} FROM events WHERE id = $1",  # noqa: S608
        event.id,
        email,
        clock.now(),
        mailbox_key(),
    )
    return bool(found)


async def locked_to_come(community: int, person: int, *, members_only: bool, now: datetime) -> list[int]:
    """A community's events that are not over, by number, and locked until the transaction ends, so that nobody gets a
    seat there in the meantime. `members_only`: of those for members only, where the person is no co-host. One query."""
    rows = db.rows(
        f"""
        SELECT id FROM events WHERE community = $1 AND {OVER} > $2 AND starts_at > $3 AND (
            NOT $4 OR (visibility = 'members' AND NOT EXISTS (
                SELECT FROM co_hosts WHERE co_hosts.event = events.id AND co_hosts.person = $5
            ))
        ) ORDER BY id FOR NO KEY UPDATE
        """,  # noqa: S608
        community,
        now,
        now - LONGEST,
        members_only,
        person,
    )
    return await values_of(rows)


async def lately_hosted(community: int, person: int, *, now: datetime) -> list[int]:
    """A community's events that are not long over, and what its series have in common, by number, but those that
    somebody hosts by name. One query."""
    rows = db.rows(
        f"""
        SELECT id FROM events WHERE community = $1 AND (starts_at > $2 OR NOT {NO_PATTERN}) AND NOT EXISTS (
            SELECT FROM co_hosts WHERE co_hosts.event = events.id AND co_hosts.person = $3
        ) ORDER BY id
        """,  # noqa: S608 - our own words
        community,
        now - 2 * LONGEST,
        person,
    )
    return await values_of(rows)


@dataclass(frozen=True)
class CoHosting:
    """Somebody who hosts an event without organising its community, and since when."""

    public_id: str
    name: str
    picture: str
    since: datetime

    @property
    def label(self) -> str:
        """Their name, or what stands for it."""
        return self.name or str(_("Somebody who has given no name yet"))


async def co_hosts_of(event: Event, *, seen_by: Person) -> list[CoHosting]:
    """An event's co-hosts, first come first, without those a block hides. At most twenty. One query."""
    rows = await db.rows(
        f"""
        SELECT people.public_id, people.name, face.public_id AS face, co_hosts.created_at
        FROM co_hosts JOIN people ON people.id = co_hosts.person
        LEFT JOIN pictures AS face ON face.id = people.picture AND face.ready_at IS NOT NULL
        WHERE event = $1 AND {not_blocked("people.id", "$2::bigint")}
        ORDER BY co_hosts.id
        """,  # noqa: S608 - our own words
        event.id,
        seen_by.id,
    )
    return [
        CoHosting(
            row["public_id"], row["name"], picture_address(row["face"], row["created_at"]), row["created_at"]
        )
        for row in rows
    ]


async def invitations_to_host(event: Event, *, seen_by: Person, now: datetime) -> list[CoHostInvitation]:
    """The addresses that were asked to host an event and have not answered, oldest first. One query."""
    rows = db.rows(
        f"""
        SELECT * FROM co_host_invitations AS asked
        WHERE event = $1 AND {_asked_still(now="$2", reader="$3")} ORDER BY id
        """,  # noqa: S608 - our own words
        event.id,
        now,
        seen_by.id,
    )
    return await rows_as(CoHostInvitation, rows)


def _asked_still(*, now: str, reader: str) -> str:
    """SQL: an address that was `asked` has not answered, and may be shown.

    Not that of people a block hides, except what the reader has typed: that it stays away would tell them.
    """
    return f"""asked.expires_at > {now} AND (
        asked.invited_by = {reader} OR NOT EXISTS (
            SELECT FROM people WHERE people.email = asked.email AND people.id = ANY({hidden(reader)})
        )
    )"""


async def number_asked_to_host(event: Event, *, now: datetime) -> int:
    """How many addresses were asked to host an event and have not answered. One query."""
    number: int = await CoHostInvitation.count().where(
        (CoHostInvitation.event == event.id) & (CoHostInvitation.expires_at > now)
    )
    return number


@dataclass(frozen=True)
class OnRota:
    """Somebody on the rota of a series: who `hosts` an evening, was `asked` whether they would, or `cannot`.

    Who was asked by letter is an address, and has no `key`. `invitation` is what would be taken back.
    """

    event: int
    state: Literal["hosts", "asked", "cannot"]
    key: str | None
    name: str
    picture: str
    invitation: str

    @property
    def label(self) -> str:
        """Their name, or what stands for it."""
        return self.name or str(_("Somebody who has given no name yet"))


async def rota(events: Sequence[int], *, seen_by: Person, now: datetime) -> list[OnRota]:
    """Who hosts these events, who was asked, by name or by letter, and has not answered, and who cannot. One query."""
    rows = await db.rows(
        f"""
        SELECT rota.event, state, people.public_id, coalesce(people.name, address) AS name,
            face.public_id AS face, face.ready_at, invitation
        FROM (
            SELECT event, 1 AS place, 'hosts' AS state, person, NULL AS address, '' AS invitation, id FROM co_hosts
            UNION ALL
            SELECT event, CASE WHEN declined_at IS NULL THEN 2 ELSE 4 END,
                CASE WHEN declined_at IS NULL THEN 'asked' ELSE 'cannot' END, person, NULL, public_id, id
            FROM host_questions
            UNION ALL
            SELECT event, 3, 'asked', NULL, email, public_id, id
            FROM co_host_invitations AS asked WHERE {_asked_still(now="$3", reader="$2::bigint")}
        ) AS rota LEFT JOIN people ON people.id = rota.person
        LEFT JOIN pictures AS face ON face.id = people.picture AND face.ready_at IS NOT NULL
        WHERE rota.event = ANY($1) AND {not_blocked("people.id", "$2::bigint")}
        ORDER BY rota.event, place, rota.id
        """,  # noqa: S608 - our own words
        list(events),
        seen_by.id,
        now,
    )
    return [
        OnRota(
            row["event"],
            row["state"],
            row["public_id"],
            row["name"],
            picture_address(row["face"], row["ready_at"]),
            row["invitation"],
        )
        for row in rows
    ]


class AskedToHost(NamedTuple):
    """An invitation to host an event, who asks, and the community it is of."""

    invitation: CoHostInvitation
    event: Event
    inviter: Person
    community: str


class AskedOnRota(NamedTuple):
    """Whether a member would host an evening of a series, who asks, the community it is of, and the series' title: an
    evening may have one of its own."""

    question: HostQuestion
    event: Event
    person: Person
    inviter: Person
    community: str
    series_title: str


class HostingAhead(NamedTuple):
    """What somebody hosts that is not over, soonest first; the invitations to host that wait for their word, in the
    order in which they end; and of each letter that asks about evenings of a series, the first one."""

    events: list[Event]
    asked: list[AskedToHost]
    on_rota: list[AskedOnRota]


async def hosting_of(person: Person, *, now: datetime) -> HostingAhead:
    """What somebody hosts that is published and not over, at most a hundred, and what they are asked to host, at most
    five. One query, two if they are asked."""
    rows = await db.rows(
        f"""
        SELECT {NAMED}, asked.*, {_QUESTION}, communities.name AS community_name, {_SERIES_TITLE} AS series_title
        FROM ({_CO_HOSTED} UNION ALL {_ASKED_TO_HOST} UNION ALL {_ASKED_ON_ROTA}) AS ahead
        JOIN events ON events.id = ahead.event {PARTS} JOIN communities ON communities.id = events.community
        LEFT JOIN co_host_invitations AS asked ON asked.id = ahead.invitation
        LEFT JOIN host_questions AS questions ON questions.id = ahead.question
        ORDER BY asked.expires_at, asked.id, events.starts_at, events.id
        """,  # noqa: S608 - our own words
        person.id,
        now,
        now - LONGEST,
        mailbox_key(),
        those_who_may(Action.ORGANISE),
    )
    return HostingAhead(
        [_event_of(row) for row in rows if row["id"] is None and row["question_id"] is None],
        await _asked([row for row in rows if row["id"] is not None]),
        await _on_rota([row for row in rows if row["question_id"] is not None]),
    )


_CO_HOSTED = f"""(
    SELECT events.id AS event, NULL::bigint AS invitation, NULL::bigint AS question
    FROM co_hosts JOIN events ON events.id = co_hosts.event
    WHERE co_hosts.person = $1 AND events.status <> 'draft' AND {OVER} > $2 AND events.starts_at > $3
    ORDER BY events.starts_at, events.id LIMIT 100
)"""  # noqa: S608 - our own words
_ASKED_TO_HOST = f"""(
    SELECT events.id AS event, asked.id AS invitation, NULL::bigint AS question FROM co_host_invitations AS asked
    JOIN events ON events.id = asked.event JOIN people ON people.id = $1
    JOIN memberships ON memberships.community = events.community AND memberships.person = asked.invited_by
    WHERE asked.email = people.email AND asked.expires_at > $2 AND events.status <> 'cancelled'
        AND ({OVER} > $2 OR NOT {NO_PATTERN}) AND memberships.role = ANY($5)
        AND {not_blocked("people.id", "asked.invited_by")} AND NOT {kept_out_of_event(now="$2::timestamptz", key="$4")}
    ORDER BY asked.expires_at, asked.id LIMIT 5
)"""  # noqa: S608 - our own words
_QUESTION = ", ".join(
    f"questions.{column._meta.name} AS question_{column._meta.name}" for column in HostQuestion.all_columns()
)

# Of what a row of `questions` asks about; nothing is looked up where there is none.
_SERIES_TITLE = """(
    SELECT pattern.title FROM events AS pattern
    WHERE questions.id IS NOT NULL AND pattern.series = events.series AND pattern.series_date IS NULL
)"""


def _may_be_asked(*, key: str, roles: str, over_too: bool = False) -> str:
    """SQL: joins and conditions by which a row of `questions` and `events` is still asked, at $2."""
    ahead = "true" if over_too else f"{OVER} > $2"
    return f"""
        JOIN people ON people.id = questions.person
        JOIN memberships AS theirs ON theirs.community = events.community AND theirs.person = people.id
        JOIN memberships ON memberships.community = events.community AND memberships.person = questions.asked_by
        WHERE events.status = 'published' AND {ahead} AND memberships.role = ANY({roles})
            AND {not_blocked("people.id", "questions.asked_by")}
            AND NOT {kept_out_of_event(now="$2::timestamptz", key=key)}
    """


_ASKED_ON_ROTA = f"""(
    SELECT DISTINCT ON (questions.batch) events.id AS event, NULL::bigint AS invitation, questions.id AS question
    FROM host_questions AS questions JOIN events ON events.id = questions.event
        {_may_be_asked(key="$4", roles="$5")} AND questions.person = $1 AND questions.declined_at IS NULL
    ORDER BY questions.batch, events.starts_at, events.id
)"""  # noqa: S608 - our own words


async def _asked(rows: Sequence[asyncpg.Record]) -> list[AskedToHost]:
    if not rows:
        return []
    inviters = Person.select().where(among(Person.id, [row["invited_by"] for row in rows]))
    by_id = {inviter.id: inviter for inviter in await rows_as(Person, inviters)}
    return [
        AskedToHost(
            loaded(CoHostInvitation, row), _event_of(row), by_id[row["invited_by"]], row["community_name"]
        )
        for row in rows
    ]


def _event_of(row: asyncpg.Record) -> Event:
    return event_from(row, prefix=AS_EVENT)


async def asked_in_batch(batch: str, *, over_too: bool = False) -> list[AskedOnRota]:
    """What one letter about several evenings asks, soonest first; also what its receiver has said no to. Two queries.

    While those are still to come, unless they are wanted when they are `over_too`; both belong there, and neither a
    block nor being kept out speaks against.
    """
    rows = await db.rows(
        f"""
        SELECT {NAMED}, {_QUESTION}, communities.name AS community_name, {_SERIES_TITLE} AS series_title
        FROM host_questions AS questions JOIN events ON events.id = questions.event {PARTS}
        JOIN communities ON communities.id = events.community
        {_may_be_asked(key="$3", roles="$4", over_too=over_too)} AND questions.batch = $1
        ORDER BY events.starts_at, events.id
        """,  # noqa: S608 - our own words
        batch,
        clock.now(),
        mailbox_key(),
        those_who_may(Action.ORGANISE),
    )
    return await _on_rota(rows)


async def questions_to(email: str, *, event: int | None, community: int | None) -> list[int]:
    """The questions to whoever has this mailbox, about an event or all of a community, by number. One query."""
    rows = db.rows(
        """
        SELECT questions.id FROM host_questions AS questions
        JOIN people ON people.id = questions.person JOIN events ON events.id = questions.event
        WHERE mailbox(people.email) = mailbox($1) AND (events.id = $2 OR events.community = $3)
        """,
        email,
        event,
        community,
    )
    return await values_of(rows)


async def questions_that_are_over(now: datetime) -> list[int]:
    """Those about evenings that are over, by number. One query."""
    rows = db.rows(
        f"""
        SELECT questions.id FROM host_questions AS questions JOIN events ON events.id = questions.event
        WHERE {OVER} <= $1
        """,  # noqa: S608 - our own words
        now,
    )
    return await values_of(rows)


async def _on_rota(rows: Sequence[asyncpg.Record]) -> list[AskedOnRota]:
    if not rows:
        return []
    both = {row[name] for row in rows for name in ("question_person", "question_asked_by")}
    people = {each.id: each for each in await rows_as(Person, Person.select().where(among(Person.id, both)))}
    return [
        AskedOnRota(
            loaded(HostQuestion, row, prefix="question_"),
            _event_of(row),
            people[row["question_person"]],
            people[row["question_asked_by"]],
            row["community_name"],
            row["series_title"],
        )
        for row in rows
    ]


async def asked_to_host(invitation: int) -> AskedToHost | None:
    """An invitation by its number, while whoever asked still organises, and no block is between the two. Three
    queries."""
    row = await db.row(
        f"""
        SELECT co_host_invitations.*, communities.name FROM co_host_invitations
        JOIN events ON events.id = co_host_invitations.event JOIN communities ON communities.id = events.community
        JOIN memberships ON memberships.community = communities.id AND memberships.person = invited_by
        LEFT JOIN people ON people.email = co_host_invitations.email
        WHERE co_host_invitations.id = $1 AND memberships.role = ANY($2) AND {not_blocked("people.id", "invited_by")}
        """,  # noqa: S608 - our own words
        invitation,
        those_who_may(Action.ORGANISE),
    )
    event = await event_by_id(row["event"]) if row else None
    inviter = await person_by_id(row["invited_by"]) if row else None
    if row is None or event is None or inviter is None:
        return None
    return AskedToHost(loaded(CoHostInvitation, row), event, inviter, row["name"])


class Hosting(NamedTuple):
    """That somebody hosts an event, who added them, and the community it is of."""

    event: Event
    person: Person
    added_by: Person | None
    community: str


async def co_hosting(number: int) -> Hosting | None:
    """A co-host by the row's number. At most four queries."""
    row = (
        await CoHost.select(CoHost.event, CoHost.person, CoHost.added_by, "event.community.name")
        .where(CoHost.id == number)
        .first()
    )
    event = await event_by_id(row["event"]) if row else None
    person = await person_by_id(row["person"]) if row else None
    if row is None or event is None or person is None:
        return None
    added_by = await person_by_id(row["added_by"]) if row["added_by"] else None
    return Hosting(event, person, added_by, row["event.community.name"])
