"""Not this time: by the link in a letter, for one gathering of a series."""

from starlette.requests import Request
from starlette.responses import Response

from rsvps.attending import by_letter
from server.languages.messages import _
from server.pages import redirect, render, url


async def ask(request: Request) -> Response:
    """Which gathering it is, and the one button. Looking changes nothing."""
    token = request.path_params["token"]
    found = await by_letter.found(token)
    return render(
        request,
        "rsvps/absence.html",
        event=found.event,
        done=found.rsvp.status in {"declined", "withdrawn"},
        answer_at=url("rsvps:link", token=token),
    )


async def say(request: Request) -> Response:
    """Not this time. Twice is harmless."""
    token = request.path_params["token"]
    await by_letter.answer(token, answer="declined", guests=0)
    notice = _("Not this time: your seat goes to somebody else. You are still counted in the next times.")
    return redirect("rsvps:link", token=token, notice=notice)
