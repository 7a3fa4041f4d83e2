"""Until when something can be said about an event. Whoever keeps what is said asks it first."""

from datetime import datetime

from followups.tables import FollowUp
from server.errors import LinkExpired
from server.languages.messages import _
from server.rows import value_of

CLOSED = _("This page has closed. What you said is kept as you left it.")


async def still_open(follow_up: int, now: datetime) -> None:
    """Hold a follow-up (by id) open until the end of the transaction. Raises LinkExpired once it has closed."""
    own = FollowUp.select(FollowUp.closes_at).where(FollowUp.id == follow_up).lock_rows("SHARE")
    closes_at = await value_of(own)
    if closes_at is None or closes_at <= now:
        raise LinkExpired(CLOSED)
