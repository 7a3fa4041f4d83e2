"""What hosts' side of the morning after writes in raw SQL: claims, and what is decided in one statement."""

from datetime import datetime

from members.queries import not_blocked
from members.roles import Action, those_who_may
from server import db
from server.rows import values_of


async def claim_to_tell(now: datetime, zones: list[str], *, most: int) -> list[int]:
    """The follow-ups in these zones whose hosts are to be told now; each is claimed once."""
    claimed = db.rows(
        """
        UPDATE follow_ups SET tells_at = NULL FROM (
            SELECT follow_ups.id FROM follow_ups JOIN events ON events.id = follow_ups.event
            WHERE tells_at <= $1 AND events.zone = ANY($2::text[])
            ORDER BY tells_at, follow_ups.id LIMIT $3 FOR UPDATE OF follow_ups SKIP LOCKED
        ) AS due WHERE due.id = follow_ups.id RETURNING follow_ups.id
        """,
        now,
        zones,
        most,
    )
    return await values_of(claimed)


async def pass_on(person: int) -> None:
    """Give what people asked of somebody (by id) to who else organises, owners first. Where nobody does, it stays."""
    await db.run(
        f"""
        UPDATE asks SET "to" = next.person FROM (
            SELECT asks.id, (
                SELECT other.person FROM memberships AS other
                WHERE other.community = events.community AND other.role = ANY($2)
                    AND other.person NOT IN ($1, asks.person) AND {not_blocked("other.person", "asks.person")}
                ORDER BY other.role = 'owner' DESC, other.joined_at, other.id LIMIT 1
            ) AS person
            FROM asks JOIN follow_ups ON follow_ups.id = asks.follow_up JOIN events ON events.id = follow_ups.event
            WHERE asks."to" = $1
        ) AS next WHERE next.id = asks.id AND next.person IS NOT NULL
        """,  # noqa: S608 - our own words
        person,
        those_who_may(Action.ORGANISE),
    )
