"""What waits for an hour of the event's own clock: letters for daylight, the daily batch for 18:00.

Pure: no database, no clock. PostgreSQL has time zones of its own, which may be others: it is told, not asked.
"""

from datetime import UTC, datetime, time, timedelta

from server import timezones
from server.presentation import in_zone

DAYLIGHT = range(9, 21)  # The hours in which letters go out: from 9:00 to before 21:00.
AT = time(18)
NOT_BEFORE = timedelta(hours=48)  # after opening


def zones_by_day(moment: datetime) -> list[str]:
    """The zones in which it is neither night nor early. Costs a millisecond."""
    return [zone for zone in timezones.names() if in_zone(moment, zone).hour in DAYLIGHT]


def first_reveal(opened_at: datetime, zone: str) -> datetime:
    """The first batch of a follow-up: 18:00 local, 48 hours after opening or later. In UTC."""
    return _next(opened_at + NOT_BEFORE, zone)


def reveal_after(moment: datetime, *, opened_at: datetime, closes_at: datetime, zone: str) -> datetime | None:
    """The first batch after this moment; None when the last one is over (the first 18:00 after closing)."""
    last = _next(closes_at, zone)
    upcoming = _next(max(moment + timedelta(microseconds=1), opened_at + NOT_BEFORE), zone)
    return upcoming if upcoming <= last else None


def _next(moment: datetime, zone: str) -> datetime:
    """18:00 on this day or the next one, whichever is not before the moment."""
    local = in_zone(moment, zone)
    evening = datetime.combine(local.date(), AT, local.tzinfo).astimezone(UTC)
    if evening < moment:
        evening = datetime.combine(local.date() + timedelta(days=1), AT, local.tzinfo).astimezone(UTC)
    return evening
