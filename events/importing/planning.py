"""What would come of a calendar: which gatherings are new, which change, which are called off, which stay.

The same plan is shown before anything is done, and done afterwards. What organisers changed here by hand is theirs: a
group of facts (its title, its text, when, where) follows its calendar only while it says what it said then.
"""

import asyncio
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal, cast

from events.details import Details, Visibility, value_in
from events.importing import queries
from events.importing.found import Gathering
from events.importing.queries import Known
from events.publishing import rules
from events.series import making
from events.series import rule as rules_of_series
from events.series.changing import Fate, where_to
from events.tables import CalendarSource, Event, Series
from server import clock
from server.errors import NotAllowed
from server.languages.messages import Text, pgettext
from server.presentation import in_zone

# new: not here yet. changed: it says something else now. off: it is called off there. theirs: organisers changed it
# here, and so it stays. same: here as it is there. over: it is over, or was called off before it came here.
# look: how often it comes again was changed here and there, and organisers decide.
# left: organisers left it out, and it stays so until they tick it.
# ours: it is of this very Kith. deleted: it was deleted here. wrong: it cannot be a gathering here, see `faults`.
Kind = Literal["new", "changed", "off", "theirs", "same", "look", "left", "over", "ours", "deleted", "wrong"]
TO_DO: frozenset[Kind] = frozenset({"new", "changed", "off"})

GROUPS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "when": ("starts_at", "ends_at", "zone"),
    "where": ("mode", "place", "address", "join_url"),
    "about": ("about",),
}
GROUP_NAMES: dict[str, Text] = {
    "title": pgettext("what has changed", "Title"),
    "when": pgettext("what has changed", "When"),
    "where": pgettext("what has changed", "Where"),
    "about": pgettext("what has changed", "Text"),
}
# Translators: that a gathering comes again on other days than before
OFTEN = pgettext("what has changed", "How often")

FAR = timedelta(weeks=60)  # What a rule gives later is seen later.


@dataclass(frozen=True)
class Step:
    """What would come of one gathering of a calendar.

    `changes` is what its event would say otherwise, by column; of what is `new`, that of the `evening` that there is on
    its day of a series. `said` is to be kept of it though nothing is done. Of a
    series, `rule` is another one that it is to have, counted from `first_on`; on `days_out` there is to be no gathering
    any more; and `fates` say what becomes of those of its gatherings that are on no day of the rule. What is kept of
    them was changed here by hand.
    """

    kind: Kind
    gathering: Gathering
    known: Known | None = None
    changes: Mapping[str, Any] | None = None
    faults: tuple[Text, ...] = ()
    said: Mapping[str, Any] | None = None
    rule: str = ""
    first_on: date | None = None
    days_out: tuple[date, ...] = ()
    fates: Mapping[date, Fate] = field(default_factory=dict)
    evening: Event | None = None

    @property
    def becomes_series(self) -> bool:
        """Whether it is one gathering here, and comes again there now."""
        return bool(self.kind == "changed" and self.gathering.rule and self.known and not self.known.series)

    def days_that(self, fate: Fate) -> list[date]:
        """The days whose gatherings have this fate, in order."""
        return sorted(day for day, each in self.fates.items() if each == fate)

    @property
    def event(self) -> Event | None:
        """The event that it is here."""
        return self.known.event if self.known else self.evening

    @property
    def groups(self) -> list[Text]:
        """What changes, in words."""
        changed = [name for name, columns in GROUPS.items() if {*columns} & (self.changes or {}).keys()]
        return [
            *(GROUP_NAMES[name] for name in changed),
            *([OFTEN] if self.rule or self.becomes_series else []),
        ]


async def plan(source: CalendarSource, gatherings: Sequence[Gathering]) -> list[Step]:
    """One step for each gathering, in order; series first. At most eight queries."""
    uids = {each.uid for each in gatherings}
    known = await queries.known(source.community, uids)
    elsewhere = await queries.kept_elsewhere(
        {each.row.source for each in known.values() if each.row.source}, source.id
    )
    now = clock.now()
    series = [each.series.id for each in known.values() if each.series]
    days = await queries.days_of(series, (now - timedelta(days=1)).date())
    skipped = await queries.skipped_of(series)
    since = {each.uid: each.from_day for each in gatherings if each.rule}
    planner = _Planner(source, now, known, await queries.ours(uids), elsewhere, days, skipped, since)
    steps = []
    for each in [*gatherings, *planner.usual_again(gatherings)]:
        steps.append(planner.step(each))
        await asyncio.sleep(0)  # Five hundred rules take a while, and others wait.
    return steps


