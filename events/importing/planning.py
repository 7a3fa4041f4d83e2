"""What would come of a calendar: which gatherings are new, which change, which are called off, which stay.

The same plan is shown before anything is done, and done afterwards. What organisers changed here by hand is theirs: a
group of facts (its title, its text, when, where) follows its calendar only while it says what it said then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, cast

from events.details import Details, Visibility, value_in
from events.importing import queries
from events.importing.found import Gathering
from events.importing.queries import Known
from events.publishing import rules
from events.series.rule import parts_of as rule_parts
from events.tables import CalendarSource, Event, Series
from server import clock
from server.errors import NotAllowed
from server.languages.messages import Text, pgettext
from server.presentation import in_zone

# new: not here yet. changed: it says something else now. off: it is called off there. theirs: organisers changed it
# here, and so it stays. same: here as it is there. over: it is over, or was called off before it came here.
# look: it is a series here that says otherwise there, and organisers change it themselves.
# ours: it is of this very Kith. deleted: it was deleted here. wrong: it cannot be a gathering here, see `faults`.
Kind = Literal["new", "changed", "off", "theirs", "same", "look", "over", "ours", "deleted", "wrong"]
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


@dataclass(frozen=True)
class Step:
    """What would come of one gathering of a calendar.

    `changes` is what its event would say otherwise, by column. `said` is to be kept of it though nothing is done. Of a
    series, `rule` is another one that it is to have, and on `days_out` there is to be no gathering any more.
    """

    kind: Kind
    gathering: Gathering
    known: Known | None = None
    changes: Mapping[str, Any] | None = None
    faults: tuple[Text, ...] = ()
    said: Mapping[str, Any] | None = None
    rule: str = ""
    days_out: tuple[date, ...] = ()

    @property
    def event(self) -> Event | None:
        """The event that it is here."""
        return self.known.event if self.known else None

    @property
    def groups(self) -> list[Text]:
        """What changes, in words."""
        changed = [name for name, columns in GROUPS.items() if {*columns} & (self.changes or {}).keys()]
        return [*(GROUP_NAMES[name] for name in changed), *([OFTEN] if self.rule else [])]


async def plan(source: CalendarSource, gatherings: Sequence[Gathering]) -> list[Step]:
    """One step for each gathering, in order. At most seven queries."""
    uids = {each.uid for each in gatherings}
    known = await queries.known(source.community, uids)
    elsewhere = await queries.kept_elsewhere(
        {each.row.source for each in known.values() if each.row.source}, source.id
    )
    now = clock.now()
    series = [each.series.id for each in known.values() if each.series]
    days = await queries.days_of(series, (now - timedelta(days=1)).date())
    skipped = await queries.skipped_of(series)
    planner = _Planner(source, now, known, await queries.ours(uids), elsewhere, days, skipped)
    return [planner.step(each) for each in gatherings]


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

    def step(self, each: Gathering) -> Step:
        if each.uid in self.ours:
            return Step("ours", each)
        known = self.known.get(each.name)
        return self._again(each, known) if known else self._first(each)

    def _first(self, each: Gathering) -> Step:
        over = each.over_at <= self.now and not each.rule
        if each.cancelled or (over and not self.source.past):
            return Step("over", each)
        try:
            rules.check(details_of(each, self.source))
        except NotAllowed as refusal:
            return Step("wrong", each, faults=tuple(dict.fromkeys(refusal.errors.values())))
        return Step("new", each)

    def _again(self, each: Gathering, known: Known) -> Step:
        event = known.event
        if event is None:
            return Step("deleted", each, known)
        if bool(each.rule) != bool(known.series):
            return Step("look", each, known)
        if known.series:
            return self._series_again(each, known, known.series, event)
        if event.over_at <= self.now or known.row.source in self.elsewhere:
            return Step("same", each, known)
        if event.status == "cancelled":
            return Step("same" if each.cancelled else "theirs", each, known)
        if each.cancelled:
            return Step("off" if event.status == "published" else "theirs", each, known)
        return self._compared(each, known, event)

    def _series_again(self, each: Gathering, known: Known, series: Series, pattern: Event) -> Step:
        if known.row.source in self.elsewhere:
            return Step("same", each, known)
        changes, theirs = compare(pattern, known.said, each.said())
        often = each.rule not in (known.said.get("rule"), series.rule)
        if (
            each.cancelled
            or _begins_otherwise(each, known)
            or (often and not _can_follow(each, known, series))
        ):
            return Step("look", each, known, changes)
        out = tuple(day for day in each.days_out if self._is_on(series, day))
        if changes or often or out:
            return Step("changed", each, known, changes, rule=each.rule if often else "", days_out=out)
        return Step("theirs" if theirs else "same", each, known, said=each.said() if theirs else None)

    def _is_on(self, series: Series, day: date) -> bool:
        """Whether a day that is left out there is still one of the series here."""
        event = self.days[series.id].get(day)
        if event:
            return event.status == "published" and event.over_at > self.now
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


def _begins_otherwise(each: Gathering, known: Known) -> bool:
    """Whether the first day of a series is another one: which days its rule gives may follow from that."""
    before = datetime.fromisoformat(known.said["starts_at"])
    return in_zone(before, known.said["zone"]).date() != in_zone(each.starts, each.zone).date()


def _can_follow(each: Gathering, known: Known, series: Series) -> bool:
    """Whether a series can have the rule that it has there now: nobody gave it another one here, and it has no turns
    ("every second") that would begin anew."""
    before = known.said.get("rule")
    return series.rule in (before, known.said.get("rule_here", before)) and "INTERVAL" not in rule_parts(
        each.rule
    )


def compare(event: Event, before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """What an event is to say otherwise since its calendar does, and whether some of that was changed here by hand."""
    changes: dict[str, Any] = {}
    theirs = False
    for columns in GROUPS.values():
        here = [_as_json(value_in(event, name)) for name in columns]
        said, says = [before.get(name) for name in columns], [now[name] for name in columns]
        if says in (said, here):
            continue
        if here != said:
            theirs = True
            continue
        changes |= dict(zip(columns, says, strict=True))
    return changes, theirs


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _columns(said: Mapping[str, Any]) -> dict[str, Any]:
    moments = {
        name: datetime.fromisoformat(said[name]) for name in ("starts_at", "ends_at") if said.get(name)
    }
    return {**said, **moments}
