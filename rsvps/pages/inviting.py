"""Inviting people: members of the community by name, others by their addresses."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events import access
from events.tables import Event
from members.access import signed_in
from rsvps import invitations, queries
from rsvps.access import knows_the_members
from rsvps.forms import InvitationFields, addresses
from server import forms
from server.errors import Refusal
from server.forms import Form
from server.pages import redirect, render
from server.presentation import plural
from server.ratelimit import limit


async def ask(request: Request) -> Response:
    """Who shall come?"""
    return await _show(request, await _event(request), forms.blank())


async def invite(request: Request) -> Response:
    """Write to them."""
    me = signed_in(request.user)
    event = await _event(request)
    form = await forms.read(request, InvitationFields)
    if not form.data:
        return await _show(request, event, form)
    await limit("invitations", str(me.id), "20 per hour")
    knows = await knows_the_members(me, event)
    try:
        if not knows and event.visibility == "members":
            raise invitations.ForOrganisers
        members = form.data.people if knows else []
        emails = addresses(form.data.emails)
        new = await invitations.invite_chosen(event, members=members, emails=emails, by=me)
    except Refusal as refusal:
        form.refuse(refusal)
        return await _show(request, event, form)
    notice = (
        f"{plural(new, 'invitation')} sent." if new else "Everybody on your list is invited or has answered."
    )
    return redirect("rsvps:people", event=event.public_id, notice=notice)


async def _show(request: Request, event: Event, form: Form[Any]) -> Response:
    me = signed_in(request.user)
    return render(
        request,
        "rsvps/invitations.html",
        status=form.status,
        event=event,
        form=form,
        members=await queries.members_to_invite(event, me.id) if await knows_the_members(me, event) else [],
    )


async def _event(request: Request) -> Event:
    return await access.organised_event(request.user, request.path_params["event"])
