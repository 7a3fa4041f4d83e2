"""Changing a series: what its gatherings have in common, and how often they are.

A change reaches the gatherings ahead that nobody has changed by hand, or all of them; `plan` says beforehand what
becomes of each, and `change` does that, and tells each person once. What no longer is on a day of the rule has
*drifted*: it is kept where it is, moved to a day of the rule, or called off, as was chosen.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from events import contributions, wall_clock
from events.announcements import SeriesChanged
from events.details import Details, value_in
from events.publishing import changes, publishing, rules
from events.series import making, rule, store
from events.series import queries as series_queries
from events.series.beginning import check_weeks, on
from events.tables import Event, Series
from events.versions import moves
from events.where import where
from server import clock
from server.db import transaction
from server.editing import EditedMeanwhile
from server.errors import NotAllowed, NotFound
from server.jobs import announce
from server.languages.messages import Text, _
from server.presentation import in_zone, time_range, when

Reach = Literal["untouched", "all"]
Fate = Literal["keep", "move", "cancel"]

# What is of one evening: its day, and what follows from it.
_TIMES = {"starts_at", "ends_at", "answers_open_at", "answers_close_at"}
_NEAR = timedelta(days=15)  # From a first Tuesday to a third one.


@dataclass(frozen=True)
class Becoming:
    """What one gathering becomes: the columns that are different, and as words what moves, each (before, after)."""

    event: Event
    details: Details
    changed: Mapping[str, Any]
    moved: Sequence[tuple[Text, Text]]


@dataclass(frozen=True)
class Left:
    """One gathering that stays as it is, and why."""

    event: Event
    why: Text


@dataclass(frozen=True)
class Drifted:
    """One gathering whose day the rule no longer gives, and the day of the new rule close by, if there is one."""

    event: Event
    to: date | None

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"drifted-{self.event.series_date.isoformat()}"

    @property
    def proposed(self) -> Fate:
        """What becomes of it, if nobody chooses otherwise."""
        return "move" if self.to else "keep"


@dataclass(frozen=True)
class Plan:
    """What a change does, before it is done. `told`: how many people get a letter; `new`: days that it adds.

    `resting`: what the series has called off, and what that will be if it is on again.
    """

    becoming: Sequence[Becoming]
    resting: Sequence[Becoming]
    left: Sequence[Left]
    drifted: Sequence[Drifted]
    new: Sequence[date]
    told: int
    seen: str

    @property
    def is_nothing(self) -> bool:
        """Whether nothing of what there is becomes different."""
        return not (self.becoming or self.drifted or self.new)


@dataclass(frozen=True)
class Wanted:
    """What somebody wants of a series.

    `details` say what the gatherings are to be; what they say differently from `base`, the pattern or one evening, is
    what changes. `since`: from which day of the series on. `by_rule` and `weeks_ahead` are as in `beginning.begin`;
    None leaves them. `first_on` is the day from which the turns of the rule count, where somebody says so: else they
    go on from where the series began, so that every second week stays the same second week. On the days of `without`
    it does not happen, whatever the rule gives.
    """

    details: Details
    base: Event
    since: date
    reach: Reach = "untouched"
    picture: int | None = None
    by_rule: str | None = None
    weeks_ahead: int | None = None
    first_on: date | None = None
    without: frozenset[date] = frozenset()


async def plan(series: Series, wanted: Wanted, fates: Mapping[str, Fate] | None = None) -> Plan:
    """What would become of a series and its gatherings. Raises NotAllowed with all that cannot be. Changes nothing.

    `fates` are what has been chosen by now for what has drifted; without one it is as `Drifted.proposed` says.
    """
    pattern = await series_queries.pattern_of(series.id)
    ahead = await series_queries.gatherings_of(series.id, since=clock.now(), most=making.MOST_AT_ONCE)
    return await _plan(series, pattern, ahead, wanted, fates or {})


async def change(
    series: Series, wanted: Wanted, *, seen: str, fates: Mapping[str, Fate], reason: str = ""
) -> Plan:
    """Do it, in one transaction with the letters that tell of it. Returns what was done.

    `seen` is that of the plan that was agreed to; `fates` say what becomes of what has drifted, by its key: without
    one it is kept. Raises EditedMeanwhile when something has changed since; NotAllowed, also when evenings are called
    off without a `reason`.
    """
    async with transaction():
        agreed, news = await carry_out(series, wanted, seen=seen, fates=fates, reason=reason)
        await tell(news)
    return agreed


async def carry_out(
    series: Series, wanted: Wanted, *, seen: str, fates: Mapping[str, Fate], reason: str = ""
) -> tuple[Plan, SeriesChanged]:
    """Do it as `change` does, and have the caller tell of it (`tell`), in the transaction that is open."""
    current = await series_queries.locked(series.id)
    if current is None:
        raise NotFound
    await store.hold(series.id)
    pattern = await series_queries.pattern_of(series.id)
    ahead = await series_queries.gatherings_of(series.id, since=clock.now(), most=making.MOST_AT_ONCE)
    agreed = await _plan(current, pattern, ahead, wanted, fates)
    if agreed.seen != seen:
        raise EditedMeanwhile({}, seen=agreed.seen)
    cancelled = [each for each in agreed.drifted if fates.get(each.key) == "cancel"]
    if cancelled:
        rules.check_reason(reason)
    await _write_series(current, pattern, wanted)
    news = [await _become(each) for each in agreed.becoming]
    await _carry_along(current, agreed, wanted)
    news += [
        await _drift(each, fates.get(each.key, "keep"), wanted, reason=reason) for each in agreed.drifted
    ]
    await making.make(current.id)
    moved = [number for number in news if number is not None]
    return agreed, SeriesChanged(series.id, moved, [each.event.id for each in cancelled])


async def tell(news: SeriesChanged) -> None:
    """Have those told whom it concerns, if it says anything."""
    if news.changes or news.cancelled:
        await announce(news)


async def _plan(
    series: Series, pattern: Event, ahead: Sequence[Event], wanted: Wanted, fates: Mapping[str, Fate]
) -> Plan:
    rules.check(wanted.details)
    if wanted.weeks_ahead is not None:
        check_weeks(wanted.weeks_ahead)
    changed = _said_differently(wanted)
    days = _days(series, pattern, wanted)
    becoming: list[Becoming] = []
    left: list[Left] = []
    drifted: list[Event] = []
    out: list[Drifted] = []
    reached = [event for event in ahead if event.series_date >= wanted.since]
    for event in reached:
        if event.status != "published":
            continue
        if event.starts_at <= clock.now():
            left.append(Left(event, _("It has begun already, so it stays as it is.")))
            continue
        if event.series_date in wanted.without:
            out.append(Drifted(event, None))
            continue
        if days is not None and event.series_date not in days:
            drifted.append(event)
            continue
        if found := await _becoming(event, changed, wanted):
            (becoming if isinstance(found, Becoming) else left).append(found)  # type: ignore[arg-type]
    today = in_zone(clock.now(), pattern.zone).date()
    given = _further(series, today, wanted) if days is None else days
    free = await _free(series, given)
    resting = [await _becoming(event, changed, wanted) for event in reached if event.off_with_series]
    places = [*where_to(drifted, [day for day in free if day > today]), *out]
    becomes = [(each, fates.get(each.key, each.proposed)) for each in places]
    moving = {each.to for each, fate in becomes if fate == "move"}
    return Plan(
        becoming=becoming,
        resting=[each for each in resting if isinstance(each, Becoming)],
        left=left,
        drifted=places,
        new=_new_days(series, [day for day in free if day not in moving], today, wanted, given),
        told=await publishing.how_many_are_concerned(
            *(each.event for each in becoming if each.moved),
            *(each.event for each, fate in becomes if fate != "keep"),
        ),
        seen=_seen(series, pattern, ahead),
    )


def _seen(series: Series, pattern: Event, ahead: Sequence[Event]) -> str:
    """What tells whether anything has changed since."""
    newest = max([series.changed_at, pattern.changed_at, *(event.changed_at for event in ahead)])
    return f"{newest.isoformat()} {len(ahead)}"


def _said_differently(wanted: Wanted) -> dict[str, Any]:
    """What is to change, by column: the start as a time of day, other times as the distance from it on the wall."""
    base, details = wanted.base, wanted.details
    said = {
        name: value
        for name, value in details.all().items()
        if name not in _TIMES and value_in(base, name) != value
    }
    if wanted.picture != base.picture:
        said["picture"] = wanted.picture
    walls = wall_clock.kept(vars(details), details.zone)
    before = {wall: value_in(base, wall) for wall in walls}
    starts, started = walls["starts_wall"], before["starts_wall"]
    assert starts and started
    if starts.time() != started.time():
        said["starts_wall"] = starts.time()
    for wall in ("ends_wall", "opens_wall", "closes_wall"):
        now, then = walls[wall], before[wall]
        distance = now - starts if now else None
        if distance != (then - started if then else None):
            said[wall] = distance
    return said


async def _becoming(event: Event, changed: Mapping[str, Any], wanted: Wanted) -> Becoming | Left | None:
    """What one gathering becomes; why it is left; None if it says all of it already."""
    details, picture = _applied(event, changed)
    differs = details.that_differ(event)
    if picture != event.picture:
        differs["picture"] = picture
    if not differs:
        return None
    if event.by_hand and wanted.reach == "untouched":
        return Left(event, _("It was changed by hand, so it stays as it is."))
    try:
        rules.check(details)
    except NotAllowed as refusal:
        return Left(event, next(iter(refusal.errors.values())))
    if details.starts_at <= clock.now():
        return Left(event, _("It would have begun already."))
    for objection in contributions.objections_to_editing:
        if found := await objection(event, details):
            return Left(event, found[1])
    return Becoming(event, details, differs, _moved(event, details) if moves(differs) else [])


def _applied(event: Event, changed: Mapping[str, Any]) -> tuple[Details, int | None]:
    """One gathering as it would be: on its own day, as far from its start as the change says."""
    own = details_of(event)
    fields = {name: value for name, value in changed.items() if name in vars(own)}
    zone = fields.get("zone", own.zone)
    walls = wall_clock.kept(vars(own), own.zone)
    starts = walls["starts_wall"]
    assert starts
    begins = datetime.combine(starts.date(), changed["starts_wall"]) if "starts_wall" in changed else starts
    times: dict[str, Any] = {"starts_at": making.moment(begins, zone)}
    for name, wall in wall_clock.KEPT.items():
        if name != "starts_at":
            kept = walls[wall]
            distance = changed[wall] if wall in changed else (kept - starts if kept else None)
            times[name] = making.moment(begins + distance, zone) if distance is not None else None
    return replace(own, **fields, **times), changed.get("picture", event.picture)


def details_of(event: Event) -> Details:
    """What an event says, as its form would say it."""
    return Details(**{name: value_in(event, name) for name in Details.__dataclass_fields__})


def _moved(event: Event, details: Details) -> list[tuple[Text, Text]]:
    """What people have to know: when and where, each as it was and as it becomes."""
    own = details_of(event)
    said = _hours if _on_one_day(own, details) else _when
    sides = (
        (said(own), said(details)),
        (where(event.mode, event.place), where(details.mode, details.place)),
    )
    return [(before, after) for before, after in sides if before != after]


def _on_one_day(before: Details, after: Details) -> bool:
    """Whether it stays on its day, by the same clocks: its hours say all then."""
    return before.zone == after.zone and _starts(before).date() == _starts(after).date()


def _starts(details: Details) -> datetime:
    return in_zone(details.starts_at, details.zone)


def _ends(details: Details) -> datetime | None:
    return in_zone(details.ends_at, details.zone) if details.ends_at else None


def _hours(details: Details) -> Text:
    return time_range(_starts(details), _ends(details))


def _when(details: Details) -> Text:
    return when(_starts(details), _ends(details), details.zone)


def _days(series: Series, pattern: Event, wanted: Wanted) -> set[date] | None:
    """The days that the new rule gives from now on; None where the rule stays."""
    first = _first_on(series, wanted)
    if first is None or wanted.by_rule is None:
        return None
    since, until = (
        wanted.since,
        in_zone(clock.now(), pattern.zone).date() + making.FARTHEST + _NEAR,
    )
    return {
        day
        for day in rule.days(wanted.by_rule, first, since=since, most=making.MOST_AT_ONCE, until=until)
        if day not in wanted.without
        and not making.is_paused(series, day)
        and not (series.ended_on and day >= series.ended_on)
    }


def _first_on(series: Series, wanted: Wanted) -> date | None:
    """From which day on the new rule counts; None where the rule stays. Raises NoRule when it gives no day any more."""
    if wanted.by_rule is None or (wanted.by_rule, wanted.first_on or series.first_on) == (
        series.rule,
        series.first_on,
    ):
        return None
    if wanted.first_on:
        return wanted.first_on
    first = rule.begins_on(wanted.by_rule, series.first_on)
    rule.begins_on(wanted.by_rule, wanted.since, counted_from=first)
    return first


def where_to(drifted: Sequence[Event], free: list[date]) -> list[Drifted]:
    """For each, in order, the free day that is next to its own, if one is near; none is given twice."""
    found = []
    for event in drifted:
        near = [day for day in free if abs(day - event.series_date) <= _NEAR]
        to = min(near, key=lambda day: abs(day - event.series_date), default=None)
        if to:
            free.remove(to)
        found.append(Drifted(event, to))
    return found


def _further(series: Series, today: date, wanted: Wanted) -> set[date]:
    """The days that can come within reach where gatherings are made further ahead, and the rule stays."""
    return {*making.days_between(series, today, today + making.FARTHEST)} - wanted.without


async def _free(series: Series, days: set[date]) -> list[date]:
    """Those of the days on which there neither is a gathering nor was one, and which are not left out. Two queries."""
    if not days:
        return []
    known = await series_queries.made_days(series.id) | await series_queries.skipped_days(series.id)
    return sorted(days - known)


def _new_days(
    series: Series, free: Sequence[date], today: date, wanted: Wanted, days: Set[date]
) -> list[date]:
    """Those of the `free` days of the new rule's `days` on which there is one at once."""
    if not series.started_at:
        return []
    following = min((day for day in days if day >= today), default=None)
    reach = making.reach(today, wanted.weeks_ahead or series.weeks_ahead, following)
    return [day for day in free if day <= reach and on(day, wanted.details).starts_at > clock.now()]


