"""When the weekly letter is due: 8:00 on the first day of somebody's week, whatever clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from events.news.turns import by_morning, last_turn, next_turn

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY, SUNDAY = 0, 6


def on(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        (on(11, 16, 8), on(11, 16, 8), on(11, 23, 8)),  # A Monday.
        (on(11, 16, 7, 59), on(11, 9, 8), on(11, 16, 8)),
        (on(11, 22, 23), on(11, 16, 8), on(11, 23, 8)),
        (on(3, 28, 12), on(3, 23, 8), on(3, 30, 8)),  # Clocks go forward in between,
        (on(10, 24, 12), on(10, 19, 8), on(10, 26, 8)),  # and back.
    ],
)
def test_it_is_eight_oclock_where_the_week_begins_on_monday(
    now: datetime, last: datetime, following: datetime
) -> None:
    assert last_turn(now, "Europe/Berlin", MONDAY) == last
    assert next_turn(now, "Europe/Berlin", MONDAY) == following


def test_a_week_may_begin_on_sunday() -> None:
    assert next_turn(on(11, 16, 12), "Europe/Berlin", SUNDAY) == on(11, 22, 8)
    assert last_turn(on(11, 16, 12), "Europe/Berlin", SUNDAY) == on(11, 15, 8)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "UTC"])
@pytest.mark.parametrize("weekday", range(7))
def test_turns_are_a_week_apart_on_everybodys_clock(zone: str, weekday: int) -> None:
    moment, clock = datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    for _ in range(60):
        turn = next_turn(moment, zone, weekday)
        local = turn.astimezone(clock)
        assert (local.weekday(), local.hour, local.minute) == (weekday, 8, 0)
        assert turn > moment
        assert last_turn(turn, zone, weekday) == turn
        assert last_turn(turn - timedelta(microseconds=1), zone, weekday) < turn
        moment = turn


def test_nobody_gets_it_at_night() -> None:
    assert by_morning(on(11, 17, 0), "Europe/Berlin") == on(11, 17, 8)
    assert by_morning(on(11, 17, 14), "Europe/Berlin") == on(11, 17, 14)
    assert by_morning(on(11, 17, 21), "Europe/Berlin") == on(11, 18, 8)
