"""What we ask about gatherings. Reads only."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import asyncpg

from events.tables import USUAL_LENGTH, CoHostInvitation, Event, Feed
from members import names
from members.queries import (
    Scope,
    hidden,
    kept_out_of_community,
    mailbox_key,
    meets,
    not_blocked,
    person_by_id,
)
from members.roles import Action, may, those_who_may
from members.tables import Person
from server import clock, db, pictures
from server.batching import Batching, Take
from server.errors import NotFound
from server.pages import url
from server.presentation import in_zone
from server.rows import loaded


def kept_out_of_event(
    event: str = "events.id",
    community: str = "events.community",
    *,
    person: str = "people.id",
    email: str = "people.email",
    now: str,
    key: str,
) -> str:
    """SQL: whether somebody is kept out of an event or of its community. See `members.queries.meets`."""
    who = {"person": person, "email": email, "now": now, "key": key}
    of_event = meets("kept_out_of_events", f"kept.event = {event}", **who)
    return f"({kept_out_of_community(community, **who)} OR {of_event})"


COLUMNS = ", ".join(f"events.{column._meta.name}" for column in Event._meta.columns)
EVENTS = f"SELECT {COLUMNS} FROM events"  # noqa: S608 - our own names; `search` is not fetched
# What somebody ($2) is to an event; $3 is now, $4 `mailbox_key()`.
_PART = """
    JOIN people ON people.id = $2
    LEFT JOIN memberships ON memberships.community = events.community AND memberships.person = $2
    LEFT JOIN co_hosts ON co_hosts.event = events.id AND co_hosts.person = $2
"""
_KEPT_OUT = kept_out_of_event(now="$3::timestamptz", key="$4")
# The same for several people at once ($2).
_WITH_PARTS = f"""
    SELECT {COLUMNS}, ARRAY(SELECT person FROM co_hosts WHERE event = events.id AND person = ANY($2)) AS hosts,
    ARRAY(SELECT id FROM people WHERE id = ANY($2) AND {_KEPT_OUT}) AS kept_out, (
        SELECT jsonb_object_agg(person, role) FROM memberships
        WHERE memberships.community = events.community AND person = ANY($2)
    ) AS roles FROM events WHERE public_id = $1
