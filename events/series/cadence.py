"""How often a series comes again, as people say it: read from a rule, written as one, and said in words.

"Every first Tuesday", "every second week on Monday and Thursday until June", "last Friday, not in August", "the 31st,
else the last day". A rule that people would not say like that has no cadence, and is none the worse for it.
"""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from events.series import rule as rules
from server.languages.language import Language
from server.languages.messages import Text, _, ngettext, pgettext, phrase
from server.lazily import lazily
from server.presentation import long_date

if TYPE_CHECKING:
    from babel import dates
else:
    dates = lazily("babel.dates")

Every = Literal["day", "week", "month", "year"]
By = Literal["weekday", "date"]

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NTH = (1, 2, 3, 4, 5, -1)
LAST_DAY = -1
_FREQUENCIES: dict[Every, str] = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
_ALL_MONTHS = frozenset(range(1, 13))
_SHORTEST_MONTH = 28
_NO_LEAP_YEAR = 2001


@dataclass(frozen=True, kw_only=True)
class Cadence:
    """Every `interval`-th day, week, month or year.

    Of a week: on these `weekdays` (0: Monday). Of a month, or of the `month` of a year (1: January): the `nth` of one
    weekday (-1: the last one), or the `day` of the month (-1: its last day). Where a month is shorter than that, its
    last day if `else_last`; otherwise there is none then. `not_in` are months that it leaves out. It ends with the day
    `until`, or after so many `times`.
    """

    every: Every
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: tuple[int, ...] = ()
    day: int = 0
    else_last: bool = False
    month: int = 0
    not_in: frozenset[int] = frozenset()
    until: date | None = None
    times: int | None = None

    def rule(self) -> str:
        """It as a rule that `rule.read` takes."""
        parts = [f"FREQ={_FREQUENCIES[self.every]}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.times:
            parts.append(f"COUNT={self.times}")
        if self.until:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        if months := self._months():
            parts.append(f"BYMONTH={months}")
        return ";".join([*parts, *self._days()])

    def _months(self) -> str:
        if self.every == "year":
            return str(self.month)
        return ",".join(map(str, sorted(_ALL_MONTHS - self.not_in))) if self.not_in else ""

    def _days(self) -> list[str]:
        if self.every == "week":
            return ["BYDAY=" + ",".join(DAYS[day] for day in sorted(self.weekdays))]
        if self.nth:
            (weekday,) = self.weekdays
            return ["BYDAY=" + ",".join(f"{nth}{DAYS[weekday]}" for nth in self.nth)]
        if self.day > _SHORTEST_MONTH and self.else_last:
            days = ",".join(map(str, range(_SHORTEST_MONTH, self.day + 1)))
            return [f"BYMONTHDAY={days}", "BYSETPOS=-1"]
        return [f"BYMONTHDAY={self.day}"] if self.day else []


@lru_cache(2_000)
def cadence_of(rule: str, first: date) -> Cadence | None:
    """What a rule of a series that begins on this day says in people's way; None where they would not say it so."""
    parts = rules.parts_of(rule)
    try:
        found = _read(parts, first)
    except (KeyError, ValueError):
        return None
    # What we have understood must be all that it says.
    return found if _same(parts, found.rule(), first) else None


def _read(parts: dict[str, str], first: date) -> Cadence:
    every = next(every for every, name in _FREQUENCIES.items() if name == parts["FREQ"])
    months = frozenset(int(month) for month in parts["BYMONTH"].split(",")) if "BYMONTH" in parts else None
    read: dict[str, object] = {
        "every": every,
        "interval": int(parts.get("INTERVAL", 1)),
        "times": int(parts["COUNT"]) if "COUNT" in parts else None,
        "until": date.fromisoformat(parts["UNTIL"]) if "UNTIL" in parts else None,
    }
    if every == "year":
        (read["month"],) = months or {first.month}
    elif months:
        read["not_in"] = _ALL_MONTHS - months
    if every == "week":
        read["weekdays"] = tuple(
            sorted(DAYS.index(day) for day in parts.get("BYDAY", DAYS[first.weekday()]).split(","))
        )
    elif every != "day":
        read |= _day_of_month(parts, first)
    return Cadence(**read)  # type: ignore[arg-type]


def _day_of_month(parts: dict[str, str], first: date) -> dict[str, object]:
    if "BYDAY" in parts:
        said = [
            (int(day[:-2] or parts.get("BYSETPOS", "")), DAYS.index(day[-2:]))
            for day in parts["BYDAY"].split(",")
        ]
        (weekday,) = {weekday for _, weekday in said}
        nths = tuple(nth for nth, _ in said)
        _refuse_unsaid(nths, NTH)
        return {"nth": nths, "weekdays": (weekday,)}
    days = sorted(int(day) for day in parts.get("BYMONTHDAY", str(first.day)).split(","))
    _refuse_unsaid(days, (*range(1, 32), LAST_DAY))
    return {"day": days[-1], "else_last": len(days) > 1}


def _refuse_unsaid(numbers: Sequence[int], said: Sequence[int]) -> None:
    """Raise ValueError for what a rule may count and nobody says: the last Sunday but one, the day before the last."""
    if not {*numbers} <= {*said}:
        raise ValueError


def _same(parts: dict[str, str], written: str, first: date) -> bool:
    """Whether two rules say the same, however they say it: they give the same days for a generation."""
    ends = date(first.year + 30, first.month, 28)
    says = [
        rules.days(
            ";".join(f"{name}={value}" for name, value in each.items()),
            first,
            since=first,
            most=400,
            until=ends,
        )
        for each in (parts, rules.parts_of(written))
    ]
    return says[0] == says[1] and len(says[0]) > 0


# In words


@phrase
def weekday_name(language: Language, day: int) -> str:
    """Thursday, of 3."""
    return str(language.locale.days["format"]["wide"][day])


@phrase
def month_name(language: Language, month: int) -> str:
    """August, of 8, as it stands alone."""
    return str(language.locale.months["stand-alone"]["wide"][month])


@phrase
def day_and_month(language: Language, month: int, day: int) -> str:
    """4 July"""
    return dates.format_skeleton("MMMMd", date(2000, month, day), locale=language.locale)


def in_words(cadence: Cadence) -> Text:
    """Every first Tuesday, not in August, until Wednesday, 30 June 2027"""
    said: Text = _how_often(cadence)
    if cadence.not_in:
        months = [month_name(month) for month in sorted(cadence.not_in)]
        # Translators: how often a gathering comes again, and the months without it: "Every last Friday, not in August"
        said = _("%(often)s, not in %(months)s", often=said, months=months)
    if cadence.until:
        said = _until(said, cadence.until)
    if cadence.times:
        said = ngettext("%(often)s, once", "%(often)s, %(num)s times", cadence.times, often=said)
    return said


def _how_often(cadence: Cadence) -> Text:
    return _SAY[cadence.every](cadence)


def _daily(cadence: Cadence) -> Text:
    if cadence.interval == 1:
        return _("Every day")
    if cadence.interval == 2:
        return _("Every second day")
    return ngettext("Every day", "Every %(num)s days", cadence.interval)


def _weekly(cadence: Cadence) -> Text:
    days = [weekday_name(day) for day in cadence.weekdays]
    if len(days) == len(DAYS) and cadence.interval == 1:
        return _("Every day")
    if cadence.interval == 1:
        # Translators: one day or several: "Every Tuesday", "Every Monday and Thursday"
        return _("Every %(weekdays)s", weekdays=days)
    if cadence.interval == 2:
        return _("Every second week on %(weekdays)s", weekdays=days)
    return ngettext(
        "Every week on %(weekdays)s", "Every %(num)s weeks on %(weekdays)s", cadence.interval, weekdays=days
    )


def _monthly(cadence: Cadence) -> Text:
    if cadence.nth:
        nth = _nths(cadence)
        if cadence.interval == 1:
            # Translators: "Every first Tuesday", "Every first and third Tuesday" (of each month)
            return _("Every %(nth)s of the month", nth=nth)
        if cadence.interval == 2:
            # Translators: nth is "first Tuesday"
            return _("Every second month on the %(nth)s", nth=nth)
        return ngettext(
            "Every month on the %(nth)s", "Every %(num)s months on the %(nth)s", cadence.interval, nth=nth
        )
    day = _day_of(cadence)
    if cadence.interval == 1:
        # Translators: day is "the 15th", "the last day", or "the 31st, else the last day"
        return _("Every month on %(day)s", day=day)
    if cadence.interval == 2:
        return _("Every second month on %(day)s", day=day)
    return ngettext("Every month on %(day)s", "Every %(num)s months on %(day)s", cadence.interval, day=day)


def _yearly(cadence: Cadence) -> Text:
    if cadence.nth:
        # Translators: "last Saturday of August"
        day: Text = _(
            "the %(nth)s of %(month)s",
            nth=_nths(cadence),
            month=month_name(cadence.month),
        )
    elif cadence.day == LAST_DAY:
        day = _("the last day of %(month)s", month=month_name(cadence.month))
    else:
        day = day_and_month(cadence.month, cadence.day)
        if cadence.else_last and cadence.day > monthrange(_NO_LEAP_YEAR, cadence.month)[1]:
            day = _("%(day)s, else the last day", day=day)
    if cadence.interval == 1:
        # Translators: day is "4 July", or "the last Saturday of August"
        return _("Every year on %(day)s", day=day)
    if cadence.interval == 2:
        return _("Every second year on %(day)s", day=day)
    return ngettext("Every year on %(day)s", "Every %(num)s years on %(day)s", cadence.interval, day=day)


_SAY: dict[Every, Callable[[Cadence], Text]] = {
    "day": _daily,
    "week": _weekly,
    "month": _monthly,
    "year": _yearly,
}


def _day_of(cadence: Cadence) -> Text:
    if cadence.day == LAST_DAY or (cadence.day == 31 and cadence.else_last):
        return _("the last day")
    day = _ordinal(cadence.day)
    if cadence.else_last and cadence.day > _SHORTEST_MONTH:
        # Translators: day is one that some months do not have, such as the 30th, or 29 February
        return _("%(day)s, else the last day", day=day)
    return day


def _ordinal(day: int) -> Text:
    """The 15th, in English by its last digits; others may write them all alike."""
    if 11 <= day <= 13:
        # Translators: a day of the month: "the 12th"
        return _("the %(number)sth", number=day)
    return {
        # Translators: a day of the month: "the 21st"
        1: _("the %(number)sst", number=day),
        # Translators: a day of the month: "the 22nd"
        2: _("the %(number)snd", number=day),
        # Translators: a day of the month: "the 23rd"
        3: _("the %(number)srd", number=day),
    }.get(day % 10, _("the %(number)sth", number=day))


def _nths(cadence: Cadence) -> list[Text]:
    """First and third Wednesday: the weekday is named once, with the last of them."""
    *others, last = cadence.nth
    return [*(_NTH_ALONE[nth] for nth in others), _nth(last, cadence.weekdays[0])]


_NTH_ALONE: dict[int, Text] = {
    # Translators: before further ones of the same weekday, which is named last: "first" of "first and third Tuesday"
    1: pgettext("before another weekday of the month", "first"),
    2: pgettext("before another weekday of the month", "second"),
    3: pgettext("before another weekday of the month", "third"),
    4: pgettext("before another weekday of the month", "fourth"),
    5: pgettext("before another weekday of the month", "fifth"),
    LAST_DAY: pgettext("before another weekday of the month", "last"),
}


def _nth(nth: int, weekday: int) -> Text:
    name = weekday_name(weekday)
    return {
        # Translators: which weekday of a month, as in "Every first Tuesday of the month"
        1: _("first %(weekday)s", weekday=name),
        # Translators: which weekday of a month, as in "Every second Tuesday of the month"
        2: _("second %(weekday)s", weekday=name),
        # Translators: which weekday of a month, as in "Every third Tuesday of the month"
        3: _("third %(weekday)s", weekday=name),
        # Translators: which weekday of a month, as in "Every fourth Tuesday of the month"
        4: _("fourth %(weekday)s", weekday=name),
        # Translators: which weekday of a month, as in "Every fifth Tuesday of the month"
        5: _("fifth %(weekday)s", weekday=name),
        # Translators: which weekday of a month, as in "Every last Tuesday of the month"
        LAST_DAY: _("last %(weekday)s", weekday=name),
    }[nth]


def words_of(rule: str, first: date, *, last: date | None = None) -> Text:
    """How often a series comes again, in words, whatever its rule.

    `last` is the day with which it ends although its rule goes on: what that says of an end counts no more.
    """
    cadence = cadence_of(rule, first)
    if cadence and last and not (cadence.until and cadence.until <= last):
        cadence = replace(cadence, until=last, times=None)
    if cadence:
        return in_words(cadence)
    said: Text = _("On days of its own")
    return _until(said, last) if last else said


def _until(often: Text, day: date) -> Text:
    # Translators: how often a gathering comes again, and with which day that ends
    return _("%(often)s, until %(day)s", often=often, day=long_date(day))


def nth_of(day: date) -> Sequence[int]:
    """Which one of its weekday a day is in its month: (1,) for the first; (4, -1) when that is the last one, too."""
    nth = (day.day - 1) // 7 + 1
    is_last = day.day + 7 > monthrange(day.year, day.month)[1]
    return (nth, LAST_DAY) if is_last else (nth,)
