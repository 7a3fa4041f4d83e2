"""What a device at the door is told: the whole list once, then what is new since. Names, numbers and answers only."""

import re
from datetime import datetime
from typing import Any

from events.tables import Event
from members.tables import Person
from rsvps.door import arrivals, queries
from rsvps.door.arrivals import Marked
from rsvps.door.queries import AtDoor, Seen, WalkedIn
from rsvps.status import words
from rsvps.tables import Door
from server import clock
from server.languages.language import spoken
from server.languages.messages import Text, _

_SINCE = re.compile(r"(\d{1,18})\.(\d{1,18})\.(\d{1,18})", re.ASCII)


def read(since: str) -> Seen | None:
    """How far a device says it has seen; None if that is nothing we said."""
    found = _SINCE.fullmatch(since)
    return Seen(*(int(part) for part in found.groups())) if found else None


async def everything(door: Door, event: Event, *, seen_by: Person | None) -> dict[str, Any]:
    """The whole list. Four queries; 0.2 s for 20,000 people."""
    # First how far, then the list: what happens between the two comes again, which is harmless.
    seen = await queries.seen_by_now(event.id, clock.now())
    people = await queries.all_at_door(event.id, seen_by=seen_by)
    return {
        "event": event.title,
        "door": door.name,
        "zone": event.zone,
        "expires_at": door.expires_at.isoformat(),
        **await _frame(event, seen, people, await queries.walk_ins(event.id, seen_by=seen_by)),
    }


async def news(event: Event, since: Seen, *, seen_by: Person | None) -> dict[str, Any]:
    """What is new. Three queries."""
    people, seen = await queries.news_at_door(event.id, since, clock.now(), seen_by=seen_by)
    walk_ins = await queries.walk_ins(event.id, seen_by=seen_by, after=since.walk_in)
    return await _frame(event, seen, people, walk_ins)


async def after(event: Event, marked: Marked | None, said: Text) -> dict[str, Any]:
    """What a press has come to, with the new numbers. One query."""
    facts = {"said": str(said), "counts": await _counts(event)}
    if marked is None:
        return facts
    outcome = {"already": marked.already, "overtaken": marked.overtaken, "held": marked.held}
    return {**facts, **outcome, "person": person(marked.person, event)}


def person(one: AtDoor, event: Event) -> dict[str, Any]:
    """One line of the list. What is not said is not so: nobody with them, not in, expected.

    `order` is what it is sorted by in an alphabet of its own.
    """
    facts: dict[str, Any] = {"id": one.public_id, "name": str(one.name)}
    if (alphabet := spoken().alphabet).line:
        facts["order"] = alphabet.key(facts["name"])
    if one.guests:
        facts["guests"] = one.guests
    if one.guest_names:
        facts["guest_names"] = one.guest_names.split("\n")
    if not one.expected:
        facts["answer"] = str(label(one))
    if one.arrived:
        facts["here"] = _arrival(one.arrived_at, event) | {"guests": one.came}
    return facts


def _arrival(at: datetime | None, event: Event) -> dict[str, Any]:
    """When somebody came. Where nobody knows, `at` is the start, for pages of before that was said."""
    return {"at": _moment(at)} if at else {"at": _moment(event.starts_at), "unknown": True}


def label(one: AtDoor) -> Text:
    """What somebody answered who is not expected in the room; empty if they are."""
    if one.expected:
        return ""
    return _("Going, by the call") if one.status == "going" else words.label(one.status)


async def _frame(event: Event, seen: Seen, people: list[AtDoor], walk_ins: list[WalkedIn]) -> dict[str, Any]:
    newest = max((row.id for row in walk_ins), default=seen.walk_in)
    return {
        "now": _moment(clock.now()),
        "starts": {"at": _moment(event.starts_at), "said": str(arrivals.starts(event))},
        "since": f"{seen.mark}.{seen.answer}.{max(newest, seen.walk_in)}",
        "counts": await _counts(event),
        "people": [person(one, event) for one in people],
        "walk_ins": [
            {
                "key": row.key,
                "name": row.name,
                "guests": row.guests,
                "left": row.left,
                **_arrival(row.at, event),
            }
            for row in walk_ins
        ],
    }


async def _counts(event: Event) -> dict[str, int]:
    counts = await queries.counts_at_door(event.id)
    return {"here": counts.here, "expected": counts.expected, "walked_in": counts.walked_in}


def _moment(at: datetime) -> str:
    return at.isoformat()
