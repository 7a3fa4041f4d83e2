"""Series that follow their calendar: begun, changed, ended as it says, by the verbs of series.

A gathering is known by its series and its local day, so a rule that changes there moves, calls off and adds here what
an organiser's own change would. What was changed here by hand is kept, and remembered as left, for the page to say.
What is done is told by the caller, so that one letter a person says all of it.
"""

from datetime import date, timedelta
from typing import Any

from events.announcements import SeriesChanged
from events.importing import planning, queries, store
from events.importing.found import Gathering
from events.importing.planning import Step
from events.publishing import publishing
from events.series import beginning, changing, course, rule
from events.series import queries as series_queries
from events.series import store as series_store
from events.series.changing import Wanted
from events.tables import CalendarSource, Event, Series
from members.tables import Community, Person
from server import clock, tokens
from server.languages import catalogues
from server.languages.language import speaking
from server.languages.messages import _
from server.presentation import in_zone

CALLED_OFF = _("It was called off in the calendar from which it came.")


def reason_for(community: Community) -> str:
    """Why something is called off that its calendar calls off, in the community's language."""
    with speaking(catalogues.of(community.language)):
        return str(CALLED_OFF)


async def begin(step: Step, source: CalendarSource, community: Community, by: Person) -> Series:
    """Write a series down, without starting it; what came of it before, day by day, belongs to it."""
    each = step.gathering
    by_rule = rule.read(each.rule)
    series = await beginning.begin(
        community,
        planning.details_of(each, source),
        by=by,
        public_id=tokens.public_id(),
        by_rule=by_rule,
        counted=False,
        first_on=rule.begins_on(by_rule, in_zone(each.starts, each.zone).date()),
    )
    await series_store.skip(series.id, each.days_out, by=by.id)
    for known in (await queries.known(community.id, [each.uid])).values():
        if known.event and known.row.recurrence and not known.event.series:
            await _adopt(known.event, series, known.row.day)
    return series


async def become_series(step: Step, source: CalendarSource, community: Community, by: Person) -> Series:
    """Have one gathering come again: it stays, as the one of its day."""
    event = step.event
    assert event
    series = await begin(step, source, community, by)
    if event.over_at <= clock.now():
        return series
    if step.changes:
        details = planning.changed_details(event, step.changes)
        event = await publishing.edit(event, details, seen=event.changed_at, picture=event.picture)
    by_hand = planning.compare(event, step.gathering.said(), step.gathering.said(), besides=True)[1]
    await _adopt(event, series, event.local_start.date(), by_hand=by_hand)
    return series


async def _adopt(event: Event, series: Series, day: date, *, by_hand: bool = True) -> None:
    """Have a gathering to come belong to a series, if that has its day, and no other gathering on it."""
    if event.over_at <= clock.now() or not rule.gives(series.rule, series.first_on, day):
        return
    if day not in (await queries.days_of([series.id], day))[series.id]:
        await store.belongs_to_series(event.id, series.id, day, by_hand=by_hand)


async def change(step: Step, community: Community, by: Person) -> SeriesChanged:
    """What a series says, on which days it is, and on which it does not happen any more."""
    assert step.known and step.known.series and step.event
    series, pattern = step.known.series, step.event
    wanted = Wanted(
        planning.changed_details(pattern, step.changes or {}),
        base=pattern,
        since=max(in_zone(clock.now(), pattern.zone).date(), step.gathering.from_day),
        picture=pattern.picture,
        by_rule=rule.read(step.rule) if step.rule else None,
        first_on=step.first_on,
        without=frozenset(step.days_out),
    )
    await _leave_out(step, series, by)
    found = await changing.plan(series, wanted)
    days_out = dict.fromkeys(step.days_out, "cancel")
    fates: dict[str, Any] = {
        f"drifted-{day.isoformat()}": fate for day, fate in {**step.fates, **days_out}.items()
    }
    agreed, news = await changing.carry_out(
        series, wanted, seen=found.seen, fates=fates, reason=reason_for(community)
    )
    moved = [each.event.id for each in agreed.drifted if each.to and fates.get(each.key) == "move"]
    await store.forget_rows(moved)
    return news


async def _leave_out(step: Step, series: Series, by: Person) -> None:
    if step.days_out:
        made = (await queries.days_of([series.id], min(step.days_out)))[series.id]
        await series_store.skip(series.id, [day for day in step.days_out if day not in made], by=by.id)


async def end(step: Step, community: Community) -> SeriesChanged:
    """A series is called off there: so is here what nobody has changed by hand, and nothing comes after it."""
    assert step.known and step.known.series and step.event
    series, today = step.known.series, in_zone(clock.now(), step.event.zone).date()
    made = (await queries.days_of([series.id], today))[series.id]
    kept = [made[day].id for day in step.days_that("keep") if day in made]
    off = await course.end(series, today, reason=reason_for(community), keeping=kept, tells=False)
    return SeriesChanged(series.id, [], [event.id for event in off])


async def make_no_more(series: Series) -> date | None:
    """A series is not in its calendar any more: what is made stays, and nothing is added. The day from which on; None
    where it has an end."""
    current = await series_queries.locked(series.id)
    if current is None or current.ended_on:
        return None
    days = await series_queries.made_days(series.id)
    on = max([await course.today_of(series), *days]) + timedelta(days=1)
    await course.end(series, on)
    return on


async def go_on(series: Series, ended_on: str) -> None:
    """It is back: gatherings are made again, unless somebody has ended it otherwise."""
    current = await series_queries.locked(series.id)
    if current and current.ended_on and current.ended_on.isoformat() == ended_on:
        await course.take_up(series)


async def evening_of(each: Gathering, community: Community) -> tuple[int | None, Event | None]:
    """The series on one of whose days this is said (by id), and the gathering that there is on it."""
    series = await queries.series_of_uid(community.id, each.uid) if each.recurrence else None
    if series is None:
        return None, None
    return series, (await queries.days_of([series], each.day))[series].get(each.day)
