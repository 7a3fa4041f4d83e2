"""What the events do by the clock."""

from events.hosting import keeping_out
from events.publishing import new_rules
from events.tables import CoHostInvitation
from server import clock


async def forget_old_invitations() -> None:
    """Delete invitations to host that nobody took up in time."""
    await CoHostInvitation.delete().where(CoHostInvitation.expires_at < clock.now())


async def forget_who_was_kept_out() -> None:
    """Delete keepings-out of gatherings that ended long ago."""
    await keeping_out.forget_ended()


async def follow_new_rules() -> None:
    """After an update of the tz database: keep local times as they are, and move the moments."""
    await new_rules.follow_if_newer()
