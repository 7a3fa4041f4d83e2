"""Two who are connected, what is ahead of them, and the moment at which it is somebody's turn. On Berlin's clock."""

from datetime import datetime, timedelta
from typing import Any

from events.tables import Event
from followups.prompts import weekly
from followups.prompts.turns import next_turn
from followups.tables import Connection, Prompt
from members.tables import Community, Person
from rsvps.seating import seats
from server import db
from tests.followups.mornings import BERLIN, at
from tests.gatherings import make_event

MET = datetime(2026, 5, 7, 18, 30, tzinfo=BERLIN)
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=BERLIN)


def turn_of(person: Person, after: datetime = MONDAY) -> datetime:
    """When it is somebody's own hour after a moment."""
    return next_turn(person.id, person.zone, after.replace(hour=12))


async def connect(
    one: Person, other: Person, event: Event | None = None, *, on: datetime = MET
) -> Connection:
    """They have been connected since then."""
    low, high = sorted([one.id, other.id])
    connection = Connection(
        low=low, high=high, event=event.id if event else None, connected_at=on + timedelta(days=3)
    )
    await connection.save()
    return connection


async def gathering(community: Community, when: datetime, *people: Person, **given: Any) -> Event:
    """A gathering to which these people say yes long before, without saying who may see it."""
    with at(when - timedelta(days=40)):
        event = await make_event(
            community,
            **{"starts_at": when, "ends_at": when + timedelta(hours=2), "mode": "in_person", **given},
        )
        for person in people:
            await seats.answer(event, person, answer="going", by=person)
    return event


async def listed(event: Event, person: Person, to: str) -> None:
    """Somebody who comes says who may see it."""
    with at(event.starts_at - timedelta(days=30)):
        await seats.answer(event, person, answer="going", by=person, listed=to)


async def turns_now(*people: Person, moment: datetime) -> None:
    """It is these people's turn, and nobody else's."""
    await db.run("UPDATE prompt_turns SET due_at = $1", moment + timedelta(days=300))
    await db.run(
        "UPDATE prompt_turns SET due_at = $1 WHERE person = ANY($2)", moment, [each.id for each in people]
    )


async def told(person: Person, moment: datetime) -> Prompt | None:
    """It is somebody's turn, and the worker does what is due. Returns what they were told of it at that moment."""
    await turns_now(person, moment=moment)
    with at(moment):
        await weekly.choose_due()
    found: Prompt | None = await Prompt.objects().get(
        (Prompt.person == person.id) & (Prompt.chosen_at == moment)
    )
    return found
