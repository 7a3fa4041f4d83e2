"""What becomes of a series: a day is left out, it pauses and goes on, somebody else takes it over, it ends.

A pause takes the place of the one before, and an end that of the end before. Evenings that are called off by either are
told of in one letter a person. They are on again once their day is covered by neither any more, and that is told in the
same letter. What was called off by itself stays so.
"""

from collections.abc import Collection, Sequence
from copy import copy
from datetime import date
from typing import Any, NamedTuple

from events import contributions
from events.announcements import SeriesChanged
from events.publishing import publishing, rules
from events.series import making, queries, store
from events.tables import Event, Series, SkippedDate
from members.queries import organises
from members.tables import Person
from server import clock
from server.db import transaction
from server.errors import NotFound, Refusal
from server.faults import Faults
from server.jobs import announce
from server.languages.messages import _
from server.presentation import in_zone


class NotThere(Refusal):
    """A day on which there would be nothing anyway."""

    field = "day"
    sentence = _("There is no gathering of this series on that day.")


class HasEnded(Refusal):
    """A pause of what does not go on until then."""

    sentence = _("This series has ended by then. Take it up again first, or give it a later end.")


class NoOrganiser(Refusal):
    """Somebody who cannot prepare it."""

    field = "person"
    sentence = _("They do not organise this community. Please choose somebody else.")


class Again(NamedTuple):
    """What there is by a series that goes on: evenings that are `back`, and how many are `made`."""

    back: Sequence[Event]
    made: int


class Becomes(NamedTuple):
    """What a pause or an end does to the evenings that there are: those it calls `off`, those that are `back` by it."""

    off: Sequence[Event]
    back: Sequence[Event]


async def by_pause(series: Series, since: date, until: date | None) -> Becomes:
    """What a pause in place of the one that there is would do. Raises as `pause` does. Two queries."""
    _check_pause(series, since, until)
    return Becomes(
        await _concerned(series, since, until),
        await _returning(_with(series, paused_from=since, paused_until=until)),
    )


async def by_end(series: Series, on: date) -> Becomes:
    """What an end on a day, in place of the one that there is, would do. Raises as `end` does. Two queries."""
    rules.refuse_far_away(on, field="on")
    return Becomes(await _concerned(series, on, None), await _returning(_with(series, ended_on=on)))


async def by_going_on(series: Series) -> list[Event]:
    """The gatherings that are on again if a series pauses no longer. One query."""
    return await _returning(_with(series, paused_from=None, paused_until=None))


async def by_taking_up(series: Series) -> list[Event]:
    """The gatherings that are on again if a series no longer ends. One query."""
    return await _returning(_with(series, ended_on=None))


async def skip(series: Series, day: date, *, by: Person) -> None:
    """Leave out a day on which nothing is made yet. Twice is harmless. Raises NotThere."""
    async with transaction():
        current = await _locked(series)
        made = await queries.made_days(series.id)
        if day in made or day not in making.days_between(current, day, day):
            raise NotThere
        skipped = SkippedDate(series=series.id, on=day, by=by.id)
        await SkippedDate.insert(skipped).on_conflict(
            target=(SkippedDate.series, SkippedDate.on), action="DO NOTHING"
        )
        await making.make(series.id)


async def leave_out(series: Series, days: Collection[date], *, by: Person) -> None:
    """Leave out those of these days that are ahead and of which nothing is made yet. Four queries, none for none.

    Nothing is made by it.
    """
    if days:
        async with transaction():
            await _locked(series)
            made, today = await queries.made_days(series.id), await today_of(series)
            await store.skip(series.id, sorted({day for day in days if day >= today} - made), by=by.id)


async def take_back(series: Series, day: date) -> None:
    """Have a day again that was left out. Twice is harmless."""
    async with transaction():
        await _locked(series)
        await SkippedDate.delete().where((SkippedDate.series == series.id) & (SkippedDate.on == day))
        await making.make(series.id)


async def pause(series: Series, since: date, until: date | None, *, reason: str = "") -> list[Event]:
    """Have no gatherings from `since` until the day `until`, or until it goes on. Those that there are, are called off.

    Returns them. Raises NotAllowed, also without a `reason` when some are called off; HasEnded.
    """
    async with transaction():
        _check_pause(await _locked(series), since, until)
        off = await _call_off(series, since, until, reason)
        await _write(series, {Series.paused_from: since, Series.paused_until: until}, off)
    return off