"""  # noqa: S608


# The columns of an event in a row that has others of those names: each with this before its name.
AS_EVENT = "events_"
NAMED = ", ".join(
    f"events.{column._meta.name} AS {AS_EVENT}{column._meta.name}" for column in Event._meta.columns
)


def organises(person: str) -> str:
    """SQL: this person organises the event of a row of `events`, as `access` says it. Two index probes."""
    roles = ", ".join(f"'{role}'" for role in those_who_may(Action.ORGANISE))
    return f"""(EXISTS (
        SELECT FROM memberships
        WHERE memberships.community = events.community AND memberships.person = {person} AND role IN ({roles})
    ) OR EXISTS (
        SELECT FROM co_hosts WHERE co_hosts.event = events.id AND co_hosts.person = {person}
    ))"""  # noqa: S608 - our own words


# When an event is over, as `Event.over_at` says it.
OVER = f"coalesce(events.ends_at, events.starts_at + interval '{USUAL_LENGTH.total_seconds():.0f} seconds')"
# No event is longer, so what began before `now - LONGEST` is over: a list need not walk through all that was.
LONGEST = timedelta(days=31)


class Part(NamedTuple):
    """What whoever asks is to an event: their role in its community, and whether they are its co-host.

    `kept_out`: of the event, or of its community. Nothing else that they are counts then, unless they organise it.
    """

    role: str | None
    hosts: bool
    kept_out: bool = False

    @property
    def organises_community(self) -> bool:
        """Whether they organise its community."""
        return may(self.role, Action.ORGANISE)

    def may_keep_out(self, other: "Part") -> bool:
        """Whether they may keep out of the event who is this to it: a co-host nobody who hosts it, an organiser
        nobody who organises the community."""
        if other.organises_community:
            return False
        return self.organises_community or (self.hosts and not other.hosts)


NO_PART = Part(None, False)


class Found(NamedTuple):
    """An event, and what whoever asks is to it."""

    event: Event
    part: Part


async def found(public_id: str, person: Person | None) -> Found | None:
    """An event by its public id, whoever may see it. Pages come here by way of `access`.

    One query, shared with whoever asks for the same event at the same moment.
    """
    return await _finding.ask(public_id, person.id if person else None)


async def _find(public_id: str, take: Take[int | None]) -> list[Found | None]:
    people = take()
    known = list({person for person in people if person is not None})
    row = await db.row(_WITH_PARTS, public_id, known, clock.now(), mailbox_key())
    if row is None:
        return [None] * len(people)
    roles, hosts, out = row["roles"] or {}, set(row["hosts"]), set(row["kept_out"])
    event = event_from(row)
    # An event for each: what is found out about a reader is kept with theirs.
    return [
        Found(copy(event), Part(roles.get(str(person)), person in hosts, person in out)) for person in people
    ]


_finding: Batching[str, int | None, Found | None] = Batching(_find)


async def event_by_id(event: int) -> Event | None:
    """An event by its number, whoever may see it: for letters and due work. One query."""
    row = await db.row(f"{EVENTS} WHERE id = $1", event)
    return event_from(row) if row else None


async def events_by_id(events: Sequence[int]) -> dict[int, Event]:
    """The same for several. One query."""
    rows = await db.rows(f"{EVENTS} WHERE id = ANY($1)", list(events))
    return {row["id"]: event_from(row) for row in rows}


async def locked(event: int) -> Event | None:
    """An event whose row nobody else changes until the open transaction ends. One query."""
    row = await db.row(f"{EVENTS} WHERE id = $1 FOR NO KEY UPDATE", event)
    return event_from(row) if row else None


async def not_over(now: datetime, *, after: int, limit: int) -> list[Event]:
    """Events of all kinds that are not over, in the order of their ids from `after` on. One query."""
    rows = await db.rows(
        f"{EVENTS} WHERE {OVER} > $1 AND events.id > $2 ORDER BY events.id LIMIT $3", now, after, limit
    )
    return [event_from(row) for row in rows]


async def rules_followed() -> str:
    """The newest tz database whose rules were followed; empty before the first. One query."""
    return str(await db.value("SELECT max(version) FROM time_zone_rules") or "")


async def event_of_change(change: int) -> int | None:
    """Which event a change is about. One query."""
    event: int | None = await db.value("SELECT event FROM event_changes WHERE id = $1", change)
    return event


async def sides_of_change(change: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an event was and what people were told it became, by column. Raises NotFound before it is told."""
    row = await db.row("SELECT before, after FROM event_changes WHERE id = $1 AND after IS NOT NULL", change)
    if row is None:
        raise NotFound
    return row["before"], row["after"]


async def parts_in(person: Person, events: Sequence[int]) -> dict[int, Part]:
    """What somebody is to each of these events, by number. One query."""
    rows = await db.rows(
        f"""
        SELECT events.id, memberships.role, co_hosts.id AS hosts, {_KEPT_OUT} AS kept_out
        FROM events {_PART} WHERE events.id = ANY($1)
        """,  # noqa: S608
        list(events),
        person.id,
        clock.now(),
        mailbox_key(),
    )
    return {row["id"]: _part(row) for row in rows}


def _part(row: asyncpg.Record) -> Part:
    return Part(row["role"], row["hosts"] is not None, row["kept_out"])


# Keeping out


def scope_of(event: Event) -> Scope:
    """One gathering, as what somebody is kept out of."""
    return Scope("kept_out_of_events", "event", event.id)


async def is_kept_out(event: Event, person: Person) -> bool:
    """Whether somebody is kept out of an event, or of its community. One query."""
    return (await parts_in(person, [event.id]))[event.id].kept_out


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
    """The same of whoever has an address, known or not. One query."""
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
    seat there meanwhile. `members_only`: of what is for members only, where the person is no co-host. One query."""
    rows = await db.rows(
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
    return [row["id"] for row in rows]


async def lately_hosted(community: int, person: int, *, now: datetime) -> list[int]:
    """A community's events that are not long over, by number, but those that somebody hosts by name. One query."""
    rows = await db.rows(
        """
        SELECT id FROM events WHERE community = $1 AND starts_at > $2 AND NOT EXISTS (
            SELECT FROM co_hosts WHERE co_hosts.event = events.id AND co_hosts.person = $3
        ) ORDER BY id
        """,
        community,
        now - 2 * LONGEST,
        person,
    )
    return [row["id"] for row in rows]


