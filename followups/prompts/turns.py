"""When somebody's connections are looked through for what they might be told, and whether they wish to be told now.

Pure: no database, no clock. Everybody has an hour of their own in the week, which follows from their number, so that
letters are spread over all days and all hours of daylight, and come at the same time each week.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from followups.days import DAYLIGHT
from server import timezones
from server.presentation import in_zone

MINUTES = 60 * (
    len(DAYLIGHT) - 1
)  # Of a day in which turns begin: none in its last hour, so that letters get out.
APART = timedelta(days=6)  # A week but for the hours by which a turn can be late, or a clock can change.
LESS_APART = timedelta(days=27)
QUIET_AFTER_PUTTING_OFF = timedelta(days=7)


@dataclass(frozen=True)
class Reader:
    """Somebody whose turn it is: what they said about prompts, and what they were told last.

    `away_until`: so long they are away, or have paused their letters.

    `told_last`: the connection, at `told_at`. `put_off_at`: when they last said that it should wait.
    """

    person: int
    zone: str
    away_until: datetime | None = None
    refused: bool = False
    less: bool = False
    told_last: int | None = None
    told_at: datetime | None = None
    put_off_at: datetime | None = None


def by_day(moment: datetime, zone: str) -> bool:
    """Whether it is neither night nor early there: from 9:00 to before 21:00."""
    return in_zone(moment, zone).hour in DAYLIGHT


def may_be_told(reader: Reader, now: datetime) -> bool:
    """Whether somebody can be told anything at all at this moment."""
    apart = LESS_APART if reader.less else APART
    return (
        not reader.refused
        and by_day(now, reader.zone)
        and not (reader.away_until and reader.away_until > now)
        and not (reader.told_at and reader.told_at > now - apart)
        and not (reader.put_off_at and reader.put_off_at > now - QUIET_AFTER_PUTTING_OFF)
    )


def week_of(moment: datetime, zone: str) -> str:
    """The week of somebody's own calendar, from Monday, as ISO 8601 writes it: "2026-W48"."""
    year, week, _ = in_zone(moment, zone).isocalendar()
    return f"{year}-W{week:02}"


def next_turn(person: int, zone: str, now: datetime) -> datetime:
    """When it is somebody's turn after now: in their own hour, and if it is night now, by the next day. In UTC."""
    if not by_day(now, zone):
        return morning_after(now, zone, minutes=_minute_of(person))
    local = in_zone(now, zone)
    days = (_day_of(person) - local.weekday()) % 7 or 7
    return _at(local.date() + timedelta(days=days), _minute_of(person), zone)


def morning_after(now: datetime, zone: str, *, minutes: int = 0) -> datetime:
    """The first daylight after a moment of night, so many minutes in. In UTC."""
    local = in_zone(now, zone)
    day = local.date() + timedelta(days=local.hour >= DAYLIGHT.stop)
    return _at(day, minutes, zone)


def _at(day: date, minute: int, zone: str) -> datetime:
    begin = datetime.combine(day, time(DAYLIGHT.start), timezones.zone(zone))
    return (begin + timedelta(minutes=minute)).astimezone(UTC)


def _day_of(person: int) -> int:
    return _number(person) % 7


def _minute_of(person: int) -> int:
    return _number(person) // 7 % MINUTES


def _number(person: int) -> int:
    return int.from_bytes(hashlib.blake2b(str(person).encode(), digest_size=6).digest())
