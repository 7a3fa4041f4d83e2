"""The form that changes a series: first what becomes of each gathering, then it is done."""

import re
from datetime import date, timedelta

import pytest
import time_machine

from events.publishing.forms import filled_in as event_said
from events.series import course, queries, rule
from events.series.forms import filled_in
from rsvps.seating import seats
from tests.events.publishing.test_form import hidden
from tests.events.series.test_changing import ahead, move_by_hand, started, times

pytestmark = pytest.mark.usefixtures("_in_november")


@pytest.fixture(name="_in_november")
def in_november():
    with time_machine.travel("2026-11-29 12:00Z"):
        yield


async def form_of(series, base=None) -> dict[str, str | list[int]]:
    said = {
        **event_said(base or await queries.pattern_of(series.id)),
        **filled_in(series),
        "reach": "untouched",
    }
    return {
        name: value if isinstance(value, list) else str(value)
        for name, value in said.items()
        if value not in (None, False, [], "")
    }


def agreed(page) -> str:
    found = re.search(r'name="agreed" value="([^"]+)"', page.text)
    assert found, page.text[page.text.index("<main") :]
    return found[1]


async def test_first_it_is_shown_then_it_is_done(walkers, ana, bo, signed_in):
    series = await started(walkers, ana)
    made = await ahead(series)
    await seats.answer(made[0], bo, answer="going", by=bo)
    await move_by_hand(made[1], title="A special one")
    browser, address = await signed_in(ana), f"/series/{series.public_id}/edit"
    assert "Change this series" in (await browser.get(address)).text
    said = {**await form_of(series), "time": "18:00", "then": "plan"}
    plan = await browser.post(address, data=said)
    assert plan.status_code == 200
    for words in ("3 change", "1 stays as it is", "It was changed by hand", "1 person gets one letter"):
        assert words in plan.text
    assert times(await ahead(series))[0] == "01 19:00"
    done = await browser.post(address, data={**said, "then": "agreed", "agreed": agreed(plan)})
    assert (done.status_code, done.headers["location"]) == (303, f"/series/{series.public_id}")
    assert times(await ahead(series)) == ["01 18:00", "08 19:00", "15 18:00", "22 18:00"]


async def test_what_has_drifted_is_chosen_for_each(walkers, ana, signed_in):
    series = await started(walkers, ana)
    browser, address = await signed_in(ana), f"/series/{series.public_id}/edit"
    said = {**await form_of(series), "weekdays": "3", "then": "plan"}
    plan = await browser.post(address, data=said)
    assert "4 are on days that the series no longer has" in plan.text
    assert "Move it to Thursday, 3 December 2026" in plan.text
    fates = {f"drifted-2026-12-{day:02}": "move" for day in (1, 8, 15)} | {"drifted-2026-12-22": "cancel"}
    said |= fates | {"then": "agreed", "agreed": agreed(plan)}
    without = await browser.post(address, data=said)
    assert (without.status_code, "say why" in without.text) == (422, True)
    assert (await browser.post(address, data={**said, "reason": "No hall"})).status_code == 303
    assert times(await ahead(series))[:3] == ["03 19:00", "10 19:00", "17 19:00"]


async def test_of_what_has_drifted_it_is_said_what_was_changed_by_hand(walkers, ana, signed_in):
    series = await started(walkers, ana)
    second = (await ahead(series))[1]
    await move_by_hand(second, starts_at=second.starts_at + timedelta(days=1), ends_at=None)
    browser, said = await signed_in(ana), {**await form_of(series), "weekdays": "3", "then": "plan"}
    plan = (await browser.post(f"/series/{series.public_id}/edit", data=said)).text
    assert plan.count("Changed by hand.") == 1
    assert "Changed by hand." in plan.partition("Wednesday, 9 December 2026</legend>")[2][:100]


async def test_days_that_a_pasted_rule_leaves_out_are_chosen_for_and_not_made(walkers, ana, signed_in):
    series = await started(walkers, ana)
    browser, address = await signed_in(ana), f"/series/{series.public_id}/edit"
    pasted = "RRULE:FREQ=WEEKLY;BYDAY=TU EXDATE:20261208T180000Z,20261229T180000Z"
    said = {**await form_of(series), "rule": pasted, "weeks_ahead": "6", "then": "plan"}
    plan = await browser.post(address, data=said)
    assert "1 is on a day that the series no longer has" in plan.text
    assert "5 January 2027" in plan.text and "29 December" not in plan.text
    said |= {"drifted-2026-12-08": "cancel", "reason": "No hall", "then": "agreed", "agreed": agreed(plan)}
    assert (await browser.post(address, data=said)).status_code == 303
    assert times(await ahead(series)) == ["01 19:00", "15 19:00", "22 19:00", "05 19:00"]


@pytest.mark.parametrize(
    "by_rule",
    [
        "FREQ=DAILY;INTERVAL=120",
        "FREQ=DAILY;COUNT=2000",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
        "FREQ=MONTHLY;BYDAY=1TU,-1TU;UNTIL=20281231",
    ],
)
async def test_a_rule_stays_as_it_is_where_something_else_is_changed(walkers, ana, signed_in, by_rule):
    first = rule.first_day(by_rule, date(2026, 12, 1))
    series = await started(walkers, ana, by_rule=by_rule)
    browser, address = await signed_in(ana), f"/series/{series.public_id}/edit"
    said = {**await form_of(series), "title": "Choir", "then": "plan"}
    plan = await browser.post(address, data=said)
    assert plan.status_code == 200
    done = await browser.post(address, data={**said, "then": "agreed", "agreed": agreed(plan)})
    assert done.status_code == 303
    after = await queries.series_by_id(series.id)
    for kept in (series, after):
        days = rule.days(kept.rule, kept.first_on, since=first, most=30, until=date(2060, 1, 1))
        assert days == rule.days(by_rule, first, since=first, most=30, until=date(2060, 1, 1))


