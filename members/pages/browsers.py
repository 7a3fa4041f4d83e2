"""Where I am signed in."""

from starlette.requests import Request
from starlette.responses import Response

from members import access, queries, sessions
from server import clock
from server.pages import redirect, redirect_to, render


async def browsers(request: Request) -> Response:
    """Every browser in which I am signed in."""
    me = access.signed_in(request.user)
    found = await queries.browsers_of(me, now=clock.now())
    return render(request, "members/browsers.html", browsers=found, this_one=request.scope["session_id"])


async def end(request: Request) -> Response:
    """Sign one of them out."""
    me = access.signed_in(request.user)
    session = access.key(request.path_params["session"])
    await sessions.end(me, session)
    if session == request.scope["session_id"]:
        return sessions.forget(redirect_to("/", notice="You are signed out."))
    return redirect("members:sessions", notice="That browser is signed out.")


async def end_all(request: Request) -> Response:
    """Sign all of them out, this one too."""
    await sessions.end_all(access.signed_in(request.user))
    return sessions.forget(redirect_to("/", notice="You are signed out everywhere."))
