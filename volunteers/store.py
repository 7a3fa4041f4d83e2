"""What the volunteers' package writes in raw SQL: many rows at once, and claims."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from members.tables import Person
from server import db, tokens
from volunteers.queries import Hours


async def move(hours: Mapping[int, Hours], *, counts: int, now: datetime) -> None:
    """Write the hours of shifts by their ids. `counts`: by how much calendars count it as a change of their own."""
    await db.run(
        """
        UPDATE volunteer_roles SET begins = new.begins, lasts = new.lasts, changed_at = $4,
            sequence = sequence + $5
        FROM unnest($1::bigint[], $2::int[], $3::int[]) AS new (id, begins, lasts)
        WHERE volunteer_roles.id = new.id
        """,
        [*hours],
        [each.begins for each in hours.values()],
        [each.lasts for each in hours.values()],
        now,
        counts,
    )


async def copy(copies: Sequence[tuple[int, int, Hours]], *, now: datetime) -> None:
    """Write copies of shifts: each by its id, of another event, at these hours of it. Nobody has them. One query."""
    await db.run(
        """
        INSERT INTO volunteer_roles (
            public_id, event, title, about, places, taken, begins, lasts, wall_begins, wall_lasts, sequence,
            changed_at, created_at
        )
        SELECT copies.public_id, copies.event, title, about, places, 0, copies.begins, copies.lasts, wall_begins,
            wall_lasts, 0, $4, $4
        FROM unnest($1::bigint[], $2::text[], $3::bigint[], $5::int[], $6::int[])
            AS copies (id, public_id, event, begins, lasts)
        JOIN volunteer_roles AS roles ON roles.id = copies.id
        """,
        [role for role, _, _ in copies],
        [tokens.public_id() for _ in copies],
        [event for _, event, _ in copies],
        now,
        [hours.begins for _, _, hours in copies],
        [hours.lasts for _, _, hours in copies],
    )


async def claim_reminders(
    now: datetime, *, before: timedelta, settled: timedelta, most: int
) -> Sequence[tuple[int, int]]:
    """(role, person) for those whose shift begins within `before`, and who signed up `settled` ago or longer; once."""
    claimed = await db.rows(
        """
        UPDATE volunteer_sign_ups SET reminded_at = $1 FROM (
            SELECT sign_ups.id FROM volunteer_sign_ups AS sign_ups
            JOIN volunteer_roles AS roles ON roles.id = sign_ups.role JOIN events ON events.id = roles.event
            WHERE sign_ups.begins_at > $1 AND sign_ups.begins_at <= $1::timestamptz + $2::interval
                AND sign_ups.reminded_at IS NULL AND sign_ups.created_at <= $1::timestamptz - $3::interval
                AND roles.removed_at IS NULL AND events.status = 'published'
            LIMIT $4 FOR UPDATE OF sign_ups SKIP LOCKED
        ) AS due WHERE due.id = volunteer_sign_ups.id RETURNING role, person
        """,
        now,
        before,
        settled,
        most,
    )
    return [(row["role"], row["person"]) for row in claimed]


async def take_over(person: Person, guest: Person) -> None:
    """A guest turns out to be somebody with an account: their shifts are theirs, except those that both have."""
    await db.run(
        """
        UPDATE volunteer_sign_ups SET person = $1 WHERE person = $2 AND NOT EXISTS (
            SELECT FROM volunteer_sign_ups AS own WHERE own.person = $1 AND own.role = volunteer_sign_ups.role
        )
        """,
        person.id,
        guest.id,
    )
