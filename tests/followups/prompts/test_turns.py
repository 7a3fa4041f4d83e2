"""Everybody's own hour of the week; nights, weeks, and clocks that change."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from followups.prompts.turns import Reader, by_day, may_be_told, morning_after, next_turn, week_of
from server import timezones
from server.presentation import in_zone

ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
)
MOMENTS = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
)
PEOPLE = st.integers(1, 10**9)
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@given(PEOPLE, ZONES, MOMENTS)
def test_the_next_turn_is_by_day_and_within_the_week(person: int, zone: str, now: datetime) -> None:
    turn = next_turn(person, zone, now)
    assert by_day(turn, zone)
    assert now < turn <= now + timedelta(days=7, hours=13)


@given(PEOPLE, ZONES, MOMENTS)
def test_it_is_the_same_hour_each_week_whatever_the_clocks_do(person: int, zone: str, now: datetime) -> None:
    first = next_turn(person, zone, next_turn(person, zone, now))
    second = next_turn(person, zone, first)
    one, other = in_zone(first, zone), in_zone(second, zone)
    assert (one.weekday(), one.time()) == (other.weekday(), other.time())
    assert other.date() - one.date() == timedelta(days=7)
    assert week_of(first, zone) != week_of(second, zone)


def test_the_clocks_change_between_two_turns() -> None:
    before = next_turn(7, "Europe/Berlin", datetime(2026, 3, 20, 12, tzinfo=UTC))
    after = next_turn(7, "Europe/Berlin", before)
    assert after - before == timedelta(days=7) - timedelta(hours=1)
    assert by_day(after, "Europe/Berlin")


def test_turns_are_spread_over_all_days_and_all_hours() -> None:
    turns = [in_zone(next_turn(person, "Europe/Berlin", NOON), "Europe/Berlin") for person in range(14_000)]
    days = Counter(turn.weekday() for turn in turns)
    assert len(days) == 7
    assert max(days.values()) < 2_300
    assert {turn.hour for turn in turns} == set(range(9, 20))
    assert max(Counter((turn.weekday(), turn.hour, turn.minute) for turn in turns).values()) < 20


def test_by_day_is_from_nine_to_nine() -> None:
    berlin = timezones.zone("Europe/Berlin")
    told = {
        hour for hour in range(24) if by_day(datetime(2026, 11, 16, hour, 59, tzinfo=berlin), "Europe/Berlin")
    }
    assert told == set(range(9, 21))


def test_a_night_ends_at_nine() -> None:
    berlin = timezones.zone("Europe/Berlin")
    nine = datetime(2026, 11, 17, 9, tzinfo=berlin)
    assert morning_after(datetime(2026, 11, 16, 21, tzinfo=berlin), "Europe/Berlin") == nine
    assert morning_after(datetime(2026, 11, 17, 8, 59, tzinfo=berlin), "Europe/Berlin") == nine


def test_weeks_are_those_of_somebodys_own_calendar() -> None:
    sunday_night = datetime(2027, 1, 3, 23, 30, tzinfo=UTC)
    assert week_of(sunday_night, "UTC") == "2026-W53"
    assert week_of(sunday_night, "Europe/Berlin") == "2027-W01"


def test_nobody_is_told_who_is_away_refuses_was_told_or_put_it_off() -> None:
    def told(**given: object) -> bool:
        return may_be_told(Reader(1, "UTC", **given), NOON)  # type: ignore[arg-type]

    assert told()
    assert not told(refused=True)
    assert not told(away_until=NOON + timedelta(minutes=1))
    assert told(away_until=NOON)
    assert not told(told_at=NOON - timedelta(days=5))
    assert told(told_at=NOON - timedelta(days=7))
    assert not told(told_at=NOON - timedelta(days=21), less=True)
    assert told(told_at=NOON - timedelta(days=28), less=True)
    assert not told(told_at=NOON - timedelta(days=8), put_off_at=NOON - timedelta(days=6))
    assert told(told_at=NOON - timedelta(days=8), put_off_at=NOON - timedelta(days=8))
    assert not may_be_told(Reader(1, "Asia/Tokyo"), NOON)
