"""What answers ask of hosts, said where they look first: on the page of the gathering, and in their home."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from markupsafe import Markup
from starlette.requests import Request

from events.contributions import Asked, HostFact, Panel, Press
from events.tables import Event
from members.tables import Person
from rsvps.attending import queries
from rsvps.hosting import queries as hosting_queries
from rsvps.hosting.queries import Asks, OfEvent
from server.pages import part, url
from server.presentation import plural

MOST_ASKED = 10  # So many people are named in a host's home; the next come when these have their answer.
MOST_TITLES = 2
DOOR_AHEAD = timedelta(days=3)  # So long before the start a door link begins to be missed.


async def _note(request: Request, event: Event) -> Markup | None:
    """How many ask, and the way to them; nothing if the reader does not decide.

    Costs as `of_reader`, usually nothing.
    """
    if not event.policy.approval or request.user is None:
        return None
    number = (await queries.of_reader(event, request.user)).asking
    if not number:
        return None
    queue = url("rsvps:people", event=event.public_id, query={"status": "requested"})
    return part("rsvps/asking.html", number=number, queue=queue).fill()


panel = Panel("asking", "answer", _note)


async def who_asks(host: Person, now: datetime) -> Sequence[Asked]:
    """Who waits for a host to accept them: with one press, unless there are replies to read first. One query."""
    return [_asked(one) for one in await hosting_queries.who_asks(host, now, most=MOST_ASKED)]


async def wait_for_hosts(person: Person, now: datetime) -> Sequence[Asked]:
    """That people ask to come to what somebody runs, in one line that leads to who they are. One query, for hosts."""
    asks = await hosting_queries.who_asks(person, now, most=MOST_ASKED + 1) if person.organises else []
    if not asks:
        return []
    many = len(asks) > MOST_ASKED
    number = f"More than {MOST_ASKED} people ask" if many else plural(len(asks), "person asks", "people ask")
    titles = list(dict.fromkeys(one.title for one in asks))
    more = " and more" if len(titles) > MOST_TITLES else ""
    note = f"{', '.join(titles[:MOST_TITLES])}{more}"
    return [Asked(f"{number} to come", note, "See who", url("events:organising"))]


async def facts(host: Person, events: Sequence[Event], now: datetime) -> Mapping[int, Sequence[HostFact]]:
    """Of what is ahead: its seats, who asks and who waits, and its door. One query."""
    waiting = await hosting_queries.waiting_at([event.id for event in events], seen_by=host, now=now)
    by_event = {one.event: one for one in waiting}
    return {event.id: _facts(event, by_event[event.id], now) for event in events}


def _asked(one: Asks) -> Asked:
    party = f", with {plural(one.guests, 'guest')}" if one.guests else ""
    accept = Press("Accept", url("rsvps:approval", rsvp=one.rsvp))
    return Asked(
        title=one.name or "Somebody who has given no name yet",
        note=f"Asks to come to “{one.title}”{party}"
        + (", and has replied to your questions" if one.replied else ""),
        label="Look",
        href=url("rsvps:person", rsvp=one.rsvp),
        press=None if one.replied else accept,
        key=one.key,
    )


def _facts(event: Event, here: OfEvent, now: datetime) -> list[HostFact]:
    people = url("rsvps:people", event=event.public_id)
    found = [HostFact(_seats(event), "armchair", people)]
    if here.asking:
        asks = url("rsvps:people", event=event.public_id, query={"status": "requested"})
        found.append(HostFact(f"{here.asking} asking to come", "user-plus", asks, open=True))
    if here.waiting:
        line = url("rsvps:people", event=event.public_id, query={"status": "waitlisted"})
        found.append(HostFact(f"{here.waiting} waiting", "hourglass", line))
    doors = url("rsvps:doors", event=event.public_id)
    if here.door:
        found.append(HostFact("Door link ready", "door-open", doors))
    elif event.mode != "online" and event.starts_at - now < DOOR_AHEAD:
        found.append(HostFact("No door link yet", "door-open", doors, open=True))
    return [*found, HostFact("Write to them", "mail", url("rsvps:letters", event=event.public_id))]


def _seats(event: Event) -> str:
    """How many of its seats are taken, on each side: guests included."""
    if event.mode != "hybrid":
        return _taken(event, online=False)
    return f"Room: {_taken(event, online=False)}; call: {_taken(event, online=True)}"


def _taken(event: Event, *, online: bool) -> str:
    pool = event.pool(online=online)
    of = f"{pool.taken} of {plural(pool.seats, 'seat')}" if pool.seats else plural(pool.taken, "seat")
    return f"{of} taken"
