"""What organisers fill in about how often a gathering comes again."""

from datetime import date, time
from typing import Any, Literal

from pydantic import Field

from events.fields import Day
from events.publishing.forms import EventFields
from events.series import rule
from events.series.beginning import USUALLY_AHEAD
from events.series.cadence import Cadence, Every, cadence_of, nth_of
from events.series.changing import Reach
from events.series.making import WEEKS_AHEAD
from events.tables import Series
from server.errors import Refusal
from server.faults import Faults
from server.forms import Fields, Line, OptionalLine, Prose
from server.languages.messages import _


class EndsTooSoon(Refusal):
    """A last day before the first one."""

    field = "last_date"
    sentence = _("It would end before its first day. Please choose a later one.")


MOST_INTERVAL, MOST_TIMES = 99, 1000


class NoneAhead(Refusal):
    """An end of a series by which nothing is ahead of it."""

    sentence = _("From now on there would be none. Please choose a later end, or end the series on its page.")


class CadenceFields(Fields):
    """How often, as one would say it. What is left open follows from the first day: its weekday, its date.

    `by`: of a month, on a weekday ("every first Tuesday") or on a date. A `rule` that was pasted says it all.
    """

    every: Every = "week"
    interval: int = Field(1, ge=1, le=MOST_INTERVAL)
    weekdays: list[int] = Field([], max_length=7)
    by: Literal["weekday", "date"] = "weekday"
    nth: list[int] = Field([], max_length=6)
    month_day: int | None = Field(None, ge=1, le=31)
    else_last: bool = False
    not_in: list[int] = Field([], max_length=12)
    ends_by: Literal["never", "day", "times"] = "never"
    last_date: Day | None = None
    times: int | None = Field(None, ge=1, le=MOST_TIMES)
    rule: OptionalLine = Field("", max_length=rule.LONGEST_PASTED)
    weeks_ahead: int = Field(USUALLY_AHEAD, ge=WEEKS_AHEAD[0], le=WEEKS_AHEAD[1])

    def rule_from(self, first: date, *, zone: str, at: time, faults: Faults) -> str:
        """The rule that it says for a first day, in a zone, at a time; empty if something is wrong, which is noted."""
        with faults.noting():
            if self.rule:
                return rule.read(self.rule, zone=zone, at=at)
            self._check(faults)
            return self._plain_rule(first)
        return ""

    def instead(self, refusal: Refusal) -> Refusal:
        """That there is no day ahead by the rule that it says, beside the end that was typed, if one was."""
        if self.rule or self.ends_by == "never":
            return refusal
        return NoneAhead(field="last_date" if self.ends_by == "day" else "times")

    def _plain_rule(self, first: date) -> str:
        try:
            said = rule.read(self.cadence(first).rule())
            if self.ends_by == "day":
                rule.first_day(said, first)
        except rule.NoRule as refusal:
            raise EndsTooSoon if self.ends_by == "day" else refusal from None
        return said

    def cadence(self, first: date) -> Cadence:
        """How often, for a first day."""
        said: dict[str, Any] = {"every": self.every, "interval": self.interval}
        if self.every == "week":
            said["weekdays"] = tuple(sorted(set(self.weekdays))) or (first.weekday(),)
        elif self.every in {"month", "year"}:
            said |= self._day_of_month(first)
        if self.every == "year":
            said["month"] = first.month
        else:
            said["not_in"] = frozenset(self.not_in)
        return Cadence(
            **said,
            until=self.last_date if self.ends_by == "day" else None,
            times=self.times if self.ends_by == "times" else None,
        )

    def _day_of_month(self, first: date) -> dict[str, Any]:
        if self.by == "weekday":
            nth = tuple(each for each in (1, 2, 3, 4, 5, -1) if each in self.nth) or self._there(first)
            return {"nth": nth, "weekdays": (first.weekday(),)}
        day = self.month_day if self.month_day and self.every == "month" else first.day
        return {"day": day, "else_last": self.else_last}

    @staticmethod
    def _there(first: date) -> tuple[int]:
        """Which one of its month is meant by whoever does not say. A fourth Tuesday may be the last one, or not; a
        fifth one always is, and no fifth Tuesday comes in most months."""
        count, *last = nth_of(first)
        return (last[0],) if count == 5 else (count,)

    def _check(self, faults: Faults) -> None:
        if not {*self.weekdays} <= {*range(7)}:
            faults.note("weekdays", _("Please choose one of these."))
        if not {*self.nth} <= {1, 2, 3, 4, 5, -1}:
            faults.note("nth", _("Please choose one of these."))
        if not {*self.not_in} < {*range(1, 13)}:
            faults.note("not_in", _("Please leave it a month in which it happens."))
        if self.ends_by == "day" and not self.last_date:
            faults.note("last_date", _("Please say with which day it ends."))
        if self.ends_by == "times" and not self.times:
            faults.note("times", _("Please say how many times."))
        faults.refuse()


class SeriesFields(EventFields, CadenceFields):
    """The form of a series: what its gatherings are, and how often they are."""

    def by_rule(self, faults: Faults) -> str:
        """The rule that it says for the date and the time in it."""
        return self.rule_from(self.date, zone=self.zone, at=self.time, faults=faults)

    def without(self, faults: Faults) -> frozenset[date]:
        """The days that a rule which was pasted leaves out; none if they cannot be read, which is noted."""
        with faults.noting():
            return rule.days_out(self.rule, zone=self.zone)
        return frozenset()


class ChangeFields(SeriesFields):
    """A change of a series, and of which of its gatherings. `agreed` tells the plan that was shown."""

    reach: Reach = "untouched"
    agreed: str = ""
    reason: Prose = ""


class PauseFields(Fields):
    """From when until when there is nothing; `agreed` is of how many gatherings something becomes by it."""

    since: Day
    until: Day | None = None
    reason: Prose = ""
    agreed: int = 0


class EndFields(Fields):
    """From when on there is nothing any more."""

    on: Day
    reason: Prose = ""
    agreed: int = 0


class DayFields(Fields):
    """A day of a series."""

    day: Day


class HandOnFields(Fields):
    """Who shall prepare it from now on."""

    person: Line = Field(max_length=12)


def filled_in(series: Series) -> dict[str, Any]:
    """How often a series comes again, as its form shows it."""
    first = series.first_on
    said: dict[str, Any] = {"weeks_ahead": series.weeks_ahead, "rule": ""}
    found = cadence_of(series.rule, first)
    if found is None or not _can_be_chosen(found, first):
        return {**said, **plainly(), "rule": series.rule}
    return {
        **said,
        "every": found.every,
        "interval": found.interval,
        "weekdays": [*found.weekdays] if found.every == "week" else [],
        "by": "date" if found.day else "weekday",
        "nth": [*found.nth],
        "month_day": 31 if found.day == -1 else found.day or "",
        "else_last": found.else_last or found.day == -1,
        "not_in": sorted(found.not_in),
        "ends_by": "day" if found.until else "times" if found.times else "never",
        "last_date": f"{found.until:%Y-%m-%d}" if found.until else "",
        "times": found.times or "",
    }


def _can_be_chosen(cadence: Cadence, first: date) -> bool:
    """Whether the form says as much without the rule: the day of a year is that of its first date."""
    its_day = cadence.every != "year" or cadence.day in {0, first.day}
    return its_day and cadence.interval <= MOST_INTERVAL and (cadence.times or 0) <= MOST_TIMES


def plainly() -> dict[str, Any]:
    """What the form says before anybody has said anything: every week."""
    return {"every": "week", "interval": 1, "by": "weekday", "ends_by": "never", "weeks_ahead": USUALLY_AHEAD}