async def go_on(series: Series) -> Again:
    """End the pause. What it has called off and is ahead is on again, unless the series has ended by then."""
    async with transaction():
        await _locked(series)
        return await _write(series, {Series.paused_from: None, Series.paused_until: None})


async def take_up(series: Series) -> Again:
    """Have it not end, or go on after its end. What that has called off and is ahead is on again, but in a pause."""
    async with transaction():
        await _locked(series)
        return await _write(series, {Series.ended_on: None})


async def end(
    series: Series, on: date, *, reason: str = "", keeping: Collection[int] = (), tells: bool = True
) -> list[Event]:
    """Have no gatherings from a day on. Those that there are, are called off: returns them.

    Raises NotAllowed as `pause` does. Those of `keeping` (events by id) stay on. A caller who tells of it in another
    way says so by `tells`.
    """
    rules.refuse_far_away(on, field="on")
    async with transaction():
        await _locked(series)
        off = await _call_off(series, on, None, reason, keeping=keeping)
        await _write(series, {Series.ended_on: on}, off if tells else ())
    return off


async def hand_on(series: Series, to: Person) -> None:
    """Have another organiser prepare it and what is ahead of it. Raises NoOrganiser for anybody else."""
    async with transaction():
        current = await _locked(series)
        if not await organises(to, current.community):
            raise NoOrganiser
        await store.hold(series.id)
        await store.hand_on(series.id, to.id)


async def today_of(series: Series) -> date:
    """Which day it is for a series, on its own clock. One query."""
    pattern = await queries.pattern_of(series.id)
    return in_zone(clock.now(), pattern.zone).date()


def _check_pause(series: Series, since: date, until: date | None) -> None:
    faults = Faults()
    if until is not None and until <= since:
        faults.note("until", _("Please choose a day after the first one of the pause."))
    for field, day in (("since", since), ("until", until)):
        if day:
            with faults.noting():
                rules.refuse_far_away(day, field=field)
    faults.refuse()
    if series.ended_on and series.ended_on <= since:
        raise HasEnded


async def _call_off(
    series: Series,
    since: date,
    until: date | None,
    reason: str,
    *,
    keeping: Collection[int] = (),
) -> list[Event]:
    await store.hold(series.id)
    off = [event for event in await _concerned(series, since, until) if event.id not in keeping]
    if not off:
        return []
    rules.check_reason(reason)
    for event in off:
        await publishing.cancel(event, reason=reason, tells=False, with_series=True)
    return off


async def _write(series: Series, values: dict[Any, Any], off: Sequence[Event] = ()) -> Again:
    """Have what is true now, and tell of it, and of what was called `off`."""
    current, pattern = await _locked(series), await queries.pattern_of(series.id)
    after = await making.rewrite(current, pattern, values | {Series.changed_at: clock.now()})
    await store.hold(series.id)
    back = await _returning(after)
    if back:
        await _bring_back(back)
    if off or back:
        await announce(
            SeriesChanged(series.id, [], [event.id for event in off], [event.id for event in back])
        )
    return Again(back, len(await making.make(series.id)))


async def _bring_back(events: Sequence[Event]) -> None:
    for event in events:
        await publishing.bring_back(event)
    for take_up in contributions.returning:
        await take_up([event.id for event in events])


async def _concerned(series: Series, since: date, until: date | None) -> list[Event]:
    """The gatherings ahead that are on, of the days from `since` until the day `until`. One query."""
    ahead = await queries.gatherings_of(series.id, since=clock.now(), most=making.MOST_AT_ONCE)
    return [
        event
        for event in ahead
        if event.status == "published"
        and event.starts_at > clock.now()
        and since <= event.series_date
        and (until is None or event.series_date < until)
    ]


def _with(series: Series, **said: date | None) -> Series:
    """A series as it would be."""
    one = copy(series)
    for name, value in said.items():
        setattr(one, name, value)
    return one


async def _returning(series: Series) -> list[Event]:
    """What a series has called off and no longer covers, of what is still ahead and on a day of its rule. One query."""
    ahead = await queries.gatherings_of(series.id, since=clock.now(), most=making.MOST_AT_ONCE)
    off = {
        event.series_date: event for event in ahead if event.off_with_series and event.starts_at > clock.now()
    }
    if not off:
        return []
    days = making.days_between(series, min(off), max(off))
    return [off[day] for day in days if day in off]


async def _locked(series: Series) -> Series:
    current = await queries.locked(series.id)
    if current is None:
        raise NotFound
    return current
