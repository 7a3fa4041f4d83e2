"""What we ask about gatherings. Reads only."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import asyncpg
from piccolo.columns.combination import WhereRaw
from piccolo.query.functions.aggregate import Max
from piccolo.table import Table

from events import relations
from events.tables import USUAL_LENGTH, AnswerPolicy, Change, Event, SeatPool, Series, TimeZoneRules
from events.view import Relation
from members.queries import (
    Scope,
    kept_out_of_community,
    mailbox_key,
    meets,
)
from members.roles import Action, may, those_who_may
from members.tables import Person
from server import clock, db, pictures
from server.batching import Batching, Take
from server.errors import NotFound
from server.rows import loaded, rows_as, value_of
from server.statements import Query, lock, prepared


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


def _named(table: type[Table], alias: str, prefix: str) -> str:
    names = [column._meta.name for column in table._meta.columns]
    return ", ".join(f"{alias}.{name} AS {prefix}{name}" for name in names)


def columns(prefix: str = "") -> str:
    """SQL: what `event_from` reads, each with this before its name, of `events` joined with `PARTS`."""
    parts = [
        _named(Event, "events", prefix),
        _named(AnswerPolicy, "policy", f"{prefix}policy_"),
        _named(SeatPool, "room", f"{prefix}room_"),
        _named(SeatPool, "call", f"{prefix}call_"),
    ]
    return ", ".join(parts)


# How an event is answered, and the seats on its sides.
PARTS = """
    JOIN answer_policies AS policy ON policy.event = events.id
    JOIN seat_pools AS room ON room.event = events.id AND NOT room.online
    LEFT JOIN seat_pools AS call ON call.event = events.id AND call.online AND events.mode = 'hybrid'
"""
COLUMNS = columns()
EVENTS = f"SELECT {COLUMNS} FROM events {PARTS}"  # noqa: S608 - our own names; `search` is not fetched


# What the person of a row of `people` is to the event of one of `events`; $3 is now, $4 `mailbox_key()`.
_THEIR_PART = """
    LEFT JOIN memberships ON memberships.community = events.community AND memberships.person = people.id
    LEFT JOIN co_hosts ON co_hosts.event = events.id AND co_hosts.person = people.id
