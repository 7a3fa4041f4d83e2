"""What the events do by the clock."""

from events.hosting import keeping_out
from events.publishing import new_rules
from server import clock, db


async def forget_old_invitations() -> None:
    """Delete invitations to host that nobody took up in time."""
    await db.run("DELETE FROM co_host_invitations WHERE expires_at < $1", clock.now())


async def forget_who_was_kept_out() -> None:
    """Delete keepings-out of gatherings that ended long ago."""
    await keeping_out.forget_ended()


async def follow_new_rules() -> None:
    """After an update of the tz database: keep wall clocks as they are, and move the moments."""
    await new_rules.follow_if_newer()
