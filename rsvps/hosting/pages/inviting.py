"""Inviting people: members of the community by name, others by their addresses."""

from starlette.requests import Request
from starlette.responses import Response

from events.publishing.pages.organising import event_of
from members import picking
from members.access import signed_in
from rsvps.hosting import invitations
from rsvps.hosting.access import knows_the_members
from rsvps.hosting.forms import InvitationFields, addresses
from rsvps.hosting.pages.choosing import choose_people
from server import forms
from server.errors import Refusal
from server.pages import redirect
from server.presentation import plural

FORM = "rsvps/invitations.html"


async def ask(request: Request) -> Response:
    """Who shall come?"""
    return await choose_people(request, FORM, await event_of(request), forms.blank(), field="people")


async def invite(request: Request) -> Response:
    """Write to them."""
    me = signed_in(request.user)
    event = await event_of(request)
    form = await forms.read(request, InvitationFields)
    if picking.only_finds(form):
        return await choose_people(request, FORM, event, picking.unfinished(form), field="people")
    if not form.data:
        return await choose_people(request, FORM, event, form, field="people")
    knows = await knows_the_members(me, event)
    try:
        if not knows and event.visibility == "members":
            raise invitations.ForOrganisers
        members = form.data.people if knows else []
        emails = addresses(form.data.emails)
        new = await invitations.invite_chosen(event, members=members, emails=emails, by=me)
    except Refusal as refusal:
        form.refuse(refusal)
        return await choose_people(request, FORM, event, form, field="people")
    notice = (
        f"{plural(new, 'invitation')} sent." if new else "Everybody on your list is invited or has answered."
    )
    return redirect("rsvps:people", event=event.public_id, notice=notice)
