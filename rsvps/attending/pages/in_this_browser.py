"""What a gathering's page is to a browser in which somebody without an account has answered."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from events import access
from events.showing import pages as showing
from events.tables import Event
from rsvps.attending import browsers, by_letter, panels
from rsvps.attending.browsers import Known, Typed
from rsvps.attending.pages import by_link
from rsvps.letters import links
from rsvps.status import queries
from rsvps.status.access import view_of
from rsvps.status.queries import Answered
from server import forms
from server.errors import NotFound, TooMany
from server.languages.messages import Text, _
from server.pages import redirect, redirect_to, url


async def page(request: Request) -> Response | None:
    """The page as whoever answered here sees it; None where nobody has, or what is kept of it holds no longer.

    At most two queries before the page's own, none where nobody has.
    """
    if browsers.COOKIE not in request.cookies:
        return None
    kept = browsers.kept(request, request.path_params["event"])
    if isinstance(kept, Known):
        return await _own(request, kept)
    return await showing.for_one_browser(request) if kept else None


async def write_again(request: Request) -> Response:
    """Send the letter once more."""
    event, typed = await _typed(request)
    if typed is None:
        return _to_page(event)
    try:
        written = await by_letter.write_again(event, typed.asked)
    except TooMany:
        written = False
    if not written:
        return _to_page(
            event, _("We wrote a moment ago. Please give the letter a minute, and look among spam, too.")
        )
    return _to_page(
        event,
        _(
            "Another letter is on its way to %(email)s. At most three a day go to one address.",
            email=typed.email,
        ),
    )


async def correct(request: Request) -> Response:
    """The address was wrong: forget what was typed for it, and ask again with all else as it was."""
    event, typed = await _typed(request)
    if typed is None:
        return _to_page(event)
    await by_letter.take_back_typed(event, typed.asked)
    form = typed.form or f"{url('events:event', event=event.public_id)}#{panels.ANCHOR}"
    return browsers.remember_typed(redirect_to(form), event, replace(typed, wrong=True))


async def forget(request: Request) -> Response:
    """It is somebody else's browser: know nobody here any more. Answers stay as they are."""
    name = request.path_params["event"]
    notice = _("This browser has forgotten you at this gathering. Your answer stays as it is.")
    try:
        response = _to_page(await access.visible_event(request.user, name), notice)
    except NotFound:
        if browsers.kept(request, name) is None:
            raise
        response = redirect_to("/", notice=notice)
    return browsers.forget(response, name)


async def token(request: Request, event_name: str) -> str:
    """The token of the link of whoever is known in this browser; empty where nobody is. At most one query."""
    kept = None if request.user else browsers.kept(request, event_name)
    found = await _still(kept) if isinstance(kept, Known) else None
    return links.token(found.rsvp, found.event) if found else ""


async def _own(request: Request, known: Known) -> Response | None:
    found = await _still(known)
    if found is None:
        return None
    return await by_link.page(
        request, found, links.token(found.rsvp, found.event), forms.blank(), known_here=True
    )


async def _still(known: Known) -> Answered | None:
    """The answer of somebody who is known, if its link and their sight of the event are what they were."""
    found = await queries.answered(known.rsvp)
    if found is None or found.rsvp.link != known.link:
        return None
    return found if (await view_of(found)).takes_part else None


async def _typed(request: Request) -> tuple[Event, Typed | None]:
    event = await access.visible_event(request.user, request.path_params["event"])
    kept = browsers.kept(request, event.public_id)
    return event, kept if isinstance(kept, Typed) else None


def _to_page(event: Event, notice: Text = "") -> Response:
    return redirect("events:event", event=event.public_id, notice=notice)
