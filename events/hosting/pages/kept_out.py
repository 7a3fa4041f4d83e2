"""Whom a gathering keeps out: to see, to add by address, to lift. For its community's organisers, and its co-hosts."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events import access, queries
from events.hosting import keeping_out
from events.tables import Event
from members import queries as members
from members.access import signed_in
from members.forms import KeepingOutFields
from members.keeping_out import Whom
from server import forms
from server.errors import NotFound, Refusal
from server.forms import Form
from server.pages import redirect, render


async def index(request: Request) -> Response:
    """All of them, and the form."""
    return await _page(request, await _event(request), forms.blank())


async def add(request: Request) -> Response:
    """Keep out whoever has an address."""
    me = signed_in(request.user)
    event = await _event(request)
    form = await forms.read(request, KeepingOutFields)
    if form.data:
        try:
            whom = Whom(form.data.address())
            until = form.data.end(event.zone)
            await keeping_out.keep_out(event, whom, by=me, note=form.data.note, until=until)
            return _back(event, f"{whom.email} is kept out of this gathering.")
        except Refusal as refusal:
            form.refuse(refusal)
    return await _page(request, event, form)


async def lift(request: Request) -> Response:
    """Let them come again."""
    event = await _event(request)
    if not await keeping_out.lift(event, request.path_params["kept"], by=signed_in(request.user)):
        raise NotFound
    return _back(event, "Lifted. They can answer again; nothing that they had before comes back by itself.")


async def _page(request: Request, event: Event, form: Form[Any]) -> Response:
    view = await access.view(request.user, event)
    community = await members.community_by_id(event.community) if view.organises_community else None
    return render(
        request,
        "events/kept_out.html",
        status=form.status,
        event=event,
        community=community,
        kept_out=await members.kept_out(queries.scope_of(event), seen_by=signed_in(request.user)),
        form=form,
    )


async def _event(request: Request) -> Event:
    return await access.organised_event(request.user, request.path_params["event"])


def _back(event: Event, notice: str) -> Response:
    return redirect("events:kept-out", event=event.public_id, notice=notice)
