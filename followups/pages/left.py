"""What is left of a page of the morning after to whoever was asked, once it has closed: their note to themselves, and
what they asked for. By the link in their letter, so that guests can change it, too."""

from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import Response

from followups import access
from followups.asks import asks
from followups.asks import queries as asks_queries
from followups.asks.queries import OwnAsk
from followups.forms import NoteFields
from followups.survey import links, notes
from followups.survey.queries import Asked
from server import clock, forms
from server.errors import LinkExpired, Refusal
from server.forms import Form
from server.languages.messages import _
from server.pages import redirect_to, render
from server.presentation import in_zone


async def show_if_any(request: Request, closed: LinkExpired) -> Response:
    """The note and the asks. Raises `closed` when there is none of them."""
    asked = await access.left_by(request.path_params["token"])
    own = await _asks(asked)
    if not (asked.note or own):
        raise closed
    return _page(request, asked, own, forms.blank())


async def send_note_back(request: Request) -> Response:
    """Have the note sent back on another day."""
    asked = await access.left_by(request.path_params["token"])
    form = await forms.read(request, NoteFields)
    if form.data:
        try:
            await notes.send_back_on(asked.person, asked.key, form.data.note_on, zone=asked.zone)
            return redirect_to(
                links.path(asked), notice=_("Your note comes back to you on that day, in the morning.")
            )
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    return _page(request, asked, await _asks(asked), form)


async def keep_note_here(request: Request) -> Response:
    """Not have it sent back."""
    asked = await access.left_by(request.path_params["token"])
    await notes.keep_here(asked.person, asked.key)
    return redirect_to(links.path(asked), notice=_("The note stays here, and is not sent to you."))


async def forget_note(request: Request) -> Response:
    """Delete it."""
    asked = await access.left_by(request.path_params["token"])
    await notes.forget(asked.person, asked.key)
    return redirect_to(links.path(asked), notice=_("The note is deleted."))


async def take_back_ask(request: Request) -> Response:
    """Take back what one asked for."""
    asked = await access.left_by(request.path_params["token"])
    await asks.take_back(asked.person, request.path_params["ask"])
    return redirect_to(links.path(asked), notice=_("That is taken back."))


async def _asks(asked: Asked) -> list[OwnAsk]:
    found = await asks_queries.of(asked.person, asked.follow_up)
    return [each for each in found.values() if each.asked_at > clock.now() - asks.KEPT]


def _page(request: Request, asked: Asked, own: list[OwnAsk], form: Form[NoteFields]) -> Response:
    return render(
        request,
        "followups/left.html",
        status=form.status,
        asked=asked,
        event=asked.event,
        asks=own,
        comes_back=_day(asked.note_back_at, asked) if not asked.note_sent_at else None,
        came_back=_day(asked.note_sent_at, asked),
        form=form,
        token=links.token(asked),
        blank=forms.blank,
    )


def _day(moment: datetime | None, asked: Asked) -> date | None:
    return in_zone(moment, asked.zone).date() if moment else None
