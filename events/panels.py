"""What the events put on other packages' pages: a community's gatherings on its page."""

from markupsafe import Markup
from starlette.requests import Request

from events import contributions, queries
from events.contributions import Standing
from members.queries import organises
from members.tables import Community, Person
from server import clock
from server.pages import fragment


async def gatherings(request: Request, community: Community) -> Markup | None:
    """What a community has before it and behind it, as whoever asks may see it. Four queries at most."""
    part_of = await _part_of(request.user)
    listed = await queries.of_community(community.id, request.user, part_of=part_of, now=clock.now())
    return fragment(
        request,
        "events/of_community.html",
        community=community,
        coming=listed.coming,
        past=listed.past,
        organises=await organises(request.user, community.id),
    )


async def _part_of(person: Person | None) -> list[int]:
    if person is None:
        return []
    found = [await source(person, None) for source in contributions.standings]
    return [event for known in found for event, standing in known.items() if standing >= Standing.INVITED]
