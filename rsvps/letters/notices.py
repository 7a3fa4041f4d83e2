"""Telling those concerned that the event has moved or will not be: one letter each, however often we are asked.

Who is invited and has not answered is told as well, within what letters that nobody asked for are held to.
"""

from collections.abc import Collection, Sequence

from events import queries as events_queries
from rsvps.letters import mail, queries, series_changes, unasked
from rsvps.seating import queries as seating
from rsvps.seating import store
from server import clock
from server.db import transaction
from server.jobs import later_for_each

AT_ONCE = 500  # people who are told of a series in one transaction


async def tell_of_change(event: int, change: int) -> None:
    """A letter to each who is going, may come, waits or is invited, about one change. Nobody hears of it twice."""
    may = await _invited_who_may_be_told(event)
    async with transaction():
        told = await store.tell_of_change(event, change)
        answered, invited = await _parted(event, told, may)
        await later_for_each(mail.changed, [[rsvp, change] for rsvp in answered])
        await later_for_each(mail.changed_for_invited, [[rsvp, change] for rsvp in invited])


async def tell_of_cancellation(event: int) -> None:
    """A letter to each person the cancellation concerns, once."""
    may = await _invited_who_may_be_told(event)
    async with transaction():
        told = await store.tell_of_cancellation(event, clock.now())
        answered, invited = await _parted(event, told, may)
        await later_for_each(mail.cancelled, [[rsvp] for rsvp in answered])
        await later_for_each(mail.cancelled_for_invited, [[rsvp] for rsvp in invited])


async def tell_of_series(
    series: int, changes: Sequence[int], cancelled: Sequence[int], back: Sequence[int] = ()
) -> None:
    """One letter to each whom any of these changes, cancellations and returns concerns, about all of them.

    Of what is on again those hear who were told that it is off.
    """
    moved = [found.event for found in await events_queries.sides_of_changes(changes)]
    people = await seating.whom_these_concern([*moved, *cancelled, *back])
    may = await unasked.these_may_be_written_to({email for email in people.values() if email})
    for first in range(0, len(people), AT_ONCE):
        some = [*people][first : first + AT_ONCE]
        async with transaction():
            told = await store.tell_of_many(
                some, changes=changes, cancelled=cancelled, back=back, now=clock.now()
            )
            news = {
                person: [series, sorted(rsvps), list(changes), list(cancelled), list(back)]
                for person, rsvps in sorted(told.items())
            }
            answered = [each for person, each in news.items() if not people[person]]
            invited = [each for person, each in news.items() if people[person] in may]
            await later_for_each(series_changes.series_changed, answered)
            await later_for_each(series_changes.series_changed_for_invited, invited)


async def _invited_who_may_be_told(event: int) -> set[str]:
    """The addresses of those who are invited, have not answered, and may have one more letter.

    Asked before anything is locked: counting a few thousand takes a second.
    """
    return await unasked.these_may_be_written_to(set((await queries.silent(event)).values()))


async def _parted(event: int, told: Sequence[int], may: Collection[str]) -> tuple[list[int], list[int]]:
    """Of these answers those that were given, and those of invited people who may be told."""
    silent = await queries.silent(event)
    answered = [rsvp for rsvp in told if rsvp not in silent]
    return answered, [rsvp for rsvp in told if rsvp in silent and silent[rsvp] in may]
