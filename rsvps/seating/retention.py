"""Retention: the end of what people told the hosts of themselves and of their guests, and of the forms they sent."""

from datetime import datetime, timedelta

from rsvps.questions import store as questions_store
from rsvps.questions.store import HAD_ITS_TIME
from rsvps.seating import store

FORMS_KEPT = timedelta(days=14)  # Nobody goes back to an older page and sends it again.


async def forget_replies(now: datetime) -> None:
    """Delete replies, and guests' names, once the days that their event keeps them are over. Twice is harmless."""
    await questions_store.forget_replies(now)
    await store.forget_guest_names(HAD_ITS_TIME, now)


async def forget_forms(before: datetime) -> None:
    """Delete the keys of forms that were sent before then."""
    await store.forget_forms(before)
