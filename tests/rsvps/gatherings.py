"""People to answer, and what their answers have come to."""

from events.tables import Event
from members.tables import Person
from rsvps import rows
from rsvps.door import doors
from rsvps.tables import Door, Rsvp
from server import clock, db, tokens


async def make_people(number: int, *, account: bool = True) -> list[Person]:
    """Many people at once."""
    now = clock.now()
    await db.copy(
        "people",
        ["public_id", "email", "name", "zone", "language", "signed_in_at", "created_at"],
        [
            (
                tokens.public_id(),
                f"p{i}@example.org",
                f"Person {i}",
                "UTC",
                "en",
                now if account else None,
                now,
            )
            for i in range(number)
        ],
    )
    found = await Person.objects().where(Person.email.like("p%@example.org")).order_by(Person.id)
    assert len(found) == number
    return found


async def open_door(event: Event, *, by: Person, name: str = "Front door") -> tuple[Door, str]:
    """A door link whose time has come, however far off its gathering is, and its secret."""
    door, secret = await doors.open_door(event, name=name, by=by)
    await Door.update({Door.opens_at: door.created_at}).where(Door.id == door.id)
    return door, secret


async def answer_of(event: Event, person: Person) -> Rsvp | None:
    """Somebody's answer as it stands now."""
    row = await db.row("SELECT * FROM rsvps WHERE event = $1 AND person = $2", event.id, person.id)
    return rows.rsvp_from(row) if row else None


async def statuses(event: Event) -> dict[str, int]:
    """How many answers there are of each kind."""
    found = await db.rows("SELECT status, count(*) AS n FROM rsvps WHERE event = $1 GROUP BY 1", event.id)
    return {row["status"]: row["n"] for row in found}


async def line(event: Event) -> list[int]:
    """Who waits, oldest first."""
    found = await db.rows(
        "SELECT person FROM rsvps WHERE event = $1 AND queued IS NOT NULL ORDER BY queued", event.id
    )
    return [row["person"] for row in found]


async def taken(event: Event) -> int:
    """Chairs taken, as the event says; on each side it must be what its answers add up to."""
    sides = await db.rows(
        """
        SELECT taken AS said, (
            SELECT coalesce(sum(1 + guests), 0) FROM rsvps
            WHERE rsvps.event = seat_pools.event AND rsvps.online = seat_pools.online
                AND status IN ('going', 'offered')
        ) AS counted FROM seat_pools WHERE event = $1
        """,
        event.id,
    )
    assert sides and all(side["said"] == side["counted"] for side in sides)
    return sum(int(side["said"]) for side in sides)


async def give_seats(event: Event, seats: int | None) -> None:
    """Change how many chairs there are, as an edit does."""
    await db.run("UPDATE seat_pools SET seats = $2 WHERE event = $1 AND NOT online", event.id, seats)
