"""How things look in words and shapes: initials, tints, dates. No I/O; only which year it is now is asked.

`install(environment)` hands them to templates: functions as globals, the rest as filters.
Moments are given as aware datetimes *already in the zone they shall be read in* (an event's own zone).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar, cast, overload

from jinja2 import Environment
from markupsafe import Markup, escape

from server import clock, qr, timezones
from server.covers import cover, motifs
from server.languages.language import Language, spoken
from server.languages.messages import Message, Text, Words, _, ngettext, pgettext, phrase
from server.lazily import lazily

if TYPE_CHECKING:
    from babel import Locale, dates, numbers
else:
    dates, numbers = lazily("babel.dates"), lazily("babel.numbers")

TINTS = 6
_JOINER = "\u200d"


def install(environment: Environment) -> None:
    """Make everything here known to templates."""
    environment.globals.update(
        cover=cover,
        motifs=motifs(),
        point=point,
        qr_code=qr.svg,
    )
    environment.filters.update(
        initials=initials,
        tint=tint,
        in_zone=in_zone,
        zone_name=zone_name,
        clock_time=clock_time,
        long_date=long_date,
        short_date=short_date,
        medium_date=medium_date,
        month=month,
        month_and_year=month_and_year,
        month_short=month_short,
        weekday=weekday,
        weekday_short=weekday_short,
        weekday_shortest=weekday_shortest,
        time_range=time_range,
        hours=hours,
        when=when,
        day_from=day_from,
        excerpt=excerpt,
        stopped=stopped,
        bdi=bdi,
        in_a_line=in_a_line,
        more=more,
        runs=runs,
        anchor=anchor,
        number=number,
        host=host,
        typed=typed,
    )


# People


def initials(name: Text) -> str:
    """One or two capitals that stand for somebody: "Ana María Ruiz" is AR, "bo" is B, nobody is "·"."""
    words = [word for word in str(name).replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "·"
    ends = [words[0], words[-1]] if len(words) > 1 else [words[0]]
    return "".join(word[0].upper()[:1] for word in ends)


def first_letter(text: str) -> str:
    """The first letter as people count them, with its accents and whatever is joined to it."""
    letter = text[:1]
    for character in text[1:]:
        if (
            letter[-1] != _JOINER
            and character != _JOINER
            and not unicodedata.category(character).startswith("M")
        ):
            break
        letter += character
    return letter


def tint(key: object) -> str:
    """The class of the tint that always belongs to somebody: `tint-0` to `tint-5`."""
    return f"tint-{_seed(key) % TINTS}"


# Dates and times


def in_zone(moment: datetime, zone: str) -> datetime:
    """The same moment on the wall clock of an IANA zone. Raises ValueError for an unknown zone."""
    return moment.astimezone(timezones.zone(zone))


@phrase
def city_name(language: Language, zone: str) -> str:
    """Where a zone's clock hangs: "Europe/Berlin" is Berlin, in Arabic برلين."""
    known = language.locale.time_zones.get(zone, {}).get("city")
    return known or zone.rsplit("/", 1)[-1].replace("_", " ")


# The continents of IANA's zones that CLDR has names for; what it calls oceans stays as it is.
_CONTINENTS = {
    "Africa": "002", "America": "019", "Antarctica": "AQ", "Asia": "142", "Australia": "AU", "Europe": "150",
    "Pacific": "009",
}  # fmt: skip


@phrase
def zone_label(language: Language, zone: str) -> str:
    """A zone in a list of all: "America/New York"; in German "Amerika/New York"."""
    if language.locale.language == "en":
        return zone.replace("_", " ")
    continent, _, rest = zone.partition("/")
    known = language.locale.territories.get(_CONTINENTS.get(continent, ""), continent)
    city = language.locale.time_zones.get(zone, {}).get("city", rest.replace("_", " "))
    return f"{known}/{city}"


def zone_name(zone: str) -> Words:
    """A zone as people say it: "Europe/Berlin" is "Berlin time"."""
    if zone in {"UTC", "Etc/UTC", "GMT"}:
        return _("UTC")
    # Translators: a time zone, after a time: "19:00, Berlin time"
    return _("%(city)s time", city=city_name(zone))


@phrase
def clock_time(language: Language, moment: datetime | time) -> str:
    """19:00; where people say so, 7:00 PM"""
    if isinstance(moment, datetime):
        moment = moment.time()
    return _time(language.locale, moment.replace(second=0, microsecond=0))


@phrase
def long_date(language: Language, day: date) -> str:
    """Thursday, 12 March 2026"""
    return _day(language.locale, _date(day), "full")


@phrase
def short_date(language: Language, day: date) -> str:
    """Thu 12 Mar; in another year than this one Thu, 12 Mar 2025."""
    return _by_skeleton(language.locale, _date(day), "MMMEd" if day.year == clock.now().year else "yMMMEd")


