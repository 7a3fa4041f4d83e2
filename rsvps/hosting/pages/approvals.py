"""Accepting who asks to come, and turning them down kindly."""

from starlette.requests import Request
from starlette.responses import Response

from events.publishing.pages.organising import event_of
from members.access import signed_in
from rsvps.hosting import approvals, roster
from rsvps.hosting.access import organised_answer
from rsvps.hosting.forms import AcceptingFields, TurningDownFields
from rsvps.status import queries
from rsvps.status.queries import Answered
from rsvps.tables import Rsvp
from server import forms
from server.forms import Form
from server.languages.messages import Text, _, ngettext
from server.pages import came_from, own_path, redirect, redirect_to, render

# Translators: it is proposed to a host as words for somebody whom they decline
KIND_WORDS = _(
    "Thank you for asking. It was not an easy choice, and we would be glad to see you at another gathering."
)


async def ask(request: Request) -> Response:
    """What they will read, to be changed before it goes."""
    found = await _found(request)
    return _show(request, found, forms.blank(note=str(KIND_WORDS)))


async def grant(request: Request) -> Response:
    """Let them come."""
    found = await _found(request)
    rsvp = await approvals.grant(found.rsvp, by=signed_in(request.user))
    notice = _granted(name(found), rsvp, await queries.place(rsvp))
    # Pressed in a list, one after the other: back to the list.
    before = came_from(request)
    return redirect_to(own_path(before.href), notice=notice) if before else _back(found, notice)


async def decline(request: Request) -> Response:
    """Turn them down, in the host's words."""
    found = await _found(request)
    form = await forms.read(request, TurningDownFields)
    if not form.data:
        return _show(request, found, form)
    await approvals.decline(found.rsvp, by=signed_in(request.user), note=form.data.note)
    return _back(found, _told(found))


async def grant_several(request: Request) -> Response:
    """Let all come who are ticked, in the order in which they asked."""
    me, event = signed_in(request.user), await event_of(request)
    form = await forms.read(request, AcceptingFields)
    asking = await roster.asking(event.id, me.id, form.data.rsvps if form.data else [])
    seated = await approvals.grant_all(event, asking, by=me)
    return redirect(
        "rsvps:people",
        event=event.public_id,
        query={"status": "requested"},
        notice=_several(len(asking), seated),
    )


def name(found: Answered) -> str:
    """How a host knows somebody."""
    return found.person.name or found.person.email


def _granted(who: str, rsvp: Rsvp, place: int | None) -> Text:
    if rsvp.status == "waitlisted":
        return _(
            "There is no seat free for them, so %(name)s is number %(place)s in line. They have been told.",
            name=who,
            place=place,
        )
    return _("%(name)s is going, and has been told.", name=who)


def _told(found: Answered) -> Text:
    return _("%(name)s has been told, in your words. You can still accept them.", name=name(found))


def _several(number: int, seated: int) -> Text:
    if not number:
        return _("Nobody you ticked still asks to come.")
    accepted = ngettext("%(num)s person accepted and told.", "%(num)s people accepted and told.", number)
    if seated == number:
        return accepted
    waits = ngettext("%(num)s person waits for a seat.", "%(num)s people wait for a seat.", number - seated)
    return f"{accepted} {waits}"


def _back(found: Answered, notice: Text) -> Response:
    return redirect("rsvps:people", event=found.event.public_id, query={"status": "requested"}, notice=notice)


def _show(request: Request, found: Answered, form: Form[TurningDownFields]) -> Response:
    return render(
        request,
        "rsvps/turning_down.html",
        status=form.status,
        form=form,
        event=found.event,
        rsvp=found.rsvp,
        name=name(found),
    )


async def _found(request: Request) -> Answered:
    return await organised_answer(request.user, request.path_params["rsvp"])
