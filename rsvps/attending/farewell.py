"""What happens to somebody's answers when they leave: a community, or Kith."""

from collections.abc import Sequence

from events import queries as events_queries
from members.tables import Person
from rsvps.seating import seats, store
from server import clock, db


async def give_back(person: Person) -> None:
    """Take back every answer to what is still to come, so that the lines move. In the caller's transaction."""
    await _withdraw_from(await _still_to_come(person.id), person, by=person)


async def take_no_part(person: Person, events: Sequence[int]) -> None:
    """Take back somebody's answers and invitations to these events, whose rows are locked, so that the lines move.

    In the caller's transaction. Nobody's name stands in the history of it.
    """
    await _withdraw_from(await _still_to_come(person.id, among=events), person, by=None)
    await store.end_invitations(person.id, events)


async def _still_to_come(person: int, *, among: Sequence[int] | None = None) -> list[int]:
    rows = await db.rows(
        """
        SELECT event FROM rsvps JOIN events ON events.id = rsvps.event
        WHERE person = $1 AND rsvps.status NOT IN ('declined', 'withdrawn')
            AND events.status = 'published' AND coalesce(ends_at, starts_at + interval '3 hours') > $2
            AND ($3::bigint[] IS NULL OR events.id = ANY($3))
        """,
        person,
        clock.now(),
        list(among) if among is not None else None,
    )
    return [row["event"] for row in rows]


async def _withdraw_from(numbers: list[int], person: Person, *, by: Person | None) -> None:
    events = await events_queries.events_by_id(numbers)
    # In order: two people who leave at once must not deadlock.
    for number in sorted(events):
        await seats.withdraw(events[number], person, by=by)
