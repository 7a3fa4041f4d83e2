"""What asks write in raw SQL: several at once, and what is decided in one statement."""

from collections.abc import Mapping
from datetime import datetime

from members.tables import Person
from server import db, tokens


async def keep(follow_up: int, person: int, *, to: int, wanted: Mapping[str, str], now: datetime) -> None:
    """Ask for these (kind: words). Those asked for already get these words and this reader; what is done is to be done
    again if its words are others."""
    await db.run(
        """
        INSERT INTO asks (public_id, follow_up, person, "to", kind, words, asked_at)
        SELECT public_id, $2, $3, $4, kind, words, $7
        FROM unnest($1::text[], $5::text[], $6::text[]) AS wanted (public_id, kind, words)
        ON CONFLICT (follow_up, person, kind) DO UPDATE SET words = excluded.words, "to" = excluded."to",
            done_at = CASE WHEN asks.words = excluded.words THEN asks.done_at END,
            done_by = CASE WHEN asks.words = excluded.words THEN asks.done_by END
        """,
        [tokens.public_id() for _ in wanted],
        follow_up,
        person,
        to,
        [*wanted],
        [*wanted.values()],
        now,
    )


async def take_over(person: Person, guest: Person) -> None:
    """A guest turns out to be somebody with an account: what they asked for is theirs, unless both did."""
    await db.run(
        """
        UPDATE asks SET person = $1 WHERE person = $2 AND "to" <> $1 AND NOT EXISTS (
            SELECT FROM asks AS own
            WHERE own.person = $1 AND own.follow_up = asks.follow_up AND own.kind = asks.kind
        )
        """,
        person.id,
        guest.id,
    )
