"""From what a clock on the wall shows to a moment, and back. Some times are not shown at all, and some twice.

A gathering keeps both: what was typed, and the moment that follows from it by the rules of its zone.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from server import timezones
from server.errors import Refusal
from server.languages.messages import Text, _
from server.presentation import city_name, clock_time, long_date

# An event's moments, and the columns in which it is kept what was typed for them.
KEPT = {
    "starts_at": "starts_wall",
    "ends_at": "ends_wall",
    "answers_open_at": "opens_wall",
    "answers_close_at": "closes_wall",
}


class NoSuchTime(Refusal):
    """The clock jumps over this time when summer time begins."""

    field = "time"


def moment(day: date, at: time, zone: str, *, field: str = "time") -> datetime:
    """The moment at which the zone's clock shows this, in UTC; the first one where it does so twice.

    Raises NoSuchTime beside `field` for a time that the clock jumps over, ValueError for an unknown zone.
    """
    local = datetime.combine(day, at.replace(tzinfo=None, fold=0), timezones.zone(zone))
    try:
        found = local.astimezone(UTC)
        exists = shown(found, zone) == local.replace(tzinfo=None)
    except OverflowError:
        # Clocks have no moment for the ends of the calendar.
        raise NoSuchTime(_("Please choose a date that is less far away."), field=field) from None
    if not exists:
        raise NoSuchTime(_jumped(local), field=field)
    return found


def shown(found: datetime, zone: str) -> datetime:
    """What the zone's clock shows at a moment: naive, as a wall is."""
    return found.astimezone(timezones.zone(zone)).replace(tzinfo=None, fold=0)


def kept(said: Mapping[str, Any], zone: str) -> dict[str, datetime | None]:
    """What is kept of the moments that are said of an event, by column."""
    return {wall: shown(said[name], zone) if said[name] else None for name, wall in KEPT.items()}


def followed(found: datetime, wall: datetime, zone: str) -> datetime:
    """The moment at which the zone's clock shows `wall` by the rules as they are now, in UTC.

    `found` is the one it was until now, and stays it while the clock still shows that: so the second of two equal
    hours stays the second. A time that clocks now jump over comes as long after the jump as it did after its beginning.
    """
    if shown(found, zone) == wall:
        return found
    return wall.replace(tzinfo=timezones.zone(zone), fold=0).astimezone(UTC)


def comes_twice(found: datetime, zone: str) -> bool:
    """Whether the zone's clock shows this moment's time again an hour later, or did so an hour before."""
    local = found.astimezone(timezones.zone(zone))
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


def said_of_twice(moments: Iterable[datetime | None], zone: str) -> list[Text]:
    """What to say of times that somebody typed and that the zone's clock shows twice; mostly nothing."""
    twice = sorted({shown(found, zone) for found in moments if found and comes_twice(found, zone)})
    return [
        _(
            "On %(day)s the clocks go back and show %(time)s twice. We took the first one.",
            day=long_date(wall),
            time=clock_time(wall),
        )
        for wall in twice
    ]


def _jumped(local: datetime) -> Text:
    """With the time that may be meant, and with its date where that is another one."""
    meant = _meant(local)
    said = {
        "day": long_date(local),
        "time": clock_time(local),
        "city": city_name(str(local.tzinfo)),
        "meant": clock_time(meant),
    }
    if meant.date() == local.date():
        # Translators: city is whose clock it is: "Berlin"
        return _(
            "On %(day)s there is no %(time)s in %(city)s: the clocks go forward then. Did you mean %(meant)s?",
            **said,
        )
    # Translators: meant is a time, meant_day the day after the other
    return _(
        "On %(day)s there is no %(time)s in %(city)s: the clocks go forward then. "
        "Did you mean %(meant)s on %(meant_day)s?",
        meant_day=long_date(meant),
        **said,
    )


def _meant(local: datetime) -> datetime:
    """As long after the jump as was typed after its beginning."""
    # Read by the clock as it went before the jump, and shown by the one that goes after it.
    return local.replace(fold=0).astimezone(UTC).astimezone(local.tzinfo)
