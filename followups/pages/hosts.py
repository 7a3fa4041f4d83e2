"""What hosts see of the morning after: what people chose to say to them, and who came."""

from starlette.requests import Request
from starlette.responses import Response

from events.access import event_of_own_community, organised_event
from events.tables import Event
from followups import access
from followups.forms import WalkedInFields
from followups.hosts import arrivals, queries, told
from followups.hosts.told import Told
from rsvps.door import arrivals as door
from rsvps.door import queries as door_queries
from server import clock
from server.errors import NotFound, Refusal
from server.finding import asked_words
from server.forms import Form, blank, read
from server.languages.messages import _
from server.pages import redirect, render, url
from server.pagination import asked_place


class NotBegunYet(Refusal):
    """Who came is a question for when it has begun."""

    sentence = _("This gathering has not begun yet. Who came can be noted from its start on.")
    status = 409


async def said(request: Request) -> Response:
    """What people chose to say to the organisers and asked of them; to a co-host they did not say it."""
    event = await event_of_own_community(request.user, request.path_params["event"])
    place = asked_place(request.query_params)
    closes_at = await queries.follow_up_of(event)
    return render(
        request,
        "followups/said.html",
        event=event,
        closes_at=closes_at if closes_at and closes_at > clock.now() else None,
        told=await told.to_organiser(event, request.user, place=place),
    )


async def came(request: Request) -> Response:
    """Who was there, as they said or as a host saw, to be corrected."""
    return await _came(request, await organised_event(request.user, request.path_params["event"]), blank())


async def add(request: Request) -> Response:
    """Somebody else was there, without an answer."""
    event = await organised_event(request.user, request.path_params["event"])
    form = await read(request, WalkedInFields)
    if not form.data:
        return await _came(request, event, form)
    if event.starts_at > clock.now():
        raise NotBegunYet
    await door.walked_in(event, form.data.name, guests=form.data.guests)
    return redirect(
        "followups:came", event=event.public_id, notice=_("Noted: %(name)s was there.", name=form.data.name)
    )


async def remove(request: Request) -> Response:
    """Somebody who was written down was not there."""
    event = await organised_event(request.user, request.path_params["event"])
    if not await door.take_back_walk_in(event.id, request.path_params["walk_in"]):
        raise NotFound
    return redirect("followups:came", event=event.public_id, notice=_("That is taken back."))


async def _came(request: Request, event: Event, form: Form[WalkedInFields]) -> Response:
    query = request.query_params
    words = asked_words(query)
    found = await queries.came(event, seen_by=request.user, words=words, place=asked_place(query))
    return render(
        request,
        "followups/came.html",
        status=form.status,
        event=event,
        begun=event.starts_at <= clock.now(),
        found=found,
        told=Told() if found.before or words else await told.to_host(event, request.user),
        walk_ins=[]
        if found.after
        else await door_queries.known_by_name_alone(event.id, seen_by=request.user, words=words),
        counts=await door_queries.counts_at_door(event.id),
        q=words,
        list_at=url("followups:came", event=event.public_id, query={"q": words} if words else {}),
        form=form,
    )


async def saw(request: Request) -> Response:
    """They were there."""
    answer, event = await access.organised_answer(request.user, request.path_params["rsvp"])
    if event.starts_at > clock.now():
        raise NotBegunYet
    await arrivals.saw(answer, by=request.user)
    return redirect(
        "followups:came", event=event.public_id, notice=_("Noted: %(name)s was there.", name=answer.name)
    )


async def did_not_see(request: Request) -> Response:
    """They were not."""
    answer, event = await access.organised_answer(request.user, request.path_params["rsvp"])
    await arrivals.did_not_see(answer, by=request.user)
    return redirect(
        "followups:came", event=event.public_id, notice=_("Noted: %(name)s was not there.", name=answer.name)
    )