def details_of(gathering: Gathering, source: CalendarSource) -> Details:
    """A gathering as an organiser would fill it in, by their choices for its calendar."""
    said = _columns(gathering.said())
    said.pop("rule", None)
    visibility, shown = cast(Visibility, source.visibility), source.addresses_public and bool(said["address"])
    return Details(**said, visibility=visibility, address_public=shown)


def changed_details(event: Event, changes: Mapping[str, Any]) -> Details:
    """What an event says, but for what changes."""
    return Details(
        **{name: value_in(event, name) for name in Details.__dataclass_fields__} | _columns(changes)
    )


@dataclass(frozen=True)
class _Planner:
    source: CalendarSource
    now: datetime
    known: Mapping[tuple[str, str], Known]
    ours: set[str]
    elsewhere: set[int]
    days: Mapping[int, Mapping[date, Event]]
    skipped: Mapping[int, set[date]]
    since: Mapping[str, date]  # From which day on a series is as its calendar says, by UID.

    def step(self, each: Gathering) -> Step:
        if each.uid in self.ours:
            return Step("ours", each)
        known = self.known.get(each.name)
        if self._is_left_out(each, known):
            return Step("left", each, known)
        return self._again(each, known) if known else self._first(each)

    def _is_left_out(self, each: Gathering, known: Known | None) -> bool:
        """Whether it was left out itself, or its series; or all that there was of what comes again day by day."""
        series = self.known.get((each.uid, ""))
        if series and series.row.left_out:
            return True
        if known or not each.recurrence:
            return bool(known and known.row.left_out)
        others = self.by_uid.get(each.uid, [])
        return bool(others) and all(other.row.left_out for other in others)

    @cached_property
    def by_uid(self) -> dict[str, list[Known]]:
        """What came from a calendar, by its UID."""
        found: dict[str, list[Known]] = {}
        for (uid, _day), each in self.known.items():
            found.setdefault(uid, []).append(each)
        return found

    def _first(self, each: Gathering) -> Step:
        series = self.known.get((each.uid, "")) if each.recurrence else None
        if series and series.series and (evening := self.days[series.series.id].get(each.day)):
            return self._first_of_evening(each, series, evening)
        over = not each.goes_on if each.rule else each.over_at <= self.now
        if each.cancelled or (over and (each.rule or not self.source.past)):
            return Step("over", each)
        try:
            rules.check(details_of(each, self.source))
        except NotAllowed as refusal:
            return Step("wrong", each, faults=tuple(dict.fromkeys(refusal.errors.values())))
        return Step("new", each)

    def _first_of_evening(self, each: Gathering, series: Known, evening: Event) -> Step:
        """For the first time something is said of one day of a known series: here it was the usual till now."""
        is_ahead = evening.status == "published" and evening.starts_at > self.now
        if each.cancelled:
            return Step("off" if is_ahead else "over", each, evening=evening)
        if evening.status == "cancelled" or evening.over_at <= self.now:
            return Step("same" if evening.status == "published" else "theirs", each, evening=evening)
        if not evening.by_hand and each.day >= self.since.get(each.uid, date.max):
            return Step("new", each, evening=evening)  # Its series may be about to change it.
        here = {name: _as_json(value_in(evening, name)) for name in each.said()}
        before = usual_on(series.said, each.day) if evening.by_hand else here
        changes, theirs = compare(evening, before, each.said())
        if changes:
            return Step("new", each, changes=changes, evening=evening)
        return Step("theirs" if theirs else "same", each, evening=evening)

    def _again(self, each: Gathering, known: Known) -> Step:
        event = known.event
        if event is None:
            return Step("deleted", each, known)
        if known.row.source in self.elsewhere:
            return Step("same", each, known)
        if known.series:
            return self._series_again(each, known, known.series, event)
        if each.rule:
            return self._comes_again_now(each, known, event)
        if event.over_at <= self.now:
            return Step("same", each, known)
        if event.status == "cancelled":
            return Step("same" if each.cancelled else "theirs", each, known)
        if each.cancelled:
            return Step("off" if event.status == "published" else "theirs", each, known)
        return self._compared(each, known, event)

    def _comes_again_now(self, each: Gathering, known: Known, event: Event) -> Step:
        """One gathering has become a series there."""
        if each.cancelled or not each.goes_on:
            return Step("same", each, known)
        changes = {} if event.over_at <= self.now else compare(event, known.said, each.said())[0]
        return Step("changed", each, known, changes)

    def _series_again(self, each: Gathering, known: Known, series: Series, pattern: Event) -> Step:
        if each.cancelled:
            return self._cancelled_series(each, known, series)
        if known.here.get("cancelled"):
            return Step("theirs", each, known)
        changes, theirs = compare(pattern, known.said, each.said())
        cadence = self._cadence_there(each, known, series)
        if cadence is None:
            return Step("look", each, known, changes)
        rule, first_on, fates = cadence
        out = tuple(day for day in each.days_out if self._is_on(series, day))
        if changes or rule or out:
            fates = {day: fate for day, fate in fates.items() if day not in out}
            return Step(
                "changed", each, known, changes, rule=rule, first_on=first_on, days_out=out, fates=fates
            )
        said = each.said() if each.said() != known.said else None
        return Step("theirs" if theirs else "same", each, known, said=said)

    def _cancelled_series(self, each: Gathering, known: Known, series: Series) -> Step:
        if known.here.get("cancelled"):
            return Step("same", each, known)
        fates: dict[date, Fate] = {
            day: "keep" if self._by_hand(event) else "cancel" for day, event in self._ahead(series).items()
        }
        return Step("off", each, known, fates=fates)

    def _cadence_there(
        self, each: Gathering, known: Known, series: Series
    ) -> tuple[str, date | None, dict[date, Fate]] | None:
        """Another rule that a series is to have, from which day on, and what becomes of its gatherings; no rule where
        it keeps its own. None where it was changed here as well, and otherwise."""
        before, there = _cadence(known.said, series), _cadence(each.said(), series)
        if before == there:
            return "", None, {}
        here = (series.rule, series.first_on)
        said, wanted, has = (self._days(*cadence, each.from_day) for cadence in (before, there, here))
        if said != has and wanted != has:
            return None
        if wanted == has and (there[0] == series.rule or said != has):
            return "", None, {}
        rule, begins = there
        first_on = rules_of_series.begins_on(rule, begins)
        return rule, first_on, self._fates(series, rule, wanted, each.from_day)

    def _days(self, rule: str, begins: date, since: date) -> list[date]:
        today = self.now.date() - timedelta(days=1)
        until = max(today, since) + FAR
        return rules_of_series.days(
            rule, begins, since=max(today, since), most=making.MOST_AT_ONCE, until=until
        )

    def _fates(self, series: Series, rule: str, days: list[date], since: date) -> dict[date, Fate]:
        """What becomes of what is on none of these days: it moves to one close by, or is called off."""
        ahead = {day: event for day, event in self._ahead(series).items() if day >= since}
        free = sorted({*days} - ahead.keys() - self.days[series.id].keys())
        drifted = where_to([event for day, event in sorted(ahead.items()) if day not in days], free)
        fates: dict[date, Fate] = {}
        for each in drifted:
            near = each.to is not None and _is_same_turn(rule, each.event.series_date, each.to)
            fates[each.event.series_date] = (
                "keep" if self._by_hand(each.event) else "move" if near else "cancel"
            )
        return fates

    def _ahead(self, series: Series) -> dict[date, Event]:
        """The gatherings of a series that are on, and have not begun, by day."""
        return {
            day: event
            for day, event in self.days[series.id].items()
            if event.status == "published" and event.starts_at > self.now
        }

    def _by_hand(self, event: Event) -> bool:
        """Whether somebody here changed one gathering of a series: it says otherwise than its calendar did."""
        if not event.by_hand:
            return False
        row = self.by_event.get(event.id)
        return row is None or compare(event, row.said, row.said, besides=True)[1]

    @cached_property
    def by_event(self) -> dict[int, Known]:
        """What came from a calendar, by its event."""
        return {each.event.id: each for each in self.known.values() if each.event and not each.series}

    def usual_again(self, gatherings: Sequence[Gathering]) -> list[Gathering]:
        """The days of series that said otherwise once, and say the usual now: as they are to be."""
        names = {each.name for each in gatherings}
        series = {each.uid: each for each in gatherings if each.rule and each.goes_on and not each.cancelled}
        return [
            series[uid].on(known.row.day)
            for (uid, day), known in self.known.items()
            if day and uid in series and (uid, day) not in names and self._may_be_usual(known, series[uid])
        ]

    def _may_be_usual(self, known: Known, series: Gathering) -> bool:
        event = known.event
        if event is None or event.series is None or event.over_at <= self.now:
            return False
        day, first = event.series_date, in_zone(series.starts, series.zone).date()
        still = day == known.row.day and day not in series.days_out and day >= series.from_day
        return still and rules_of_series.gives(series.rule, first, day)

    def _is_on(self, series: Series, day: date) -> bool:
        """Whether a day that is left out there is still one of the series here."""
        event = self.days[series.id].get(day)
        if event:
            return event.status == "published" and event.starts_at > self.now
        return day >= self.now.date() and day not in self.skipped[series.id]

    def _compared(self, each: Gathering, known: Known, event: Event) -> Step:
        changes, theirs = compare(event, known.said, each.said())
        if not changes:
            said = each.said() if each.said() != known.said else None
            return Step("theirs" if theirs else "same", each, known, said=said)
        try:
            rules.check(changed_details(event, changes))
        except NotAllowed as refusal:
            faults = tuple(dict.fromkeys(refusal.errors.values()))
            return Step("wrong", each, known, faults=faults)
        return Step("changed", each, known, changes)


