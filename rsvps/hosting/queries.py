"""Whom hosts ask, whom they may ask, and what they have written. Reads only."""

from collections.abc import Sequence

import asyncpg

from events.queries import kept_out_of_event
from members.queries import hidden, mailbox_key, person_from
from members.tables import Person
from rsvps.rows import rsvp_from
from rsvps.tables import Rsvp
from server import clock, db


async def requested(event: int) -> list[Rsvp]:
    """Who asks to come and waits for a host to say yes, in the order in which they asked. One query."""
    rows = await db.rows(
        "SELECT * FROM rsvps WHERE event = $1 AND status = 'requested' ORDER BY answered_at, id", event
    )
    return [rsvp_from(row) for row in rows]


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
