"""Not this time: by the link in a letter, for one gathering of a series."""

from starlette.requests import Request
from starlette.responses import Response

from rsvps.attending import by_letter
from rsvps.attending.pages import by_link
from rsvps.seating.rules import closed
from rsvps.status.queries import Answered
from server import clock
from server.errors import LinkExpired
from server.languages.messages import Text, _
from server.pages import redirect, render, url


async def ask(request: Request) -> Response:
    """Which gathering it is, and the one button. Looking changes nothing."""
    try:
        return _show(request, await by_letter.found(request.path_params["token"]))
    except LinkExpired as expired:
        return by_link.expired_page(request, expired)


async def say(request: Request) -> Response:
    """Not this time. Twice is harmless."""
    token = request.path_params["token"]
    try:
        found = await by_letter.found(token)
    except LinkExpired as expired:
        return by_link.expired_page(request, expired)
    if _closed(found):
        return _show(request, found, status=409)
    await by_letter.answer(token, answer="declined", guests=0)
    notice = _("Noted: not this time. The other times stay as they are.")
    return redirect("rsvps:link", token=token, notice=notice)


def _show(request: Request, found: Answered, *, status: int = 200) -> Response:
    seat = found.rsvp.status in {"going", "offered"} and found.event.pool(online=found.rsvp.online).seats
    return render(
        request,
        "rsvps/absence.html",
        status=status,
        event=found.event,
        closed=_closed(found),
        done=found.rsvp.status in {"declined", "withdrawn"},
        seat=bool(seat),
        answer_at=url("rsvps:link", token=request.path_params["token"]),
    )


def _closed(found: Answered) -> Text:
    return closed(found.event.status, over=found.event.over_at <= clock.now())
