"""Series follow the calendar that they came from, and what was changed here by hand is left."""

from datetime import timedelta

import pytest

from events.importing import importing
from events.importing.importing import Choices
from events.publishing import publishing
from events.series import queries as series_queries
from events.tables import Event, Series
from members.tables import Community, Person
from rsvps.seating import seats
from server import clock
from tests.events.importing.calendars import (
    Elsewhere,
    brought,
    calendar,
    day,
    elsewhere,
    entry,
    evenings,
    gatherings,
    in_step,
    in_weeks,
    kinds,
    otherwise,
    read_on,
    taken,
    weekly,
)  # fmt: skip
from tests.gatherings import details_of
from tests.ground import letters_to, work_off

__all__ = ["elsewhere"]

pytestmark = pytest.mark.slow  # A calendar is read by a process of its own.

BI = "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=6"


async def now_says(walkers: Community, ana: Person, *entries: str) -> list[str]:
    """What becomes of it by a newer calendar, and that by the same again nothing does."""
    source = await taken(walkers, ana, calendar(*entries))
    found = await kinds(source)
    await importing.bring_in(source, Choices(publishes=True), by=ana)
    await work_off()
    again = set(await kinds(await taken(walkers, ana, calendar(*entries))))
    assert again <= {"same", "theirs", "over"}, again
    return found


async def by_day() -> dict[str, list[str]]:
    """The evenings that are on, and those that are off, by the day on their own clock."""
    found: dict[str, list[str]] = {"published": [], "cancelled": [], "draft": []}
    for event in await evenings():
        found[event.status].append(f"{event.local_start:%Y%m%d}")
    return found


async def goes(bo: Person, *weeks: int) -> None:
    for event in await evenings():
        if event.series_date in [in_weeks(each) for each in weeks]:
            await seats.answer(event, bo, answer="going", by=bo)
    await work_off()


async def told(person: Person, before: int = 0) -> list[str]:
    return [str(letter["Subject"]) for letter in await letters_to(person.email)][before:]


async def test_another_day_of_the_week_moves_every_evening_and_tells_each_person_once(
    walkers: Community, ana: Person, bo: Person
) -> None:
    await brought(walkers, ana, calendar(weekly()), publishes=True)
    before = await evenings()
    await goes(bo, 1, 2, 3)
    letters = len(await told(bo))
    assert await now_says(walkers, ana, weekly().replace(day(7), day(8))) == ["changed"]
    after = await evenings()
    assert [event.id for event in after] == [event.id for event in before]
    assert [event.series_date for event in after] == [
        in_weeks(each) + timedelta(days=1) for each in range(1, 9)
    ]
    assert len(await told(bo, letters)) == 1


async def test_every_second_week_counts_from_the_day_that_the_calendar_says(
    walkers: Community, ana: Person, bo: Person
) -> None:
    await brought(walkers, ana, calendar(weekly(times=30)), publishes=True)
    await goes(bo, 2, 4)
    letters = len(await told(bo))
    assert await now_says(walkers, ana, entry("weekly", 7, BI)) == ["changed"]
    found = await by_day()
    assert found["published"] == [day(7), day(21), day(35), day(49)]
    assert found["cancelled"] == [day(14), day(28), day(42), day(56)]
    assert len(await told(bo, letters)) == 1
    (series,) = await Series.objects()
    assert (series.rule, series.first_on) == ("FREQ=WEEKLY;INTERVAL=2;COUNT=6", in_weeks(1))
    # And back again: the days that were called off stay so, what is further on is made.
    assert await now_says(walkers, ana, weekly(times=30)) == ["changed"]
    assert (await by_day())["published"] == found["published"]


