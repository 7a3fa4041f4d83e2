"""What people asked for, seen to by whom they asked: done, or not yet."""

from starlette.requests import Request
from starlette.responses import Response

from followups import access
from followups.hosts import seeing_to
from followups.hosts.queries import AskOf
from server.languages.messages import Text, _
from server.pages import came_from, own_path, redirect, redirect_to

DONE = _(
    "Done. Whoever asked is told nothing. You can take it back on the gathering’s page, under “What people said”."
)


async def done(request: Request) -> Response:
    """It is seen to."""
    me, ask = await access.read_ask(request.user, request.path_params["ask"])
    await seeing_to.done(ask, by=me)
    return _back(request, ask, DONE)


async def not_yet(request: Request) -> Response:
    """It is not."""
    _me, ask = await access.read_ask(request.user, request.path_params["ask"])
    await seeing_to.not_yet(ask)
    return _back(request, ask, _("It is on your list again."))


def _back(request: Request, ask: AskOf, notice: Text) -> Response:
    """To the list where it was pressed, or to the gathering's."""
    before = came_from(request)
    if before:
        return redirect_to(own_path(before.href), notice=notice)
    return redirect("followups:said", event=ask.event, notice=notice)
