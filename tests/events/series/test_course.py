"""What becomes of a series: left out, paused, taken up again, handed on, ended."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine

from events.announcements import EventCancelled, SeriesChanged
from events.publishing import publishing
from events.series import changing, course, making, queries
from events.series.course import HasEnded, NoOrganiser, NotThere
from events.tables import Series
from server.errors import NotAllowed
from tests.events.hearing import hearing
from tests.events.series.test_changing import ahead, started
from tests.gatherings import as_it_is, details_of
from tests.ground import work_off
from tests.people import join, make_person

pytestmark = pytest.mark.usefixtures("_in_november")


@pytest.fixture(name="_in_november")
def in_november():
    with time_machine.travel("2026-11-29 12:00Z"):
        yield


async def days(series) -> list[str]:
    return [f"{each.series_date:%m-%d} {each.status}" for each in await ahead(series)]


async def test_a_day_that_is_left_out_is_not_made_until_it_is_had_again(walkers, ana):
    series = await started(walkers, ana)
    await course.skip(series, date(2026, 12, 29), by=ana)
    await course.skip(series, date(2026, 12, 29), by=ana)
    with time_machine.travel("2026-12-08 12:00Z"):
        await making.make_due()
        assert "12-29 published" not in await days(series)
        await course.take_back(series, date(2026, 12, 29))
        assert "12-29 published" in await days(series)


async def test_only_a_day_that_would_be_can_be_left_out(walkers, ana):
    series = await started(walkers, ana)
    for day in (date(2026, 12, 30), date(2026, 12, 1)):
        with pytest.raises(NotThere):
            await course.skip(series, day, by=ana)


async def test_a_pause_calls_off_what_there_is_and_tells_once(walkers, ana):
    series = await started(walkers, ana)
    with pytest.raises(NotAllowed):
        await course.pause(series, date(2026, 12, 10), date(2027, 1, 10))
    with hearing(SeriesChanged) as heard, hearing(EventCancelled) as each:
        off = await course.pause(series, date(2026, 12, 10), date(2027, 1, 10), reason="A winter break")
        await work_off()
    assert [event.series_date.day for event in off] == [15, 22]
    assert [told.cancelled for told in heard] == [[event.id for event in off]]
    assert each == []
    assert await days(series) == ["12-01 published", "12-08 published", "12-15 cancelled", "12-22 cancelled"]
    with time_machine.travel("2027-01-05 12:00Z"):
        await making.make_due()
        assert (await days(series))[0] == "01-12 published"


async def test_going_on_early_brings_back_what_the_pause_called_off_and_makes_the_rest(walkers, ana):
    series = await started(walkers, ana)
    before = [(event.id, event.uid) for event in await ahead(series)][2:]
    await course.pause(series, date(2026, 12, 10), None, reason="A break")
    assert (await queries.series_by_id(series.id)).due_at is None
    off = (await ahead(series))[2]
    with time_machine.travel("2026-12-12 12:00Z"), hearing(SeriesChanged) as heard:
        paused = await queries.series_by_id(series.id)
        assert [event.series_date.day for event in await course.by_going_on(paused)] == [15, 22]
        back, made = await course.go_on(series)
        await work_off()
        assert ([event.id for event in back], made) == ([event for event, _ in before], 2)
        assert await days(series) == [
            "12-15 published", "12-22 published", "12-29 published", "01-05 published",
        ]  # fmt: skip
        on = (await ahead(series))[0]
        assert await course.go_on(series) == ([], 0)
        await work_off()
    assert [(told.cancelled, told.back) for told in heard] == [([], [event for event, _ in before])]
    assert [(event.id, event.uid) for event in (await ahead(series))[2:4]] == before
    assert (on.sequence, on.cancel_reason, on.cancelled_at) == (off.sequence + 1, "", None)
    assert on.calendar_changed_at > off.calendar_changed_at


async def test_what_was_cancelled_by_itself_or_is_past_does_not_come_back(walkers, ana):
    series = await started(walkers, ana)
    by_itself = (await ahead(series))[2]
    await publishing.cancel(by_itself, reason="The hall is shut.")
    await course.pause(series, date(2026, 12, 5), None, reason="A break")
    with time_machine.travel("2026-12-09 12:00Z"):
        back, _ = await course.go_on(series)
        assert [event.series_date.day for event in back] == [22]
        assert (await days(series))[:2] == ["12-15 cancelled", "12-22 published"]
    assert (await as_it_is(by_itself)).cancel_reason == "The hall is shut."


async def test_a_pause_in_place_of_another_brings_back_what_it_leaves_free(walkers, ana):
    series = await started(walkers, ana)
    await course.pause(series, date(2026, 12, 5), None, reason="A break")
    with hearing(SeriesChanged) as heard:
        assert await course.pause(series, date(2026, 12, 10), date(2026, 12, 20)) == []
        await work_off()
    assert await days(series) == ["12-01 published", "12-08 published", "12-15 cancelled", "12-22 published"]
    assert [(len(told.cancelled), len(told.back)) for told in heard] == [(0, 2)]


async def test_what_was_moved_by_hand_comes_back_where_it_was(walkers, ana):
    series = await started(walkers, ana)
    third = (await ahead(series))[2]
    moved = third.starts_at + timedelta(days=1)
    await publishing.edit(third, details_of(third, starts_at=moved), seen=third.changed_at)
    await course.pause(series, date(2026, 12, 10), None, reason="A break")
    await course.go_on(series)
    on = await as_it_is(third)
    assert (on.status, on.starts_at, on.series_date) == ("published", moved, third.series_date)


async def test_what_comes_back_is_as_the_series_is_by_then(walkers, ana):
    series = await started(walkers, ana)
    await course.pause(series, date(2026, 12, 10), None, reason="A break")
    series, pattern = await queries.series_by_id(series.id), await queries.pattern_of(series.id)
    later = changing.details_of(pattern)
    wanted = changing.Wanted(
        details=replace(later, title="Stew for all", starts_at=later.starts_at + timedelta(hours=1)),
        base=pattern,
        since=date(2026, 11, 29),
    )
    plan = await changing.plan(series, wanted)
    assert len(plan.becoming) == 2
    with hearing(SeriesChanged) as heard:
        await changing.change(series, wanted, seen=plan.seen, fates={})
        await work_off()
    assert [len(told.changes) for told in heard] == [2]
    await course.go_on(series)
    assert {(event.title, event.local_start.hour) for event in await ahead(series)} == {("Stew for all", 20)}


async def test_what_is_on_no_day_of_the_rule_any_more_stays_off(walkers, ana):
    series = await started(walkers, ana)
    await course.pause(series, date(2026, 12, 1), None, reason="A break")
    await Series.update({Series.rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"}).where(Series.id == series.id)
    back, _ = await course.go_on(series)
    assert [event.series_date.day for event in back] == [1, 15]
    assert await days(series) == ["12-01 published", "12-08 cancelled", "12-15 published", "12-22 cancelled"]


async def test_a_pause_ends_after_it_begins(walkers, ana):
    series = await started(walkers, ana)
    with pytest.raises(NotAllowed) as refusal:
        await course.pause(series, date(2026, 12, 10), date(2026, 12, 10))
    assert "until" in refusal.value.errors


async def test_its_end_calls_off_what_is_after_it(walkers, ana):
    series = await started(walkers, ana)
    await course.end(series, date(2026, 12, 20), reason="We have sung all songs.")
    assert await days(series) == ["12-01 published", "12-08 published", "12-15 published", "12-22 cancelled"]
    with time_machine.travel("2026-12-19 12:00Z"):
        assert await making.make_due() == 0
        back, made = await course.take_up(series)
        assert ([event.series_date.day for event in back], made) == ([22], 3)


async def test_a_pause_that_is_over_leaves_the_end_as_it_was_said(walkers, ana):
    series = await started(walkers, ana)
    await course.end(series, date(2026, 12, 20), reason="We have sung all songs.")
    await course.pause(series, date(2026, 12, 10), None, reason="A break")
    back, made = await course.go_on(series)
    assert ([event.series_date.day for event in back], made) == ([15], 0)
    assert (await queries.series_by_id(series.id)).ended_on == date(2026, 12, 20)


async def test_an_end_that_is_taken_back_leaves_the_pause(walkers, ana):
    series = await started(walkers, ana)
    await course.pause(series, date(2026, 12, 20), None, reason="A break")
    await course.end(series, date(2026, 12, 10), reason="We have sung all songs.")
    back, _ = await course.take_up(series)
    assert [event.series_date.day for event in back] == [15]
    assert (await days(series))[-1] == "12-22 cancelled"


async def test_what_has_ended_by_then_cannot_pause(walkers, ana):
    series = await started(walkers, ana)
    await course.end(series, date(2026, 12, 20), reason="We have sung all songs.")
    with pytest.raises(HasEnded):
        await course.pause(series, date(2026, 12, 20), None)
    await course.pause(series, date(2026, 12, 19), None)


async def test_an_end_that_calls_off_nothing_needs_no_reason(walkers, ana):
    series = await started(walkers, ana)
    assert await course.end(series, date(2027, 3, 1)) == []


async def test_handing_it_on_names_another_organiser_from_now_on(walkers, ana, bo, dev):
    series = await started(walkers, ana)
    with pytest.raises(NoOrganiser):
        await course.hand_on(series, bo)
    olga = await make_person("Olga Orga")
    await join(olga, walkers, "organiser")
    await course.hand_on(series, olga)
    assert {event.created_by for event in await ahead(series)} == {olga.id}
    assert (await queries.pattern_of(series.id)).created_by == olga.id


async def test_the_pages_ask_before_anything_is_called_off(walkers, ana, bo, signed_in):
    series = await started(walkers, ana)
    address = f"/series/{series.public_id}"
    assert (await (await signed_in(bo)).get(f"{address}/course")).status_code == 403
    browser = await signed_in(ana)
    said = {"since": "2026-12-10", "until": "2027-01-10"}
    asked = await browser.post(f"{address}/pause", data=said)
    assert "2 gatherings would be cancelled" in asked.text
    assert "12-15 published" in await days(series)
    without = await browser.post(f"{address}/pause", data={**said, "agreed": "2"})
    assert (without.status_code, "say why" in without.text) == (422, True)
    done = await browser.post(f"{address}/pause", data={**said, "agreed": "2", "reason": "A break"})
    assert done.status_code == 303
    assert "12-15 cancelled" in await days(series)
    paused = await browser.get(f"{address}/course")
    assert "It pauses from" in paused.text
    assert "2 gatherings are on again if you take it up now" in paused.text
    seen_by_bo = (await (await signed_in(bo)).get(address)).text
    assert "It pauses from Thursday, 10 December 2026 until Sunday, 10 January 2027." in seen_by_bo
    assert (await browser.post(f"{address}/pause/removal")).status_code == 303
    assert "2 gatherings are on again." in (await browser.get(address)).text
    assert "12-15 published" in await days(series)
    ended = await browser.post(f"{address}/ending", data={"on": "2026-12-05"})
    assert "3 gatherings would be cancelled" in ended.text
    await course.end(series, date(2027, 3, 1))
    assert "It ends: from Monday, 1 March 2027 on there is none." in (await browser.get(address)).text


async def test_other_days_of_a_pause_are_agreed_to_before_they_count(walkers, ana, signed_in):
    series = await started(walkers, ana)
    browser, address = await signed_in(ana), f"/series/{series.public_id}"
    await course.pause(series, date(2026, 12, 10), date(2026, 12, 20), reason="A break")
    shown = (await browser.get(f"{address}/course")).text
    assert 'value="2026-12-10"' in shown and 'value="2026-12-20"' in shown and "Change the pause" in shown
    said = {"since": "2026-12-16", "until": "2027-01-10"}
    asked = (await browser.post(f"{address}/pause", data=said)).text
    assert "1 gathering would be cancelled" in asked and "1 gathering would be on again" in asked
    assert (await days(series))[2:] == ["12-15 cancelled", "12-22 published"]
    with hearing(SeriesChanged) as heard:
        done = await browser.post(f"{address}/pause", data=said | {"agreed": "2", "reason": "Snow"})
        await work_off()
    assert done.status_code == 303
    assert [(len(told.cancelled), len(told.back)) for told in heard] == [(1, 1)]
    assert (await days(series))[2:] == ["12-15 published", "12-22 cancelled"]


async def test_a_pause_of_last_summer_does_not_stand_in_the_way_of_the_next(walkers, ana, signed_in):
    series = await started(walkers, ana)
    await course.pause(series, date(2026, 12, 10), date(2026, 12, 20), reason="A break")
    with time_machine.travel("2026-12-20 12:00Z"):
        browser, address = await signed_in(ana), f"/series/{series.public_id}"
        shown = (await browser.get(f"{address}/course")).text
        assert "It pauses from" not in shown and 'value="2026-12-10"' not in shown
        said = {"since": "2027-07-01", "until": "2027-09-01"}
        assert (await browser.post(f"{address}/pause", data=said)).status_code == 303
        assert (await queries.series_by_id(series.id)).paused_from == date(2027, 7, 1)


@pytest.mark.parametrize("meanwhile", ["pause", "end"])
@pytest.mark.parametrize(
    ("form", "said"),
    [("pause", {"since": "2026-12-10", "until": "2026-12-20"}), ("ending", {"on": "2026-12-10"})],
)
async def test_whatever_another_tab_has_done_what_would_become_is_shown(
    walkers, ana, signed_in, meanwhile, form, said
):
    series = await started(walkers, ana)
    if meanwhile == "pause":
        await course.pause(series, date(2026, 12, 20), None, reason="A break")
    else:
        await course.end(series, date(2026, 12, 20), reason="We have sung all songs.")
    browser, address = await signed_in(ana), f"/series/{series.public_id}"
    asked = await browser.post(f"{address}/{form}", data=said)
    assert "1 gathering would be cancelled" in asked.text
    agreed = re.search(r'name="agreed" value="(\d+)"', asked.text)
    again = said | {"agreed": agreed[1], "reason": "A break"}
    assert (await browser.post(f"{address}/{form}", data=again)).status_code == 303
    assert "12-15 cancelled" in await days(series)


async def test_its_end_is_changed_and_taken_back_on_its_page(walkers, ana, signed_in):
    series = await started(walkers, ana)
    browser, address = await signed_in(ana), f"/series/{series.public_id}"
    await course.end(series, date(2026, 12, 10), reason="We have sung all songs.")
    later = await browser.post(f"{address}/ending", data={"on": "2026-12-20"})
    assert "1 gathering would be on again" in later.text and "would be cancelled" not in later.text
    assert (
        await browser.post(f"{address}/ending", data={"on": "2026-12-20", "agreed": "1"})
    ).status_code == 303
    assert (await days(series))[2:] == ["12-15 published", "12-22 cancelled"]
    assert (await browser.post(f"{address}/ending/removal")).status_code == 303
    assert (await queries.series_by_id(series.id)).ended_on is None
    assert (await days(series))[2:] == ["12-15 published", "12-22 published"]


async def test_what_has_ended_meanwhile_says_so_where_it_was_to_pause(walkers, ana, signed_in):
    series = await started(walkers, ana)
    browser, address = await signed_in(ana), f"/series/{series.public_id}"
    await course.end(series, date(2026, 11, 29), reason="We have sung all songs.")
    answer = await browser.post(f"{address}/pause", data={"since": "2026-12-10", "until": ""})
    assert answer.status_code == 422
    assert "This series has ended by then." in answer.text and 'value="2026-12-10"' in answer.text


async def test_whom_it_was_to_be_handed_to_may_have_left(walkers, ana, signed_in):
    series = await started(walkers, ana)
    answer = await (await signed_in(ana)).post(f"/series/{series.public_id}/host", data={"person": "2222"})
    assert answer.status_code == 422
    assert "They do not organise this community." in answer.text


async def test_a_day_is_left_out_on_its_page(walkers, ana, signed_in):
    series = await started(walkers, ana)
    browser, address = await signed_in(ana), f"/series/{series.public_id}"
    assert "Tuesday, 29 December 2026" in (await browser.get(f"{address}/course")).text
    assert (await browser.post(f"{address}/skipped", data={"day": "2026-12-29"})).status_code == 303
    assert "Tuesday, 29 December 2026 is left out." in (await browser.get(f"{address}/course")).text
    assert (await browser.post(f"{address}/skipped/removal", data={"day": "2026-12-29"})).status_code == 303


async def test_a_day_that_was_left_out_is_offered_back_while_it_can_be_in_again(walkers, ana, signed_in):
    series = await started(walkers, ana)
    browser, address = await signed_in(ana), f"/series/{series.public_id}/course"
    await course.skip(series, date(2026, 12, 29), by=ana)
    assert "Bring it back" in (await browser.get(address)).text
    with time_machine.travel("2026-12-30 12:00Z"):
        assert "Bring it back" not in (await browser.get(address)).text  # It is over.
    await Series.update({Series.rule: "FREQ=WEEKLY;BYDAY=TH"}).where(Series.id == series.id)
    assert "Bring it back" not in (await browser.get(address)).text  # Now it comes on Thursdays.


async def test_a_day_that_is_taken_out_while_it_is_off_does_not_come_back(walkers, ana):
    series = await started(walkers, ana)
    await course.pause(series, date(2026, 12, 10), None, reason="A break")
    series, pattern = await queries.series_by_id(series.id), await queries.pattern_of(series.id)
    said = changing.details_of(pattern)
    wanted = changing.Wanted(
        details=said, base=pattern, since=date(2026, 11, 29), without=frozenset({date(2026, 12, 15)})
    )
    plan = await changing.plan(series, wanted)
    await changing.change(series, wanted, seen=plan.seen, fates={})
    back, _ = await course.go_on(series)
    assert [event.series_date.day for event in back] == [22]


@pytest.mark.parametrize(
    ("form", "typed", "said"),
    [
        ("skipped", {"day": "2026-12-30"}, "There is no gathering of this series on that day."),
        ("skipped", {"day": "9999-12-31"}, "There is no gathering of this series on that day."),
        ("skipped", {"day": "x"}, "Please give a date"),
        ("skipped/removal", {"day": "x"}, "Please give a date"),
        ("pause", {"since": "x"}, "Please give a date"),
        ("pause", {"since": "9999-12-31"}, "Please choose a date between"),
        ("pause", {"since": "2027-03-01", "until": "9999-12-31"}, "Please choose a date between"),
        ("ending", {"on": "x"}, "Please give a date"),
        ("ending", {"on": "9999-12-31"}, "Please choose a date between"),
        ("host", {"person": ""}, "Please fill this in."),
        ("host", {"person": "nobody"}, "They do not organise this community."),
    ],
)
async def test_what_cannot_be_is_said_beside_the_form_it_was_typed_into(
    walkers, ana, signed_in, form, typed, said
):
    series = await started(walkers, ana)
    await join(await make_person("Olga Orga"), walkers, "organiser")
    browser, address = await signed_in(ana), f"/series/{series.public_id}"
    for _again in range(2):
        answer = await browser.post(f"{address}/{form}", data=typed)
        assert "?</bdi>:" not in answer.text  # What is wrong follows a question without a colon.
        assert (answer.status_code, "form-summary" in answer.text, said in answer.text) == (422, True, True)
        assert f'value="{typed["since"]}"' in answer.text if _again == 0 and "since" in typed else True
        # It pauses by now, in another tab.
        await course.pause(series, date(2027, 3, 1), None, reason="A break")