async def test_a_first_day_that_has_only_moved_on_changes_nothing(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(entry("weekly", -7, "RRULE:FREQ=WEEKLY")), publishes=True)
    before = await evenings()
    assert await now_says(walkers, ana, entry("weekly", 0, "RRULE:FREQ=WEEKLY")) == ["same"]
    assert [event.changed_at for event in await evenings()] == [event.changed_at for event in before]
    assert await now_says(walkers, ana, entry("weekly", 0, "RRULE:FREQ=WEEKLY", at="190000")) == ["changed"]
    assert {
        event.local_start.hour for event in await evenings() if event.starts_at > before[0].starts_at
    } == {19}


async def test_an_evening_changed_here_by_hand_is_left_and_said(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(weekly(), otherwise(21, at="170000")), publishes=True)
    second = (await evenings())[1]
    await publishing.edit(second, details_of(second, title="Ours"), seen=second.changed_at)
    moved = weekly().replace(day(7), day(8))
    source = await taken(walkers, ana, calendar(moved))
    step = (await importing.preview(source)).steps[0]
    assert step.days_that("keep") == [in_weeks(2)] and len(step.days_that("move")) == 7
    await importing.bring_in(source, Choices(), by=ana)
    await work_off()
    left = [event for event in await evenings() if event.title == "Ours"]
    assert [event.series_date for event in left] == [in_weeks(2)]
    assert [event.id for event in await importing.left(source)] == [left[0].id]


async def test_a_series_that_is_called_off_there_is_called_off_here(
    walkers: Community, ana: Person, bo: Person
) -> None:
    await brought(walkers, ana, calendar(weekly(times=30), otherwise(28, title="Otherwise")), publishes=True)
    second = (await evenings())[1]
    await publishing.edit(second, details_of(second, title="Ours"), seen=second.changed_at)
    await goes(bo, 1, 2, 3, 4)
    letters = len(await told(bo))
    assert (await now_says(walkers, ana, weekly("STATUS:CANCELLED", times=30)))[0] == "off"
    on = [event.title for event in await evenings() if event.status == "published"]
    assert on == ["Ours"] and len(await told(bo, letters)) == 1
    (series,) = await Series.objects()
    assert series.ended_on is not None and series.due_at is None
    assert (await now_says(walkers, ana, weekly(times=30)))[0] == "theirs", "it stays called off"


async def test_a_rule_that_has_ended_calls_off_what_came_after(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(entry("weekly", -14, "RRULE:FREQ=WEEKLY")), publishes=True)
    assert len(await evenings()) >= 8
    assert await now_says(walkers, ana, entry("weekly", -14, "RRULE:FREQ=WEEKLY;COUNT=2")) == ["changed"]
    assert not (await by_day())["published"]


async def test_one_gathering_becomes_a_series_and_stays_the_one_of_its_day(
    walkers: Community, ana: Person, bo: Person
) -> None:
    await brought(walkers, ana, calendar(entry("weekly", 7)), publishes=True)
    (one,) = await gatherings()
    await seats.answer(one, bo, answer="going", by=bo)
    assert await now_says(walkers, ana, weekly(title="A run")) == ["changed"]
    found = await evenings()
    assert found[0].id == one.id and [event.series_date for event in found] == [
        in_weeks(n) for n in range(1, 9)
    ]
    assert {event.title for event in found} == {"A run"} and not found[0].by_hand


async def test_a_series_becomes_one_gathering(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(weekly(times=30)), publishes=True)
    assert await now_says(walkers, ana, entry("weekly", 21)) == ["changed"]
    found = await by_day()
    assert found["published"] == [day(21)] and len(found["cancelled"]) == 7


async def test_days_read_one_by_one_become_those_of_a_series(walkers: Community, ana: Person) -> None:
    dates = f"RDATE;TZID=Europe/Berlin:{day(60)}T180000"
    await brought(walkers, ana, calendar(weekly(dates, times=4)), publishes=True)
    assert len(await gatherings()) == 5 and not await Series.count()
    assert await now_says(walkers, ana, weekly(times=4)) == ["new"]
    assert [event.series_date for event in await evenings() if event.series] == [
        in_weeks(n) for n in range(1, 5)
    ]
    assert len(await evenings()) == 5, "none is there twice"


