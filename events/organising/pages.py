"""An organiser's home, and the whole of its lists, a page at a time. For co-hosts too: they see what they host."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from events import access, contributions
from events.contributions import HostFact
from events.lists.queries import EventCard, card_of
from events.organising import queries
from events.organising.queries import Which
from events.tables import Event
from members.access import signed_in
from members.tables import Person
from server import clock
from server.errors import NotFound
from server.languages.messages import Text
from server.pages import render, url
from server.pagination import asked_place
from server.presentation import day_from, in_zone

FIRST: dict[Which, int] = {"ahead": 8, "drafts": 5, "past": 5}
PAGE = 20
BY_NAME: dict[str, Which] = {which: which for which in FIRST}


@dataclass(frozen=True)
class Organised:
    """A gathering in an organiser's home: its card, what they want to know of it, and when a draft was last edited."""

    card: EventCard
    facts: Sequence[HostFact]
    edited: Text


async def home(request: Request) -> Response:
    """What is asked of an organiser, what they run next, drafts, what people said, and what has been."""
    me, now = signed_in(request.user), clock.now()
    found = await queries.first_of_each(me, now, most=FIRST)
    shown = await _shown(me, [each for page in found.values() for each in page.rows], now)
    drawn = [await panel(request, me) for panel in contributions.home_panels]
    return render(
        request,
        "events/organising.html",
        asked=[each for source in contributions.asked_of_hosts for each in await source(me, now)],
        lists={which: page.of(lambda each: shown.get(each.event.id)) for which, page in found.items()},
        panels=[panel for panel in drawn if panel],
    )


async def listed(request: Request) -> Response:
    """All that is ahead, in draft, or over. Raises NotFound for any other list."""
    me, now = signed_in(request.user), clock.now()
    which = BY_NAME.get(request.path_params["list"])
    if which is None:
        raise NotFound
    found = await queries.organised(which, me, now, place=asked_place(request.query_params), most=PAGE)
    shown = await _shown(me, found.rows, now)
    return render(
        request,
        "events/organised.html",
        which=which,
        found=found.of(lambda each: shown.get(each.event.id)),
        list_at=url("events:organised", list=which),
    )


async def _shown(me: Person, found: Sequence[queries.WithFace], now: datetime) -> Mapping[int, Organised]:
    """How they are shown, by their numbers: those that `access` says they organise."""
    faces = {event.id: face for event, face in found}
    known = [access.with_part(event, me, face.part) for event, face in found]
    views = await access.views(me, known)
    theirs = [event for event in known if views[event.id].organises]
    facts = await _facts(me, [event for event in theirs if _is_ahead(event, now)], now)
    return {
        event.id: Organised(
            replace(card_of(event, faces[event.id], now=now), draft=False),
            facts.get(event.id, []),
            day_from(in_zone(event.changed_at, me.zone), now) if event.status == "draft" else "",
        )
        for event in theirs
    }


def _is_ahead(event: Event, now: datetime) -> bool:
    return event.status == "published" and event.over_at > now


async def _facts(me: Person, events: Sequence[Event], now: datetime) -> Mapping[int, Sequence[HostFact]]:
    if not events:
        return {}
    found: dict[int, list[HostFact]] = {event.id: [] for event in events}
    for source in contributions.host_facts:
        for event, facts in (await source(me, events, now)).items():
            found[event] += facts
    return found
