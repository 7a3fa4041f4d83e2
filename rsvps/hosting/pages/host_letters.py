"""An organiser's letter to those who are coming, or have not answered: written, looked at, sent."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events.publishing.pages.organising import event_of
from events.tables import Event
from members.access import signed_in
from members.names import NOBODY
from rsvps.hosting import host_letters, queries
from rsvps.hosting.forms import HostLetterFields
from rsvps.letters import previews
from server import forms, tokens
from server.forms import Form
from server.languages.messages import _, ngettext
from server.middleware import to_show_letters
from server.pages import redirect, render

TO_WHOM = [
    # Translators: to whom a host’s letter goes
    ("going", _("Those who are going")),
    ("maybe", _("Those who may come")),
    ("waitlisted", _("Those who are waiting")),
    ("everybody", _("All of these")),
    ("invited", _("Those who are invited and have not answered")),
]


async def write(request: Request) -> Response:
    """An empty sheet."""
    asked = request.query_params.get("to")
    to_whom = asked if asked in dict(TO_WHOM) else "going"
    return await _show(request, await event_of(request), forms.blank(to_whom=to_whom))


async def send(request: Request) -> Response:
    """Show it as it will be read; send it when that has been seen."""
    event = await event_of(request)
    form = await forms.read(request, HostLetterFields)
    if form.data and form.data.step == "send":
        return await _send(request, event, form.data)
    return await _show(request, event, form, preview=bool(form.data and form.data.step == "preview"))


async def _send(request: Request, event: Event, data: HostLetterFields) -> Response:
    me = signed_in(request.user)
    number = await host_letters.send(
        event,
        by=me,
        public_id=tokens.public_id(),
        to_whom=data.to_whom,
        subject=data.subject,
        body=data.body,
        answers_to_me=data.answers_to_me,
    )
    return redirect(
        "rsvps:people",
        event=event.public_id,
        notice=ngettext("Your letter goes to %(num)s person.", "Your letter goes to %(num)s people.", number),
    )


async def _show(request: Request, event: Event, form: Form[Any], *, preview: bool = False) -> Response:
    me, receivers, letter = signed_in(request.user), 0, None
    if preview and form.data:
        receivers = await host_letters.receivers(event, form.data.to_whom, by=me)
        letter = await previews.from_organiser(
            event, to_whom=form.data.to_whom, by=me, subject=form.data.subject, body=form.data.body
        )
    return render(
        request,
        "rsvps/host_letter.html",
        status=form.status,
        headers=to_show_letters(request.scope["nonce"]) if letter else None,
        event=event,
        form=form,
        letter=letter,
        receivers=receivers,
        signed=_("An organiser") if me.short_name == NOBODY else me.short_name,
        to_whom=TO_WHOM,
        sent=await queries.host_letters(event.id, seen_by=me),
    )
