"""What organisers do with an event apart from writing it: publish it, call it off, copy it, delete a draft."""

from starlette.requests import Request
from starlette.responses import Response

from events import access
from events.publishing import publishing
from events.publishing.forms import CancellationFields, PublicationFields
from events.showing import queries
from events.tables import Event
from server.errors import NotAllowed
from server.forms import Form, blank, read
from server.languages.messages import Text, _, ngettext
from server.pages import redirect, render


async def event_of(request: Request) -> Event:
    """The event in a request's address, for its organisers. Raises NotFound, Forbidden, SignInNeeded."""
    return await access.organised_event(request.user, request.path_params["event"])


async def publish(request: Request) -> Response:
    """Show it to those it is for. What is over already asks first."""
    event = await event_of(request)
    form = await read(request, PublicationFields)
    try:
        await publishing.publish(event, though_over=bool(form.data and form.data.though_over))
    except publishing.IsOver as refusal:
        return render(request, "events/over.html", status=422, event=event, sentence=refusal.sentence)
    return redirect("events:event", event=event.public_id, notice=_("It is published. Now tell people."))


async def ask_why(request: Request) -> Response:
    """Call it off? The page says what that means, and asks why."""
    return await _asking(request, await event_of(request), blank())


async def cancel(request: Request) -> Response:
    """Call it off."""
    event = await event_of(request)
    form = await read(request, CancellationFields)
    told = await publishing.how_many_are_concerned(event)
    if form.data:
        try:
            off = await publishing.cancel(event, reason=form.data.reason)
            return redirect("events:event", event=event.public_id, notice=_called_off(told if off else 0))
        except NotAllowed as refusal:
            form.refuse(refusal)
    return await _asking(request, event, form)


async def _asking(request: Request, event: Event, form: Form[CancellationFields]) -> Response:
    told = await publishing.how_many_are_concerned(event)
    return render(request, "events/cancellation.html", event=event, form=form, told=told, status=form.status)


def _called_off(told: int) -> Text:
    if not told:
        return _("It is cancelled. Nobody was coming, so no letter goes out.")
    return ngettext(
        "It is cancelled. %(num)s person gets a letter that says why.",
        "It is cancelled. %(num)s people get a letter that says why.",
        told,
    )


async def copy(request: Request) -> Response:
    """Begin a new event from this one: the form asks for its date before anything is written."""
    event = await access.event_of_own_community(request.user, request.path_params["event"])
    context = await queries.event_context(event, request.user)
    return redirect("events:new", community=context.slug, query={"like": event.public_id})


async def remove(request: Request) -> Response:
    """Delete a draft."""
    event = await event_of(request)
    context = await queries.event_context(event, request.user)
    await publishing.remove(event)
    return redirect("members:community", community=context.slug, notice=_("The draft is deleted."))
