"""What the members' package does by the clock."""

from datetime import timedelta

from members import keeping_out
from members.tables import Session, SignInLink
from server import clock

KEPT = timedelta(days=1)  # After their end: links are counted for a day.


async def forget_old_links() -> None:
    """Delete sign-in links and sessions that have had their time."""
    now = clock.now()
    await SignInLink.delete().where(SignInLink.expires_at < now - KEPT)
    await Session.delete().where(Session.expires_at < now)


async def forget_who_was_kept_out() -> None:
    """Delete keepings-out of communities that ended long ago."""
    await keeping_out.forget_ended()