async def _write_series(series: Series, pattern: Event, wanted: Wanted) -> None:
    values: dict[Any, Any] = {
        Series.changed_at: max(clock.now(), series.changed_at + timedelta(microseconds=1))
    }
    if wanted.weeks_ahead is not None:
        values[Series.weeks_ahead] = wanted.weeks_ahead
    details, picture = _applied(pattern, _said_differently(wanted))
    if (first := _first_on(series, wanted)) is not None:
        values |= {Series.rule: wanted.by_rule, Series.first_on: first}
        details = on(first, details)
        await store.say_anew(series.id)
    await making.rewrite(series, pattern, values)
    differs = details.that_differ(pattern)
    if picture != pattern.picture:
        differs["picture"] = picture
    if differs:
        await publishing.rewrite(pattern, _with_walls(differs, details))


async def _become(each: Becoming) -> int | None:
    """Write what a gathering becomes; the number of what is told of it, if anything is."""
    after = await publishing.rewrite(each.event, _with_walls(each.changed, each.details), tells=False)
    return await changes.record(each.event, after) if each.moved else None


async def _carry_along(series: Series, agreed: Plan, wanted: Wanted) -> None:
    """What the series has called off becomes what it is to be if it is on again, or is off by itself from now on."""
    for each in agreed.resting:
        await publishing.rewrite(each.event, _with_walls(each.changed, each.details), tells=False)
    if wanted.without:
        await store.stay_off(series.id, sorted(wanted.without))


async def _drift(each: Drifted, fate: Fate, wanted: Wanted, *, reason: str) -> int | None:
    if fate == "cancel":
        await publishing.cancel(each.event, reason=reason, tells=False)
        return None
    if fate == "keep" or each.to is None:
        await store.keep_by_hand(each.event.id)
        return None
    details, picture = _applied(each.event, _said_differently(wanted))
    details = on(each.to, details)
    differs = details.that_differ(each.event) | {"series_date": each.to, "picture": picture}
    after = await publishing.rewrite(each.event, _with_walls(differs, details), tells=False)
    return await changes.record(each.event, after)


def _with_walls(changed: Mapping[str, Any], details: Details) -> dict[str, Any]:
    if publishing.MOVING.isdisjoint(changed):
        return dict(changed)
    return dict(changed) | wall_clock.kept(vars(details), details.zone)
