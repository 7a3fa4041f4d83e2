"""Who may see an event, and how much of it; who may change it. The only road from an address to an event.

An event is changed by its community's organisers, and by its co-hosts, who organise nothing else of the community.
A draft is for these alone. Of the others, `public` and `unlisted` ones are for everybody,
`members` for the community's members, `invited` for those with an answer or an invitation to it.
The place is shown with the event; its private address to those who come to the room, its join link to those in the
call, and both to its organisers.

`view` is the one question. It is asked at the moment of showing, on every road: a page, a letter's link, a feed,
what a letter is about to say. Nothing depends on work that is due.
"""

from collections.abc import Iterable

from events import queries
from events.queries import EventRole, Found
from events.tables import Event
from events.view import EventView, Relation
from events.visibility import is_for
from members.access import KeptOut
from members.roles import Action, may
from members.tables import Person
from server.errors import Forbidden, LinkExpired, NotFound, SignInNeeded
from server.languages.messages import _

# What was found out about a reader is kept with the event: another request has an event of its own.
_VIEWS = "_views"


class OutOfSight(LinkExpired):
    """A link is good, and what it leads to is not for its holder any more. Says nothing of what that is."""

    sentence = _(
        "What this link led to is not open to you any more. If you think that this is a mistake, "
        "please ask whoever sent it to you."
    )


async def visible_event(person: Person | None, public_id: str) -> Event:
    """An event that somebody, signed in or not, may see. Raises NotFound. One query."""
    return if_seen(person, await queries.found(public_id, person))


def if_seen(person: Person | None, found: Found | None) -> Event:
    """The event that was found for somebody, if they may see it. Raises NotFound."""
    if found is None:
        raise NotFound
    event, view = found.event, _view(found.event, found.part)
    if not view.sees_it:
        raise NotFound
    return _keep(event, person, view)


async def organised_event(person: Person | None, public_id: str) -> Event:
    """An event that somebody may change. Raises NotFound, Forbidden, or SignInNeeded if nobody is signed in."""
    event = await visible_event(person, public_id)
    if person is None:
        raise SignInNeeded
    if not (await view(person, event)).organises:
        raise Forbidden(_("Only the community’s organisers can change this gathering."))
    return event


async def event_of_own_community(person: Person | None, public_id: str) -> Event:
    """An event of a community that somebody organises: for what a co-host may not do. Raises as above."""
    event = await organised_event(person, public_id)
    if not (await view(person, event)).organises_community:
        raise Forbidden(_("You host this gathering. This is for the community’s organisers."))
    return event


async def view(person: Person | None, event: Event) -> EventView:
    """How much of this event somebody may see.

    Kept with the event: asking again of the same object costs nothing, and answers as it did at first.
    Otherwise one query.
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
    """The same for many events. One query."""
    events = list(events)
    unknown = [event for event in events if _kept(event, person) is None]
    if unknown:
        parts = await queries.parts_in(person, [event.id for event in unknown]) if person else {}
        for event in unknown:
            _keep(event, person, _view(event, parts.get(event.id, queries.NO_EVENT_ROLE)))
    return {event.id: kept for event in events if (kept := _kept(event, person))}


def sees_series(view: EventView, visibility: str) -> bool:
    """Whether who sees an event like this sees the series of this visibility that it is one of: not who is only invited
    to it, or hosts it alone."""
    member = may(view.role, Action.SEE_MEMBERS_EVENTS)
    return view.organises_community or is_for(visibility, member=member, invited=False)


def with_part(event: Event, person: Person | None, part: EventRole) -> Event:
    """The event, with what somebody is to it as its row was read: asking for a view of it costs no query."""
    return _keep(event, person, _view(event, part))


def view_as(event: Event, part: EventRole) -> EventView:
    """How much of this event whoever is this to it may see. For many readers at once, whose parts are at hand."""
    return _view(event, part)


def _view(event: Event, part: EventRole) -> EventView:
    organises_community = may(part.role, Action.ORGANISE)
    organises = organises_community or part.hosts
    if part.kept_out and not organises:
        # No membership, answer or invitation counts: they see what anybody does.
        open_to_all = _seen_by_anybody(event)
        address = open_to_all and event.address_public
        return EventView(None, Relation.STRANGER, False, open_to_all, address, False, kept_out=True)
    sees_it = organises or (event.status != "draft" and _is_for(event, part.role, part.relation))
    in_the_room, in_the_call = _sides(event, part.relation)
    address = sees_it and (organises or in_the_room or event.address_public)
    join_link = sees_it and (organises or in_the_call)
    return EventView(part.role, part.relation, organises, sees_it, address, join_link, organises_community)


def _sides(event: Event, relation: Relation) -> tuple[bool, bool]:
    """Whether somebody comes to the room, and by the call. Where there is one way to come, all come by it."""
    room, call = Relation.IN_THE_ROOM in relation, Relation.IN_THE_CALL in relation
    return (room, call) if event.mode == "hybrid" else (room or call, room or call)


def _seen_by_anybody(event: Event) -> bool:
    return event.status != "draft" and event.visibility in {"public", "unlisted"}


def _is_for(event: Event, role: str | None, relation: Relation) -> bool:
    member = may(role, Action.SEE_MEMBERS_EVENTS)
    return is_for(event.visibility, member=member, invited=Relation.INVITED in relation)


def _keep(event: Event, person: Person | None, view: EventView) -> Event:
    event.__dict__.setdefault(_VIEWS, {})[_id(person)] = view
    return event


def _kept(event: Event, person: Person | None) -> EventView | None:
    kept: EventView | None = event.__dict__.get(_VIEWS, {}).get(_id(person))
    return kept


def _id(person: Person | None) -> int | None:
    return person.id if person else None
