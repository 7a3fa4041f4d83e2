"""The rows that an answer leaves behind, without anything being decided: for what Kith is compared with."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from server import db, tokens

BATCH = 16

# The tables as Kith has them, with their indexes, and without what holds answers to the rules.
_TABLES = ("rsvps", "rsvp_names", "rsvp_changes", "sent_forms", "due_work")


async def make_tables() -> None:
    """The same tables once more, under other names."""
    for table in _TABLES:
        await db.run(f"CREATE TABLE IF NOT EXISTS bench_{table} (LIKE {table} INCLUDING ALL)")


async def insert_batch(connection: Any, people: Sequence[int]) -> None:
    """An answer, its name in the list, its step in the history, its form's key and its letter for each.

    One transaction.
    """
    now = datetime.now(UTC)
    event = abs(hash((now, people[0]))) % 2**40
    async with connection.transaction():
        answers = await connection.fetch(
            """
            INSERT INTO bench_rsvps
                (public_id, event, person, status, wanted, confirmed_at, link, answered_at, created_at)
            SELECT public_id, $1, person, 'going', 'going', $2, 0, $2, $2
            FROM unnest($3::text[], $4::bigint[]) AS new (public_id, person) RETURNING id
            """,
            event,
            now,
            [tokens.public_id() for _ in people],
            list(people),
        )
        ids = [row["id"] for row in answers]
        await connection.execute(
            """
            INSERT INTO bench_rsvp_names (rsvp, event, name)
            SELECT rsvp, $1, name FROM unnest($2::bigint[], $3::text[]) AS new (rsvp, name)
            """,
            event,
            ids,
            [f"somebody {person}" for person in people],
        )
        await connection.execute(
            """
            INSERT INTO bench_rsvp_changes (rsvp, by, at, from_status, to_status, from_guests, to_guests)
            SELECT rsvp, by, $1, NULL, 'going', 0, 0 FROM unnest($2::bigint[], $3::bigint[]) AS step (rsvp, by)
            """,
            now,
            ids,
            list(people),
        )
        await connection.execute(
            """
            INSERT INTO bench_sent_forms (rsvp, key, at)
            SELECT rsvp, key, $1 FROM unnest($2::bigint[], $3::text[]) AS form (rsvp, key)
            """,
            now,
            ids,
            [tokens.public_id() for _ in people],
        )
        await connection.execute(
            """
            INSERT INTO bench_due_work (kind, args, run_at, request_id, created_at)
            SELECT 'rsvps.confirmation', jsonb_build_array(rsvp), $1, '', $1
            FROM unnest($2::bigint[]) AS letter (rsvp)
            """,
            now,
            ids,
        )
