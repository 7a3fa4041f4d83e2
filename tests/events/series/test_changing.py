"""Changing a series: what becomes of each gathering, beforehand and then."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import time_machine

from events.announcements import EventChanged, SeriesChanged
from events.publishing import publishing
from events.series import beginning, changing, making, queries
from events.series.changing import Wanted, details_of
from events.tables import Change, Event, Series, SkippedDate
from rsvps.seating import seats
from server import clock
from server.editing import EditedMeanwhile
from server.errors import NotAllowed
from server.presentation import in_zone
from tests.counting import counted
from tests.events.hearing import hearing
from tests.events.series.test_making import BERLIN, TUESDAYS, tuesdays
from tests.gatherings import as_it_is
from tests.ground import work_off

pytestmark = pytest.mark.usefixtures("_in_november")


@pytest.fixture(name="_in_november")
def in_november():
    with time_machine.travel("2026-11-29 12:00Z"):
        yield


async def started(walkers, ana, **given):
    """Tuesdays at 19:00 in December: the 1st, 8th, 15th and 22nd."""

    series = await tuesdays(walkers, ana, **given)
    await beginning.start(series)
    return await queries.series_by_id(series.id)


async def ahead(series) -> list[Event]:
    return await queries.gatherings_of(series.id, since=clock.now(), most=100)


async def wanted_of(series, base=None, *, reach="untouched", by_rule=None, since=None, **said) -> Wanted:
    base = base or await queries.pattern_of(series.id)
    said = replace(details_of(base), **said)
    since = since or (base.series_date or date(2026, 11, 29))
    return Wanted(details=said, base=base, since=since, reach=reach, picture=base.picture, by_rule=by_rule)


async def do(series, wanted, **more):
    seen = (await changing.plan(series, wanted)).seen
    return await changing.change(series, wanted, seen=seen, fates=more.pop("fates", {}), **more)


def times(events) -> list[str]:
    return [f"{in_zone(each.starts_at, each.zone):%d %H:%M}" for each in events if each.status == "published"]


async def move_by_hand(event: Event, **said) -> None:
    await publishing.edit(event, replace(details_of(event), **said), seen=event.changed_at)


async def test_a_plan_changes_nothing(walkers, ana):
    series = await started(walkers, ana)
    before = [each.changed_at for each in await ahead(series)]
    plan = await changing.plan(series, await wanted_of(series, title="Choir"))
    assert len(plan.becoming) == 4
    assert plan.told == 0
    assert [each.changed_at for each in await ahead(series)] == before


async def test_another_time_of_day_reaches_all_that_nobody_has_touched(walkers, ana):
    series = await started(walkers, ana, ends_at=datetime(2026, 12, 1, 21, tzinfo=BERLIN))
    second = (await ahead(series))[1]
    await move_by_hand(second, starts_at=second.starts_at + timedelta(hours=3), ends_at=None)
    wanted = await wanted_of(
        series,
        starts_at=datetime(2026, 12, 1, 18, 30, tzinfo=BERLIN),
        ends_at=datetime(2026, 12, 1, 21, tzinfo=BERLIN),
    )
    plan = await changing.plan(series, wanted)
    assert [each.event.series_date.day for each in plan.becoming] == [1, 15, 22]
    assert [each.event.series_date.day for each in plan.left] == [8]
    await do(series, wanted)
    assert times(await ahead(series)) == ["01 18:30", "08 22:00", "15 18:30", "22 18:30"]
    assert {each.local_end.hour for each in await ahead(series) if each.ends_at} == {21}
    assert (await queries.pattern_of(series.id)).local_start.hour == 18


async def test_all_means_what_was_changed_by_hand_too_and_only_what_is_said(walkers, ana):
    series = await started(walkers, ana)
    second = (await ahead(series))[1]
    await move_by_hand(second, starts_at=second.starts_at + timedelta(days=1, hours=3), title="A special one")
    await do(series, await wanted_of(series, starts_at=datetime(2026, 12, 1, 18, tzinfo=BERLIN), reach="all"))
    made = await ahead(series)
    assert times(made) == ["01 18:00", "09 18:00", "15 18:00", "22 18:00"]
    assert made[1].title == "A special one"


async def test_from_one_on_the_earlier_ones_stay(walkers, ana):
    series = await started(walkers, ana)
    third = (await ahead(series))[2]
    await do(series, await wanted_of(series, third, place="The new hall"))
    assert [each.place for each in await ahead(series)] == ["", "", "The new hall", "The new hall"]
    assert (await queries.pattern_of(series.id)).place == "The new hall"


async def test_what_is_made_later_is_made_like_it(walkers, ana):
    series = await started(walkers, ana)
    await do(series, await wanted_of(series, title="Choir", seats=12))

    with time_machine.travel("2026-12-20 12:00Z"):
        assert await making.make_due() > 0
        newest = (await ahead(series))[-1]
    assert (newest.title, newest.pool().seats) == ("Choir", 12)


async def test_everybody_concerned_is_told_once(walkers, ana, bo, dev):
    series = await started(walkers, ana)
    for event in (await ahead(series))[:3]:
        await seats.answer(event, bo, answer="going", by=bo)
    await seats.answer((await ahead(series))[0], dev, answer="going", by=dev)
    await work_off()
    wanted = await wanted_of(series, place="The new hall")
    assert (await changing.plan(series, wanted)).told == 2
    with hearing(SeriesChanged) as heard, hearing(EventChanged) as each:
        await do(series, wanted)
        await work_off()
    (told,) = heard
    assert len(told.changes) == 4
    assert told.cancelled == []
    assert each == []
    assert await Change.count().where(Change.told_at.is_null()) == 0


async def test_a_typo_tells_nobody(walkers, ana, bo):
    series = await started(walkers, ana)
    await seats.answer((await ahead(series))[0], bo, answer="going", by=bo)
    wanted = await wanted_of(series, about="Bring a bowl.")
    assert (await changing.plan(series, wanted)).told == 0
    with hearing(SeriesChanged) as heard:
        await do(series, wanted)
        await work_off()
    assert heard == []


async def test_another_rhythm_lists_what_has_drifted_and_does_with_each_as_chosen(walkers, ana, bo):
    series = await started(walkers, ana)
    for event in await ahead(series):
        await seats.answer(event, bo, answer="going", by=bo)
    wanted = await wanted_of(series, by_rule="FREQ=WEEKLY;BYDAY=TH")
    plan = await changing.plan(series, wanted)
    assert [(each.event.series_date.day, each.to.day) for each in plan.drifted] == [
        (1, 3),
        (8, 10),
        (15, 17),
        (22, 24),
    ]
    keep, move, cancel, _leave = [each.key for each in plan.drifted]
    with pytest.raises(NotAllowed):
        await do(series, wanted, fates={cancel: "cancel"})
    with hearing(SeriesChanged) as heard:
        await do(series, wanted, fates={keep: "keep", move: "move", cancel: "cancel"}, reason="No hall")
        await work_off()
    made = {each.series_date.day: each for each in await ahead(series)}
    assert made[1].by_hand
    assert in_zone(made[1].starts_at, "Europe/Berlin").day == 1
    assert in_zone(made[10].starts_at, "Europe/Berlin").day == 10
    assert made[15].status == "cancelled"
    assert made[22].by_hand
    # The Thursdays that nothing was moved to are made anew; none is made on a day that was moved away from.
    assert {3, 17, 24} <= made.keys()
    assert 8 not in made
    (told,) = heard
    assert (len(told.changes), told.cancelled) == (1, [made[15].id])


async def test_a_day_that_one_moves_to_is_not_new(walkers, ana, bo):
    series = await started(walkers, ana)
    last = (await ahead(series))[-1]
    await seats.answer(last, bo, answer="going", by=bo)
    wanted = await wanted_of(series, by_rule="FREQ=WEEKLY;BYDAY=TH")
    plan = await changing.plan(series, wanted)
    assert (plan.new, plan.told) == ([], 1)
    fates = {plan.drifted[0].key: "cancel", plan.drifted[-1].key: "keep"}
    plan = await changing.plan(series, wanted, fates)
    assert ([day.day for day in plan.new], plan.told) == ([3, 24], 0)
    await do(
        series, wanted, fates={each.key: each.proposed for each in plan.drifted} | fates, reason="No hall"
    )
    assert sorted(each.series_date.day for each in await ahead(series)) == [1, 3, 10, 17, 22, 24]


async def test_what_is_made_further_ahead_is_new_and_shown(walkers, ana):
    series = await started(walkers, ana)
    wanted = replace(await wanted_of(series), weeks_ahead=6)
    plan = await changing.plan(series, wanted)
    assert ([f"{day:%m-%d}" for day in plan.new], plan.is_nothing) == (["12-29", "01-05"], False)
    await do(series, wanted)
    assert [f"{each.series_date:%m-%d}" for each in (await ahead(series))[4:]] == ["12-29", "01-05"]


async def test_what_would_have_begun_today_is_not_shown_as_new(walkers, ana):
    series = await started(walkers, ana)
    with time_machine.travel("2026-12-02 19:30Z"):  # It is 20:30 there.
        wanted = await wanted_of(series, by_rule="FREQ=DAILY", since=date(2026, 12, 2))
        assert (await changing.plan(series, wanted)).new[0] == date(2026, 12, 3)
        await do(series, wanted)
        assert (await ahead(series))[0].series_date == date(2026, 12, 3)


async def test_every_second_week_stays_the_same_second_week(walkers, ana):
    series = await started(walkers, ana, by_rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")
    with time_machine.travel("2026-12-06 12:00Z"):
        wanted = await wanted_of(series, by_rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", since=date(2026, 12, 6))
        plan = await changing.plan(series, wanted)
        assert [(each.event.series_date.day, each.to.day) for each in plan.drifted][:1] == [(15, 17)]
        # Who wants the other weeks says with which day it begins.
        plan = await changing.plan(series, replace(wanted, first_on=date(2026, 12, 10)))
        assert plan.drifted[0].to.day in {10, 24}


async def test_another_first_day_is_another_second_week(walkers, ana):
    by_rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"
    series = await started(walkers, ana, by_rule=by_rule)
    wanted = replace(await wanted_of(series, by_rule=by_rule), first_on=date(2026, 12, 8))
    plan = await changing.plan(series, wanted)
    await do(series, wanted, fates={each.key: each.proposed for each in plan.drifted})
    assert {each.series_date.day for each in await ahead(series)} == {8, 22}
    assert (await queries.series_by_id(series.id)).first_on == date(2026, 12, 8)
    assert (await queries.pattern_of(series.id)).local_start.date() == date(2026, 12, 8)


async def test_what_stays_on_its_day_is_told_by_its_hours(walkers, ana):
    series = await started(walkers, ana)
    pattern = await queries.pattern_of(series.id)
    later = pattern.starts_at + timedelta(hours=1)
    (moved, *_) = (await changing.plan(series, await wanted_of(series, starts_at=later))).becoming
    assert [(str(before), str(now)) for before, now in moved.moved] == [("19:00", "20:00")]


async def test_a_rule_fills_nothing_in_the_past_and_back_again_doubles_nothing(walkers, ana):
    series = await started(walkers, ana)
    plan = await do(series, await wanted_of(series, by_rule="FREQ=WEEKLY;BYDAY=TH"))
    assert plan.drifted
    series = await queries.series_by_id(series.id)
    await do(series, await wanted_of(series, by_rule="FREQ=WEEKLY;BYDAY=TU"))
    days = [each.series_date for each in await ahead(series)]
    assert len(days) == len(set(days))
    assert await Event.count().where(Event.starts_at < clock.now(), Event.series == series.id) == 0


async def test_whoever_agrees_to_what_is_no_longer_so_is_shown_it_anew(walkers, ana):
    series = await started(walkers, ana)
    wanted = await wanted_of(series, title="Choir")
    seen = (await changing.plan(series, wanted)).seen
    await move_by_hand((await ahead(series))[0], title="A special one")
    with pytest.raises(EditedMeanwhile):
        await changing.change(series, wanted, seen=seen, fates={})
    assert {each.title for each in await ahead(series)} == {"A special one", "Soup for all"}


async def test_what_cannot_be_is_refused_or_left_with_its_reason(walkers, ana):
    series = await started(walkers, ana)
    with pytest.raises(NotAllowed):
        await changing.plan(series, await wanted_of(series, title=""))
    with time_machine.travel("2026-12-01 12:00Z"):
        wanted = await wanted_of(
            series, starts_at=datetime(2026, 12, 1, 9, tzinfo=BERLIN), since=date(2026, 12, 1)
        )
        plan = await changing.plan(series, wanted)
    assert [each.event.series_date.day for each in plan.left] == [1]
    assert len(plan.becoming) == 3


async def test_cancelled_ones_stay_as_they_are(walkers, ana):
    series = await started(walkers, ana)
    await publishing.cancel((await ahead(series))[0], reason="Snow")
    plan = await do(series, await wanted_of(series, title="Choir", reach="all"))
    assert len(plan.becoming) == 3
    assert (await ahead(series))[0].title == "Soup for all"


async def test_an_edit_of_one_stays_in_it(walkers, ana):
    series = await started(walkers, ana)
    first = (await ahead(series))[0]
    await move_by_hand(first, title="A special one")
    assert (await as_it_is(first)).by_hand
    assert [each.title for each in await ahead(series)][1:] == ["Soup for all"] * 3


async def test_nothing_drifts_to_a_day_that_has_had_its_gathering(walkers, ana):
    series = await started(walkers, ana, ends_at=datetime(2026, 12, 1, 21, tzinfo=BERLIN))
    await do(series, await wanted_of(series, by_rule="FREQ=WEEKLY;BYDAY=TU,WE"))
    series = await queries.series_by_id(series.id)
    with time_machine.travel("2026-12-01 21:30Z"):  # Tuesday's is over.
        wanted = await wanted_of(series, by_rule=TUESDAYS, since=date(2026, 12, 1))
        plan = await changing.plan(series, wanted)
        assert plan.drifted[0].to is None
        await do(series, wanted, fates={each.key: "move" for each in plan.drifted})
        assert times(await ahead(series))[0] == "02 19:00"


async def test_nothing_drifts_to_a_day_that_is_left_out(walkers, ana):
    series = await started(walkers, ana)
    await SkippedDate(series=series.id, on=date(2026, 12, 3), by=ana.id).save()
    plan = await changing.plan(series, await wanted_of(series, by_rule="FREQ=WEEKLY;BYDAY=TH"))
    assert date(2026, 12, 3) not in {each.to for each in plan.drifted}


async def test_what_has_begun_is_neither_moved_nor_called_off(walkers, ana):
    series = await started(walkers, ana, ends_at=datetime(2026, 12, 1, 22, tzinfo=BERLIN))
    with time_machine.travel("2026-12-01 19:00Z"):  # It is 20:00 there.
        later = {
            "starts_at": datetime(2026, 12, 1, 21, tzinfo=BERLIN),
            "ends_at": datetime(2026, 12, 1, 23, tzinfo=BERLIN),
        }
        moved = await wanted_of(series, since=date(2026, 12, 1), **later)
        drifted = await wanted_of(series, since=date(2026, 12, 1), by_rule="FREQ=WEEKLY;BYDAY=TH")
        for plan in [await changing.plan(series, wanted) for wanted in (moved, drifted)]:
            assert [each.event.series_date.day for each in plan.left] == [1]
            assert [each.event.series_date.day for each in [*plan.becoming, *plan.drifted]] == [8, 15, 22]


async def test_planning_for_many_evenings_asks_no_more_than_for_few(walkers, ana, bo, dev):
    few, many = await started(walkers, ana), await started(walkers, ana)
    for series, weeks in ((few, 3), (many, 30)):
        await Series.update({Series.weeks_ahead: weeks}).where(Series.id == series.id)
        await making.make(series.id)
    for series in (few, many):
        for person, event in ((bo, (await ahead(series))[0]), (dev, (await ahead(series))[-1])):
            await seats.answer(event, person, answer="going", by=person)
    counts = []
    for series in (few, many):
        series, wanted = await queries.series_by_id(series.id), await wanted_of(series, place="The new hall")
        async with counted() as asked:
            plan = await changing.plan(series, wanted)
        counts.append((len(plan.becoming), plan.told, len(asked)))
    (few_evenings, told, of_few), (many_evenings, told_by_many, of_many) = counts
    assert (few_evenings, many_evenings, told, told_by_many) == (4, 30, 2, 2)
    assert of_few == of_many
