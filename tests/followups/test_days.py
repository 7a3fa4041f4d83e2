"""The daily batch's clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from followups.days import comes, first_reveal, morning_told, reveal_after
from members.letters.letter_hours import FOREVER
from members.tables import Person


def local(zone: str, *when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone))  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("opened", "revealed"),
    [
        ((2026, 11, 13, 9, 1), (2026, 11, 15, 18, 0)),
        ((2026, 11, 13, 18, 0), (2026, 11, 15, 18, 0)),
        ((2026, 11, 13, 18, 1), (2026, 11, 16, 18, 0)),
        ((2026, 3, 28, 9, 0), (2026, 3, 30, 18, 0)),  # The clocks go forward between.
        ((2026, 10, 24, 18, 0), (2026, 10, 26, 18, 0)),  # And back: that is 49 hours.
    ],
)
def test_the_first_batch_is_at_six_and_48_hours_after_opening(
    opened: tuple[int, ...], revealed: tuple[int, ...]
) -> None:
    for zone in ("Europe/Berlin", "UTC"):
        assert first_reveal(local(zone, *opened), zone) == local(zone, *revealed)


def test_each_later_batch_is_at_six_on_the_next_day_until_the_one_after_closing() -> None:
    zone, opened = "Europe/Berlin", local("Europe/Berlin", 2026, 10, 18, 9, 1)
    closes = opened + timedelta(days=14)
    batches = [first_reveal(opened, zone)]
    while upcoming := reveal_after(batches[-1], opened_at=opened, closes_at=closes, zone=zone):
        batches.append(upcoming)
    clocks = [batch.astimezone(ZoneInfo(zone)) for batch in batches]
    assert {clock.hour for clock in clocks} == {18}
    assert [clock.day for clock in clocks] == [*range(20, 32), 1]
    assert batches[-1] >= closes > batches[-2]


def test_before_48_hours_the_next_batch_is_the_first() -> None:
    opened = datetime(2026, 11, 13, 8, 1, tzinfo=UTC)
    upcoming = reveal_after(
        opened, opened_at=opened, closes_at=opened + timedelta(days=14), zone="Europe/Berlin"
    )
    assert upcoming == first_reveal(opened, "Europe/Berlin")


@pytest.mark.parametrize(
    ("opened", "told"),
    [
        ((2026, 11, 13, 9, 1), (2026, 11, 14, 9, 1)),  # An evening, asked about the next morning.
        ((2026, 11, 13, 9, 0), (2026, 11, 14, 9, 0)),
        ((2026, 11, 13, 10, 0), (2026, 11, 14, 10, 0)),
        ((2026, 11, 13, 10, 1), (2026, 11, 15, 9, 0)),
        ((2026, 11, 13, 17, 0), (2026, 11, 15, 9, 0)),
        ((2026, 11, 13, 20, 59), (2026, 11, 15, 9, 0)),
        ((2026, 10, 24, 9, 1), (2026, 10, 25, 9, 0)),  # The clocks go back: that is 24 hours and 59 minutes.
        ((2026, 3, 28, 9, 30), (2026, 3, 30, 9, 0)),  # And forward: it would be half past ten.
    ],
)
def test_hosts_are_told_on_a_morning_a_day_after_opening(
    opened: tuple[int, ...], told: tuple[int, ...]
) -> None:
    zone = "Europe/Berlin"
    found = morning_told(local(zone, *opened), zone)
    assert found == local(zone, *told)
    assert found - local(zone, *opened).astimezone(UTC) >= timedelta(hours=24)


@pytest.mark.parametrize(
    ("quiet", "hour", "comes_at"),
    [
        (None, 9, (13, 9)),
        ((22, 8), 9, (13, 9)),
        ((6, 15), 9, (13, 15)),
        ((8, 23), 9, (13, 23)),  # All their day is quiet.
        ((18, 23), 19, (14, 9)),
    ],
)
def test_the_morning_after_comes_when_it_is_not_quiet_and_by_day_if_that_can_be(
    quiet: tuple[int, int] | None, hour: int, comes_at: tuple[int, int]
) -> None:
    gus = Person(zone="Europe/Berlin")
    gus.quiet_from, gus.quiet_to = quiet or (None, None)
    gus.away_until = gus.letters_paused_until = None
    now = local("Europe/Berlin", 2026, 11, 13, hour, 0)
    assert comes(gus, now, "Europe/Berlin") == local("Europe/Berlin", 2026, 11, *comes_at, 0)
    gus.letters_paused_until = FOREVER
    assert comes(gus, now, "Europe/Berlin") == FOREVER