async def test_what_was_several_days_and_one_becomes_a_series_all_the_same(
    walkers: Community, ana: Person
) -> None:
    several = entry("1", 7, f"RDATE;TZID=Europe/Berlin:{day(14)}T180000")
    for content in (several, entry("1", 7), entry("1", 7, "RRULE:FREQ=WEEKLY;COUNT=4")):
        await brought(walkers, ana, calendar(content), publishes=True)
    days = [event.series_date for event in await evenings() if event.series]
    assert days == [in_weeks(each) for each in range(1, 5)]


async def test_a_day_that_says_the_usual_again_does_so_here(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(weekly(), otherwise(21, at="160000", title="Early")), publishes=True)
    assert await now_says(walkers, ana, weekly()) == ["same", "changed"]
    assert {(event.title, event.local_start.hour) for event in await evenings()} == {("A walk", 18)}


async def test_several_days_that_move_are_one_letter(walkers: Community, ana: Person, bo: Person) -> None:
    await brought(walkers, ana, calendar(weekly()), publishes=True)
    await goes(bo, 1, 2, 3, 4)
    letters = len(await told(bo))
    out = f"EXDATE;TZID=Europe/Berlin:{day(28)}T180000"
    days = [otherwise(each, at="160000") for each in (7, 14)]
    await now_says(walkers, ana, weekly(out), *days)
    assert len(await told(bo, letters)) == 1


async def test_how_often_changed_here_and_there_is_for_organisers(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(weekly(times=30)), publishes=True)
    (series,) = await Series.objects()
    await Series.update({Series.rule: "FREQ=WEEKLY;INTERVAL=3"}).where(Series.id == series.id)
    assert await kinds(await taken(walkers, ana, calendar(weekly(times=30, title="A run")))) == ["changed"]
    assert await kinds(await taken(walkers, ana, calendar(entry("weekly", 7, BI)))) == ["look"]


async def test_what_is_over_is_not_touched(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(weekly()), publishes=True)
    first = (await evenings())[0]
    begun: dict[object, object] = {"starts_at": first.starts_at - timedelta(days=9), "ends_at": None}
    await Event.update(begun).where(Event.id == first.id)  # type: ignore[arg-type]
    await now_says(walkers, ana, weekly("STATUS:CANCELLED"))
    assert {event.id for event in await evenings() if event.status == "published"} == {first.id}


async def test_a_series_that_vanishes_is_made_no_further_until_it_is_back(
    walkers: Community, ana: Person, elsewhere: Elsewhere
) -> None:
    elsewhere.content = calendar(weekly(times=30), entry("2", 9))
    source = await in_step(walkers, ana, publishes=True)
    elsewhere.content = calendar(entry("2", 9))
    await read_on(source, ana)
    (series,) = await Series.objects()
    pattern = await series_queries.pattern_of(series.id)
    assert series.ended_on == in_weeks(8) + timedelta(days=1)
    assert len((await by_day())["published"]) == 9, "what is made stays"
    assert [event.id for event in await importing.gone(source)] == [pattern.id]
    elsewhere.content = calendar(weekly(times=30), entry("2", 9))
    await read_on(source, ana)
    (series,) = await Series.objects()
    assert series.ended_on is None and series.due_at is not None and not await importing.gone(source)


async def test_every_second_week_on_a_day_before_the_first_one(walkers: Community, ana: Person) -> None:
    # It begins on some day of the week and comes again on the day before that: two weeks later, less one day.
    begins = clock.now() + timedelta(days=7)
    while begins.weekday() == 0:
        begins += timedelta(days=1)
    name = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[begins.weekday() - 1]
    ahead = (begins.date() - clock.now().date()).days
    await brought(walkers, ana, calendar(entry("1", ahead, f"RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY={name}")))
    (series,) = await Series.objects()
    assert series.first_on == begins.date() + timedelta(days=13)


