"""What a letter tells of: a step of an answer's history. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from rsvps.status.queries import Answered, answered
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
    """The answers of those whom hosts invited to an event and who have not answered, and their addresses. One query."""
    rows = await db.rows(
        """
        SELECT rsvps.id, email FROM rsvps JOIN people ON people.id = person
        WHERE event = $1 AND invited_at IS NOT NULL AND confirmed_at IS NULL
        """,
        event,
    )
    return {row["id"]: row["email"] for row in rows}
