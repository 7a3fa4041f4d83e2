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
from server.languages.messages import Listed, Text, Words, _, ngettext, npgettext, pgettext
from server.pages import part, url

MOST_ASKED = 10  # So many people are named in a host's home; the next come when these have their answer.
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
    number = (
        _("More than %(most)s people ask to come", most=MOST_ASKED)
        if len(asks) > MOST_ASKED
        else ngettext("%(num)s person asks to come", "%(num)s people ask to come", len(asks))
    )
    titles = list(dict.fromkeys(one.title for one in asks))
    # Translators: a button that leads to those who ask to come
    return [Asked(number, _some(titles), pgettext("button", "See who"), url("events:organising"))]


async def facts(host: Person, events: Sequence[Event], now: datetime) -> Mapping[int, Sequence[HostFact]]:
    """Of what is ahead: its seats, who asks and who waits, and its door. One query."""
    waiting = await hosting_queries.waiting_at([event.id for event in events], seen_by=host, now=now)
    by_event = {one.event: one for one in waiting}
    return {event.id: _facts(event, by_event[event.id], now) for event in events}


def _some(titles: Sequence[str]) -> Text:
    """The first two, and whether there are others."""
    if len(titles) == 1:
        return titles[0]
    first, second, *others = titles
    if others:
        # Translators: titles of gatherings, of which there are more than these two
        return _("%(first)s, %(second)s and more", first=first, second=second)
    return Listed((first, second), "unit")


def _asked(one: Asks) -> Asked:
    # Translators: a button: let somebody come who asks to
    accept = Press(pgettext("button", "Accept"), url("rsvps:approval", rsvp=one.rsvp))
    return Asked(
        title=one.name or _("Somebody who has given no name yet"),
        note=_wish(one),
        # Translators: a button: look at somebody who asks to come
        label=pgettext("button", "Look"),
        href=url("rsvps:person", rsvp=one.rsvp),
        press=None if one.replied else accept,
        key=one.key,
    )


def _wish(one: Asks) -> Words:
    """What they ask, under their name."""
    if one.replied and one.guests:
        return ngettext(
            "Asks to come to “%(title)s”, with %(num)s guest, and has replied to your questions",
            "Asks to come to “%(title)s”, with %(num)s guests, and has replied to your questions",
            one.guests,
            title=one.title,
        )
    if one.replied:
        return _("Asks to come to “%(title)s”, and has replied to your questions", title=one.title)
    if one.guests:
        return ngettext(
            "Asks to come to “%(title)s”, with %(num)s guest",
            "Asks to come to “%(title)s”, with %(num)s guests",
            one.guests,
            title=one.title,
        )
    # Translators: it stands below the name of whoever asks
    return _("Asks to come to “%(title)s”", title=one.title)


def _facts(event: Event, here: OfEvent, now: datetime) -> list[HostFact]:
    people = url("rsvps:people", event=event.public_id)
    found = [HostFact(_seats(event), "armchair", people)]
    if here.asking:
        asks = url("rsvps:people", event=event.public_id, query={"status": "requested"})
        # Translators: how many people ask to come: "3 asking to come"
        asking = ngettext("%(num)s asking to come", "%(num)s asking to come", here.asking)
        found.append(HostFact(asking, "user-plus", asks, open=True))
    if here.waiting:
        line = url("rsvps:people", event=event.public_id, query={"status": "waitlisted"})
        # Translators: how many people wait in line for a seat: "3 waiting"
        waiting = npgettext("people in line", "%(num)s waiting", "%(num)s waiting", here.waiting)
        found.append(HostFact(waiting, "hourglass", line))
    doors = url("rsvps:doors", event=event.public_id)
    if here.door:
        found.append(HostFact(_("Door link ready"), "door-open", doors))
    elif event.mode != "online" and event.starts_at - now < DOOR_AHEAD:
        found.append(HostFact(_("No door link yet"), "door-open", doors, open=True))
    return [*found, HostFact(_("Write to them"), "mail", url("rsvps:letters", event=event.public_id))]


def _seats(event: Event) -> Words:
    """How many of its seats are taken, on each side: guests included."""
    if event.mode != "hybrid":
        return _taken(event, online=False)
    # Translators: seats of a gathering both in person and online: "Room: 3 of 10 seats taken; call: 1 seat taken"
    return _(
        "Room: %(room)s; call: %(call)s",
        room=_taken(event, online=False),
        call=_taken(event, online=True),
    )


def _taken(event: Event, *, online: bool) -> Words:
    pool = event.pool(online=online)
    if pool.seats:
        return ngettext(
            "%(taken)s of %(num)s seat taken",
            "%(taken)s of %(num)s seats taken",
            pool.seats,
            taken=pool.taken,
        )
    return ngettext("%(num)s seat taken", "%(num)s seats taken", pool.taken)