def split(at: int, *lines: str, hour: int = 18, to: int = 0) -> list[str]:
    """A weekly walk of Google's, split off on its week `at` by "this and all following"."""
    first = entry("weekly@google.com", 7, f"RRULE:FREQ=WEEKLY;UNTIL={day(7 * at - 1)}T225959Z")
    stamp = f"weekly_R{day(7 * at)}T180000@google.com"
    return [first, entry(stamp, to or 7 * at, "RRULE:FREQ=WEEKLY", *lines, at=f"{hour}0000")]


async def test_a_series_that_is_split_there_goes_on_here_and_keeps_its_answers(
    walkers: Community, ana: Person, bo: Person
) -> None:
    first = entry("weekly@google.com", 7, "RRULE:FREQ=WEEKLY")
    await brought(walkers, ana, calendar(first), publishes=True)
    before = await evenings()
    await goes(bo, 2, 4)
    letters = len(await told(bo))
    assert (await now_says(walkers, ana, *split(3, hour=19)))[0] == "changed"
    after = await evenings()
    assert [event.id for event in after] == [event.id for event in before] and await Series.count() == 1
    assert [event.local_start.hour for event in after] == [18, 18, *[19] * (len(after) - 2)]
    assert {event.status for event in after} == {"published"} and len(await told(bo, letters)) == 1
    # And from the week after on another day.
    assert (await now_says(walkers, ana, *split(3, hour=19, to=22)))[0] == "changed"
    found = [event.local_start.date() for event in await evenings()]
    assert found[:3] == [in_weeks(1), in_weeks(2), in_weeks(3) + timedelta(days=1)]
    assert [event.id for event in await evenings()] == [event.id for event in before]


async def test_a_series_that_comes_split_has_the_days_before(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(*split(3, hour=19)), publishes=True)
    found = await evenings()
    assert [event.local_start.hour for event in found[:4]] == [18, 18, 19, 19] and await Series.count() == 1
    assert {event.status for event in found} == {"published"}
    assert len({event.series for event in found}) == 1 and len(found) >= 8
    assert set(await kinds(await taken(walkers, ana, calendar(*split(3, hour=19))))) == {"same"}


async def test_what_holds_for_one_day_and_all_later_ones_does_so_here(
    walkers: Community, ana: Person
) -> None:
    await brought(walkers, ana, calendar(weekly(times=30)), publishes=True)
    later = otherwise(21, title="A run", at="190000").replace(
        "RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE"
    )
    assert (await now_says(walkers, ana, weekly(times=30), later))[0] == "changed"
    found = await evenings()
    assert [event.title for event in found] == ["A walk", "A walk", *["A run"] * (len(found) - 2)]
    assert [event.local_start.hour for event in found[1:3]] == [18, 19]
    assert len({event.series for event in found}) == 1


async def test_a_day_called_off_before_the_split_is_off(walkers: Community, ana: Person) -> None:
    first = entry("weekly@google.com", 7, "RRULE:FREQ=WEEKLY")
    await brought(walkers, ana, calendar(first), publishes=True)
    parts = split(3, hour=19)
    parts[0] = parts[0].replace("SUMMARY", f"EXDATE;TZID=Europe/Berlin:{day(14)}T180000\nSUMMARY")
    assert "off" in await now_says(walkers, ana, *parts)
    assert (await by_day())["cancelled"] == [day(14)]


async def test_an_evening_changed_here_by_hand_stays_when_its_calendar_says_its_day_otherwise(
    walkers: Community, ana: Person
) -> None:
    await brought(walkers, ana, calendar(weekly()), publishes=True)
    second = (await evenings())[1]
    await publishing.edit(second, details_of(second, title="Ours"), seen=second.changed_at)
    await now_says(walkers, ana, weekly(), otherwise(14, title="Theirs", at="190000"))
    second = (await evenings())[1]
    assert (second.title, second.local_start.hour) == ("Ours", 19), "what nobody changed here follows"
