"""The morning after: asking those who were there, reminding them once, deleting what was kept for long enough."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from followups.days import first_reveal, morning_told, zones_by_day
from followups.survey import mail, queries, store
from followups.tables import FollowUp, MetMark, Reply
from server import clock, db
from server.db import transaction
from server.jobs import later_for_each
from server.rows import values_of

AFTER = timedelta(hours=2)  # How long after its end an event is asked about.
LASTS = timedelta(days=14)
NOT_ASKED_AFTER = timedelta(days=7)  # A worker that was away so long does not ask any more.
MARKS_KEPT = timedelta(days=30)  # After closing, like
MESSAGES_KEPT = timedelta(days=365)
EVENTS_AT_ONCE = 200
LETTERS_AT_ONCE = 1000

T = TypeVar("T")


async def open_due(now: datetime | None = None) -> int:
    """Open the follow-ups of events that have been over for two hours, by daylight. Returns how many were opened.

    Each event is opened once, whoever else tries: with its replies and their letters, or not at all. 5,000 of them take
    some seconds.
    """
    now = now or clock.now()
    opened = 0
    while (some := await _open_some(now)) is not None:
        opened += some
    return opened


async def ask_late(event: int, person: int) -> None:
    """Ask somebody who came, but was not among those who were asked, while there is time. Twice is harmless."""
    now = clock.now()
    async with transaction():
        still_open = (FollowUp.event == event) & (FollowUp.closes_at > now)
        for follow_up in await values_of(FollowUp.select(FollowUp.id).where(still_open)):
            pages = await store.ask([(follow_up, person)], now, reminded_after=mail.REMINDED_AFTER)
            await later_for_each(mail.invitation, [[page] for page in pages])


async def ask_who_is_back(now: datetime | None = None) -> int:
    """Ask, by daylight, those who were away when the others were asked and are back in time. Returns how many."""
    now = now or clock.now()
    asked = 0
    while claimed := await _ask_some_who_are_back(now):
        asked += claimed
    return asked


async def remind_due(now: datetime | None = None) -> int:
    """Remind, once, by daylight, those who have neither answered nor dismissed. Returns how many."""
    now = now or clock.now()
    reminded = 0
    while claimed := await _remind_some(now):
        reminded += claimed
    return reminded


async def forget_marks(before: datetime) -> None:
    """Delete the marks of follow-ups that closed before then."""
    await MetMark.delete().where(MetMark.follow_up.closes_at < before)


async def forget_messages(before: datetime) -> None:
    """Delete what people said of follow-ups that closed before then."""
    said = (Reply.message != "") | Reply.felt_welcome.is_not_null()
    await Reply.update({Reply.message: "", Reply.felt_welcome: None}).where(
        said & (Reply.follow_up.closes_at < before)
    )
    await Reply.update({Reply.first_time_told: False}).where(
        Reply.first_time_told.eq(True) & (Reply.follow_up.closes_at < before)
    )


async def _open_some(now: datetime) -> int | None:
    """Open some that are due. Returns how many this call opened; None when none is due."""
    async with transaction(first=db.BY_INDEX):
        due = await queries.over_and_unasked(
            now, zones_by_day(now), after=AFTER, not_after=NOT_ASKED_AFTER, most=EVENTS_AT_ONCE
        )
    if not due:
        return None
    async with transaction():
        moments = {over.id: (first_reveal(now, over.zone), morning_told(now, over.zone)) for over in due}
        opened = await store.open_for(moments, opened_at=now, closes_at=now + LASTS)
        for pages in _in_bunches(await queries.those_who_were_coming(opened)):
            asked = await store.ask(pages, now, reminded_after=mail.REMINDED_AFTER)
            await later_for_each(mail.invitation, [[page] for page in asked])
    return len(opened)


async def _ask_some_who_are_back(now: datetime) -> int:
    async with transaction(first=db.BY_INDEX):
        claimed = await store.claim_waiting(now, zones_by_day(now), most=LETTERS_AT_ONCE)
        await later_for_each(mail.invitation, [[page, True] for page in claimed])
    return len(claimed)


async def _remind_some(now: datetime) -> int:
    async with transaction(first=db.BY_INDEX):
        claimed = await store.claim_reminders(now, zones_by_day(now), late=LASTS, most=LETTERS_AT_ONCE)
        await later_for_each(mail.reminder, [[page] for page in claimed])
    return len(claimed)


def _in_bunches(things: list[T]) -> Iterator[list[T]]:
    for begin in range(0, len(things), LETTERS_AT_ONCE):
        yield things[begin : begin + LETTERS_AT_ONCE]
