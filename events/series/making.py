"""Making the gatherings of a series, ahead of time: by the clock, and whenever a series changes.

Which there are is known by the days of the rule: what was made, moved, cancelled or skipped is not made again, by
whoever and however often it is tried. What is over is not made any more.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from events import contributions, queries
from events.announcements import GatheringsMade
from events.details import Details, value_in
from events.publishing import publishing
from events.series import queries as series_queries
from events.series import rule, store
from events.series.store import Times
from events.tables import Event, Series
from server import clock, timezones
from server.db import transaction
from server.jobs import announce
from server.presentation import in_zone

MOST_AT_ONCE = 500  # Of one series: every day, for more than a year.
WEEKS_AHEAD = (1, 60)  # that its gatherings are made
SERIES_AT_ONCE = 100
FARTHEST = timedelta(weeks=WEEKS_AHEAD[1])
# What a day that is otherwise has of its pattern: all but what, when and where it is.
_IN_COMMON = {"picture", "picture_x", "picture_y", "motif", "visibility", "first_timers", "guests_allowed", "approval",
    "asks_first", "replies_kept", "newcomer_seats", "newcomer_hours", "seats"}  # fmt: skip


async def make_due(now: datetime | None = None) -> int:
    """Make what is due of all series. Returns how many gatherings were made."""
    now = now or clock.now()
    made, found = 0, [0]
    while found:
        found = await series_queries.due(now, most=SERIES_AT_ONCE)
        for series in found:
            made += len(await make(series, now))
    return made


async def make(series: int, now: datetime | None = None, *, news: bool = True) -> list[int]:
    """Make what is lacking of a series (by id), in a transaction of its own or the open one. Again adds nothing.

    A caller who tells what is new of it along with more says so by `news`. Returns the ids of the new events, in order.
    """
    now = now or clock.now()
    async with transaction():
        current = await series_queries.locked(series)
        if current is None or not current.started_at:
            return []
        pattern = await series_queries.pattern_of(series)
        wanted = [times_on(day, pattern) for day in await lacking(current, pattern, now)]
        coming = [times for times in wanted if times.starts_at > now]
        drafts = await series_queries.drafts_of(series, since=now, until=_reach(current, pattern, now))
        made = await _make(current, pattern, coming, drafts, now, news=news) if coming or drafts else []
        await Series.update({Series.due_at: _due_next(current, pattern, now)}).where(Series.id == series)
    return made


async def lacking(series: Series, pattern: Event, now: datetime) -> list[date]:
    """The days within reach on which there is to be a gathering, and is none yet. Two queries."""
    wanted = days_between(series, in_zone(now, pattern.zone).date(), _reach(series, pattern, now))
    known = await series_queries.made_days(series.id) | await series_queries.skipped_days(series.id)
    return [day for day in wanted if day not in known]


def days_between(series: Series, since: date, until: date, *, most: int = MOST_AT_ONCE) -> list[date]:
    """The days on which a series happens by its rule, pauses and end, whatever was skipped. `most` are looked at."""
    if series.ended_on:
        until = min(until, series.ended_on - timedelta(days=1))
    found = rule.days(series.rule, series.first_on, since=since, most=most, until=until)
    return [day for day in found if not is_paused(series, day)]


def next_day(series: Series, since: date) -> date | None:
    """The first day from then on of those that `days_between` gives; None after the last one."""
    found = rule.days(series.rule, series.first_on, since=since, most=1, until=date(rule.LATEST, 12, 31))
    if not found or (series.ended_on and found[0] >= series.ended_on):
        return None
    if is_paused(series, found[0]):
        return next_day(series, series.paused_until) if series.paused_until else None
    return found[0]


def is_paused(series: Series, day: date) -> bool:
    """Whether a series is paused on a day."""
    begun = series.paused_from is not None and series.paused_from <= day
    return begun and (series.paused_until is None or day < series.paused_until)


async def rewrite(series: Series, pattern: Event, values: dict[Any, Any]) -> Series:
    """Write what is different about a series, its row locked. Returns it as it is then. Nothing is made by it.

    Where it was over and goes on, what has ended with it stays so (`contributions.reviving`).
    """
    today = in_zone(clock.now(), pattern.zone).date()
    was_over = next_day(series, today) is None
    await Series.update(values).where(Series.id == series.id)
    after = await series_queries.locked(series.id)
    assert after
    if was_over and next_day(after, today) is not None:
        for keep_ended in contributions.reviving:
            await keep_ended(pattern)
    return after


def times_on(day: date, pattern: Event) -> Times:
    """When the gathering of a day is: what the pattern's clock shows, as far from its start as it is there."""
    policy, zone = pattern.policy, pattern.zone
    assert pattern.starts_wall
    starts = datetime.combine(day, pattern.starts_wall.time())
    moved = starts - pattern.starts_wall
    ends, opens, closes = (
        wall + moved if wall else None for wall in (pattern.ends_wall, policy.opens_wall, policy.closes_wall)
    )
    starts_at, ends_at = moment(starts, zone), moment(ends, zone) if ends else None
    if ends_at and ends_at <= starts_at and pattern.ends_at:
        # Its start falls into the hour that a clock jumps over: it lasts as long as always.
        ends_at = starts_at + (pattern.ends_at - pattern.starts_at)
    opens_at, closes_at = (moment(wall, zone) if wall else None for wall in (opens, closes))
    return Times(day, starts_at, ends_at, opens_at, closes_at, starts, ends, opens, closes)


