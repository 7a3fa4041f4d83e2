"""Whom I have blocked. Nothing here, and no answer, says whether anybody has blocked me."""

from starlette.requests import Request
from starlette.responses import Response

from members import access, blocks, queries
from server.pages import redirect, render


async def index(request: Request) -> Response:
    """All of them."""
    me = access.signed_in(request.user)
    return render(request, "members/blocks.html", blocked=await queries.blocked_by(me))


async def ask(request: Request) -> Response:
    """Block somebody? Says what that means."""
    _, other = await access.other_person(request.user, request.path_params["person"])
    return render(request, "members/block.html", other=other)


async def block(request: Request) -> Response:
    """Not see somebody and not be seen by them."""
    me, other = await access.other_person(request.user, request.path_params["person"])
    await blocks.block(me, other)
    return redirect("members:blocks", notice=f"You and {other.short_name} do not see each other any more.")


async def unblock(request: Request) -> Response:
    """Take it back."""
    me, other = await access.other_person(request.user, request.path_params["person"])
    await blocks.unblock(me, other)
    return redirect("members:blocks", notice=f"{other.short_name} is not blocked any more.")
