"""What happens to somebody's answers before their account is erased."""

from events import queries as events_queries
from members.tables import Person
from rsvps import seats
from server import clock, db


async def give_back(person: Person) -> None:
    """Take back every answer to what is still to come, so that the lines move. In the caller's transaction."""
    rows = await db.rows(
        """
        SELECT event FROM rsvps JOIN events ON events.id = rsvps.event
        WHERE person = $1 AND rsvps.status IN ('going', 'maybe', 'waitlisted', 'offered', 'requested')
            AND events.status = 'published' AND coalesce(ends_at, starts_at + interval '3 hours') > $2
        """,
        person.id,
        clock.now(),
    )
    events = await events_queries.events_by_id([row["event"] for row in rows])
    # In order: two people who leave at once must not deadlock.
    for event in sorted(events):
        await seats.withdraw(events[event], person, by=person)
