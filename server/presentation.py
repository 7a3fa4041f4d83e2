"""How things look in words and shapes: initials, tints, covers, dates. No I/O; only which year it is now is asked.

`install(environment)` hands them to templates: functions as globals, the rest as filters.
Moments are given as aware datetimes *already in the zone they shall be read in* (an event's own zone).
"""

import random
import unicodedata
from datetime import date, datetime, time
from hashlib import sha256
from itertools import cycle
from math import cos, degrees, pi, sin

from jinja2 import Environment
from markupsafe import Markup

from server import clock, qr, timezones

Point = tuple[float, float]

TINTS = 6
_JOINER = "\u200d"
PALETTES = 4
SHAPES = {"wide": (320, 180), "square": (250, 250), "band": (540, 180)}

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def install(environment: Environment) -> None:
    """Make everything here known to templates."""
    environment.globals.update(cover=cover, point=point, qr_code=qr.svg, plural=plural)
    environment.filters.update(
        initials=initials,
        tint=tint,
        in_zone=in_zone,
        zone_name=zone_name,
        clock_time=clock_time,
        long_date=long_date,
        short_date=short_date,
        month_short=month_short,
        weekday_short=weekday_short,
        time_range=time_range,
        when=when,
        day_from=day_from,
        excerpt=excerpt,
        stopped=stopped,
        bdi=bdi,
        anchor=anchor,
        host=host,
        typed=typed,
    )


# People


def initials(name: str) -> str:
    """One or two capitals that stand for somebody: "Ana María Ruiz" is AR, "bo" is B, nobody is "·"."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
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


def zone_name(zone: str) -> str:
    """A zone as people say it: "Europe/Berlin" is "Berlin time"."""
    if zone in {"UTC", "Etc/UTC", "GMT"}:
        return "UTC"
    return f"{zone.rsplit('/', 1)[-1].replace('_', ' ')} time"


def clock_time(moment: datetime) -> str:
    """19:00"""
    return f"{moment:%H:%M}"


def long_date(day: date) -> str:
    """Thursday, 12 March 2026"""
    return f"{WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """Thu 12 Mar; in another year than this one Thu 12 Mar 2025."""
    return _day(day) if day.year == clock.now().year else f"{_day(day)} {day.year}"


def weekday_short(day: date) -> str:
    """Thu"""
    return WEEKDAYS[day.weekday()][:3]


def month_short(day: date) -> str:
    """Mar"""
    return MONTHS[day.month - 1][:3]


def time_range(starts: datetime, ends: datetime | None = None) -> str:
    """18:30 to 21:00; over midnight "22:00 to Fri 13 Mar, 02:00"; without an end 18:30."""
    if ends is None:
        return clock_time(starts)
    if ends.date() == starts.date():
        return f"{clock_time(starts)} to {clock_time(ends)}"
    return f"{clock_time(starts)} to {_day(ends)}, {clock_time(ends)}"


def when(starts: datetime, ends: datetime | None = None, zone: str | None = None) -> str:
    """Thursday, 12 March 2026, 18:30 to 21:00, Berlin time"""
    parts = [long_date(starts), time_range(starts, ends)]
    return ", ".join([*parts, zone_name(zone)] if zone else parts)


def _day(day: date) -> str:
    return f"{weekday_short(day)} {day.day} {month_short(day)}"


def day_from(moment: datetime, now: datetime) -> str:
    """How far off a day is: "Today", "Tomorrow", "In 3 days", "In 2 weeks", "Yesterday", else its short date.

    Both are read on the wall clock of `moment`.
    """
    distance = (moment.date() - now.astimezone(moment.tzinfo).date()).days
    near = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
    if distance in near:
        return near[distance]
    if 1 < distance < 14:
        return f"In {distance} days"
    if 14 <= distance < 60:
        return f"In {distance // 7} weeks"
    return short_date(moment)


def day_gone(moment: datetime, now: datetime) -> str:
    """When a day was: "today", "yesterday", "last Thursday", "on Thursday, 12 March 2026". On the clock of `moment`."""
    distance = (now.astimezone(moment.tzinfo).date() - moment.date()).days
    near = {0: "today", 1: "yesterday"}
    if distance in near:
        return near[distance]
    return f"last {WEEKDAYS[moment.weekday()]}" if distance < 7 else f"on {long_date(moment)}"


# Words


def plural(number: int, one: str, many: str | None = None) -> str:
    """1 chair, 2 chairs; give `many` where an s does not do."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def bdi(text: str) -> Markup:
    """What somebody wrote within one of our sentences: it runs in its own direction, and turns nothing around it."""
    return Markup("<bdi>{}</bdi>").format(text)


