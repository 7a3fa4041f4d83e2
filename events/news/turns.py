"""When somebody's weekly letter is due: at 8:00 on the first day of their week, on their own clock.

Pure: no database, no clock. Everybody's week begins where theirs does (`members.letters.weeks`); the hour stays
8:00 when clocks change.
"""

from datetime import UTC, date, datetime, time, timedelta

from server import timezones
from server.presentation import in_zone

AT = time(8)
EVENING = time(21)
WEEK = timedelta(days=7)


def last_turn(now: datetime, zone: str, weekday: int) -> datetime:
    """The last moment, now or before, at which a week's letter was due. `weekday`: 0 is Monday. In UTC."""
    local = in_zone(now, zone)
    day = local.date() - timedelta(days=(local.weekday() - weekday) % 7)
    found = _at(day, zone)
    return found if found <= now else _at(day - WEEK, zone)


def next_turn(now: datetime, zone: str, weekday: int) -> datetime:
    """The first moment after now at which it is due. In UTC."""
    local = in_zone(now, zone)
    day = local.date() + timedelta(days=(weekday - local.weekday()) % 7)
    found = _at(day, zone)
    return found if found > now else _at(day + WEEK, zone)


def by_morning(moment: datetime, zone: str) -> datetime:
    """That moment, or the first 8:00 after it where it is before that or in the evening. In UTC."""
    local = in_zone(moment, zone)
    if AT <= local.time() < EVENING:
        return moment
    return _at(local.date() + timedelta(days=local.time() >= EVENING), zone)


def _at(day: date, zone: str) -> datetime:
    return datetime.combine(day, AT, timezones.zone(zone)).astimezone(UTC)
