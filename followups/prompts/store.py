"""What prompts write in raw SQL: many rows at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from followups.prompts.choosing import Candidate
from members.tables import Person
from server import db, tokens
from server.rows import values_of


async def write_down(chosen: Sequence[tuple[Candidate, str]], now: datetime) -> list[int]:
    """What people are told, with the week of each. Whoever has been told something that week is told no more.

    Returns the ids of what is new.
    """
    written = db.rows(
        """
        INSERT INTO prompts (public_id, person, connection, event, kind, week, chosen_at)
        SELECT public_id, person, connection, event, kind, week, $7
        FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[])
            AS chosen (public_id, person, connection, event, kind, week)
        ON CONFLICT (person, week) DO NOTHING RETURNING id
        """,
        [tokens.public_id() for _ in chosen],
        [each.person for each, _ in chosen],
        [each.connection for each, _ in chosen],
        [each.event for each, _ in chosen],
        [each.kind for each, _ in chosen],
        [week for _, week in chosen],
        now,
    )
    return await values_of(written)


async def set_turns(turns: Mapping[int, datetime]) -> None:
    """When it is these people's turn next."""
    await db.run(
        """
        UPDATE prompt_turns SET due_at = next.due_at
        FROM unnest($1::bigint[], $2::timestamptz[]) AS next (person, due_at) WHERE prompt_turns.person = next.person
        """,
        [*turns],
        [*turns.values()],
    )


async def take_over(person: Person, guest: Person) -> None:
    """What a guest was told, and said about it, is the person's now, except where both have it."""
    await db.run(
        """
        UPDATE prompts SET person = $1 WHERE person = $2
            AND week NOT IN (SELECT week FROM prompts AS own WHERE own.person = $1)
        """,
        person.id,
        guest.id,
    )
    await db.run(
        """
        UPDATE prompt_wishes SET person = $1 WHERE person = $2
            AND NOT EXISTS (SELECT FROM prompt_wishes AS own WHERE own.person = $1)
        """,
        person.id,
        guest.id,
    )