def stopped(sentence: str) -> str:
    """A sentence that may end with a name: "You met Bo." and "You met Yuki T.", each with one full stop."""
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."


def excerpt(text: str, length: int = 160) -> str:
    """The beginning of a text in one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: length + 1].rsplit(" ", 1)[0][:length].rstrip(",.;:-") + "…"


def anchor(text: str) -> str:
    """A text as the id of an element: "Cancel this gathering?" is "cancel-this-gathering"."""
    return "-".join("".join(c if c.isalnum() and c.isascii() else " " for c in text.lower()).split())


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


def cover(key: object, shape: str = "wide") -> Markup:
    """A picture for what has none: people at a table, seen from above, two of them leaning together.

    The same key always gives the same picture. Colours are classes, so it follows the theme. `shape` is
    "wide" (16:9), "square" or "band" (3:1). About 2 kB, decorative.
    """
    dice = random.Random(_seed(key))  # noqa: S311 - a picture, not a secret
    palette = dice.randrange(PALETTES)  # Before anything else, so that every shape of a key has the same.
    width, height = SHAPES[shape]
    left = width * dice.uniform(0.28, 0.72) if shape != "band" else width * dice.uniform(0.2, 0.3)
    shapes = _table(dice, (left, height - (60 if shape == "square" else 0) + dice.uniform(-34, 8)))
    if shape == "band":
        shapes += _table(dice, (left + width * dice.uniform(0.45, 0.55), dice.uniform(-8, 34)))
    head = f'<svg class="cover cover-{palette}" viewBox="0 0 {width} {height}"'
    fit = 'preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false"'
    return Markup(f"{head} {fit}>{''.join(shapes)}</svg>")  # noqa: S704 - made of our own numbers and names


def _table(dice: random.Random, middle: Point) -> list[str]:
    table, size = dice.uniform(84, 104), dice.uniform(29, 34)
    places = [
        (angle, size * dice.uniform(0.88, 1.06), colour)
        for angle, colour in zip(_angles(dice, table, size), cycle(dice.sample("abcd", 4)), strict=False)
    ]
    return [
        _circle(middle, table + size * 2.3, "cover-rug"),
        *(
            _shoulders(_beyond(middle, table + size * 0.42, angle), angle, size, colour)
            for angle, size, colour in places
        ),
        _circle(middle, table, "cover-table"),
        *_dishes(dice, middle, table),
        *(_head(dice, _beyond(middle, table + size * 0.12, angle), size) for angle, size, _ in places),
    ]


def _angles(dice: random.Random, table: float, size: float) -> list[float]:
    number = int(2 * pi * (table + size / 2) / (2.5 * size))
    step = 2 * pi / number
    first = dice.uniform(0, step)
    angles = [first + step * seat for seat in range(number)]
    for seat in range(0, number - 1, 3):  # Every third leans over to the next, and the next leans back.
        angles[seat] += step * 0.15
        angles[seat + 1] -= step * 0.15
    return angles


def _shoulders(at: Point, angle: float, size: float, colour: str) -> str:
    x, y = f"{at[0]:.0f}", f"{at[1]:.0f}"
    size_and_turn = f'rx="{size * 0.72:.0f}" ry="{size:.0f}" transform="rotate({degrees(angle):.0f} {x} {y})"'
    return f'<ellipse class="cover-{colour}" cx="{x}" cy="{y}" {size_and_turn}/>'


def _head(dice: random.Random, at: Point, size: float) -> str:
    return _circle(at, size * 0.48, dice.choice(("cover-head", "cover-hair")))


def _dishes(dice: random.Random, middle: Point, table: float) -> list[str]:
    turn = dice.uniform(0, 2 * pi)
    return [
        _circle(
            _beyond(middle, table * dice.uniform(0.4, 0.5), turn + dish * 1.26),
            table * dice.uniform(0.08, 0.16),
            f"cover-{dice.choice('bcd')}",
        )
        for dish in range(5)
    ]


def _beyond(middle: Point, reach: float, angle: float) -> Point:
    return middle[0] + reach * cos(angle), middle[1] + reach * sin(angle)


def _circle(centre: Point, radius: float, name: str) -> str:
    return f'<circle class="{name}" cx="{centre[0]:.0f}" cy="{centre[1]:.0f}" r="{radius:.0f}"/>'


def _seed(key: object) -> int:
    return int.from_bytes(sha256(str(key).encode()).digest()[:8], "big")