def usual_on(said: Mapping[str, Any], day: date) -> dict[str, Any]:
    """What a series says, by column, on one of its days."""
    starts, ends = (
        in_zone(datetime.fromisoformat(said[name]), said["zone"]) if said.get(name) else None
        for name in ("starts_at", "ends_at")
    )
    assert starts
    begins = making.moment(datetime.combine(day, starts.time()), said["zone"])
    over = begins + (ends - starts) if ends else None
    return {**said, "starts_at": begins.isoformat(), "ends_at": over.isoformat() if over else None}


def _cadence(said: Mapping[str, Any], series: Series) -> tuple[str, date]:
    """By which rule something comes again, counted from which day; what does not is there once."""
    begins = in_zone(datetime.fromisoformat(said["starts_at"]), said["zone"]).date()
    often = rules_of_series.parts_of(series.rule)["FREQ"]
    return said.get("rule") or f"FREQ={often};COUNT=1", begins


def _is_same_turn(rule: str, day: date, other: date) -> bool:
    """Whether the gathering of one day would be the one of the other: Thursday's instead of Tuesday's, not the next."""
    often, apart = rules_of_series.parts_of(rule)["FREQ"], abs(other - day)
    if often == "DAILY":
        return False
    if often == "WEEKLY":
        return day.isocalendar()[:2] == other.isocalendar()[:2] or apart <= timedelta(days=3)
    return (day.year, day.month) == (other.year, other.month) or apart <= timedelta(days=6)


