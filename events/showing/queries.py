"""What an event's page shows around it, and the version of a stranger's page. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import asyncpg

from events.queries import COLUMNS, PARTS, Found, found_in, parts_of_people, picture_address
from events.series.cadence import words_of
from events.tables import Event
from events.visibility import sees
from members import names
from members.queries import mailbox_key, not_blocked
from members.roles import Action, those_who_may
from members.tables import Person
from server import clock, db, pictures
from server.batching import Batching, Take
from server.errors import NotFound
from server.languages.messages import Message, Text


class OfSeries(NamedTuple):
    """The series of which an event is one. `visibility` is that of its pattern."""

    public_id: str
    rule: str
    first_on: date
    visibility: str

    @property
    def words(self) -> Text:
        """How often it comes again."""
        return words_of(self.rule, self.first_on)


class Host(NamedTuple):
    """Somebody who prepares an event, as its page names them."""

    name: Text
    picture: str
    key: str


@dataclass(frozen=True)
class EventContext:
    """What surrounds an event on its page: its community, its picture, and who prepares it."""

    community: int
    slug: str
    name: str
    language: str
    community_picture: str
    picture: str
    picture_coming: bool
    picture_refused: Text
    hosts: Sequence[Host]
    series: OfSeries | None = None


class Shown(NamedTuple):
    """What an event's page begins with: the event, what the reader is to it, and what surrounds it."""

    found: Found
    context: EventContext


# What surrounds the event of a row of `events`, for several readers ($2; see `parts_of_people`).
_CONTEXT = """
    communities.id AS context_community, communities.slug AS context_slug, communities.name AS context_name,
    communities.language AS context_language,
    theirs.public_id AS theirs, theirs.ready_at AS theirs_ready,
    own.public_id AS own, own.ready_at AS own_ready, coalesce(own.refused, '') AS refused, hosts.named AS hosts,
    series.public_id AS series_name, series.rule AS series_rule, series.first_on AS series_first_on,
    (SELECT visibility FROM events AS pattern WHERE pattern.series = series.id AND pattern.series_date IS NULL)
        AS series_visibility
"""
_JOINED_CONTEXT = f"""
    JOIN communities ON communities.id = events.community
    LEFT JOIN pictures AS theirs ON theirs.id = communities.picture
    LEFT JOIN pictures AS own ON own.id = events.picture
    LEFT JOIN series ON series.id = events.series
    CROSS JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(people.name, people.called, face.public_id, people.public_id, ARRAY(
            SELECT reader FROM unnest((SELECT $2::bigint[])) AS reader WHERE NOT {not_blocked("people.id", "reader")}
        )) ORDER BY place, people.id) AS named
        FROM (
            SELECT person, 0 AS place FROM memberships
            WHERE community = events.community AND person = events.created_by
                AND role IN ({", ".join(f"'{role}'" for role in those_who_may(Action.ORGANISE))})
            UNION ALL
            SELECT person, id FROM co_hosts WHERE event = events.id AND person IS DISTINCT FROM events.created_by
        ) AS host
        JOIN people ON people.id = host.person AND people.name <> ''
        LEFT JOIN pictures AS face ON face.id = people.picture AND face.ready_at IS NOT NULL
    ) AS hosts
"""  # noqa: S608 - our own words


async def shown(public_id: str, person: Person | None) -> Shown | None:
    """An event by its public id, whoever may see it: `access.if_seen` says that. With what its page shows around it.

    The organiser who prepared it is named while they organise; nobody before somebody who is blocked either way.
    One query, shared with whoever asks for the same event at the same moment.
    """
    return await _showing.ask(public_id, person.id if person else None)


async def _show(public_id: str, take: Take[int | None]) -> list[Shown | None]:
    people = take()
    row = await db.row(
        f"""
        SELECT {COLUMNS}, {parts_of_people()} AS parts, {_CONTEXT}
        FROM events {PARTS} {_JOINED_CONTEXT} WHERE events.public_id = $1
        """,  # noqa: S608 - our own words
        public_id,
        list({person for person in people if person is not None}),
        clock.now(),
        mailbox_key(),
    )
    if row is None:
        return [None] * len(people)
    return [
        Shown(found, _context(row, {person} if person else set()))
        for person, found in zip(people, found_in(row, people), strict=True)
    ]


_showing: Batching[str, int | None, Shown | None] = Batching(_show)


async def event_context(event: Event, *readers: Person | None) -> EventContext:
    """What surrounds an event that was found in another way, for eyes that may be of several people. One query."""
    ids = {reader.id for reader in readers if reader}
    row = await db.row(
        f"SELECT {_CONTEXT} FROM events {_JOINED_CONTEXT} WHERE events.id = $1",  # noqa: S608 - our own words
        event.id,
        list(ids),
    )
    if row is None:
        raise NotFound
    return _context(row, ids)


def _context(row: asyncpg.Record, readers: set[int]) -> EventContext:
    return EventContext(
        community=row["context_community"],
        slug=row["context_slug"],
        name=row["context_name"],
        language=row["context_language"],
        community_picture=picture_address(row["theirs"], row["theirs_ready"]),
        picture=picture_address(row["own"], row["own_ready"], "large"),
        picture_coming=row["own"] is not None and not row["own_ready"] and not row["refused"],
        picture_refused=Message(row["refused"]) if row["refused"] else "",
        hosts=[
            Host(names.short(name, called), pictures.address(face, "small") if face else "", key)
            for name, called, face, key, hidden_from in row["hosts"] or []
            if readers.isdisjoint(hidden_from)
        ],
        series=OfSeries(
            row["series_name"], row["series_rule"], row["series_first_on"], row["series_visibility"]
        )
        if row["series_name"]
        else None,
    )


class Version(NamedTuple):
    """Of what a stranger's page of an event is made: a version of it all, and the rows as `invalidation` names them."""

    version: tuple[object, ...]
    topics: list[str]


async def version_for_strangers(public_id: str) -> Version | None:
    """Changes whenever anything may that a stranger sees on an event's page; None if they see none. One query.

    A row's place and transaction are new whenever it is written, so they stand for all of its columns.
    """
    row = await db.row(
        f"""
        SELECT events.id, events.community, events.created_by, events.picture, communities.picture AS theirs,
            people.picture AS face, events.xmin::text AS a, events.ctid::text AS b, communities.xmin::text AS c,
            communities.ctid::text AS d, people.xmin::text AS e, people.ctid::text AS f,
            memberships.xmin::text AS g, memberships.ctid::text AS h, hosts.ids AS hosts, hosts.seen AS i,
            hosts.faces, pictures.seen AS j, (
                SELECT string_agg(xmin::text || ctid::text, ' ' ORDER BY online) FROM seat_pools WHERE event = events.id
            ) AS k
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
            AND {sees(member="false", invited="false")}
        """,  # noqa: S608 - our own words
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
