"""My connections: with whom, since when, and where we both are going."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from events import access as events_access
from events.tables import Event
from events.view import EventView
from followups import access
from followups.connections import ending, queries
from followups.survey import links
from followups.survey import queries as survey
from members.access import signed_in
from members.tables import Person
from server import clock
from server.finding import asked_words
from server.languages.messages import Text, _
from server.pages import redirect, render, url
from server.pagination import asked_place

VARY = {"Vary": "HX-Request, HX-Request-Type"}


async def index(request: Request) -> Response:
    """All of them in one's own order, or those with a name; a page at a time. What waits to be answered."""
    me = signed_in(request.user)
    now = clock.now()
    sought = asked_words(request.query_params)
    found = await queries.connections_of(me, now, sought, asked_place(request.query_params))
    answered = await queries.has_answered(me.id) if found.rows or sought else True
    waiting = await survey.open_for(me, now)
    began = {each.event for each in found.rows if each.event}
    gatherings = await queries.gatherings(me, [each.other for each in found.rows], began, now)
    around = [*gatherings.began.values(), *(event for _, event in gatherings.coming)]
    seen = await events_access.views(me, [*around, *(asked.event for asked in waiting)])
    partly = request.headers.get("hx-request-type") == "partial"
    return render(
        request,
        "followups/connections_found.html" if partly else "followups/connections.html",
        headers=VARY,
        found=found,
        sought=sought,
        list_at=url("followups:connections", query={"q": sought} if sought else {}),
        answered=answered,
        gatherings={event: at for event, at in gatherings.began.items() if seen[event].sees_it},
        coming=_soonest(gatherings.coming, seen),
        waiting=[(asked.event, links.path(asked)) for asked in waiting if seen[asked.event.id].takes_part],
        ended=await _just_ended(request, me),
    )


async def end(request: Request) -> Response:
    """End one. Nobody is told."""
    me, connection = await access.own_connection(request.user, request.path_params["connection"])
    await ending.end(me, connection.public_id)
    return redirect("followups:connections", query={"ended": connection.public_id})


async def undo_end(request: Request) -> Response:
    """Take that back, while it is fresh."""
    me = signed_in(request.user)
    await ending.undo_end(me, request.path_params["connection"])
    return redirect("followups:connections", notice=_("You are connected again, as before."))


def _soonest(both: Sequence[tuple[int, Event]], seen: Mapping[int, EventView]) -> dict[int, Event]:
    """The first that both are going to, by the other's number, as far as one may see it."""
    soonest: dict[int, Event] = {}
    for other, event in both:
        if seen[event.id].sees_it:
            soonest.setdefault(other, event)
    return soonest


async def _just_ended(request: Request, me: Person) -> tuple[str, Text] | None:
    """(public id, name) of a connection that I have ended just now and may take up again."""
    since = clock.now() - ending.UNDO_WITHIN
    return await queries.ended_just_now(me, request.query_params.get("ended", ""), since)
