"""What the pages of a gathering's organisers share: which gathering it is, and the form by which they choose people."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events import access
from events.tables import Event
from members.access import signed_in
from rsvps import queries
from rsvps.access import knows_the_members
from server.forms import Form
from server.pages import render


async def event_of(request: Request) -> Event:
    """The gathering in the address, for who organises it. Raises NotFound, Forbidden, SignInNeeded."""
    return await access.organised_event(request.user, request.path_params["event"])


async def choose_people(request: Request, template: str, event: Event, form: Form[Any]) -> Response:
    """The form with the members that can be chosen, where the reader may know them; empty, or to be mended."""
    me = signed_in(request.user)
    return render(
        request,
        template,
        status=form.status,
        event=event,
        form=form,
        members=await queries.members_to_invite(event, me.id) if await knows_the_members(me, event) else [],
    )
