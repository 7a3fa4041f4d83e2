"""Taking a shift without an account: by name and letter like an answer, which it brings along."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events.access import visible_event
from events.tables import Event
from members.access import KeptOut
from rsvps.attending import browsers, by_letter, panels
from rsvps.attending.browsers import Typed
from rsvps.attending.forms import StrangerFields
from rsvps.attending.pages import filling_in, in_this_browser
from rsvps.questions import sheet
from server import clock, forms
from server.errors import NotFound, Refusal
from server.forms import Form
from server.pages import redirect, redirect_to, render, url
from volunteers import queries, shifts
from volunteers.queries import Shift


async def ask(request: Request) -> Response:
    """Name and address, for whoever can do it. Who is known takes it by one press, where all that is needed stands."""
    event, shift = await _shift(request)
    if request.user or await in_this_browser.token(request, event.public_id):
        return redirect("volunteers:volunteers", event=event.public_id)
    kept = browsers.kept(request, event.public_id)
    typed = kept.values if isinstance(kept, Typed) and kept.wrong else {}
    return await _page(request, event, shift, forms.blank(**typed))


async def take(request: Request) -> Response:
    """Have it confirmed by letter, and with it that they are going."""
    event, shift = await _shift(request)
    form, words = await filling_in.read(request, StrangerFields, event, None)
    if not form.data:
        return await _page(request, event, shift, form)
    try:
        if not (status := shift.status(clock.now())).open:
            raise shifts.CannotSignUp(status.reason)
        asked = await by_letter.ask(
            event,
            name=form.data.name,
            email=form.data.email,
            answer="going",
            guests=0,
            origin=request.client.host if request.client else "nowhere",
            along=shift.public_id,
            **words,
        )
    except KeptOut:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return await _page(request, event, shift, form, refusal.status)
    typed = Typed(asked, forms.typed_values(form), str(shift.in_words), request.url.path)
    response = redirect_to(f"{url('events:event', event=event.public_id)}#{panels.ANCHOR}")
    return browsers.remember_typed(response, event, typed)


async def _shift(request: Request) -> tuple[Event, Shift]:
    event = await visible_event(request.user, request.path_params["event"])
    found = await queries.role_by_public_id(request.path_params["shift"])
    shift = await queries.shift(found[0].id, request.user, event) if found else None
    if found is None or shift is None or found[0].event != event.id:
        raise NotFound
    return event, shift


async def _page(request: Request, event: Event, shift: Shift, form: Form[Any], status: int = 0) -> Response:
    now = clock.now()
    return render(
        request,
        "volunteers/taking.html",
        status=status or form.status,
        event=event,
        shift=shift.row(now),
        closed="" if shift.status(now).open else shift.status(now).reason,
        asked=await sheet.of(event),
        form=form,
    )
