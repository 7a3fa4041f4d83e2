"""What a letter says of a gathering: new, changed, cancelled, full, coming up; a series once."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from events.news.choosing import Entry, Gathering, Window, each, section, weekly
from events.news.words import line
from events.tables import Event, SeatPool
from server.presentation import short_date
from tests.followups.mornings import BERLIN

MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=BERLIN)
WEEK, DAY = timedelta(days=7), timedelta(days=1)
WINDOW = Window(MONDAY - WEEK, MONDAY, MONDAY + WEEK)


def gathering(*, new: datetime = MONDAY - 3 * WEEK, changes: Any = (), **given: Any) -> Gathering:
    event = Event(**{"community": 1, "starts_at": MONDAY + 20 * DAY, "status": "published", "id": 1, **given})
    event.pools = (SeatPool(event=1, seats=None, taken=7),)
    return Gathering(event, new, changes)


def marks(found: Gathering) -> tuple[str, ...] | None:
    entry = weekly(found, WINDOW)
    return entry.marks if entry else None


@pytest.mark.parametrize(
    ("new", "said"),
    [(MONDAY, ("new",)), (MONDAY + DAY, None), (MONDAY - WEEK, None), (MONDAY - WEEK + DAY, ("new",))],
)
def test_new_is_what_became_known_since_the_last_letter(new: datetime, said: tuple[str, ...] | None) -> None:
    assert marks(gathering(new=new)) == said


@pytest.mark.parametrize(
    ("starts", "said"),
    [(MONDAY, None), (MONDAY + DAY, ("soon",)), (MONDAY + WEEK, ("soon",)), (MONDAY + WEEK + DAY, None)],
)
def test_what_comes_up_within_a_week_is_told_though_it_is_not_new(
    starts: datetime, said: tuple[str, ...] | None
) -> None:
    assert marks(gathering(starts_at=starts)) == said


def test_cancelled_is_told_once_and_not_of_what_nobody_knew() -> None:
    off: dict[str, Any] = {"status": "cancelled", "cancelled_at": MONDAY - DAY}
    assert marks(gathering(**off)) == ("cancelled",)
    assert marks(gathering(new=MONDAY - 2 * DAY, **off)) is None
    assert marks(gathering(**{**off, "cancelled_at": MONDAY - WEEK - DAY})) is None
    assert marks(gathering(starts_at=MONDAY + DAY, **{**off, "cancelled_at": MONDAY - WEEK - DAY})) is None


HALL, MILL = {"place": "The hall", "starts_at": "a"}, {"place": "The mill", "starts_at": "a"}
LATER = {"place": "The hall", "starts_at": "b"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([(MONDAY - DAY, HALL, MILL)], ("place",)),
        ([(MONDAY - DAY, HALL, LATER)], ("time",)),
        ([(MONDAY - 3 * DAY, HALL, LATER), (MONDAY - DAY, LATER, MILL)], ("place",)),
        ([(MONDAY - 3 * DAY, HALL, MILL), (MONDAY - DAY, MILL, HALL)], None),
        ([(MONDAY - DAY, {**HALL, "address": "1"}, {**HALL, "address": "2"})], None),
        ([(MONDAY - 2 * WEEK, HALL, MILL)], None),
        ([(MONDAY + DAY, HALL, MILL)], None),
    ],
)
def test_what_has_changed_is_told_by_what_it_was_at_the_last_letter(
    changes: Any, said: tuple[str, ...] | None
) -> None:
    assert marks(gathering(changes=changes)) == said


OFF_BEFORE = {**HALL, "cancelled_at": (MONDAY - WEEK - DAY).isoformat()}
OFF_SINCE = {**HALL, "cancelled_at": (MONDAY - 3 * DAY).isoformat()}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([(MONDAY - DAY, OFF_BEFORE, HALL)], ("again",)),
        ([(MONDAY - 2 * DAY, OFF_BEFORE, HALL), (MONDAY - DAY, HALL, MILL)], ("again", "place")),
        ([(MONDAY - DAY, OFF_SINCE, HALL)], None),
        ([(MONDAY - WEEK - DAY, OFF_BEFORE, HALL)], None),
        ([(MONDAY + DAY, OFF_BEFORE, HALL)], None),
    ],
)
def test_on_again_is_told_once_and_only_where_it_was_off_at_the_last_letter(
    changes: Any, said: tuple[str, ...] | None
) -> None:
    assert marks(gathering(changes=changes)) == said


def test_what_is_on_again_of_a_series_stands_by_itself() -> None:
    found = section([entry(1, series=1), entry(2, series=1, marks=("again",)), entry(3, series=1)])
    assert [(each.event.id, each.more) for each in found.entries] == [(1, 1), (2, 0)]


def test_what_is_new_has_not_changed() -> None:
    assert marks(gathering(new=MONDAY - DAY, changes=[(MONDAY - DAY, HALL, MILL)])) == ("new",)


def test_full_is_when_no_side_has_a_chair_left() -> None:
    found = gathering(new=MONDAY - DAY)
    found.event.pools = (
        SeatPool(event=1, seats=3, taken=3),
        SeatPool(event=1, seats=9, taken=3, online=True),
    )
    assert marks(found) == ("new",)
    found.event.pools = (
        SeatPool(event=1, seats=3, taken=3),
        SeatPool(event=1, seats=9, taken=9, online=True),
    )
    assert marks(found) == ("new", "full")
    assert each(found.event).marks == ("full",)


def entry(number: int, *, series: int | None = None, hours: int = 0, **given: Any) -> Entry:
    starts = MONDAY + number * DAY + timedelta(hours=hours)
    event = gathering(id=number, starts_at=starts, series=series).event
    return replace(Entry(event, ("new",)), **given)


def test_a_series_is_one_entry_by_its_first_day() -> None:
    found = section(
        [entry(9, series=1), entry(2, series=1), entry(3), entry(5, series=1), entry(4, series=2)]
    )
    assert [(each.event.id, each.more) for each in found.entries] == [(2, 2), (3, 0), (4, 0)]


def test_what_has_changed_of_a_series_stands_by_itself() -> None:
    found = section([entry(1, series=1), entry(2, series=1, marks=("cancelled",)), entry(3, series=1)])
    assert [(each.event.id, each.more) for each in found.entries] == [(1, 1), (2, 0)]


def test_what_has_changed_alike_of_a_series_is_one_entry_with_all_its_days() -> None:
    off = [entry(number, series=1, marks=("cancelled",)) for number in range(1, 21)]
    moved = [entry(number, series=1, marks=("time",)) for number in (2, 9)]
    earlier = entry(16, series=1, marks=("time",), hours=-2)
    other = entry(23, series=2, marks=("cancelled",))
    found = section([*off, *moved, earlier, other, entry(24, marks=("cancelled",))]).entries
    assert [(each.event.id, [event.id for event in each.alike]) for each in found] == [
        (1, [*range(2, 21)]),
        (2, [9]),
        (16, []),
        (23, []),
        (24, []),
    ]


def test_many_days_are_counted_and_few_are_named() -> None:
    days = [gathering(starts_at=MONDAY + number * WEEK).event for number in range(12)]
    said = [str(short_date(day.local_start)) for day in days]
    for also, more in (
        (days[1:2], f"Also on {said[1]}"),
        (days[1:3], f"Also on {said[1]} and {said[2]}"),
        (days[1:], f"Also on 11 more days until {said[11]}"),
    ):
        one = Entry(days[0], ("cancelled",), alike=tuple(also))
        assert str(line(one, zone="UTC", rhythms={}).more) == more


def test_the_first_dozen_and_how_many_more() -> None:
    found = section(entry(number) for number in range(20, 0, -1))
    assert [each.event.id for each in found.entries] == list(range(1, 13))
    assert found.rest == 8


def test_what_is_new_or_has_changed_is_told_before_what_only_comes_up() -> None:
    coming = [entry(number, marks=("soon",)) for number in range(1, 13)]
    full = entry(0, marks=("soon", "full"))
    news = [entry(20, marks=("new", "full")), entry(21, marks=("cancelled",)), entry(22, marks=("time",))]
    found = section([full, *coming, *news])
    assert [each.event.id for each in found.entries] == [*range(9), 20, 21, 22]
    assert found.rest == 4
