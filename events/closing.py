"""What speaks against closing a community for good."""

from events.queries import is_ahead
from events.tables import Event
from members.tables import Community
from server import clock
from server.languages.messages import Text, _


async def gatherings_to_come(community: Community) -> Text | None:
    """People count on what is published and not over: it is cancelled first, so that they are told. One query."""
    published = (Event.community == community.id) & (Event.status == "published")
    waiting = await Event.exists().where(published & is_ahead(clock.now()))
    return _("Gatherings are still to come. Cancel them first, so that people are told.") if waiting else None
