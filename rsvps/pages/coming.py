"""All who chose to be listed: for who is signed in, and behind the link of who is going."""

from starlette.requests import Request
from starlette.responses import Response

from events import access
from events.tables import Event
from members.access import signed_in
from members.tables import Person
from rsvps import by_letter, listed
from server.errors import NotFound
from server.pages import page_number, render, url


async def on_event(request: Request) -> Response:
    """For a member. Nothing to see is nothing there."""
    event = await access.visible_event(request.user, request.path_params["event"])
    return await _show(
        request,
        event,
        signed_in(request.user),
        here=url("rsvps:coming", event=event.public_id),
        back=url("events:event", event=event.public_id),
    )


async def by_link(request: Request) -> Response:
    """For a guest who is going."""
    token = request.path_params["token"]
    found = await by_letter.found(token)
    if found.rsvp.status != "going":
        raise NotFound
    return await _show(
        request,
        found.event,
        found.person,
        here=url("rsvps:coming-by-link", token=token),
        back=url("rsvps:link", token=token),
    )


async def _show(request: Request, event: Event, reader: Person, *, here: str, back: str) -> Response:
    shown = await listed.seen_by(reader, event, page=page_number(request))
    if not shown.names:
        raise NotFound
    return render(request, "rsvps/coming.html", event=event, listed=shown, here=here, back=back)
