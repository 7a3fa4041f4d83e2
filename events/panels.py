"""What the events put on other packages' pages: a community's gatherings on its page."""

from datetime import datetime

from markupsafe import Markup
from starlette.requests import Request

from events import contributions, queries
from events.contributions import AgendaItem, Standing
from members.queries import organises
from members.tables import Community, Person
from server import clock
from server.pages import fragment, url


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


async def hosted(person: Person, now: datetime) -> list[AgendaItem]:
    """What somebody hosts and is not over: a draft stands nowhere else. One query."""
    return [
        AgendaItem(
            event=event,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            title=event.title,
            note="Draft"
            if event.status == "draft"
            else "Cancelled"
            if event.status == "cancelled"
            else "You host it",
            href=url("events:event", event=event.public_id),
            kind="" if event.status != "published" else "accent",
        )
        for event in await queries.hosted_by(person, now=now)
    ]


async def _part_of(person: Person | None) -> list[int]:
    if person is None:
        return []
    found = [await source(person, None) for source in contributions.standings]
    return [event for known in found for event, standing in known.items() if Standing.INVITED in standing]
