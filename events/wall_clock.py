"""From what a clock on the wall shows to a moment. Some times are not shown at all, and some twice."""

from datetime import UTC, date, datetime, time

from server import timezones
from server.errors import Refusal
from server.presentation import clock_time, long_date, zone_name


class NoSuchTime(Refusal):
    """The clock jumps over this time when summer time begins."""

    field = "time"


def moment(day: date, at: time, zone: str, *, field: str = "time") -> datetime:
    """The moment at which the zone's clock shows this, in UTC; the first one where it does so twice.

    Raises NoSuchTime beside `field` for a time that the clock jumps over, ValueError for an unknown zone.
    """
    local = datetime.combine(day, at.replace(tzinfo=None, fold=0), timezones.zone(zone))
    found = local.astimezone(UTC)
    shown = found.astimezone(local.tzinfo)
    if shown.replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime(_jumped(local), field=field)
    return found


def comes_twice(found: datetime, zone: str) -> bool:
    """Whether the zone's clock shows this moment's time again an hour later, or did so an hour before."""
    local = found.astimezone(timezones.zone(zone))
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


def _jumped(local: datetime) -> str:
    zone = zone_name(str(local.tzinfo)).removesuffix(" time")
    return (
        f"On {long_date(local)} there is no {clock_time(local)} in {zone}: the clocks go forward then. "
        f"Did you mean {_meant(local)}?"
    )


def _meant(local: datetime) -> str:
    """As long after the jump as was typed after its beginning; with its date where that is another one."""
    # Read by the clock as it went before the jump, and shown by the one that goes after it.
    shown = local.replace(fold=0).astimezone(UTC).astimezone(local.tzinfo)
    day = "" if shown.date() == local.date() else f" on {long_date(shown)}"
    return f"{clock_time(shown)}{day}"
