"""What connections write in raw SQL: many at once, and what is decided in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from followups.connections.queries import Pair
from members.tables import Person
from server import db, tokens
from server.rows import rows_as


class Made(NamedTuple):
    """A connection that was made, and between whom."""

    id: int
    low: int
    high: int


async def connect(pairs: Sequence[Pair], now: datetime) -> list[Made]:
    """Connect those who are not connected yet."""
    made = db.rows(
        """
        INSERT INTO connections (public_id, low, high, event, connected_at)
        SELECT public_id, low, high, event, $5
        FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) AS pair (public_id, low, high, event)
        ON CONFLICT (low, high) WHERE ended_at IS NULL DO NOTHING RETURNING id, low, high
        """,
        [tokens.public_id() for _ in pairs],
        [pair.low for pair in pairs],
        [pair.high for pair in pairs],
        [pair.event for pair in pairs],
        now,
    )
    return await rows_as(Made, made)


async def move_on(batches: Mapping[int, datetime | None]) -> None:
    """Say when the next batch of these follow-ups (by id) is due; None when the last one was held."""
    await db.run(
        """
        UPDATE follow_ups SET reveals_at = next.reveals_at
        FROM unnest($1::bigint[], $2::timestamptz[]) AS next (id, reveals_at) WHERE next.id = follow_ups.id
        """,
        [*batches],
        [*batches.values()],
    )


async def undo_end(public_id: str, *, by: int, since: datetime) -> bool:
    """Revive a connection this person ended since then, unless a newer one lives. Returns whether there was one."""
    undone = await db.value(
        """
        UPDATE connections AS ended SET ended_at = NULL, ended_by = NULL
        WHERE public_id = $1 AND ended_by = $2 AND ended_at > $3 AND NOT EXISTS (
            SELECT FROM connections AS newer
            WHERE newer.low = ended.low AND newer.high = ended.high AND newer.ended_at IS NULL
        ) RETURNING true
        """,
        public_id,
        by,
        since,
    )
    return bool(undone)


async def take_over(person: Person, guest: Person) -> None:
    """A guest turns out to be somebody with an account: what they said, marked and agreed to is theirs.

    Where both have the same, the account's own stays, and the guest's goes with the guest.
    """
    for sql in _TAKEN_OVER:
        await db.run(sql, person.id, guest.id)


# $1 is the account, $2 the guest. The card is only for those who have none; nobody connects with themselves.
_TAKEN_OVER = (
    """
    UPDATE follow_up_replies SET person = $1 WHERE person = $2 AND NOT EXISTS (
        SELECT FROM follow_up_replies AS own
        WHERE own.person = $1 AND own.follow_up = follow_up_replies.follow_up
    )
    """,
    """
    UPDATE met_marks SET by = $1 WHERE by = $2 AND about <> $1 AND NOT EXISTS (
        SELECT FROM met_marks AS own
        WHERE own.by = $1 AND own.about = met_marks.about AND own.follow_up = met_marks.follow_up
    )
    """,
    """
    UPDATE met_marks SET about = $1 WHERE about = $2 AND by <> $1 AND NOT EXISTS (
        SELECT FROM met_marks AS own
        WHERE own.about = $1 AND own.by = met_marks.by AND own.follow_up = met_marks.follow_up
    )
    """,
    """
    UPDATE connections SET low = least(other, $1), high = greatest(other, $1)
    FROM (
        SELECT id, CASE WHEN low = $2 THEN high ELSE low END AS other FROM connections WHERE $2 IN (low, high)
    ) AS theirs
    WHERE theirs.id = connections.id AND other <> $1 AND (connections.ended_at IS NOT NULL OR NOT EXISTS (
        SELECT FROM connections AS own
        WHERE own.low = least(other, $1) AND own.high = greatest(other, $1) AND own.ended_at IS NULL
    ))
    """,
    """
    UPDATE keepings SET person = $1 WHERE person = $2 AND NOT EXISTS (
        SELECT FROM keepings AS own WHERE own.person = $1 AND own.connection = keepings.connection
    ) AND EXISTS (SELECT FROM connections WHERE connections.id = keepings.connection AND $1 IN (low, high))
    """,
    """
    UPDATE contact_cards SET person = $1 WHERE person = $2
        AND NOT EXISTS (SELECT FROM contact_cards AS own WHERE own.person = $1)
    """,
)