# Around one event


class Host(NamedTuple):
    """Somebody who prepares an event, as its page names them."""

    name: str
    picture: str
    key: str


@dataclass(frozen=True)
class Around:
    """What stands around an event on its page: its community, its picture, and who prepares it."""

    community: int
    slug: str
    name: str
    community_picture: str
    picture: str
    picture_coming: bool
    picture_refused: str
    hosts: Sequence[Host]


async def around(event: Event, person: Person | None) -> Around:
    """The community and the picture of an event, the organiser who prepared it, and its co-hosts. One query.

    The organiser is named while they organise; nobody before somebody who is blocked either way.
    """
    row = await db.row(
        f"""
        SELECT communities.id AS community, communities.slug, communities.name,
            theirs.public_id AS theirs, theirs.ready_at AS theirs_ready,
            own.public_id AS own, own.ready_at AS own_ready, coalesce(own.refused, '') AS refused,
            hosts.named AS hosts
        FROM communities
        LEFT JOIN pictures AS theirs ON theirs.id = communities.picture
        LEFT JOIN pictures AS own ON own.id = $2
        CROSS JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_array(people.name, people.called, face.public_id, people.public_id)
                ORDER BY place, people.id) AS named
            FROM (
                SELECT person, 0 AS place FROM memberships
                WHERE community = communities.id AND person = $3 AND role = ANY($5)
                UNION ALL
                SELECT person, id FROM co_hosts WHERE event = $6 AND person IS DISTINCT FROM $3
            ) AS host
            JOIN people ON people.id = host.person AND people.name <> ''
                AND {not_blocked("people.id", "$4::bigint")}
            LEFT JOIN pictures AS face ON face.id = people.picture AND face.ready_at IS NOT NULL
        ) AS hosts
        WHERE communities.id = $1
        """,  # noqa: S608 - our own words
        event.community,
        event.picture,
        event.created_by,
        person.id if person else None,
        those_who_may(Action.ORGANISE),
        event.id,
    )
    if row is None:
        raise NotFound
    return Around(
        community=row["community"],
        slug=row["slug"],
        name=row["name"],
        community_picture=_picture(row["theirs"], row["theirs_ready"]),
        picture=_picture(row["own"], row["own_ready"], "large"),
        picture_coming=row["own"] is not None and not row["own_ready"] and not row["refused"],
        picture_refused=row["refused"],
        hosts=[
            Host(names.short(name, called), pictures.address(face, "small") if face else "", key)
            for name, called, face, key in row["hosts"] or []
        ],
    )


class Version(NamedTuple):
    """Of what a stranger's page of an event is made: a version of it all, and the rows as `freshness` names them."""

    version: tuple[object, ...]
    topics: list[str]


async def version_for_strangers(public_id: str) -> Version | None:
    """Changes whenever anything may that a stranger sees on an event's page; None if they see none. One query.

    A row's place and transaction are new whenever it is written, so they stand for all of its columns.
    """
    row = await db.row(
        """
        SELECT events.id, events.community, events.created_by, events.picture, communities.picture AS theirs,
            people.picture AS face, events.xmin::text AS a, events.ctid::text AS b, communities.xmin::text AS c,
            communities.ctid::text AS d, people.xmin::text AS e, people.ctid::text AS f,
            memberships.xmin::text AS g, memberships.ctid::text AS h, hosts.ids AS hosts, hosts.seen AS i,
            hosts.faces, pictures.seen AS j
        FROM events JOIN communities ON communities.id = events.community
        LEFT JOIN people ON people.id = events.created_by
        LEFT JOIN memberships ON memberships.community = events.community AND memberships.person = people.id
        CROSS JOIN LATERAL (
            SELECT array_agg(host.id) AS ids, array_agg(ROW(host.xmin, host.ctid, co_hosts.id)::text) AS seen,
                array_agg(host.picture) AS faces
            FROM co_hosts JOIN people AS host ON host.id = co_hosts.person WHERE co_hosts.event = events.id
        ) AS hosts
        CROSS JOIN LATERAL (
            SELECT array_agg(ROW(id, public_id, ready_at, refused)::text ORDER BY id) AS seen FROM pictures
            WHERE id = ANY(ARRAY[events.picture, communities.picture, people.picture] || hosts.faces)
        ) AS pictures
        WHERE events.public_id = $1 AND events.status <> 'draft'
            AND events.visibility IN ('public', 'unlisted')
        """,
        public_id,
    )
    return Version(tuple(map(str, row.values())), _made_of(row)) if row else None


