"""Two who both wished it: connected in the daily batch, told in the same transaction, ended without a word.

A block hides a connection from both for as long as it lasts, and keeps a new one from being made; like everything
about a block, it is asked when something is shown (`queries`), so that it holds at once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg

from followups import mail
from followups.days import reveal_after
from members.queries import not_blocked
from members.tables import Person
from server import clock, db, tokens
from server.db import transaction
from server.errors import NotFound
from server.jobs import later_for_each

FOLLOW_UPS_AT_ONCE = 200
UNDO_WITHIN = timedelta(minutes=30)


async def reveal_due(now: datetime | None = None) -> int:
    """Hold every daily batch that is due. Returns how many connections it made.

    A batch counts the wishes made before its own 18:00, however late it is held; what a batch finds is committed
    together with the letters that tell of it. 20,000 marks take about a second.
    """
    now = now or clock.now()
    made = 0
    while (found := await _hold_some(now)) is not None:
        made += found
    return made


async def end(person: Person, public_id: str) -> None:
    """End a connection, for both, silently. Raises NotFound.

    All wishes between the two go with it: they are connected again only if both wish it anew.
    """
    async with transaction():
        ended = await db.row(
            """
            UPDATE connections SET ended_at = $3, ended_by = $2
            WHERE public_id = $1 AND $2 IN (low, high) AND ended_at IS NULL RETURNING low, high
            """,
            public_id,
            person.id,
            clock.now(),
        )
        if ended is None:
            raise NotFound
        await _forget_wishes(ended["low"], ended["high"])


async def undo_end(person: Person, public_id: str) -> None:
    """Take an ending back, for half an hour and only by who made it. Raises NotFound."""
    async with transaction():
        undone = await db.row(
            """
            UPDATE connections AS ended SET ended_at = NULL, ended_by = NULL
            WHERE public_id = $1 AND ended_by = $2 AND ended_at > $3 AND NOT EXISTS (
                SELECT FROM connections AS newer
                WHERE newer.low = ended.low AND newer.high = ended.high AND newer.ended_at IS NULL
            ) RETURNING id
            """,
            public_id,
            person.id,
            clock.now() - UNDO_WITHIN,
        )
    if undone is None:
        raise NotFound


async def _forget_wishes(low: int, high: int) -> None:
    await db.run(
        """
        UPDATE met_marks SET wished_at = NULL
        WHERE wished_at IS NOT NULL AND (by, about) IN (($1::bigint, $2::bigint), ($2::bigint, $1::bigint))
        """,
        low,
        high,
    )


# The daily batch


async def _hold_some(now: datetime) -> int | None:
    async with transaction():
        due = await _due(now)
        if not due:
            return None
        pairs = await _both_wished(due)
        made = await _connect(pairs, now)
        await later_for_each(
            mail.connected, [[row["id"], who] for row in made for who in (row["low"], row["high"])]
        )
        await _move_on(due)
    return len(made)


async def _due(now: datetime) -> list[asyncpg.Record]:
    # The lock keeps replies from being changed while the batch is held: a wish is in it, or withdrawn in time.
    return await db.rows(
        """
        SELECT follow_ups.id, reveals_at, opened_at, closes_at, zone FROM follow_ups
        JOIN events ON events.id = follow_ups.event
        WHERE reveals_at <= $1 ORDER BY follow_ups.id LIMIT $2 FOR NO KEY UPDATE OF follow_ups
        """,
        now,
        FOLLOW_UPS_AT_ONCE,
    )


async def _both_wished(due: Sequence[asyncpg.Record]) -> list[asyncpg.Record]:
    """Each pair once, with the first gathering from which both wished it, if both can still be found there."""
    return await db.rows(
        f"""
        SELECT DISTINCT ON (mine.by, mine.about) mine.by AS low, mine.about AS high, follow_ups.event
        FROM unnest($1::bigint[], $2::timestamptz[]) AS due (follow_up, batch)
        JOIN follow_ups ON follow_ups.id = due.follow_up
        JOIN met_marks AS mine
            ON mine.follow_up = due.follow_up AND mine.by < mine.about AND mine.wished_at < due.batch
        JOIN met_marks AS theirs ON theirs.follow_up = due.follow_up
            AND theirs.by = mine.about AND theirs.about = mine.by AND theirs.wished_at < due.batch
        JOIN follow_up_replies AS low ON low.follow_up = due.follow_up AND low.person = mine.by
            AND low.findable AND low.not_seen_by IS NULL
        JOIN follow_up_replies AS high ON high.follow_up = due.follow_up AND high.person = mine.about
            AND high.findable AND high.not_seen_by IS NULL
        WHERE {not_blocked("mine.by", "mine.about")}
            AND NOT EXISTS (
                SELECT FROM connections
                WHERE connections.low = mine.by AND connections.high = mine.about AND ended_at IS NULL
            )
        ORDER BY mine.by, mine.about, follow_ups.opened_at, follow_ups.id
        """,  # noqa: S608 - our own words
        [row["id"] for row in due],
        [row["reveals_at"] for row in due],
    )


async def _connect(pairs: Sequence[asyncpg.Record], now: datetime) -> list[asyncpg.Record]:
    if not pairs:
        return []
    return await db.rows(
        """
        INSERT INTO connections (public_id, low, high, event, connected_at)
        SELECT public_id, low, high, event, $5
        FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) AS pair (public_id, low, high, event)
        ON CONFLICT (low, high) WHERE ended_at IS NULL DO NOTHING RETURNING id, low, high
        """,
        [tokens.public_id() for _ in pairs],
        [pair["low"] for pair in pairs],
        [pair["high"] for pair in pairs],
        [pair["event"] for pair in pairs],
        now,
    )


async def _move_on(due: Sequence[asyncpg.Record]) -> None:
    await db.run(
        """
        UPDATE follow_ups SET reveals_at = next.reveals_at
        FROM unnest($1::bigint[], $2::timestamptz[]) AS next (id, reveals_at) WHERE next.id = follow_ups.id
        """,
        [row["id"] for row in due],
        [
            reveal_after(
                row["reveals_at"], opened_at=row["opened_at"], closes_at=row["closes_at"], zone=row["zone"]
            )
            for row in due
        ],
    )
