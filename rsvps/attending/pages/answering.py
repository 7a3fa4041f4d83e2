"""Saying yes, maybe or no on the event's page: members at once, others by a letter to be confirmed."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from events import access
from events.tables import Event
from members.access import KeptOut, signed_in
from rsvps.attending import browsers, by_letter, panels
from rsvps.attending.browsers import Typed
from rsvps.attending.forms import AnswerFields, RemovalFields, StrangerFields
from rsvps.attending.pages import filling_in
from rsvps.seating import seats
from rsvps.status import queries
from rsvps.tables import Rsvp
from server import forms
from server.errors import NotAllowed, Refusal
from server.forms import Form
from server.languages.messages import _
from server.pages import absolute, redirect, redirect_to, render, url, wants_json


async def look(request: Request) -> Response:
    """The answer is on the event's page."""
    event = await _event(request)
    return redirect("events:event", event=event.public_id)


async def answer(request: Request) -> Response:
    """Take an answer, from a member or a stranger."""
    event = await _event(request)
    return await (_by_member if request.user else _by_stranger)(request, event)


async def withdraw(request: Request) -> Response:
    """Take an answer back."""
    me = signed_in(request.user)
    event = await _event(request)
    form = await forms.read(request, RemovalFields)
    rsvp = await seats.withdraw(event, me, by=me, form=form.data.form if form.data else "")
    return await _done(request, event, rsvp, "withdrawn")


async def _by_member(request: Request, event: Event) -> Response:
    me = signed_in(request.user)
    form, words = await filling_in.read(request, AnswerFields, event, me)
    if form.data:
        said = form.data
        try:
            rsvp = await seats.answer(
                event, me, answer=said.answer, guests=said.guests, by=me, form=said.form, **words
            )
            return await _done(request, event, rsvp, said.answer, then=said.then)
        except access.OutOfSight:
            raise  # The form again would show what they may not see.
        except Refusal as refusal:
            return await _again(request, event, form, refusal)
    return await _again(request, event, form)


async def _by_stranger(request: Request, event: Event) -> Response:
    form, words = await filling_in.read(request, StrangerFields, event, None)
    if not form.data:
        return await _again(request, event, form)
    email = form.data.email
    said, origin = form.data, request.client.host if request.client else "nowhere"
    try:
        asked = await by_letter.ask(
            event,
            name=said.name,
            email=email,
            answer=said.answer,
            guests=said.guests,
            origin=origin,
            **words,
        )
    except Refusal as refusal:
        return await _again(request, event, form, refusal)
    if wants_json(request):
        return JSONResponse({"event": event.public_id, "answer": "unconfirmed", "email": email}, 202)
    # What comes next is on the page, in this browser alone.
    response = redirect_to(f"{url('events:event', event=event.public_id)}#{panels.ANCHOR}")
    return browsers.remember_typed(response, event, Typed(asked, forms.typed_values(form)))


async def _done(request: Request, event: Event, rsvp: Rsvp | None, wish: str, *, then: str = "") -> Response:
    if wants_json(request):
        return JSONResponse(await facts(event, rsvp))
    notice = filling_in.said(rsvp, wish) if rsvp else _("There was no answer to take back.")
    if then == "agenda":
        return redirect(
            "home", query={panels.ABSENT: event.public_id} if wish == "declined" else None, notice=notice
        )
    return redirect("events:event", event=event.public_id, notice=notice)


async def _again(request: Request, event: Event, form: Form[Any], refusal: Refusal | None = None) -> Response:
    """The form again, with what is wrong; for machines, and for people kept out, the problem itself."""
    if isinstance(refusal, KeptOut):
        raise refusal
    if refusal:
        form.refuse(refusal)
    if wants_json(request):
        raise NotAllowed(form.errors) if len(form.errors) > 1 or not refusal else refusal
    return render(
        request,
        "rsvps/answer.html",
        status=refusal.status if refusal else form.status,
        event=event,
        panel=await panels.drawn(request, event, form),
        form=form,
    )


async def facts(event: Event, rsvp: Rsvp | None) -> dict[str, Any]:
    """An answer for machines. `place_in_line` is that of the side, in the room or in the call, that they wait for."""
    return {
        "event": event.public_id,
        "url": absolute("events:event", event=event.public_id),
        "answer": rsvp.status if rsvp else None,
        "guests": rsvp.guests if rsvp else 0,
        "online": event.mode == "online" or bool(rsvp and rsvp.online),
        "place_in_line": await queries.place(rsvp) if rsvp else None,
    }


async def _event(request: Request) -> Event:
    return await access.visible_event(request.user, request.path_params["event"])
