"""The organisers' page of door links: make one, see which there are, take one back."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from events.publishing.pages.organising import event_of
from events.tables import Event
from members.tables import Person
from rsvps.door import doors, queries
from rsvps.door.forms import DoorFields, SeriesDoorFields
from server import clock, one_time_secret
from server.errors import NotAllowed, NotFound, Refusal
from server.forms import Form, blank, read
from server.languages.messages import _
from server.pages import absolute, redirect, render, url, wants_json

NEW = "new_door"  # The cookie in which a new link travels to the page that shows it.
# Translators: the name that is proposed for a gathering’s first door link
FIRST_NAME = _("Front door")


async def index(request: Request) -> Response:
    """The links of a gathering, and the one that was just made."""
    event = await event_of(request)
    if wants_json(request):
        return JSONResponse(
            {"doors": await _facts(event, request.user)}, headers={"Cache-Control": "no-store"}
        )
    lasting = "180" if event.is_pattern else "hours"
    return await _page(request, event, blank(name=str(FIRST_NAME), lasting=lasting))


async def make(request: Request) -> Response:
    """Make one."""
    event = await event_of(request)
    fields, open_door = (
        (SeriesDoorFields, doors.open_series_door) if event.is_pattern else (DoorFields, doors.open_door)
    )
    form: Form[Any] = await read(request, fields)
    if form.data:
        try:
            door, secret = await open_door(
                event, name=form.data.name, by=request.user, lasting=form.data.lasting
            )
        except Refusal as refusal:
            if wants_json(request):
                raise
            form.refuse(refusal)
        else:
            return _made(request, event, door.public_id, secret)
    if wants_json(request):
        raise NotAllowed(form.errors)
    return await _page(request, event, form)


async def revoke(request: Request) -> Response:
    """Take one back; whoever has it open loses it with their next press."""
    event = await event_of(request)
    if not await doors.revoke(event, request.path_params["door"]):
        raise NotFound
    notice = _("The link is taken back, and its address no longer works.")
    return redirect("rsvps:doors", event=event.public_id, notice=notice)


async def renew(request: Request) -> Response:
    """Have the link of a series work for as long again."""
    event = await event_of(request)
    if not await doors.renew(event, request.path_params["door"]):
        raise NotFound
    return redirect("rsvps:doors", event=event.public_id, notice=_("The link works on."))


async def put_up_poster(request: Request) -> Response:
    """A poster for those who come without having answered; the one that hangs there already, if it does."""
    event = await event_of(request)
    if event.is_pattern:
        raise NotFound
    await doors.put_up_poster(event, by=request.user)
    return redirect("rsvps:poster", event=event.public_id)


async def poster(request: Request) -> Response:
    """To print: title, day, place, and the code."""
    event = await event_of(request)
    found = await queries.poster(event.id)
    if found is None or found.expires_at <= clock.now():
        raise NotFound
    address = absolute("rsvps:here", secret=doors.on_poster(found.public_id))
    return render(
        request,
        "rsvps/poster.html",
        headers={"Cache-Control": "no-store"},
        event=event,
        poster=found,
        address=address,
    )


def _made(request: Request, event: Event, public_id: str, secret: str) -> Response:
    if wants_json(request):
        address = absolute("rsvps:door", secret=secret)
        return JSONResponse({"door": public_id, "url": address}, 201, {"Cache-Control": "no-store"})
    response = redirect("rsvps:doors", event=event.public_id, notice=_("The link is ready. Copy it now."))
    return one_time_secret.keep(
        response, NEW, public_id, secret, path=url("rsvps:doors", event=event.public_id)
    )


async def _page(request: Request, event: Event, form: Form[Any]) -> Response:
    found, now = await queries.doors(event.id, seen_by=request.user), clock.now()
    new, secret = one_time_secret.kept(request, NEW) or ("", "")
    on = event.status != "cancelled"
    open_ones = [door for door in found if on and door.revoked_at is None and door.expires_at > now]
    page = render(
        request,
        "rsvps/doors.html",
        status=form.status,
        headers={"Cache-Control": "no-store"},
        event=event,
        form=form,
        doors=[door for door in open_ones if not door.poster],
        poster=next((door for door in open_ones if door.poster), None),
        ended=[door for door in found if door not in open_ones],
        new=next((door for door in open_ones if door.public_id == new), None),
        address=absolute("rsvps:door", secret=secret) if secret else "",
        choices=doors.choices(event, now),
        now=now,
        opens=now if event.is_pattern else doors.opening(event),
    )
    return one_time_secret.forget(page, NEW, path=request.url.path)


async def _facts(event: Event, reader: Person) -> list[dict[str, str | None]]:
    return [
        {
            "door": door.public_id,
            "name": door.name,
            "made_by": door.by,
            "opens_at": door.opens_at.isoformat(),
            "expires_at": door.expires_at.isoformat(),
            "revoked_at": door.revoked_at.isoformat() if door.revoked_at else None,
        }
        for door in await queries.doors(event.id, seen_by=reader)
    ]