def moment(wall: datetime, zone: str) -> datetime:
    """The moment at which a clock shows this; as long after a jump as it did after its beginning."""
    return wall.replace(tzinfo=timezones.zone(zone), fold=0).astimezone(UTC)


async def _make(
    series: Series,
    pattern: Event,
    times: Sequence[Times],
    drafts: Sequence[Event],
    now: datetime,
    *,
    news: bool,
) -> list[int]:
    made = [*(await store.make(pattern, times, now)), *[await _let_see(draft, pattern) for draft in drafts]]
    if made:
        found = await queries.events_by_id(made)
        for copy in contributions.copying:
            await copy(pattern, [found[event] for event in made])
        await announce(GatheringsMade(series.id, made, news))
    return made


async def _let_see(draft: Event, pattern: Event) -> int:
    """Let an evening be seen that was written down before, as a day that is otherwise. It has the seats of the pattern,
    its guests and the like, where nobody has said something else of it."""
    usual = {name: getattr(Details, name, None) for name in _IN_COMMON}
    common = {name: value_in(pattern, name) for name in _IN_COMMON if value_in(draft, name) == usual[name]}
    if wanted := {name: value for name, value in common.items() if value != usual[name]}:
        draft = await publishing.rewrite(draft, wanted)
    await publishing.publish(draft, tells=False)
    return draft.id


def reach(today: date, weeks: int, following: date | None) -> date:
    """The last day on which there is a gathering already: so many weeks ahead, and always the `following` one.

    What comes once a year can be answered as soon as that of last year is over. Not more than sixty weeks ahead.
    """
    window = today + timedelta(weeks=weeks)
    return max(window, min(following, today + FARTHEST)) if following else window


def reach_of(series: Series, today: date) -> date:
    """The same of a series as it is, on a day of its own calendar."""
    return reach(today, series.weeks_ahead, next_day(series, today))


def within_reach_on(series: Series, day: date, today: date) -> date:
    """From when on there is a gathering on a day of its rule, which is beyond its reach today."""
    before = days_between(series, today, day - timedelta(days=1), most=MOST_AT_ONCE)
    follows = (before[-1] if before else today) + timedelta(days=1)
    return min(day - timedelta(weeks=series.weeks_ahead), max(follows, day - FARTHEST))


def _reach(series: Series, pattern: Event, now: datetime) -> date:
    return reach_of(series, in_zone(now, pattern.zone).date())


def _due_next(series: Series, pattern: Event, now: datetime) -> datetime | None:
    """When the next day comes within reach: as that begins, on the pattern's clock; None if there is none."""
    today = in_zone(now, pattern.zone).date()
    day = next_day(series, reach_of(series, today) + timedelta(days=1))
    return (
        moment(datetime.combine(within_reach_on(series, day, today), time()), pattern.zone) if day else None
    )
