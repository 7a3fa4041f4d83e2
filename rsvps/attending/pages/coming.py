"""All who chose to be listed, and blocking one of them: signed in, or by the link in a letter."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from events import access
from events.tables import Event
from members.access import other_of, signed_in
from members.blocking.pages import blocks
from members.tables import Person
from rsvps.attending import by_letter, listed
from server.errors import NotFound
from server.pages import render, url
from server.pagination import asked_place


async def on_event(request: Request) -> Response:
    """For a member. A list with nothing to see is a 404."""
    event = await access.visible_event(request.user, request.path_params["event"])
    return await _show(
        request,
        event,
        signed_in(request.user),
        list_at=url("rsvps:coming", event=event.public_id),
        back=url("events:event", event=event.public_id),
        block=lambda key: url("rsvps:block", event=event.public_id, listed=key),
    )


async def by_link(request: Request) -> Response:
    """For a guest."""
    token = request.path_params["token"]
    found = await by_letter.found(token)
    return await _show(
        request,
        found.event,
        found.person,
        list_at=url("rsvps:coming-by-link", token=token),
        back=url("rsvps:link", token=token),
        block=lambda key: url("rsvps:block-by-link", token=token, listed=key),
    )


async def ask_block(request: Request) -> Response:
    """Block somebody on the list? Says what that means."""
    _, other = await _listed(request)
    return blocks.ask_about(request, other, settings=url("members:blocks"))


async def block(request: Request) -> Response:
    """Not see them and not be seen by them."""
    me, other = await _listed(request)
    return await blocks.block_and_go(me, other, settings=url("members:blocks"))


async def ask_block_by_link(request: Request) -> Response:
    """The same for a guest."""
    token = request.path_params["token"]
    _, other = await _listed_by_link(token, request.path_params["listed"])
    return blocks.ask_about(request, other, settings=url("rsvps:blocks", token=token))


async def block_by_link(request: Request) -> Response:
    """The same for a guest."""
    token = request.path_params["token"]
    me, other = await _listed_by_link(token, request.path_params["listed"])
    return await blocks.block_and_go(me, other, settings=url("rsvps:blocks", token=token))


async def blocked_by_link(request: Request) -> Response:
    """People a guest has blocked."""
    token = request.path_params["token"]
    found = await by_letter.found(token)
    return await blocks.show_behind_link(
        request,
        found.person,
        back=url("rsvps:link", token=token),
        unblock=lambda person: url("rsvps:unblock", token=token, person=person),
    )


async def unblock_by_link(request: Request) -> Response:
    """Take it back."""
    token = request.path_params["token"]
    found = await by_letter.found(token)
    other = await other_of(found.person, request.path_params["person"])
    return await blocks.unblock_and_go(found.person, other, settings=url("rsvps:blocks", token=token))


async def _listed(request: Request) -> tuple[Person, Person]:
    event = await access.visible_event(request.user, request.path_params["event"])
    me = signed_in(request.user)
    return me, await listed.called(me, event, request.path_params["listed"])


async def _listed_by_link(token: str, key: str) -> tuple[Person, Person]:
    found = await by_letter.found(token)
    return found.person, await listed.called(found.person, found.event, key)


async def _show(
    request: Request, event: Event, reader: Person, *, list_at: str, back: str, block: Callable[[str], str]
) -> Response:
    found = await listed.seen_by(reader, event, asked_place(request.query_params))
    if not found.rows:
        raise NotFound
    return render(
        request, "rsvps/coming.html", event=event, found=found, list_at=list_at, back=back, block=block
    )
