"""The pages behind people's codes. Without a door they say the same for every code, whether it is anybody's or not."""

import re

from starlette.requests import Request
from starlette.responses import Response

from events.tables import Event
from rsvps.door import access, arrivals, queries, sync
from rsvps.door.access import NotOpenYet
from rsvps.door.arrivals import TooEarly
from rsvps.door.forms import MarkFields
from rsvps.door.pages.door import COOKIE, HEADERS, ask_whether_sure, said
from rsvps.tables import Door
from server.errors import LinkExpired, NotFound
from server.forms import read
from server.pages import absolute, redirect, render, url
from server.ratelimit import limit

_CODE = re.compile(r"[0-9a-z]{12}")


async def look(request: Request) -> Response:
    """On a phone that works a door: whose code it is, with the button. On any other: the code, to be shown there."""
    code = _code(request)
    found = await _door(request)
    if found is None:
        address = absolute("rsvps:arrival", rsvp=code)
        return render(request, "rsvps/code.html", headers=HEADERS, address=address)
    event = found[1]
    person = await queries.at_door_called(event.id, code, seen_by=request.user)
    return render(
        request,
        "rsvps/arrival.html",
        status=200 if person else 404,
        headers=HEADERS,
        event=event,
        person=person,
        label=sync.label,
        key=arrivals.new_key(),
        here=request.url.path,
        back=url("rsvps:door", secret=request.cookies[COOKIE]),
    )


async def press(request: Request) -> Response:
    """They are here, or were marked by mistake. Only for a phone that works a door."""
    code = _code(request)
    found = await _door(request)
    if found is None:
        raise NotFound
    door, event = found
    await limit("door", door.public_id, "1200 per minute")
    form = await read(request, MarkFields)
    if not form.data:
        raise NotFound
    given = form.data
    try:
        marked = await arrivals.mark(
            door,
            code,
            here=given.act == "here",
            seen_by=request.user,
            guests=given.guests,
            key=given.key,
            unless_early=event if given.asks and not given.sure else None,
        )
    except TooEarly as early:
        return ask_whether_sure(request, early, given, here=request.url.path, back=request.url.path)
    response = redirect("rsvps:arrival", rsvp=code, notice=said(marked, event))
    response.headers.update(HEADERS)
    return response


async def _door(request: Request) -> tuple[Door, Event] | None:
    """The door that this phone works, if it still does."""
    try:
        return await access.door(request.cookies.get(COOKIE, ""))
    except (NotFound, LinkExpired, NotOpenYet):
        return None


def _code(request: Request) -> str:
    code: str = request.path_params["rsvp"]
    if not _CODE.fullmatch(code):
        raise NotFound
    return code
