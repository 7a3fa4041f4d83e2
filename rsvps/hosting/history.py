"""How one answer came to be, and whether they came. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from members.queries import hidden
from members.tables import Person
from rsvps.status.queries import Answered
from rsvps.tables import Rsvp
from server import db


@dataclass(frozen=True)
class Noted:
    """A step of somebody's answer, and the name of who took it; none when Kith did by its rules.

    `by_host`: it was not they themselves; without a name when they have given none, or a block hides them. `note` is
    what the host wrote about it.
    """

    at: datetime
    before: str | None
    status: str
    guests: int
    online: bool
    note: str
    by: str | None
    by_host: bool

    @property
    def moved_up(self) -> bool:
        """Whether a host put them first in line by it."""
        return self.by_host and self.before == self.status == "waitlisted"


async def history(rsvp: Rsvp, *, seen_by: Person) -> list[Noted]:
    """How an answer came to be, oldest step first, its first two hundred. One query."""
    rows = await db.rows(
        f"""
        SELECT at, from_status AS before, to_status AS status, to_guests AS guests, to_online AS online, note,
            people.name AS by, coalesce(rsvp_changes.by <> $2, false) AS by_host
        FROM rsvp_changes
        LEFT JOIN people ON people.id = rsvp_changes.by AND people.id <> ALL ({hidden("$3")})
        WHERE rsvp = $1 ORDER BY at, rsvp_changes.id LIMIT 200
        """,  # noqa: S608 - our own words
        rsvp.id,
        rsvp.person,
        seen_by.id,
    )
    return [Noted(**row) for row in rows]


async def arrival(rsvp: Rsvp, *, seen_by: Person) -> tuple[datetime, str | None] | None:
    """When somebody came, and who said so (a person's or a door's name); None while nobody did. One query."""
    row = await db.row(
        f"""
        SELECT arrived_at, coalesce(people.name, doors.name) AS by FROM arrivals
        LEFT JOIN people ON people.id = seen_by AND people.id <> ALL ({hidden("$2")})
        LEFT JOIN doors ON doors.id = arrivals.door WHERE rsvp = $1
        """,  # noqa: S608 - our own words
        rsvp.id,
        seen_by.id,
    )
    return (row["arrived_at"], row["by"]) if row else None


async def member_since(found: Answered) -> datetime | None:
    """Since when whoever answered has belonged to the event's community; None for who does not. One query."""
    since: datetime | None = await db.value(
        "SELECT joined_at FROM memberships WHERE community = $1 AND person = $2",
        found.event.community,
        found.rsvp.person,
    )
    return since
