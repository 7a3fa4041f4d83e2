"""What helping adds to the event's page, to calendars, to the agenda, and to those who may see where it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from markupsafe import Markup
from starlette.requests import Request

from events.contributions import AgendaItem, HostFact, InCalendar, Panel, Tool
from events.relations import RelationFact
from events.tables import Event
from events.view import Relation
from members.tables import Person
from server import clock
from server.languages.language import Language
from server.languages.messages import _, ngettext, phrase
from server.pages import part, url
from volunteers import queries, shifts
from volunteers.entries import entry

MOST_SHOWN = 8  # shifts on the page of the event
MOST_NAMED = 3  # shifts in a host's home
AGENDA_REACHES = timedelta(days=370)


async def draw(request: Request, event: Event) -> Markup | None:
    """What is needed, while there is something to do about it. One query, none once it is over."""
    return await _drawn(event, request.user, token="")


async def draw_behind_link(_request: Request, event: Event, person: Person, token: str) -> Markup | None:
    """The same for the holder of a letter's link, which speaks for them. Costs as `draw`."""
    return await _drawn(event, person, token)


async def _drawn(event: Event, person: Person | None, token: str) -> Markup | None:
    now = clock.now()
    if event.over_at <= now or event.status != "published":
        return None
    found = await queries.shifts_of(event, person)
    if not found or found[0].kept_out:
        return None
    query = {"rsvp": token} if token else None
    href = url("volunteers:volunteers", event=event.public_id, query=query)
    rows = [shift.row(now) for shift in found[:MOST_SHOWN]]
    more = len(found) - len(rows)
    asks = "" if person else event.public_id
    return part("volunteers/panel.html", href=href, shifts=rows, more=more, token=token, asks=asks).fill()


# Who helps comes to the room, and has to know where it is.
relation_fact = RelationFact(
    queries.helps, lambda helps: Relation.IN_THE_ROOM if helps else Relation.STRANGER
)


async def relations(person: Person) -> Mapping[int, Relation]:
    """The same for all that is not over. One query."""
    return dict.fromkeys(await queries.helps_at(person), Relation.IN_THE_ROOM)


async def calendar(person: Person, since: datetime, until: datetime) -> Sequence[InCalendar]:
    """Somebody's shifts in their own calendar. At most two queries."""
    found = await queries.shifts_of_person(person, since, until)
    names = await queries.community_names({shift.event.community for shift in found}) if found else {}
    return [
        InCalendar(shift.event, partial(entry, shift, community=names.get(shift.event.community, "")))
        for shift in found
    ]


async def agenda(person: Person, now: datetime) -> Sequence[AgendaItem]:
    """The shifts before somebody, soonest first, at most a hundred. One query."""
    found = await queries.shifts_of_person(person, now, now + AGENDA_REACHES)
    return [
        AgendaItem(
            event=shift.event,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            title=_("%(shift)s, %(gathering)s", shift=shift.title, gathering=shift.event.title),
            note=_("You help"),
            href=url("volunteers:volunteers", event=shift.event.public_id),
        )
        for shift in found[:100]
        if shift.removed_at is None and shift.event.status == "published"
    ]


async def facts(_host: Person, events: Sequence[Event], now: datetime) -> Mapping[int, Sequence[HostFact]]:
    """What is still needed at what somebody runs. One query."""
    needed: dict[int, list[str]] = {}
    for event, title in await queries.still_needed([event.id for event in events], now):
        needed.setdefault(event, []).append(title)
    return {event.id: [_needed(event, needed[event.id])] for event in events if event.id in needed}


def _needed(event: Event, titles: Sequence[str]) -> HostFact:
    if len(titles) > MOST_NAMED:
        # Translators: at the end of a list of shifts: "Door, Tea, Kitchen and 2 more"
        more = ngettext("%(num)s more", "%(num)s more", len(titles) - MOST_NAMED)
        words = _("Still needed: %(shifts)s", shifts=[*titles[:MOST_NAMED], more])
    else:
        words = _("Still needed: %(shifts)s", shifts=_one_by_one(titles))
    return HostFact(words, "hand-heart", url("volunteers:volunteers", event=event.public_id), open=True)


@phrase
def _one_by_one(language: Language, titles: Sequence[str]) -> str:
    """Door, Tea"""
    return language.listed([language.value(title) for title in titles], "unit")


panel = Panel("volunteers", "more", draw, draw_behind_link)
tool = Tool(_("Volunteers"), "hand-heart", "volunteers:volunteers", for_pattern=True)


helping = queries.who_helps_at
copy = shifts.copy_all
