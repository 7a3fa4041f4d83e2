"""Inviting people: members of the community by name, others by their addresses. Chosen, looked at, sent."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events.publishing.pages.organising import event_of
from events.tables import Event
from members import names
from members.access import signed_in
from members.addresses import Pasted, pasted
from members.communities import picking
from rsvps.hosting import invitations, queries
from rsvps.hosting.access import knows_the_members
from rsvps.hosting.forms import InvitationFields
from rsvps.hosting.invitations import Chosen, Invited, NotUnderstood, Plan
from rsvps.hosting.pages.choosing import choose_people
from rsvps.letters import previews
from server import forms
from server.errors import Refusal
from server.forms import Form
from server.languages.messages import ngettext
from server.mail import Address
from server.middleware import to_show_letters
from server.pages import redirect, render

FORM = "rsvps/invitations.html"
SHOWN = 60  # members to tick, before one looks for others by name


async def ask(request: Request) -> Response:
    """Who shall come?"""
    return await _choose(request, await event_of(request), forms.blank())


async def invite(request: Request) -> Response:
    """Show who is invited and what they read; write to them once that has been seen."""
    me = signed_in(request.user)
    event = await event_of(request)
    form = await forms.read(request, InvitationFields)
    if picking.only_finds(form):
        return await _choose(request, event, picking.unfinished(form))
    if not form.data:
        return await _choose(request, event, form)
    if form.data.step == "change":
        return await _choose(
            request, event, forms.blank(**form.values | {"emails": _all_of_it(form.data.chosen)})
        )
    try:
        if form.data.step == "send":
            done = await invitations.invite_chosen(event, form.data.chosen, by=me, words=form.data.words)
            return redirect("rsvps:people", event=event.public_id, notice=_said(done))
        return await _preview(request, event, form)
    except NotUnderstood as refusal:
        form.refuse(refusal)
        return await _preview(request, event, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return await _choose(request, event, form)


async def _choose(request: Request, event: Event, form: Form[Any]) -> Response:
    me = signed_in(request.user)
    knows = await knows_the_members(me, event)
    number = await queries.how_many_to_ask(event, seen_by=me) if knows else 0
    return await choose_people(
        request,
        FORM,
        event,
        form,
        field="people",
        shown=SHOWN,
        to_ask=number,
        most=invitations.MOST_ADDRESSES,
        most_words=invitations.MOST_WORDS,
    )


async def _preview(request: Request, event: Event, form: Form[InvitationFields]) -> Response:
    me, data = signed_in(request.user), form.data
    assert data is not None
    plan = await invitations.plan(event, data.chosen, by=me, words=data.words)
    first = pasted(data.emails)
    return render(
        request,
        "rsvps/inviting.html",
        status=form.status,
        headers=to_show_letters(request.scope["nonce"]),
        event=event,
        form=_as_told(form, first),
        plan=plan,
        unread=first.unread,
        again=[bit for bit in plan.unread if bit not in first.unread],
        letter=await previews.invitation(event, to=_first(plan), by=me, words=data.words),
    )


def _as_told(form: Form[InvitationFields], first: Pasted) -> Form[InvitationFields]:
    """The form with what was not understood to be mended, once, unless it is being mended already."""
    if not form.data or not form.data.told:
        form.values["mended"] = "\n".join(bit.words for bit in first.unread if not bit.proposal)
    return form


def _first(plan: Plan) -> Address:
    """Whom the letter greets that is looked at. The address of a member is nobody's business."""
    if plan.addresses:
        name, email = plan.addresses[0]
        return Address(names.first(name), email)
    return Address(plan.members[0].greeted if plan.members else "", "you")


def _all_of_it(chosen: Chosen) -> str:
    """All addresses, mended and not, to be changed once more."""
    if not chosen.told:
        return chosen.emails
    asked = [bit for bit in pasted(chosen.emails).unread if bit.proposal]
    left = [bit.words for bit in asked if not {bit.proposal, bit.words} & set(chosen.meant)]
    people = [person.written for person in chosen.read().people]
    broken = [bit.words for bit in replace(chosen, told=True, emails="").read().unread]
    return "\n".join([*people, *left, *broken])


def _said(done: Invited) -> str:
    new = ngettext(
        "%(num)s person is invited, by a letter each.",
        "%(num)s people are invited, by a letter each.",
        done.new,
    )
    before = ngettext(
        "%(num)s person had been invited or had answered before.",
        "%(num)s people had been invited or had answered before.",
        done.before,
    )
    return " ".join(str(each) for each in (new, before) if each.number)
