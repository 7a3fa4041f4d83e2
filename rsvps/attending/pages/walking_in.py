"""Saying who one is at the door: on one's own phone by a poster, or on a helper's; and the link in the letter."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events.access import view
from events.tables import Event
from rsvps.attending import queries, walking_in
from rsvps.attending.forms import HereFields, LeaveAddressFields
from rsvps.door import access
from rsvps.door.access import NotOpenYet
from rsvps.door.pages.door import HEADERS, closed
from rsvps.tables import Door, WalkIn
from server.errors import NotFound
from server.forms import Form, blank, read
from server.languages.messages import _
from server.pages import redirect, render, url


async def look(request: Request) -> Response:
    """Behind a poster's code: who are you? Before it works it says when that is."""
    try:
        _, event = await access.poster(request.path_params["secret"])
    except NotOpenYet as early:
        return closed(request, early)
    return await _ask(request, event, await _blank(request, event))


async def say(request: Request) -> Response:
    """That is who they are."""
    secret = request.path_params["secret"]
    door, event = await access.poster(secret)
    if request.user:
        form: Form[Any] = await read(request, HereFields)
        if form.data:
            await walking_in.come(door, event, person=request.user, guests=form.data.guests)
            return redirect("rsvps:here-said", secret=secret)
    else:
        form = await read(request, LeaveAddressFields)
        if form.data:
            await _leave(request, door, event, form.data)
            return redirect("rsvps:here-said", secret=secret)
    return await _ask(request, event, form)


async def said(request: Request) -> Response:
    """What happens now."""
    _, event = await access.poster(request.path_params["secret"])
    return render(request, "rsvps/here_said.html", headers=HEADERS, event=event, back="")


async def hand_over(request: Request) -> Response:
    """On a helper's phone, which they hand over: whoever has just been written down may leave their address."""
    _, event, walk_in = await _written_down(request)
    return await _ask(request, event, blank(name=walk_in.name), helper=True)


async def leave(request: Request) -> Response:
    """They do."""
    door, event, walk_in = await _written_down(request)
    form = await read(request, LeaveAddressFields)
    if not form.data:
        return await _ask(request, event, form, helper=True)
    await _leave(request, door, event, form.data, walk_in)
    return redirect("rsvps:address-left", **request.path_params)


async def left(request: Request) -> Response:
    """What happens now, and back goes the phone."""
    _, event, _ = await _written_down(request)
    back = url("rsvps:door", secret=request.path_params["secret"])
    return render(request, "rsvps/here_said.html", headers=HEADERS, event=event, back=back)


async def ask(request: Request) -> Response:
    """Behind the link in their letter: was it you?"""
    found = await walking_in.found(request.path_params["token"])
    seen = (await view(found.person, found.event)).sees_it
    return render(
        request,
        "rsvps/came.html",
        headers=HEADERS,
        event=found.event,
        gathering=found.event.title if seen else _("A gathering"),
        done=bool(found.walk_in.rsvp),
    )


async def confirm(request: Request) -> Response:
    """It was."""
    await walking_in.confirm(request.path_params["token"])
    return redirect("rsvps:came", token=request.path_params["token"])


async def ask_never(request: Request) -> Response:
    """It was not me? The page says what the button does."""
    return render(request, "rsvps/refusal.html", done=False)


async def never_again(request: Request) -> Response:
    """Forget what was typed and write no more: by the page's button, or by a mail program's one click."""
    await walking_in.never_again(request.path_params["token"])
    return render(request, "rsvps/refusal.html", done=True)


async def _written_down(request: Request) -> tuple[Door, Event, WalkIn]:
    door, event = await access.door(request.path_params["secret"])
    walk_in = await queries.walk_in(event.id, request.path_params["walk_in"])
    if walk_in is None:
        raise NotFound
    return door, event, walk_in


async def _leave(
    request: Request, door: Door, event: Event, given: LeaveAddressFields, walk_in: WalkIn | None = None
) -> None:
    await walking_in.leave_address(
        door,
        event,
        name=given.name,
        email=given.email,
        guests=given.guests,
        walk_in=walk_in,
        origin=request.client.host if request.client else "nowhere",
    )


async def _blank(request: Request, event: Event) -> Form[Any]:
    if request.user is None:
        return blank()
    rsvp = (await queries.of_reader(event, request.user)).rsvp
    return blank(guests=rsvp.guests if rsvp else 0)


async def _ask(request: Request, event: Event, form: Form[Any], *, helper: bool = False) -> Response:
    return render(
        request,
        "rsvps/here.html",
        status=form.status,
        headers=HEADERS,
        event=event,
        form=form,
        known=request.user if not helper else None,
        helper=helper,
        here=request.url.path,
    )
