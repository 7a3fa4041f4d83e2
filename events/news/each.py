"""A letter for each new gathering, to those who wish to hear of each: soon after it is published, and in one with what
else a community publishes in these minutes.

Who is to be told is written down in the transaction that hears of it, once. Those whose letters are due are held some
at a time; what they are told is let go with the writing down of their letters, so that a worker that is killed leaves
everything as it was. Whoever is away, pauses letters or has quiet hours is told later, in one letter of a community.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from events.news import mail, queries, store
from events.news.queries import DueNews
from members.letters.letter_hours import next_free
from server import clock
from server.db import transaction
from server.jobs import finish_here, later_for_each

SOON = timedelta(minutes=3)  # What is published until then is told along with it.
PEOPLE_AT_ONCE = 1000


async def note(events: Sequence[int]) -> None:
    """Have those told who wish to hear of these events (by id): in the work that hears of them, at most once."""
    async with transaction():
        now = clock.now()
        found = [event for event in await queries.to_tell(events) if event.starts_at > now]
        if await finish_here():
            for community in sorted({event.community for event in found}):
                theirs = [event.id for event in found if event.community == community]
                await store.note(community, theirs, now + SOON)


async def note_series(series: int, events: Sequence[int]) -> None:
    """The same of a series that begins. What one that is known has further on is no news."""
    if await queries.begins(series, events):
        await note(events)


async def tell_due(now: datetime | None = None) -> int:
    """Write to those whose letters are due. Returns how many letters that is."""
    now = now or clock.now()
    told, held = 0, PEOPLE_AT_ONCE
    while held == PEOPLE_AT_ONCE:
        held, written = await _tell_some(now)
        told += written
    return told


async def _tell_some(now: datetime) -> tuple[int, int]:
    async with transaction():
        due = await queries.lock_news(now, most=PEOPLE_AT_ONCE)
        comes = {each.id: next_free(each.person, now) for each in due}
        ready = [each for each in due if comes[each.id] <= now]
        await store.put_off({each.id: comes[each.id] for each in due if comes[each.id] > now})
        await store.told([each.id for each in ready])
        letters = await _letters(ready, now)
        await later_for_each(mail.new_gatherings, letters)
    return len(due), len(letters)


async def _letters(ready: Sequence[DueNews], now: datetime) -> list[list[Any]]:
    """What these are told of: of what has begun while their letters waited, nothing."""
    numbers = {event for each in ready for event in each.events}
    ahead = {event.id for event in await queries.to_tell(numbers) if event.starts_at > now}
    found = [(each, [event for event in dict.fromkeys(each.events) if event in ahead]) for each in ready]
    return [[each.person.id, each.community, events] for each, events in found if events]