async def test_from_one_gathering_on(walkers, ana, signed_in):
    series = await started(walkers, ana)
    third = (await ahead(series))[2]
    browser = await signed_in(ana)
    own = await browser.get(f"/events/{third.public_id}/edit")
    address = f"/series/{series.public_id}/edit?from={third.public_id}"
    assert address in own.text
    assert "How often" not in (await browser.get(address)).text
    said = {**await form_of(series, third), "place": "The new hall", "then": "plan"}
    plan = await browser.post(address, data=said)
    assert "2 change" in plan.text
    moved = await browser.post(address, data={**said, "date": "2026-12-16"})
    assert (moved.status_code, "keep their days" in moved.text) == (422, True)
    assert (
        await browser.post(address, data={**said, "then": "agreed", "agreed": agreed(plan)})
    ).status_code == 303
    assert [each.place for each in await ahead(series)] == ["", "", "The new hall", "The new hall"]


async def test_whoever_agreed_to_something_else_is_shown_it_again(walkers, ana, signed_in):
    series = await started(walkers, ana)
    browser, address = await signed_in(ana), f"/series/{series.public_id}/edit"
    said = {**await form_of(series), "time": "18:00", "then": "plan"}
    plan = await browser.post(address, data=said)
    await move_by_hand((await ahead(series))[0], title="A special one")
    again = await browser.post(address, data={**said, "then": "agreed", "agreed": agreed(plan)})
    assert (again.status_code, "in the meantime" in again.text) == (422, True)
    assert times(await ahead(series))[0] == "01 19:00"


async def test_rubbish_is_said_beside_its_field(walkers, ana, bo, signed_in):
    series = await started(walkers, ana)
    address = f"/series/{series.public_id}/edit"
    assert (await (await signed_in(bo)).get(address)).status_code == 403
    browser = await signed_in(ana)
    for wrong in (
        {"title": ""},
        {"rule": "junk"},
        {"reach": "x"},
        {"weeks_ahead": "99"},
        {"agreed": "x", "then": "agreed"},
    ):
        page = await browser.post(address, data={**await form_of(series), "then": "plan", **wrong})
        assert page.status_code == 422, wrong
    assert (await browser.get(f"{address}?from=nothing")).status_code == 404


async def test_the_next_days_are_without_those_that_are_left_out(walkers, ana, signed_in):
    series = await started(walkers, ana)
    await course.skip(series, date(2026, 12, 29), by=ana)
    browser, address = await signed_in(ana), f"/series/{series.public_id}/edit"
    shown = (await browser.post(address, data={**await form_of(series), "then": "dates"})).text
    days = shown.partition('id="next-days"')[2].partition("</section>")[0]
    assert "Tuesday, 5 January 2027" in days and "Tuesday, 29 December 2026" not in days


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"ends_by": "day", "last_date": "2026-12-31"}, "last_date"),
        ({"ends_by": "times", "times": "3"}, "times"),
        ({"rule": "FREQ=WEEKLY;COUNT=3"}, "rule"),
    ],
)
async def test_an_end_that_leaves_none_is_said_where_it_was_typed(walkers, ana, signed_in, said, field):
    series = await started(walkers, ana)
    with time_machine.travel("2027-01-15 12:00Z"):
        browser, address = await signed_in(ana), f"/series/{series.public_id}/edit"
        page = await browser.post(address, data={**await form_of(series), "then": "plan", **said})
        assert page.status_code == 422
        assert re.search(rf'id="f-{field}-error">.*rom (now|then) on', page.text)


@pytest.mark.parametrize("since", [False, True], ids=["all of it", "from one on"])
async def test_who_wrote_meanwhile_is_not_overwritten_unseen(walkers, ana, signed_in, since):
    series = await started(walkers, ana)
    base = (await ahead(series))[1] if since else await queries.pattern_of(series.id)
    browser = await signed_in(ana)
    address = f"/series/{series.public_id}/edit" + (f"?from={base.public_id}" if since else "")
    mine = {**await form_of(series, base), "time": "18:00", "then": "plan"}
    theirs = {**await form_of(series, base), "title": "Choir & tea", "then": "plan"}
    seen = agreed(await browser.post(address, data=theirs))
    assert (await browser.post(address, data={**theirs, "then": "agreed", "agreed": seen})).status_code == 303
    shown = await browser.post(address, data=mine)
    assert shown.status_code == 409
    assert "Somebody changed this" in shown.text and "Choir &amp; tea" in shown.text
    again = {**mine, "seen": hidden(shown.text, "seen")}
    plan = await browser.post(address, data=again)
    assert plan.status_code == 200 and "Somebody changed this" not in plan.text
    done = await browser.post(address, data={**again, "then": "agreed", "agreed": agreed(plan)})
    assert done.status_code == 303
    assert {each.title for each in (await ahead(series))[1:]} == {mine["title"]}