def _made_of(row: asyncpg.Record) -> list[str]:
    rows = {
        "events": [row["id"]],
        "communities": [row["community"]],
        "people": [row["created_by"], *(row["hosts"] or [])],
        "pictures": [row["picture"], row["theirs"], row["face"], *(row["faces"] or [])],
    }
    return [f"{table}:{number}" for table, numbers in rows.items() for number in numbers if number]


# Who hosts it


@dataclass(frozen=True)
class CoHosting:
    """Somebody who hosts an event besides its community's organisers, and since when."""

    public_id: str
    name: str
    picture: str
    since: datetime

    @property
    def label(self) -> str:
        """Their name, or what stands for it."""
        return self.name or "Somebody who has given no name yet"


async def co_hosts_of(event: Event, *, seen_by: Person) -> list[CoHosting]:
    """An event's co-hosts, first come first, without whom a block hides. At most twenty. One query."""
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
        CoHosting(row["public_id"], row["name"], _picture(row["face"], row["created_at"]), row["created_at"])
        for row in rows
    ]


async def invitations_to_host(event: Event, *, seen_by: Person, now: datetime) -> list[CoHostInvitation]:
    """The addresses that were asked to host an event and have not answered, oldest first. One query.

    Without those of whom a block hides, except what the reader has typed: that it stays away would tell them.
    """
    rows = await db.rows(
        f"""
        SELECT * FROM co_host_invitations AS asked WHERE event = $1 AND expires_at > $2 AND (
            invited_by = $3 OR NOT EXISTS (
                SELECT FROM people WHERE people.email = asked.email AND people.id = ANY({hidden("$3")})
            )
        ) ORDER BY id
        """,  # noqa: S608 - our own words
        event.id,
        now,
        seen_by.id,
    )
    return [loaded(CoHostInvitation, row) for row in rows]


async def number_asked_to_host(event: Event, *, now: datetime) -> int:
    """How many addresses were asked to host an event and have not answered. One query."""
    number: int = await db.value(
        "SELECT count(*) FROM co_host_invitations WHERE event = $1 AND expires_at > $2", event.id, now
    )
    return number


async def hosted_by(person: Person, *, now: datetime) -> list[Event]:
    """What somebody hosts, drafts too, and is not over, soonest first; at most a hundred. One query."""
    rows = await db.rows(
        f"""
        {EVENTS} JOIN co_hosts ON co_hosts.event = events.id AND co_hosts.person = $1
        WHERE {OVER} > $2 AND events.starts_at > $3 ORDER BY events.starts_at, events.id LIMIT 100
        """,
        person.id,
        now,
        now - LONGEST,
    )
    return [event_from(row) for row in rows]


class AskedToHost(NamedTuple):
    """An invitation to host an event, who asks, and the community it is of."""

    invitation: CoHostInvitation
    event: Event
    inviter: Person
    community: str


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
    row = await db.row(
        """
        SELECT event, person, added_by, communities.name FROM co_hosts
        JOIN events ON events.id = co_hosts.event JOIN communities ON communities.id = events.community
        WHERE co_hosts.id = $1
        """,
        number,
    )
    event = await event_by_id(row["event"]) if row else None
    person = await person_by_id(row["person"]) if row else None
    if row is None or event is None or person is None:
        return None
    added_by = await person_by_id(row["added_by"]) if row["added_by"] else None
    return Hosting(event, person, added_by, row["name"])


# Lists


