"""What happens to somebody's answers when they leave: a community, or Kith."""

from events import queries as events_queries
from members import queries as members_queries
from members.tables import Person
from rsvps import seats
from server import clock, db
from server.db import transaction


async def give_back(person: Person) -> None:
    """Take back every answer to what is still to come, so that the lines move. In the caller's transaction."""
    await _withdraw_from(await _still_to_come(person.id), person, by=person)


async def leave_community(community: int, person: int) -> None:
    """Take back the answers of who belongs to a community no longer to what is for its members only.

    An organiser's invitation to it ends as well. Nothing happens if they have come back. Twice is harmless.
    """
    async with transaction():
        leaver = await members_queries.person_by_id(person)
        if leaver is None or await members_queries.role_in(leaver, community):
            return
        events = await _still_to_come(person, members_only_in=community)
        await _withdraw_from(events, leaver, by=None)
        await db.run(
            "UPDATE rsvps SET invited_at = NULL, invited_by = NULL WHERE person = $1 AND event = ANY($2)",
            person,
            events,
        )


async def _still_to_come(person: int, *, members_only_in: int | None = None) -> list[int]:
    rows = await db.rows(
        """
        SELECT event FROM rsvps JOIN events ON events.id = rsvps.event
        WHERE person = $1 AND rsvps.status NOT IN ('declined', 'withdrawn')
            AND events.status = 'published' AND coalesce(ends_at, starts_at + interval '3 hours') > $2
            AND ($3::bigint IS NULL OR (events.community = $3 AND events.visibility = 'members'))
        """,
        person,
        clock.now(),
        members_only_in,
    )
    return [row["event"] for row in rows]


async def _withdraw_from(numbers: list[int], person: Person, *, by: Person | None) -> None:
    events = await events_queries.events_by_id(numbers)
    # In order: two people who leave at once must not deadlock.
    for number in sorted(events):
        await seats.withdraw(events[number], person, by=by)
