"""Who may see an event, and how much of it; who may change it. The only road from an address to an event.

An event is changed by its community's organisers, and by its co-hosts, who organise nothing else of the community.
A draft is for these alone. Of the others, `public` and `unlisted` ones are for everybody,
`members` for the community's members, `invited` for whom an answer or an invitation connects with it.
The place is shown with the event; its private address to those who come to the room, its join link to those in the
call, and both to who organises it.

`view` is the one question. It is asked at the moment of showing, on every road: a page, a letter's link, a feed,
what a letter is about to say. Nothing depends on work that is due.
"""

from collections.abc import Iterable

from events import contributions, queries
from events.queries import EventRole
from events.tables import Event
from events.view import EventView, Relation
from members.access import KeptOut
from members.roles import Action, may
from members.tables import Person
from server.errors import Forbidden, LinkExpired, NotFound, SignInNeeded

# What was found out about a reader is kept with the event: another request has an event of its own.
_VIEWS, _PARTS = "_sights", "_parts"


class OutOfSight(LinkExpired):
    """A link is good, and what it leads to is not for its holder any more. Says nothing of what that is."""

    sentence = (
        "What this link led to is not open to you any more. If you think that this is a mistake, "
        "please ask whoever sent it to you."
    )


async def visible_event(person: Person | None, public_id: str) -> Event:
    """An event that somebody, signed in or not, may see. Raises NotFound. One query; two where answers decide it."""
    found = await queries.found(public_id, person)
    if found is None:
        raise NotFound
    event = with_part(found.event, person, found.part)
    if not _seen_by_anybody(event) and not (await view(person, event)).sees_it:
        raise NotFound
    return event


async def organised_event(person: Person | None, public_id: str) -> Event:
    """An event that somebody may change. Raises NotFound, Forbidden, or SignInNeeded if nobody is signed in."""
    event = await visible_event(person, public_id)
    if person is None:
        raise SignInNeeded
    if not (await view(person, event)).organises:
        raise Forbidden("Only the community’s organisers can change this gathering.")
    return event


async def event_of_own_community(person: Person | None, public_id: str) -> Event:
    """An event of a community that somebody organises: for what a co-host may not do. Raises as above."""
    event = await organised_event(person, public_id)
    if not (await view(person, event)).organises_community:
        raise Forbidden("You host this gathering. This is for the community’s organisers.")
    return event


async def view(person: Person | None, event: Event) -> EventView:
    """How much of this event somebody may see.

    Kept with the event: asking again of the same object costs nothing, and answers as it did at first.
    Otherwise at most two queries.
    """
    return (await views(person, [event]))[event.id]


async def view_by_link(person: Person, event: Event) -> EventView:
    """How much of an event whoever holds a letter's link may see: as much as its receiver.

    Raises KeptOut, OutOfSight.
    """
    found = await view(person, event)
    if found.kept_out:
        raise KeptOut
    if not found.sees_it:
        raise OutOfSight
    return found


async def views(person: Person | None, events: Iterable[Event]) -> dict[int, EventView]:
    """The same for many events. At most two queries."""
    events = list(events)
    unknown = [event for event in events if _kept(event, person) is None]
    if unknown:
        parts = await _parts(person, unknown)
        relations = await _relations(person, unknown)
        for event in unknown:
            relation = relations.get(event.id, Relation.STRANGER)
            _keep(event, person, _view(event, parts.get(event.id, queries.NO_EVENT_ROLE), relation))
    return {event.id: kept for event in events if (kept := _kept(event, person))}


async def seen_of(person: Person | None, events: Iterable[Event]) -> list[Event]:
    """Those of these events that somebody may see, in the same order. At most two queries."""
    events = list(events)
    known = await views(person, events)
    return [event for event in events if known[event.id].sees_it]


def with_part(event: Event, person: Person | None, part: EventRole) -> Event:
    """The event, with what somebody is to it as its row was read: asking for sight of it costs a query less."""
    event.__dict__.setdefault(_PARTS, {})[_id(person)] = part
    return event


def _view(event: Event, part: EventRole, relation: Relation) -> EventView:
    organises_community = may(part.role, Action.ORGANISE)
    organises = organises_community or part.hosts
    if part.kept_out and not organises:
        # No membership, answer or invitation counts: they see what anybody does.
        open_to_all = _seen_by_anybody(event)
        address = open_to_all and event.address_public
        return EventView(None, Relation.STRANGER, False, open_to_all, address, False, kept_out=True)
    sees_it = organises or (event.status != "draft" and _is_for(event, part.role, relation))
    in_the_room, in_the_call = _sides(event, relation)
    address = sees_it and (organises or in_the_room or event.address_public)
    join_link = sees_it and (organises or in_the_call)
    return EventView(part.role, relation, organises, sees_it, address, join_link, organises_community)


def _sides(event: Event, relation: Relation) -> tuple[bool, bool]:
    """Whether somebody comes to the room, and by the call. Where there is one way to come, all come by it."""
    room, call = Relation.IN_THE_ROOM in relation, Relation.IN_THE_CALL in relation
    return (room, call) if event.mode == "hybrid" else (room or call, room or call)


def _seen_by_anybody(event: Event) -> bool:
    return event.status != "draft" and event.visibility in {"public", "unlisted"}


def _is_for(event: Event, role: str | None, relation: Relation) -> bool:
    if event.visibility == "members":
        return may(role, Action.SEE_MEMBERS_EVENTS)
    if event.visibility == "invited":
        return Relation.INVITED in relation
    return True


async def _parts(person: Person | None, events: list[Event]) -> dict[int, EventRole]:
    if person is None:
        return {}
    parts = {event.id: part for event in events if (part := _kept_part(event, person))}
    unknown = [event.id for event in events if event.id not in parts]
    return parts | await queries.parts_in(person, unknown) if unknown else parts


async def _relations(person: Person | None, events: list[Event]) -> dict[int, Relation]:
    found: dict[int, Relation] = {}
    if person is None:
        return found
    for source in contributions.relations:
        for event, relation in (await source(person, [event.id for event in events])).items():
            found[event] = relation | found.get(event, Relation.STRANGER)
    return found


def _keep(event: Event, person: Person | None, view: EventView) -> Event:
    event.__dict__.setdefault(_VIEWS, {})[_id(person)] = view
    return event


def _kept(event: Event, person: Person | None) -> EventView | None:
    kept: EventView | None = event.__dict__.get(_VIEWS, {}).get(_id(person))
    return kept


def _kept_part(event: Event, person: Person | None) -> EventRole | None:
    kept: EventRole | None = event.__dict__.get(_PARTS, {}).get(_id(person))
    return kept


def _id(person: Person | None) -> int | None:
    return person.id if person else None
