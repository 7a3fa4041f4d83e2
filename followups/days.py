"""The daily batch: at 18:00 on the event's own clock. Pure: no database, no clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

AT = time(18)
NOT_BEFORE = timedelta(hours=48)  # after opening


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
    local = moment.astimezone(ZoneInfo(zone))
    evening = datetime.combine(local.date(), AT, ZoneInfo(zone)).astimezone(UTC)
    if evening < moment:
        evening = datetime.combine(local.date() + timedelta(days=1), AT, ZoneInfo(zone)).astimezone(UTC)
    return evening