"""
PART_OF_PERSON = f"JOIN people ON people.id = $2 {_THEIR_PART}"


PERSON_KEPT_OUT = kept_out_of_event(now="$3::timestamptz", key="$4")


def parts_of_people() -> str:
    """SQL: what each of several people ($2) is to the event of a row of `events`, for `found_in`."""
    # SELECT $2: by an array that it knows, PostgreSQL would plan this anew each time, which takes ten times as long.
    return f"""(
        SELECT jsonb_object_agg(people.id, jsonb_build_array(
            memberships.role, co_hosts.id IS NOT NULL, {PERSON_KEPT_OUT}, {relations.sql()}
        )) FROM (SELECT id, email FROM people WHERE id = ANY((SELECT $2::bigint[])::bigint[])) AS people {_THEIR_PART}
    )"""  # noqa: S608 - our own words


# The columns of an event in a row that has others of those names: each with this before its name.
AS_EVENT = "events_"


NAMED = columns(AS_EVENT)


def organises(person: str) -> str:
    """SQL: this person organises the event of a row of `events`, as `access` says it. Two index probes."""
    roles = ", ".join(f"'{role}'" for role in those_who_may(Action.ORGANISE))
    return f"""(EXISTS (
        SELECT FROM memberships
        WHERE memberships.community = events.community AND memberships.person = {person} AND role IN ({roles})
    ) OR EXISTS (
        SELECT FROM co_hosts WHERE co_hosts.event = events.id AND co_hosts.person = {person}
    ))"""  # noqa: S608 - our own words


def hosts_anything(person: str) -> str:
    """SQL: this person is a co-host of some event. One index probe."""
    return f"EXISTS (SELECT FROM co_hosts WHERE co_hosts.person = {person})"


def organised_by(person: str) -> str:
    """SQL: the event of a row of `events` is one that this person organises. Finds all of theirs, by two indexes."""
    roles = ", ".join(f"'{role}'" for role in those_who_may(Action.ORGANISE))
    return f"""(
        events.community = ANY (ARRAY(SELECT community FROM memberships WHERE person = {person} AND role IN ({roles})))
        OR events.id = ANY (ARRAY(SELECT event FROM co_hosts WHERE co_hosts.person = {person}))
    )"""  # noqa: S608 - our own words


# When an event is over, as `Event.over_at` says it.
USUALLY = f"interval '{USUAL_LENGTH.total_seconds():.0f} seconds'"
OVER = f"coalesce(events.ends_at, events.starts_at + {USUALLY})"


# What the gatherings of a series have in common is no gathering.
NO_PATTERN = "(events.series IS NULL OR events.series_date IS NOT NULL)"


def is_ahead(now: datetime) -> WhereRaw:
    """That an event is not over, for what Piccolo asks of events."""
    return WhereRaw(f"{OVER} > {{}}", now)


# No event is longer, so what began before `now - LONGEST` is over: a list need not walk through all that was.
LONGEST = timedelta(days=31)


class EventRole(NamedTuple):
    """What whoever asks is to an event: their role in its community, whether they are its co-host, their relation.

    `kept_out`: of the event, or of its community. Nothing else that they are counts then, unless they organise it.
    """

    role: str | None
    hosts: bool
    kept_out: bool = False
    relation: Relation = Relation.STRANGER

    @property
    def organises_community(self) -> bool:
        """Whether they organise its community."""
        return may(self.role, Action.ORGANISE)

    def may_keep_out(self, other: "EventRole") -> bool:
        """Whether they may keep out of the event who is this to it: a co-host nobody who hosts it, an organiser
        nobody who organises the community."""
        if other.organises_community:
            return False
        return self.organises_community or (self.hosts and not other.hosts)


NO_EVENT_ROLE = EventRole(None, False)


class Found(NamedTuple):
    """An event, and what whoever asks is to it."""

    event: Event
    part: EventRole


async def found(public_id: str, person: Person | None) -> Found | None:
    """An event by its public id, whoever may see it. Pages come here by way of `access`.

    One query, shared with whoever asks for the same event at the same moment.
    """
    return await _finding.ask(public_id, person.id if person else None)


async def _find(public_id: str, take: Take[int | None]) -> list[Found | None]:
    people = take()
    known = list({person for person in people if person is not None})
    statement = f"SELECT {COLUMNS}, {parts_of_people()} AS parts FROM events {PARTS} WHERE public_id = $1"  # noqa: S608
    row = await db.row(statement, public_id, known, clock.now(), mailbox_key())
    return [*found_in(row, people)] if row else [None] * len(people)


_finding: Batching[str, int | None, Found | None] = Batching(_find)


async def event_by_id(event: int) -> Event | None:
    """An event by its number, whoever may see it: for letters and due work. One query."""
    row = await db.row(f"{EVENTS} WHERE events.id = $1", event)
    return event_from(row) if row else None


async def events_by_id(events: Sequence[int]) -> dict[int, Event]:
    """The same for several. One query."""
    rows = await db.rows(f"{EVENTS} WHERE events.id = ANY($1)", list(events))
    return {row["id"]: event_from(row) for row in rows}


async def locked(event: int) -> Event | None:
    """An event that nobody else changes until the open transaction ends. Two queries."""
    # Read after the lock, not by it: of joined rows, a statement that has waited for a lock sees what was before.
    await lock(Event, event)
    return await event_by_id(event)


async def not_over(now: datetime, *, after: int, limit: int) -> list[Event]:
    """Events of all kinds that are not over, in the order of their ids from `after` on. One query."""
    rows = await db.rows(
        f"{EVENTS} WHERE {OVER} > $1 AND events.id > $2 ORDER BY events.id LIMIT $3", now, after, limit
    )
    return [event_from(row) for row in rows]


async def rules_followed() -> str:
    """The newest tz database whose rules were followed; empty before the first. One query."""
    return str(await value_of(TimeZoneRules.select(Max(TimeZoneRules.version))) or "")


async def series_of(event: Event) -> str | None:
    """The public id of the series of which an event is one. No query for one that is alone, else one."""
    if event.series is None:
        return None
    found: str = await value_of(Series.select(Series.public_id).where(Series.id == event.series))
    return found


async def event_of_change(change: int) -> int | None:
    """Which event a change is about. One query."""
    event: int | None = await value_of(Change.select(Change.event).where(Change.id == change))
    return event


async def sides_of_change(change: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an event was and what people were told it became, by column. Raises NotFound before it is told."""
    for row in await _sides_of_change(change):
        return row["before"], row["after"]
    raise NotFound


