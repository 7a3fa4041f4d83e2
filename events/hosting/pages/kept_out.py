"""People whom a gathering keeps out, as `members.communities.pages.kept_out` has it. For its hosts."""

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events import access, queries
from events.hosting import keeping_out
from events.tables import Event
from members import queries as members
from members.communities.pages import kept_out
from members.communities.pages.kept_out import Place
from server import forms
from server.languages.messages import _
from server.pages import url


async def index(request: Request) -> Response:
    """All of them, and the form."""
    return await kept_out.show(request, await _gathering(request), forms.blank())


async def add(request: Request) -> Response:
    """Keep out the person with an address."""
    return await kept_out.keep_out(request, await _gathering(request))


async def lift(request: Request) -> Response:
    """Let them come again."""
    return await kept_out.let_in(request, await _gathering(request))


async def _gathering(request: Request) -> Place:
    event = await access.organised_event(request.user, request.path_params["event"])
    return Place(
        scope=queries.scope_of(event),
        zone=event.zone,
        address=url("events:kept-out", event=event.public_id),
        template="events/kept_out.html",
        keep_out=partial(keeping_out.keep_out, event),
        lift=partial(keeping_out.lift, event),
        kept_out=_("%(email)s is kept out of this gathering."),
        lifted=_("They can answer again. Nothing that they had before comes back by itself."),
        context=partial(_context, request, event),
    )


async def _context(request: Request, event: Event) -> dict[str, Any]:
    view = await access.view(request.user, event)
    community = await members.community_by_id(event.community) if view.organises_community else None
    return {"event": event, "community": community}
