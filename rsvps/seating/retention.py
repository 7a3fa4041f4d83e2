"""Retention: the end of what people told the hosts of themselves and of their guests, and of the forms they sent."""

from datetime import timedelta

from rsvps.seating import store
from server import clock, db

FORMS_KEPT = timedelta(days=14)  # Nobody goes back to an older page and sends it again.

_HAD_ITS_TIME = """
    coalesce(events.ends_at, events.starts_at + interval '3 hours') + make_interval(days => replies_kept) < $1
    AND answer_policies.event = events.id
"""


async def forget_replies() -> None:
    """Delete replies, and guests' names, once the days that their event keeps them are over. Twice is harmless."""
    now = clock.now()
    await db.run(
        f"""
        DELETE FROM replies USING questions, events, answer_policies
        WHERE questions.id = replies.question AND events.id = questions.event AND {_HAD_ITS_TIME}
        """,  # noqa: S608 - a condition of our own
        now,
    )
    await store.forget_guest_names(_HAD_ITS_TIME, now)


async def forget_forms() -> None:
    """Delete the keys of forms that were sent long ago."""
    await store.forget_forms(clock.now() - FORMS_KEPT)
