"""The page of a door link: who is expected, who is in, and one press for each. For helpers without an account.

Whoever has the link sees names, how many come with them, and what they answered; nothing else of anybody. On a phone
on which somebody is signed in, whom a block hides from them is not there; on any other everybody is.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from events.tables import Event
from rsvps.door import access, arrivals, forms, queries, sync
from rsvps.door.access import NotOpenYet
from rsvps.door.arrivals import Marked, TooEarly
from rsvps.tables import Door
from server import assets, clock, tokens
from server.errors import NotAllowed
from server.forms import Form, blank, read, sent
from server.languages.messages import Text, _, ngettext, pgettext
from server.pages import redirect_to, render, url, wants_json
from server.presentation import clock_time, in_zone
from server.ratelimit import limit
from server.settings import settings

SHOWN = 50  # rows
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
COOKIE = "door"  # By it the pages of people's codes know a phone that works a door.


async def look(request: Request) -> Response:
    """The list; for scripts all of it, or with `since` what is new. Before the door opens it says when that is."""
    seen = request.query_params.get("door", "") if wants_json(request) else ""
    try:
        door, event = await access.door(request.path_params["secret"], seen=seen)
    except NotOpenYet as early:
        if wants_json(request):
            raise
        return closed(request, early)
    if not wants_json(request):
        return await _page(request, door, event, blank())
    since = sync.read(request.query_params.get("since", ""))
    if since:
        return JSONResponse(await sync.news(event, since, seen_by=request.user), headers=HEADERS)
    return JSONResponse(await sync.everything(door, event, seen_by=request.user), headers=HEADERS)


async def worker(_request: Request) -> Response:
    """The script that lets a door's page be opened again without a connection; it is for these pages only."""
    script = assets.shelf().asset("door-worker.js")
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/door/"}
    return Response(script.content, headers=headers, media_type=script.media_type)


async def press(request: Request) -> Response:
    """Somebody is here, was marked by mistake, or came without an answer."""
    pressed_at = request.query_params.get("door", "")
    door, event = await access.door(request.path_params["secret"], pressed_at=pressed_at)
    await limit("door", door.public_id, "1200 per minute")
    act = (await sent(request)).get("act", "here")
    if act == "walk-in":
        return await _walk_in(request, door, event)
    if act == "walk-in-removal":
        return await _take_back_walk_in(request, door, event)
    return await _mark(request, door, event)


async def _mark(request: Request, door: Door, event: Event) -> Response:
    form = await read(request, forms.MarkFields)
    if not form.data:
        return await _again(request, door, event, form)
    given = form.data
    try:
        marked = await arrivals.mark(
            door,
            given.rsvp,
            here=given.act == "here",
            seen_by=request.user,
            guests=given.guests,
            key=given.key,
            at=given.at,
            sent=given.sent,
            known=seen.mark if (seen := sync.read(given.since)) else 0,
            unless_early=event if given.asks and not given.sure else None,
        )
    except TooEarly as early:
        if wants_json(request):
            raise
        return ask_whether_sure(
            request, early, given, here=_acts(request, door), back=_list(request, given.q)
        )
    notice = said(marked, event)
    if wants_json(request):
        return JSONResponse(await sync.after(event, marked, notice), headers=HEADERS)
    return _back(request, given.q, notice, marked.person.public_id)


async def _walk_in(request: Request, door: Door, event: Event) -> Response:
    form = await read(request, forms.WalkInFields)
    if not form.data:
        return await _again(request, door, event, form)
    given = form.data
    await arrivals.walk_in(door, given.name, guests=given.guests, key=given.key, at=given.at, sent=given.sent)
    notice = _("%(name)s came without an answer. Noted.", name=given.name)
    if given.guests:
        notice = ngettext(
            "%(name)s and %(num)s guest came without an answer. Noted.",
            "%(name)s and %(num)s guests came without an answer. Noted.",
            given.guests,
            name=given.name,
        )
    return await _noted(request, event, given.q, notice)


async def _take_back_walk_in(request: Request, door: Door, event: Event) -> Response:
    form = await read(request, forms.WalkInRemovalFields)
    if not form.data:
        return await _again(request, door, event, form)
    await arrivals.take_back_walk_in(event.id, form.data.key)
    return await _noted(request, event, form.data.q, _("That is taken back."))