@prepared
def _sides_of_change(change: int) -> Query:
    return Change.select(Change.before, Change.after).where(
        (Change.id == change) & Change.after.is_not_null()
    )


class ChangeSides(NamedTuple):
    """A change that people were told of: of which event, what it was, and what it became, by column."""

    event: int
    before: dict[str, Any]
    after: dict[str, Any]


async def sides_of_changes(changes: Sequence[int]) -> list[ChangeSides]:
    """The same of many changes, without those that were not told. One query."""
    sides = "SELECT event, before, after FROM event_changes WHERE id = ANY($1) AND after IS NOT NULL"
    return await rows_as(ChangeSides, db.rows(sides, list(changes)))


async def parts_in(person: Person, events: Sequence[int]) -> dict[int, EventRole]:
    """What somebody is to each of these events, by number. One query."""
    rows = await db.rows(
        f"""
        SELECT events.id, memberships.role, co_hosts.id IS NOT NULL AS hosts, {PERSON_KEPT_OUT} AS kept_out,
            {relations.sql()} AS facts
        FROM events {PART_OF_PERSON} WHERE events.id = ANY($1)
        """,  # noqa: S608
        list(events),
        person.id,
        clock.now(),
        mailbox_key(),
    )
    return {row["id"]: part_from(row) for row in rows}


def part_from(row: asyncpg.Record) -> EventRole:
    """What somebody is to an event, from a row with `role`, `hosts`, `kept_out` and `facts`."""
    return _part(row["role"], row["hosts"], row["kept_out"], row["facts"])


def found_in(row: asyncpg.Record, people: Sequence[int | None]) -> list[Found]:
    """An event, for each of these people with what they are to it, from a row of its columns and `parts`."""
    event = event_from(row)
    parts = {int(person): _part(*part) for person, part in (row["parts"] or {}).items()}
    # An event for each: what is found out about a reader is kept with theirs.
    return [
        Found(copy(event), parts.get(person, NO_EVENT_ROLE) if person else NO_EVENT_ROLE) for person in people
    ]


def _part(role: str | None, hosts: bool, kept_out: bool, facts: Sequence[Any]) -> EventRole:
    return EventRole(role, hosts, kept_out, relations.relation_from(facts))


def scope_of(event: Event) -> Scope:
    """One gathering, as what somebody is kept out of."""
    return Scope("kept_out_of_events", "event", event.id)


async def is_kept_out(event: Event, person: Person) -> bool:
    """Whether somebody is kept out of an event, or of its community. One query."""
    return (await parts_in(person, [event.id]))[event.id].kept_out


async def pictures_without_letter_size(now: datetime) -> list[tuple[int, int, int]]:
    """The pictures of events to come that have no size for letters, though they are ready, each with the point of it
    that stays in view. One query."""
    picture = Event.picture
    lacking = picture.letter.is_null() & picture.ready_at.is_not_null()
    rows = await Event.select(picture, Event.picture_x, Event.picture_y).where(
        lacking & (Event.starts_at > now)
    )
    return [(row["picture"], row["picture_x"], row["picture_y"]) for row in rows]


def picture_address(public_id: str | None, ready_at: datetime | None, size: str = "small") -> str:
    """The address of a picture that is ready; empty otherwise."""
    return pictures.address(public_id, size) if public_id and ready_at else ""


def event_from(row: asyncpg.Record, *, prefix: str = "") -> Event:
    """An Event with its policy and its pools, from a row that carries at least `columns(prefix)`."""
    event = loaded(Event, row, prefix=prefix)
    event.policy = loaded(AnswerPolicy, row, prefix=f"{prefix}policy_")
    sides = ["room", "call"] if row[f"{prefix}call_id"] else ["room"]
    event.pools = tuple(loaded(SeatPool, row, prefix=f"{prefix}{side}_") for side in sides)
    return event
