"""What we ask about what people asked for. Reads only."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from events.tables import Event
from members.names import short
from members.queries import not_blocked
from members.roles import Action, those_who_may
from members.tables import Person
from server import db
from server.languages.messages import Text
from server.rows import loaded

HELP = "help"
INTRODUCTION = "introduction"
HELLO = "hello"
KINDS = (HELP, INTRODUCTION, HELLO)


@dataclass(frozen=True)
class Reads:
    """The human on whose page an ask would be, as others see their name."""

    person: int
    name: Text


async def reader_for(person: Person, event: Event) -> Reads | None:
    """Who would read what this person asks for after this event. One query.

    Whoever made it known, while they organise; else who owns the community, longest first; else who organises it.
    Never themselves, and nobody whom a block hides from them; None when that leaves nobody.
    """
    row = await db.row(
        f"""
        SELECT people.id AS person, people.name, people.called
        FROM memberships JOIN people ON people.id = memberships.person
        WHERE memberships.community = $1 AND memberships.role = ANY($3) AND people.id <> $4
            AND {not_blocked("$4::bigint", "people.id")}
        ORDER BY people.id IS NOT DISTINCT FROM $2::bigint DESC, memberships.role = 'owner' DESC,
            memberships.joined_at, memberships.id
        LIMIT 1
        """,  # noqa: S608 - our own words
        event.community,
        event.created_by,
        those_who_may(Action.ORGANISE),
        person.id,
    )
    return Reads(row["person"], short(row["name"], row["called"])) if row else None


@dataclass(frozen=True)
class OwnAsk:
    """Something that somebody asked for, as they see it themselves. `reader`: who reads it, or "" (a block hides them).

    Whether somebody has seen to it is not for them: a human tells them.
    """

    key: str
    kind: str
    words: str
    event: int
    reader: Text
    asked_at: datetime


# $1: who asked.
_OWN = f"""
    SELECT asks.public_id AS key, asks.kind, asks.words, follow_ups.event, asks.asked_at,
        people.name, people.called
    FROM asks JOIN follow_ups ON follow_ups.id = asks.follow_up
    LEFT JOIN people ON people.id = asks.to AND {not_blocked("$1::bigint", "people.id")}
    WHERE asks.person = $1
"""  # noqa: S608 - our own words


async def of(person: Person, follow_up: int) -> dict[str, OwnAsk]:
    """What somebody asked for after one event (by its follow-up), by kind. Theirs alone. One query."""
    rows = await db.rows(f"{_OWN} AND asks.follow_up = $2", person.id, follow_up)
    return {row["kind"]: _own(row) for row in rows}


async def after(person: Person, events: list[int]) -> list[OwnAsk]:
    """What somebody asked for after these events (by id), the first first. Theirs alone. One query."""
    rows = await db.rows(f"{_OWN} AND follow_ups.event = ANY($2) ORDER BY asks.id", person.id, events)
    return [_own(row) for row in rows]


def _own(row: asyncpg.Record) -> OwnAsk:
    return loaded(OwnAsk, row, reader=short(row["name"], row["called"]) if row["name"] is not None else "")
