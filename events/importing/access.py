"""Who may see and touch a calendar that was brought along: the organisers of its community, nobody else."""

from events.importing import queries
from events.tables import CalendarSource
from members.access import organised_community
from members.tables import Community, Person
from server.errors import NotFound


async def organised_source(
    person: Person | None, slug: str, public_id: str
) -> tuple[Community, CalendarSource]:
    """A calendar of a community that somebody organises. Raises NotFound, Forbidden, SignInNeeded."""
    community = await organised_community(person, slug)
    source = await queries.source(community, public_id)
    if source is None:
        raise NotFound
    return community, source
