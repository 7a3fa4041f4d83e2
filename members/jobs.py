"""What the members' package does by the clock."""

from datetime import timedelta

from members import keeping_out
from server import clock, db

KEPT = timedelta(days=1)  # After their end: links are counted for a day.


async def forget_old_links() -> None:
    """Delete sign-in links and sessions that have had their time."""
    now = clock.now()
    await db.run("DELETE FROM sign_in_links WHERE expires_at < $1", now - KEPT)
    await db.run("DELETE FROM sessions WHERE expires_at < $1", now)


async def forget_who_was_kept_out() -> None:
    """Delete keepings-out of communities that ended long ago."""
    await keeping_out.forget_ended()