def compare(
    event: Event, before: Mapping[str, Any], now: Mapping[str, Any], *, besides: bool = False
) -> tuple[dict[str, Any], bool]:
    """What an event is to say otherwise since its calendar does, and whether some of that was changed here by hand;
    with `besides`, also of what says the same there as before.

    A series has times of day, whichever day it begins on.
    """
    changes: dict[str, Any] = {}
    theirs = False
    for columns in GROUPS.values():
        here = {name: _as_json(value_in(event, name)) for name in columns}
        said, says = {name: before.get(name) for name in columns}, {name: now[name] for name in columns}
        same = _same_times if event.is_pattern and "starts_at" in columns else operator.eq
        if same(says, here) or (same(says, said) and not besides):
            continue
        if not same(here, said):
            theirs = True
            continue
        changes |= says
    return changes, theirs


def _same_times(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return _times_of_day(one) == _times_of_day(other)


def _times_of_day(said: Mapping[str, Any]) -> tuple[Any, ...]:
    starts, ends = (
        in_zone(datetime.fromisoformat(said[name]), said["zone"]) if said.get(name) else None
        for name in ("starts_at", "ends_at")
    )
    length = ends.replace(tzinfo=None) - starts.replace(tzinfo=None) if starts and ends else None
    return starts and starts.time(), length, said["zone"]


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _columns(said: Mapping[str, Any]) -> dict[str, Any]:
    moments = {
        name: datetime.fromisoformat(said[name]) for name in ("starts_at", "ends_at") if said.get(name)
    }
    return {**said, **moments}
