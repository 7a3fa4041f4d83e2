"""What is written of news in raw SQL: many rows at once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from server import db


async def note(community: int, events: Sequence[int], due_at: datetime) -> None:
    """Have all who hear of each gathering told of these, with whatever they are to be told of that community already.

    One statement. 0.4 s for 20,000.
    """
    await db.run(
        """
        INSERT INTO news_due (community, person, events, due_at)
        SELECT community, person, $2::bigint[], $3 FROM follows WHERE community = $1 AND hears = 'each' ORDER BY person
        ON CONFLICT (community, person) DO UPDATE SET events = news_due.events || excluded.events
        """,
        community,
        list(events),
        due_at,
    )


async def told(ids: Collection[int]) -> None:
    """These are being told."""
    await db.run("DELETE FROM news_due WHERE id = ANY($1)", list(ids))


async def put_off(moments: Mapping[int, datetime]) -> None:
    """Have these told later."""
    await db.run(
        """
        UPDATE news_due SET due_at = later.due_at
        FROM unnest($1::bigint[], $2::timestamptz[]) AS later (id, due_at) WHERE news_due.id = later.id
        """,
        [*moments],
        [*moments.values()],
    )


async def set_turns(due: Mapping[int, datetime], told: Mapping[int, date], now: datetime) -> None:
    """When each of these people is told next; of those who are told now, their letter of which week."""
    await db.run(
        """
        UPDATE weekly_turns SET due_at = next.due_at, week = coalesce(next.week, weekly_turns.week),
            told_at = CASE WHEN next.week IS NULL THEN weekly_turns.told_at ELSE $4 END
        FROM unnest($1::bigint[], $2::timestamptz[], $3::date[]) AS next (person, due_at, week)
        WHERE weekly_turns.person = next.person
        """,
        [*due],
        [*due.values()],
        [told.get(person) for person in due],
        now,
    )


async def bring_forward(person: int, moment: datetime) -> None:
    """Have somebody told at that moment whatever they are to be told later; it may be put off anew."""
    for table in ("news_due", "weekly_turns"):
        await db.run(
            f"UPDATE {table} SET due_at = $2 WHERE person = $1 AND due_at > $2",  # noqa: S608 - names of ours
            person,
            moment,
        )
