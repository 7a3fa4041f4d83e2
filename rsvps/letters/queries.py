"""What a letter tells of: a step of an answer's history. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from events import queries as events
from events.tables import Event
from members import queries as members
from members.tables import Person
from rsvps.status.queries import Answered, answered
from rsvps.tables import WalkIn
from server import db


@dataclass(frozen=True)
class HistoryStep:
    """A step of an answer's history, with the answer as it is now.

    `newest`: nothing has happened to it since. `by`: who took the step; None when Kith did by its rules. `at`: when,
    and `note`: what they wrote. `in_calendar`: at the step before, a calendar part had put the event into the
    person's calendar, and none had taken it out.
    """

    answered: Answered
    newest: bool
    by: int | None
    at: datetime
    note: str
    in_calendar: bool


async def told(change: int) -> HistoryStep | None:
    """What a letter about one step needs. Two queries."""
    step = await db.row(
        """
        SELECT rsvp, by, at, note, NOT EXISTS (
            SELECT FROM rsvp_changes AS after WHERE after.rsvp = this.rsvp AND after.id > this.id
        ) AS newest, (
            SELECT max(id) FILTER (WHERE to_status IN ('going', 'maybe'))
                > coalesce(max(id) FILTER (WHERE to_status IN ('declined', 'withdrawn')), 0)
            FROM rsvp_changes AS before WHERE before.rsvp = this.rsvp AND before.id < this.id
        ) AS in_calendar
        FROM rsvp_changes AS this WHERE id = $1
        """,
        change,
    )
    found = await answered(step["rsvp"]) if step else None
    if step is None or found is None:
        return None
    return HistoryStep(found, step["newest"], step["by"], step["at"], step["note"], bool(step["in_calendar"]))


async def silent(event: int) -> dict[int, str]:
    """The answers of those whom hosts invited to an event and who have not answered, nor come without an answer, and
    their addresses. One query."""
    rows = await db.rows(
        """
        SELECT rsvps.id, email FROM rsvps JOIN people ON people.id = person
        WHERE event = $1 AND invited_at IS NOT NULL AND confirmed_at IS NULL
            AND NOT EXISTS (SELECT FROM arrivals WHERE arrivals.rsvp = rsvps.id)
        """,
        event,
    )
    return {row["id"]: row["email"] for row in rows}


@dataclass(frozen=True)
class LeftAddress:
    """That somebody came without an answer and left their address, or that it was typed."""

    walk_in: WalkIn
    event: Event
    person: Person


async def left_address(walk_in: int) -> LeftAddress | None:
    """Who left their address with this walk-in (by its id), and where; None if it is gone. Three queries."""
    noted = await WalkIn.objects().where(WalkIn.id == walk_in, WalkIn.left_at.is_not_null()).first()
    if noted is None or noted.person is None:
        return None
    event, person = await events.event_by_id(noted.event), await members.person_by_id(noted.person)
    return LeftAddress(noted, event, person) if event and person else None
