"""What waits for an hour of the event's own clock: letters for daylight, the daily batch for 18:00.

Pure: no database, no clock. PostgreSQL has time zones of its own, which may be others: it is told, not asked.
"""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

from members.letters.letter_hours import FOREVER, next_free
from members.tables import Person
from server import timezones
from server.presentation import in_zone

DAYLIGHT = range(9, 21)  # The hours in which letters go out: from 9:00 to before 21:00.
AT = time(18)
MORNING = time(9)
NOT_BEFORE = timedelta(hours=48)  # after opening
ASKS_KEPT = timedelta(days=60)  # From when something was asked for, done or not.


def zones_by_day(moment: datetime) -> list[str]:
    """The zones in which it is neither night nor early. Costs a millisecond, once a minute."""
    return _zones_by_day(moment.replace(second=0, microsecond=0))


@lru_cache(maxsize=4)
def _zones_by_day(minute: datetime) -> list[str]:
    return [zone for zone in timezones.names() if in_zone(minute, zone).hour in DAYLIGHT]


def first_reveal(opened_at: datetime, zone: str) -> datetime:
    """The first batch of a follow-up: 18:00 local, 48 hours after opening or later. In UTC."""
    return _next(opened_at + NOT_BEFORE, zone)


def reveal_after(moment: datetime, *, opened_at: datetime, closes_at: datetime, zone: str) -> datetime | None:
    """The first batch after this moment; None when the last one is over (the first 18:00 after closing)."""
    last = _next(closes_at, zone)
    upcoming = _next(max(moment + timedelta(microseconds=1), opened_at + NOT_BEFORE), zone)
    return upcoming if upcoming <= last else None


def morning_told(opened_at: datetime, zone: str) -> datetime:
    """When those who host are told what people said: a day after opening, on a morning between 9:00 and 10:00 local.

    In UTC. Whoever has an evening asks the next morning, and is told the morning after that.
    """
    day_after = opened_at.astimezone(UTC) + timedelta(days=1)
    local = in_zone(day_after, zone)
    nine = datetime.combine(local.date(), MORNING, local.tzinfo)
    if local - nine > timedelta(hours=1):
        nine = datetime.combine(local.date() + timedelta(days=1), MORNING, local.tzinfo)
    return max(nine.astimezone(UTC), day_after)


def next_morning(moment: datetime, zone: str) -> datetime:
    """9:00 on this day or the next one, whichever is not before the moment. In UTC."""
    return _next(moment, zone, MORNING)


def by_daylight(moment: datetime, zone: str) -> datetime:
    """That moment, or the first 9:00 after it where it is night or early."""
    return moment if in_zone(moment, zone).hour in DAYLIGHT else next_morning(moment, zone)


def comes(person: Person, now: datetime, zone: str) -> datetime:
    """When a letter of the morning after may come to somebody: `now`, or once their pause and quiet hours are over, by
    daylight in this zone unless that is quiet to them. FOREVER to who has paused all letters for good."""
    free = next_free(person, now)
    if free <= now or free >= FOREVER:
        return free
    day = by_daylight(free, zone)
    return day if next_free(person, day) <= day else free


def _next(moment: datetime, zone: str, at: time = AT) -> datetime:
    """18:00, or another time, on this day or the next one, whichever is not before the moment."""
    local = in_zone(moment, zone)
    found = datetime.combine(local.date(), at, local.tzinfo).astimezone(UTC)
    if found < moment:
        found = datetime.combine(local.date() + timedelta(days=1), at, local.tzinfo).astimezone(UTC)
    return found
