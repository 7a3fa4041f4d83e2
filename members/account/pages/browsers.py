"""Where I am signed in."""

from starlette.requests import Request
from starlette.responses import Response

from members import access, contributions, queries
from members.account import sessions
from server import clock, forms
from server.db import transaction
from server.languages.messages import _
from server.pages import redirect, redirect_to, render


async def browsers(request: Request) -> Response:
    """Every browser in which I am signed in, and what goes on without any."""
    me = access.signed_in(request.user)
    drawn = [await one.draw(request, me) for one in contributions.outlives]
    return render(
        request,
        "members/browsers.html",
        browsers=await queries.browsers_of(me, now=clock.now()),
        this_one=request.scope["session_id"],
        outlives=[one for one in drawn if one],
    )


async def end(request: Request) -> Response:
    """Sign one of them out."""
    me = access.signed_in(request.user)
    session = access.key(request.path_params["session"])
    await sessions.end(me, session)
    if session == request.scope["session_id"]:
        return sessions.forget(redirect_to("/", notice=_("You are signed out.")))
    return redirect("members:sessions", notice=_("That device is signed out."))


async def end_all(request: Request) -> Response:
    """Sign all of them out, this one too, and end what was ticked with it."""
    me = access.signed_in(request.user)
    ticked = await forms.sent(request)
    async with transaction():
        await sessions.end_all(me)
        ended = [await one.end(me) for one in contributions.outlives if ticked.get(one.name)]
    said = [_("You are signed out everywhere."), *filter(None, ended)]
    return sessions.forget(redirect_to("/", notice=" ".join(map(str, said))))