@phrase
def medium_date(language: Language, day: date) -> str:
    """12 Mar 2026"""
    return _by_skeleton(language.locale, _date(day), "yMMMd")


@phrase
def month(language: Language, day: date) -> str:
    """March; in another year than this one March 2025."""
    return _by_skeleton(language.locale, _date(day), "MMMM" if day.year == clock.now().year else "yMMMM")


@phrase
def month_and_year(language: Language, day: date) -> str:
    """March 2026"""
    return _by_skeleton(language.locale, _date(day), "yMMMM")


@phrase
def weekday(language: Language, day: date) -> str:
    """Thursday"""
    return _day(language.locale, _date(day), "EEEE")


@phrase
def weekday_short(language: Language, day: date) -> str:
    """Thu"""
    return _day(language.locale, _date(day), "ccc")


@phrase
def weekday_shortest(language: Language, day: date) -> str:
    """Th: where there is little room, as above a month."""
    return _day(language.locale, _date(day), "cccccc").rstrip(".")


@phrase
def month_short(language: Language, day: date) -> str:
    """Mar"""
    return _day(language.locale, _date(day), "LLL")


def time_range(starts: datetime, ends: datetime | None = None) -> Words:
    """18:30 to 21:00; over midnight "22:00 to Fri 13 Mar, 02:00"; without an end 18:30."""
    if ends is None:
        return clock_time(starts)
    if ends.date() == starts.date():
        # Translators: a range of time, such as "18:30 to 21:00"
        return _("%(starts)s to %(ends)s", starts=clock_time(starts), ends=clock_time(ends))
    return _(
        # Translators: a range of time over midnight, such as "22:00 to Fri 13 Mar, 02:00"
        "%(starts)s to %(day)s, %(ends)s",
        starts=clock_time(starts),
        day=_day_and_month(ends),
        ends=clock_time(ends),
    )


def hours(starts: datetime, ends: datetime | None = None) -> Words:
    """18:30 to 21:00, of what comes again, so that no day is named; over midnight "22:00 to 02:00 the next day"."""
    nights = (ends.date() - starts.date()).days if ends else 0
    if ends is None or not nights:
        return time_range(starts, ends)
    said = {"starts": clock_time(starts), "ends": clock_time(ends)}
    if nights == 1:
        # Translators: a range of time over midnight, such as "22:00 to 02:00 the next day"
        return _("%(starts)s to %(ends)s the next day", **said)
    # Translators: a range of time, such as "16:00 to 12:00, 2 days later"
    return ngettext(
        "%(starts)s to %(ends)s, %(num)s day later",
        "%(starts)s to %(ends)s, %(num)s days later",
        nights,
        **said,
    )


def when(starts: datetime, ends: datetime | None = None, zone: str | None = None) -> Words:
    """Thursday, 12 March 2026, 18:30 to 21:00, Berlin time"""
    said = {"day": long_date(starts), "hours": time_range(starts, ends)}
    if zone is None:
        # Translators: when something is: "Thursday, 12 March 2026, 18:30 to 21:00"
        return _("%(day)s, %(hours)s", **said)
    return _("%(day)s, %(hours)s, %(zone)s", **said, zone=zone_name(zone))


@phrase
def _day_and_month(language: Language, day: date) -> str:
    return _by_skeleton(language.locale, _date(day), "MMMEd")


