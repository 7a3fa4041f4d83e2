"""What the volunteers' package does by the clock, and when events tell it something."""

from datetime import timedelta

from events.announcements import EventCancelled, EventChanged
from server import clock, db
from server.db import transaction
from server.jobs import later_for_each, on
from volunteers import mail, queries

BEFORE = timedelta(hours=24)
SETTLED = timedelta(hours=2)  # Who signed up within the last two hours needs no reminder.
AT_ONCE = 500


async def remind() -> None:
    """Each minute: remind those whose shift is within a day, once. Hours that move move the reminder."""
    while await _remind_some():
        pass


@on(EventChanged)
async def tell_of_change(announcement: EventChanged) -> None:
    """The gathering moved, and its shifts with it."""
    told = await queries.signed_up_at(announcement.event)
    await later_for_each(mail.changed, [[*each, announcement.change] for each in told])


@on(EventCancelled)
async def tell_of_cancellation(announcement: EventCancelled) -> None:
    """It does not happen, so nobody has to help."""
    told = await queries.signed_up_at(announcement.event)
    await later_for_each(mail.not_needed, [list(each) for each in told])


async def _remind_some() -> bool:
    now = clock.now()
    async with transaction():
        claimed = await db.rows(
            """
            UPDATE volunteer_sign_ups SET reminded_at = $1 FROM (
                SELECT sign_ups.id FROM volunteer_sign_ups AS sign_ups
                JOIN volunteer_roles AS roles ON roles.id = sign_ups.role JOIN events ON events.id = roles.event
                WHERE reminded_at IS NULL AND roles.removed_at IS NULL AND events.status = 'published'
                    AND events.starts_at + roles.begins * interval '1 minute' > $1
                    AND events.starts_at + roles.begins * interval '1 minute' <= $1::timestamptz + $2::interval
                    AND sign_ups.created_at <= $1::timestamptz - $3::interval
                LIMIT $4 FOR UPDATE OF sign_ups SKIP LOCKED
            ) AS due WHERE due.id = volunteer_sign_ups.id RETURNING role, person
            """,
            now,
            BEFORE,
            SETTLED,
            AT_ONCE,
        )
        await later_for_each(mail.reminder, [[row["role"], row["person"]] for row in claimed])
    return bool(claimed)
