"""The part of the event page where one answers. At most one query; none for who is not signed in."""

from markupsafe import Markup
from starlette.requests import Request

from events.tables import Event
from rsvps import queries, words
from server import clock, forms
from server.forms import Form
from server.pages import fragment, url


async def answer(request: Request, event: Event) -> Markup | None:
    """One's own status, what one may press, and what that does."""
    return await drawn(request, event, forms.blank())


async def drawn(request: Request, event: Event, form: Form) -> Markup | None:  # type: ignore[type-arg]
    """The same with a form that was filled in before."""
    found = await queries.own(event.id, request.user.id) if request.user else None
    rsvp, place = found or (None, None)
    status = words.status(event, rsvp, place, clock.now())
    if status.closed and event.status != "published":
        return None
    return fragment(
        request,
        "rsvps/panel.html",
        event=event,
        status=status,
        form=form,
        action=url("rsvps:answer", event=event.public_id),
        removal=url("rsvps:removal", event=event.public_id),
        mine=rsvp.chairs if rsvp and rsvp.status == "going" else 0,
    )
