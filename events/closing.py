"""What speaks against closing a community for good."""

from members.tables import Community
from server import clock, db


async def gatherings_to_come(community: Community) -> str | None:
    """People count on what is published and not over: it is cancelled first, so that they are told. One query."""
    waiting = await db.value(
        """
        SELECT true FROM events WHERE community = $1 AND status = 'published'
            AND coalesce(ends_at, starts_at + interval '3 hours') > $2 LIMIT 1
        """,
        community.id,
        clock.now(),
    )
    return "Gatherings are still to come. Cancel them first, so that people are told." if waiting else None