async def _noted(request: Request, event: Event, q: str, notice: Text) -> Response:
    if wants_json(request):
        return JSONResponse(await sync.after(event, None, notice), headers=HEADERS)
    return _back(request, q, notice, "walk-ins")


def said(marked: Marked, event: Event) -> Text:
    """What a press has come to, in words."""
    person = marked.person
    # Translators: it stands in place of a name: "Somebody without a name is here."
    name = person.name or pgettext("in place of a name", "Somebody without a name")
    since = clock_time(in_zone(person.arrived_at, event.zone)) if person.arrived_at else None
    if marked.held:
        return _("%(name)s is here by an organiser’s word. Only organisers can take that back.", name=name)
    if marked.overtaken:
        if since:
            return _("Somebody pressed later than you: %(name)s is in since %(time)s.", name=name, time=since)
        if person.arrived:
            return _("Somebody pressed later than you: %(name)s is in.", name=name)
        return _("Somebody pressed later than you: %(name)s is not in.", name=name)
    if marked.already:
        if since:
            return _("%(name)s: already in at %(time)s.", name=name, time=since)
        return _("%(name)s: already in.", name=name)
    if not person.arrived:
        return _("%(name)s is not marked as here any more.", name=name)
    if person.came:
        return ngettext(
            "%(name)s is here with %(num)s guest.",
            "%(name)s is here with %(num)s guests.",
            person.came,
            name=name,
        )
    return _("%(name)s is here.", name=name)


def ask_whether_sure(
    request: Request, early: TooEarly, given: forms.MarkFields, *, here: str, back: str
) -> Response:
    """Check somebody in so long before the start? The same press again, by somebody who means it."""
    return render(
        request,
        "rsvps/early.html",
        headers=HEADERS,
        event=early.event,
        person=early.person,
        starts=arrivals.starts(early.event),
        given=given,
        here=here,
        back=back,
    )


def closed(request: Request, early: NotOpenYet) -> Response:
    """A door link, or a poster, before its time."""
    return render(
        request,
        "rsvps/door_closed.html",
        headers=HEADERS,
        door=early.door,
        event=early.event,
        sentence=early.sentence,
    )


async def _again(request: Request, door: Door, event: Event, form: Form[Any]) -> Response:
    if wants_json(request):
        raise NotAllowed(form.errors)
    return await _page(request, door, event, form)


async def _page(request: Request, door: Door, event: Event, form: Form[Any]) -> Response:
    q = str(form.value("q") or request.query_params.get("q", "")).strip()[:100]
    found, total = await queries.at_door(event.id, q, seen_by=request.user, limit=SHOWN)
    page = render(
        request,
        "rsvps/door.html",
        status=form.status,
        headers=HEADERS,
        event=event,
        door=door,
        form=form,
        q=q,
        found=found,
        more=total - len(found),
        counts=await queries.counts_at_door(event.id),
        walk_ins=await queries.walk_ins(event.id, seen_by=request.user),
        new_key=arrivals.new_key,
        label=sync.label,
        starts=arrivals.starts(event),
        early=arrivals.EARLY,
        here=request.url.path,
        acts=_acts(request, door),
        link=_link(door),
    )
    return _know_this_phone(page, request, door)


def _link(door: Door) -> str:
    """By this name a phone keeps marks that are not sent yet: the same at each gathering of a series."""
    return tokens.alias("series door", door.series_door) if door.series_door else door.public_id


def _acts(request: Request, door: Door) -> str:
    """Where what is pressed on this page goes: to the gathering that it shows, also when the next one is on by then."""
    return f"{request.url.path}?door={door.public_id}" if door.series_door else request.url.path


def _know_this_phone(page: Response, request: Request, door: Door) -> Response:
    """Let this phone's own camera be a scanner: the pages of people's codes know it by this cookie."""
    page.set_cookie(
        COOKIE,
        request.path_params["secret"],
        max_age=max(1, int((door.expires_at - clock.now()).total_seconds())),
        path="/arrivals",
        httponly=True,
        secure=settings.secure,
        samesite="lax",
    )
    return page


def _back(request: Request, q: str, notice: Text, to: str) -> Response:
    response = redirect_to(f"{_list(request, q)}#{to}", notice=notice)
    response.headers.update(HEADERS)
    return response


def _list(request: Request, q: str) -> str:
    return url("rsvps:door", secret=request.path_params["secret"], query={"q": q} if q else None)
