"""What the events do by the clock."""

from events import queries
from events.hosting import keeping_out
from events.publishing import new_rules
from events.tables import CoHostInvitation
from server import clock, jobs, pictures


async def forget_old_invitations() -> None:
    """Delete invitations to host that nobody took up in time."""
    await CoHostInvitation.delete().where(CoHostInvitation.expires_at < clock.now())


async def forget_who_was_kept_out() -> None:
    """Delete keepings-out of gatherings that ended long ago."""
    await keeping_out.forget_ended()


async def follow_new_rules() -> None:
    """After an update of the tz database: keep local times as they are, and move the moments."""
    await new_rules.follow_if_newer()


async def have_pictures_for_letters() -> None:
    """Have the size for letters made of pictures that came before there was one, while they are of use."""
    lacking = await queries.pictures_without_letter_size(clock.now())
    await jobs.later_for_each(pictures.make_letter_size, [[picture] for picture in lacking])