@dataclass(frozen=True)
class Card:
    """An event in a list, as components/events.html draws it. Times are on its own wall clock."""

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
    cancelled: bool
    draft: bool
    past: bool
    badge: tuple[str, ...] | None


_CARD = """
    events.public_id, events.title, events.starts_at, events.ends_at, events.zone, events.place, events.mode,
    events.status, events.seats, events.taken, communities.name AS community,
    pictures.public_id AS picture, pictures.ready_at
"""
_WITH_FACE = (
    "JOIN communities ON communities.id = events.community LEFT JOIN pictures ON pictures.id = events.picture"
)


@dataclass(frozen=True)
class Asked:
    """What somebody looks for in the list: words as they typed them, days (moments, half open), and where."""

    words: str = ""
    since: datetime | None = None
    until: datetime | None = None
    online: bool | None = None


async def whats_on(asked: Asked, *, now: datetime, page: int = 1, size: int = 20) -> tuple[list[Card], int]:
    """A page of the public events that are not over, soonest first, and how many there are. Two queries."""
    where, args = _asked(asked, now)
    total = await db.value(f"SELECT count(*) FROM events WHERE {where}", *args)  # noqa: S608
    statement = f"""
        SELECT {_CARD} FROM events {_WITH_FACE} WHERE {where}
        ORDER BY events.starts_at, events.id LIMIT {size:d} OFFSET {(page - 1) * size:d}
    """  # noqa: S608 - our own names and numbers; what people say are arguments
    rows = await db.rows(statement, *args)
    return [card_from(row, now=now) for row in rows], total


class OfCommunity(NamedTuple):
    """A community's events: those before us, soonest first, and the last ones."""

    coming: list[Card]
    past: list[Card]


async def of_community(
    community: int, person: Person | None, *, part_of: Sequence[int], now: datetime
) -> OfCommunity:
    """A community's events that somebody may see listed: the next twenty and the last five. One query.

    Drafts and unlisted ones are listed to who organises them; `part_of` are ids of events that this person is part of.
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
    return OfCommunity([card for card in cards if not card.past], [card for card in cards if card.past])


_LISTED_KEPT_OUT = meets(
    "kept_out_of_events",
    "kept.event = events.id",
    person="$2",
    email="(SELECT email FROM people WHERE id = $2)",
    now="$4::timestamptz",
    key="$6",
)
_OF_COMMUNITY = f"""
    SELECT {_CARD} FROM events {_WITH_FACE}
    LEFT JOIN memberships ON memberships.community = events.community AND memberships.person = $2
    WHERE events.community = $1 AND (
        memberships.role = ANY($5)
        OR EXISTS (SELECT FROM co_hosts WHERE co_hosts.event = events.id AND co_hosts.person = $2)
        OR (events.status <> 'draft' AND (
            events.visibility = 'public'
            OR (events.visibility = 'members' AND memberships.role IS NOT NULL AND NOT {_LISTED_KEPT_OUT})
            OR (events.visibility IN ('unlisted', 'invited') AND events.id = ANY($3))
        ))
    )