def day_from(moment: datetime, now: datetime) -> Words:
    """How far off a day is: "Today", "Tomorrow", "In 3 days", "In 2 weeks", "Yesterday", else its short date.

    Both are read on the wall clock of `moment`.
    """
    distance = (moment.date() - now.astimezone(moment.tzinfo).date()).days
    near = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}
    if distance in near:
        return near[distance]
    if 1 < distance < 14:
        return ngettext("In %(num)s day", "In %(num)s days", distance)
    if 14 <= distance < 60:
        return ngettext("In %(num)s week", "In %(num)s weeks", distance // 7)
    return short_date(moment)


def day_gone(moment: datetime, now: datetime) -> Words:
    """When a day was: "today", "yesterday", "last Thursday", "on Thursday, 12 March 2026". On the clock of `moment`."""
    distance = (now.astimezone(moment.tzinfo).date() - moment.date()).days
    # Translators: when something was, within a sentence: "The end of the gathering was yesterday"
    near = {0: pgettext("when it was", "today"), 1: pgettext("when it was", "yesterday")}
    if distance in near:
        return near[distance]
    if distance < 7:
        return pgettext("when it was", "last %(weekday)s", weekday=weekday(moment))
    return pgettext("when it was", "on %(day)s", day=long_date(moment))


def _date(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day


@lru_cache(5_000)
def _day(locale: "Locale", day: date, form: str) -> str:
    return dates.format_date(day, form, locale=locale)


@lru_cache(5_000)
def _by_skeleton(locale: "Locale", day: date, skeleton: str) -> str:
    return dates.format_skeleton(skeleton, datetime.combine(day, time()), locale=locale)


@lru_cache(5_000)
def _time(locale: "Locale", moment: time) -> str:
    return dates.format_time(moment, "short", locale=locale)


# Words


def bdi(text: Text) -> Markup:
    """What somebody wrote within one of our sentences: it runs in its own direction, and turns nothing around it.

    Of a message, what they wrote in it.
    """
    if isinstance(text, Message):
        return escape(text.dressed(bdi))
    return Markup("<bdi>{}</bdi>").format(text)


def runs(text: Text) -> Markup:
    """The attribute of an element that holds this alone: what somebody wrote runs in its own direction.

    Ours runs as the page does, whatever it begins with: a name, say. In templates it is a message, or HTML already.
    """
    return Markup("") if hasattr(text, "__html__") else Markup(' dir="auto"')


def in_a_line(parts: Sequence[tuple[str, str]]) -> Markup:
    """Things that stand together, as a title: "Your guests and what the hosts ask".

    Each as it begins one, and as it stands within: which letter is large is for the language to say.
    """
    first, *others = parts
    said = [escape(first[0]), *(escape(within) for _, within in others)]
    return Markup(spoken().phrased(spoken().listed(said)))  # noqa: S704 - each is escaped


def number(number: float) -> str:
    """A number as its reader writes it: 1,234; in German 1.234."""
    return spoken().number(number)


def more(number: int) -> str:
    """So many more: +3. In a language that runs from the right its sign stays before it."""
    language = spoken()
    return numbers.get_plus_sign_symbol(language.locale) + language.number(number)


@overload
def stopped(sentence: str) -> str: ...
@overload
def stopped(sentence: Words) -> Words: ...
def stopped(sentence: Text) -> Text:
    """A sentence that may end with a name: "You met Bo." and "You met Yuki T.", each with one full stop.

    It may have its full stop already, so that it can be a whole one: `stopped(_("You met %(name)s.", name=name))`.
    """
    return _Stopped(sentence) if isinstance(sentence, Words) else _with_one_stop(sentence)


@dataclass(frozen=True, slots=True, eq=False)
class _Stopped(Words):
    sentence: Words

    def said(self, language: Language) -> str:
        return _with_one_stop(self.sentence.said(language))

    def drawn(self, language: Language) -> Markup:
        return _with_one_stop(self.sentence.drawn(language))


S = TypeVar("S", bound=str)

_STOPS = (".", "!", "?", "…", "。", "！", "？", "؟", "۔", "।")
_TWO_STOPS = re.compile(rf"[{''.join(map(re.escape, _STOPS))}](?:</\w+>|\u2069)*\.\Z")


def _with_one_stop(sentence: S) -> S:
    if _TWO_STOPS.search(sentence):
        return cast(S, sentence[:-1])  # Slices and sums of Markup are Markup.
    return sentence if sentence.endswith(_STOPS) else cast(S, sentence + ".")


def excerpt(text: str, length: int = 160) -> str:
    """The beginning of a text in one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: length + 1].rsplit(" ", 1)[0][:length].rstrip(",.;:-") + "…"


def anchor(text: str) -> str:
    """A text as the id of an element: "Cancel this gathering?" is "cancel-this-gathering"."""
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def host(address: str) -> str:
    """The host of an address, for people: "https://www.kith.example/a" is "kith.example"."""
    return address.split("//", 1)[-1].split("/", 1)[0].removeprefix("www.")


def typed(value: object, kind: str = "text") -> str:
    """A value as an input of this type wants it: moments 2026-03-12T18:30, times 18:30, yes "true"."""
    if isinstance(value, datetime):
        formats = {"date": "%Y-%m-%d", "time": "%H:%M"}
        return value.strftime(formats.get(kind, "%Y-%m-%dT%H:%M"))
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, bool):
        return "true" if value else ""
    return "" if value is None else str(value)


def point(x: object, y: object) -> str:
    """The classes of a picture that is cut to fit, and keeps this point in view: percent from the left, from the top.

    Of what is no number, the middle. To the nearest tenth, since it is a class: a page has no styles in attributes.
    """
    return f"point-x-{_tenths(x)} point-y-{_tenths(y)}"


def _tenths(value: object) -> int:
    """A percentage as somebody typed it, to the nearest tenth; the middle for what is none."""
    try:
        return round(min(max(float(str(value)), 0), 100) / 10) * 10
    except ValueError:
        return 50


def _seed(key: object) -> int:
    return int.from_bytes(sha256(str(key).encode()).digest()[:8], "big")
