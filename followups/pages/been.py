"""Where I have been: the gatherings of each year, my notes about them, and whom I have been in touch with since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from events import access as events_access
from events.lists import queries as lists_queries
from events.lists.queries import EventCard, card_of
from followups.been import queries
from followups.been.queries import Been
from followups.connections import queries as connections
from followups.survey import answering
from members.access import signed_in
from members.tables import Person
from server import clock
from server.pages import redirect, render
from server.pagination import asked_place


@dataclass(frozen=True)
class Remembered:
    """A gathering that I was at, as my page shows it. `card` is None where I may not see it any more."""

    year: int
    card: EventCard | None
    note: str
    note_key: str
    since_then: Sequence[str]


async def index(request: Request) -> Response:
    """A page of them, latest first."""
    me = signed_in(request.user)
    found = await queries.been(me, clock.now(), place=asked_place(request.query_params))
    shown = await _remembered(me, found.rows)
    years: dict[int, list[Remembered]] = {}
    for one in shown:
        years.setdefault(one.year, []).append(one)
    return render(request, "followups/been.html", found=found, years=years)


async def forget_note(request: Request) -> Response:
    """Delete what I wrote to myself."""
    me = signed_in(request.user)
    await answering.forget_note(me.id, request.path_params["note"])
    return redirect("followups:been", notice="The note is deleted.")


async def _remembered(me: Person, found: Sequence[Been]) -> list[Remembered]:
    """Those that they may see; of the others what they wrote to themselves. At most two queries."""
    if not found:
        return []
    numbers = [one.event.id for one in found]
    faces = await lists_queries.faces(me, numbers)
    views = await events_access.views(
        me, [events_access.with_part(one.event, me, faces[one.event.id].part) for one in found]
    )
    since_then = await connections.begun_at(me, numbers)
    seen = {one.event.id: _card(one, faces) for one in found if views[one.event.id].takes_part}
    return [
        Remembered(
            one.event.local_start.year,
            seen.get(one.event.id),
            one.note,
            one.note_key,
            since_then.get(one.event.id, []) if one.event.id in seen else [],
        )
        for one in found
        if one.event.id in seen or one.note
    ]


def _card(one: Been, faces: Mapping[int, lists_queries.Face]) -> EventCard:
    return card_of(one.event, faces[one.event.id], now=clock.now())
