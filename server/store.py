"""What the ground asks and writes in raw SQL: letters that wait for the mail server, pictures nobody shows."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from server import db

_WAITS = "dead_at IS NULL AND last_error LIKE 'mail server, %'"  # As the index says it.


async def letters_that_wait() -> list[asyncpg.Record]:
    """How many letters wait for the mail server, since when, and what it said of the first; nothing while none does."""
    return await db.rows(
        f"""
        SELECT count(*) AS letters, min(created_at) AS since,
            (array_agg(last_error ORDER BY created_at, id))[1] AS said
        FROM due_work WHERE {_WAITS} HAVING count(*) > 0
        """  # noqa: S608 - our own words
    )


async def bring_forward(reasons: Sequence[str], *, now: datetime) -> None:
    """Have the letters tried now that wait for one of these reasons (patterns). It does not count as an attempt."""
    await db.run(
        f"""
        UPDATE due_work SET run_at = $1, attempts = greatest(attempts - 1, 0)
        WHERE {_WAITS} AND claimed_by IS NULL AND run_at > $1 AND last_error LIKE ANY($2)
        """,  # noqa: S608 - our own words
        now,
        list(reasons),
    )


async def discard_unused_pictures(*, before: datetime) -> None:
    """Delete the pictures that came before this moment, and that nothing refers to."""
    statement = f"DELETE FROM pictures WHERE created_at < $1 AND {await _unused()}"  # noqa: S608 - our own tables
    async with db.transaction(first=db.BY_INDEX):
        await db.run(statement, before)


async def discard_unused_picture(picture: int) -> None:
    """Delete a picture unless something refers to it."""
    await db.run(f"DELETE FROM pictures WHERE id = $1 AND {await _unused()}", picture)  # noqa: S608


async def copy_picture(picture: int, *, name: str, now: datetime) -> int | None:
    """A picture once more, under another name, which ends apart. None when there is none, or it was refused."""
    number: int | None = await db.value(
        """
        INSERT INTO pictures (public_id, original, small, large, letter, width, height, refused, ready_at, created_at)
        SELECT $2, original, small, large, letter, width, height, refused, ready_at, $3 FROM pictures
        WHERE id = $1 AND refused = '' RETURNING id
        """,
        picture,
        name,
        now,
    )
    return number


async def _unused() -> str:
    """SQL: nothing refers to a picture. The database's own foreign keys say what may."""
    references = await db.rows(
        """
        SELECT conrelid::regclass::text AS relation, quote_ident(attname) AS column FROM pg_constraint
        JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
        WHERE contype = 'f' AND confrelid = 'pictures'::regclass
        """
    )
    unused = [
        f"NOT EXISTS (SELECT FROM {each['relation']} WHERE {each['column']} = pictures.id)"
        for each in references
    ]
    return " AND ".join(unused)
