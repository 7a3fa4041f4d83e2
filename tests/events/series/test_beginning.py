"""How a series begins."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from events import queries as events_queries
from events.series import beginning, queries
from events.series.beginning import HasBegun
from events.series.rule import NoRule
from events.tables import Event, Series
from server import clock, tokens
from server.errors import NotAllowed, NotFound
from tests.events.series.test_making import BERLIN, TUESDAYS, details, tuesdays
from tests.gatherings import make_event

pytestmark = pytest.mark.usefixtures("_in_november")


@pytest.fixture(name="_in_november")
def in_november():
    with time_machine.travel("2026-11-29 12:00Z"):
        yield


async def test_it_begins_with_the_first_day_that_its_rule_gives(walkers, ana):
    on_a_thursday = details(
        datetime(2026, 12, 3, 19, tzinfo=BERLIN),
        ends_at=datetime(2026, 12, 4, 1, tzinfo=BERLIN),
        answers_close_at=datetime(2026, 12, 2, 12, tzinfo=BERLIN),
    )
    series = await beginning.begin(
        walkers, on_a_thursday, by=ana, public_id=tokens.public_id(), by_rule=TUESDAYS
    )
    pattern = await queries.pattern_of(series.id)
    assert series.first_on == date(2026, 12, 8)
    assert f"{pattern.starts_wall:%d %H:%M}" == "08 19:00"
    assert f"{pattern.ends_wall:%d %H:%M}" == "09 01:00"
    assert f"{pattern.policy.closes_wall:%d %H:%M}" == "07 12:00"
    assert (pattern.status, pattern.is_pattern) == ("draft", True)


async def test_the_same_form_twice_begins_one(walkers, ana, bo):
    name, said = tokens.public_id(), details(datetime(2026, 12, 1, 19, tzinfo=BERLIN))
    one = await beginning.begin(walkers, said, by=ana, public_id=name, by_rule=TUESDAYS)
    again = await beginning.begin(walkers, said, by=ana, public_id=name, by_rule=TUESDAYS)
    assert one.id == again.id
    assert await Event.count().where(Event.series == one.id) == 1


async def test_what_cannot_be_is_refused_with_its_field(walkers, ana):
    said = details(datetime(2026, 12, 1, 19, tzinfo=BERLIN))
    with pytest.raises(NotAllowed) as refusal:
        await beginning.begin(
            walkers, said, by=ana, public_id=tokens.public_id(), by_rule=TUESDAYS, weeks_ahead=61
        )
    assert "weeks_ahead" in refusal.value.errors
    with pytest.raises(NoRule):
        await beginning.begin(
            walkers, said, by=ana, public_id=tokens.public_id(), by_rule="FREQ=WEEKLY;UNTIL=20261101"
        )
    assert await Series.count() == 0


async def test_before_it_is_started_it_can_be_thrown_away(walkers, ana):
    series = await tuesdays(walkers, ana)
    pattern = await queries.pattern_of(series.id)
    await beginning.throw_away(series)
    await beginning.throw_away(series)
    assert await queries.series_by_id(series.id) is None
    assert await events_queries.event_by_id(pattern.id) is None
    with pytest.raises(NotFound):
        await beginning.start(series)


async def test_once_started_it_stays(walkers, ana):
    series = await tuesdays(walkers, ana)
    await beginning.start(series)
    with pytest.raises(HasBegun):
        await beginning.throw_away(series)


async def test_it_can_be_like_a_gathering_that_there_was(walkers, ana):
    asked = await make_event(walkers, ana, starts_at=clock.now() - timedelta(days=7))
    series = await beginning.begin(
        walkers,
        details(datetime(2026, 12, 1, 19, tzinfo=BERLIN)),
        by=ana,
        public_id=tokens.public_id(),
        by_rule=TUESDAYS,
        like=asked,
    )
    assert await beginning.start(series) == 8


def test_weeks_ahead_have_their_bounds():
    beginning.check_weeks(1)
    beginning.check_weeks(60)
    for weeks in (0, 61):
        with pytest.raises(NotAllowed):
            beginning.check_weeks(weeks)
