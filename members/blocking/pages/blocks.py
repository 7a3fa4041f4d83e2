"""Whom I have blocked, and blocking somebody, wherever one person meets another.

Nothing here, and no answer, says whether anybody has blocked me. Packages to the right, who know where people meet,
find the other and lead here: signed in, or behind the link of a letter.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from members import access, queries
from members.blocking import blocks, meeting
from members.tables import Person
from server.finding import asked_words
from server.languages.messages import _
from server.pages import own_path, path_of, redirect_to, render, url
from server.ratelimit import limit


async def index(request: Request) -> Response:
    """All of them, and others by name."""
    me = access.signed_in(request.user)
    words = asked_words(request.query_params)
    if words:
        await limit("finding whom to block", str(me.id), "60 per hour")
    return render(
        request,
        "members/blocks.html",
        blocked=await queries.blocked_by(me),
        q=words,
        found=await meeting.named(me, words) if words else None,
    )


async def ask(request: Request) -> Response:
    """Block somebody? Says what that means."""
    _, other = await access.other_person(request.user, request.path_params["person"])
    return ask_about(request, other, settings=url("members:blocks"))


async def block(request: Request) -> Response:
    """Not see somebody and not be seen by them."""
    me, other = await access.other_person(request.user, request.path_params["person"])
    return await block_and_go(me, other, settings=url("members:blocks"))


async def unblock(request: Request) -> Response:
    """Take it back."""
    me, other = await access.other_person(request.user, request.path_params["person"])
    return await unblock_and_go(me, other, settings=url("members:blocks"))


def ask_about(request: Request, other: Person, *, settings: str) -> Response:
    """The page that asks; its button posts to the page's own address. `settings` is where it can be taken back.

    Whoever thinks better of it goes back to where they met the other.
    """
    back = own_path(path_of(request.headers.get("referer", "")), default=settings)
    return render(
        request, "members/block.html", other=other, here=request.url.path, back=back, settings_page=settings
    )


async def block_and_go(me: Person, other: Person, *, settings: str) -> Response:
    """Block them, and show whom one has blocked."""
    await blocks.block(me, other)
    return redirect_to(
        settings, notice=_("You and %(name)s do not see each other any more.", name=other.short_name)
    )


async def unblock_and_go(me: Person, other: Person, *, settings: str) -> Response:
    """Take it back, and show whom one has blocked."""
    await blocks.unblock(me, other)
    return redirect_to(settings, notice=_("%(name)s is not blocked any more.", name=other.short_name))


async def show_behind_link(
    request: Request, me: Person, *, back: str, unblock: Callable[[str], str]
) -> Response:
    """Whom somebody has blocked, where nobody is signed in. `unblock` gives the address that takes one back."""
    blocked = [(one, unblock(one.public_id)) for one in await queries.blocked_by(me)]
    return render(request, "members/blocks_behind_link.html", blocked=blocked, back=back)