"""  # noqa: S608
_NEXT_OF_COMMUNITY = f"{_OF_COMMUNITY} AND {OVER} > $4 ORDER BY events.starts_at, events.id LIMIT 20"
_LAST_OF_COMMUNITY = f"{_OF_COMMUNITY} AND {OVER} <= $4 ORDER BY events.starts_at DESC, events.id LIMIT 5"


class Face(NamedTuple):
    """What a list shows of an event besides its row, and what its reader is to it."""

    community: str
    picture: str
    part: Part


async def faces(person: Person, events: Sequence[int]) -> dict[int, Face]:
    """The community's name and the small picture of each of these events, and somebody's part in it. One query."""
    statement = f"""
        SELECT events.id, communities.name, pictures.public_id, pictures.ready_at, role, co_hosts.id AS hosts,
            {_KEPT_OUT} AS kept_out
        FROM events {_WITH_FACE} {_PART} WHERE events.id = ANY($1)
    """  # noqa: S608
    rows = await db.rows(statement, list(events), person.id, clock.now(), mailbox_key())
    return {
        row["id"]: Face(row["name"], _picture(row["public_id"], row["ready_at"]), _part(row)) for row in rows
    }


def card_from(row: asyncpg.Record, *, now: datetime) -> Card:
    """A card from a row of the lists above."""
    ends = row["ends_at"]
    return Card(
        key=row["public_id"],
        href=url("events:event", event=row["public_id"]),
        title=row["title"],
        starts=in_zone(row["starts_at"], row["zone"]),
        ends=in_zone(ends, row["zone"]) if ends else None,
        zone=row["zone"],
        place=row["place"],
        online=row["mode"] != "in_person",
        community=row["community"],
        picture=_picture(row["picture"], row["ready_at"]),
        cancelled=row["status"] == "cancelled",
        draft=row["status"] == "draft",
        past=(ends or row["starts_at"] + USUAL_LENGTH) <= now,
        badge=_full(row["seats"], row["taken"]),
    )


def _full(seats: int | None, taken: int) -> tuple[str, ...] | None:
    return ("wait", "Waiting list", "hourglass") if seats is not None and taken >= seats else None


def _asked(asked: Asked, now: datetime) -> tuple[str, list[Any]]:
    conditions = [
        "events.status = 'published' AND events.visibility = 'public'",
        f"{OVER} > $1 AND events.starts_at > $2",
    ]
    args: list[Any] = [now, now - LONGEST]
    for condition, value in (
        ("events.search @@ (SELECT sought(${}))", asked.words),
        (f"{OVER} > ${{}}", asked.since),
        ("events.starts_at < ${}", asked.until),
        ("(events.mode <> 'in_person') = ${}", asked.online),
    ):
        if value not in (None, ""):
            args.append(value)
            conditions.append(condition.format(len(args)))
    return " AND ".join(conditions), args


def _picture(public_id: str | None, ready_at: datetime | None, size: str = "small") -> str:
    return pictures.address(public_id, size) if public_id and ready_at else ""


# Feeds


class CalendarFound(NamedTuple):
    """A community as its calendar names it, and what its bytes depend on."""

    id: int
    name: str
    summary: str
    version: tuple[object, ...]


async def community_calendar(slug: str) -> CalendarFound | None:
    """A community's calendar by the community's address, without its events. One query, four rows by their keys."""
    row = await db.row(
        """
        SELECT communities.id, name, summary, communities.xmin::text AS seen, communities.ctid::text AS place,
            coalesce(version, 0) AS version
        FROM communities LEFT JOIN community_calendars ON community_calendars.community = communities.id
        WHERE slug = $1
        """,
        slug,
    )
    if row is None:
        return None
    return CalendarFound(row["id"], row["name"], row["summary"], (row["seen"], row["place"], row["version"]))


async def events_in_calendar(
    community: int, *, since: datetime, until: datetime, cancelled_since: datetime
) -> list[Event]:
    """A community's public events for its calendar, in order. One query."""
    rows = await db.rows(
        f"""
        {EVENTS} WHERE community = $1 AND status <> 'draft' AND visibility = 'public'
            AND starts_at > $2::timestamptz - $5::interval AND starts_at < $3 AND {OVER} > $2
            AND (status <> 'cancelled' OR cancelled_at >= $4)
        ORDER BY starts_at, id
        """,
        community,
        since,
        until,
        cancelled_since,
        LONGEST,
    )
    return [event_from(row) for row in rows]


class FeedFound(NamedTuple):
    """A personal feed, and whose it is."""

    feed: Feed
    person: Person


async def feed_by_secret(digest: bytes) -> FeedFound | None:
    """The personal feed with this secret's digest. Two queries."""
    feed = await Feed.objects().where(Feed.secret == digest).first()
    person = await person_by_id(feed.person) if feed else None
    return FeedFound(feed, person) if feed and person else None


async def feeds_of(person: Person) -> list[Feed]:
    """Somebody's feeds, oldest first."""
    return await Feed.objects().where(Feed.person == person.id).order_by(Feed.id)


# Rows


def event_from(row: asyncpg.Record, *, prefix: str = "") -> Event:
    """An Event from a row that carries at least the columns of `events`, each with this before its name."""
    return loaded(Event, row, prefix=prefix)
