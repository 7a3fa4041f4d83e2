"""Making the gatherings of a series: which, when, and each once."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import queries as events_queries
from events.announcements import GatheringsMade
from events.details import Details
from events.publishing import publishing
from events.series import beginning, changing, course, making, queries, rule
from events.tables import CoHost, Event, Series, SkippedDate
from server import clock, db, tokens
from server.presentation import in_zone
from server.rows import values_of
from tests.counting import counted
from tests.events.hearing import hearing
from tests.ground import work_off

begin = beginning.begin.__wrapped__  # However many are begun on a day.
BERLIN = ZoneInfo("Europe/Berlin")
TUESDAYS = "FREQ=WEEKLY;BYDAY=TU"


def details(starts: datetime, **given) -> Details:
    return Details(**{"title": "Soup for all", "zone": str(starts.tzinfo), "starts_at": starts, **given})


async def tuesdays(community, by, *, by_rule: str = TUESDAYS, **given) -> Series:
    """Every Tuesday at 19:00 in Berlin, from the 1st of December 2026 on, four weeks ahead."""
    said = details(datetime(2026, 12, 1, 19, tzinfo=BERLIN), **given)
    return await begin(community, said, by=by, public_id=tokens.public_id(), by_rule=by_rule, weeks_ahead=4)


async def days_of(series: Series) -> list[str]:
    made = (
        await Event.select(Event.series_date)
        .where((Event.series == series.id) & Event.series_date.is_not_null())
        .order_by(Event.series_date)
    )
    return [row["series_date"].isoformat() for row in made]


async def days_off(series: Series) -> list[date]:
    cancelled = (Event.series == series.id) & (Event.status == "cancelled")
    return await values_of(Event.select(Event.series_date).where(cancelled).order_by(Event.series_date))


async def gatherings(series: Series) -> list[Event]:
    return await queries.gatherings_of(series.id, since=datetime(2000, 1, 1, tzinfo=UTC), most=500)


async def found_by(words: str) -> int:
    """How many gatherings of series are found by these words."""
    sought = "SELECT count(*) FROM events WHERE series_date IS NOT NULL AND search @@ (SELECT sought($1))"
    return await db.value(sought, words)


@time_machine.travel("2026-11-29 12:00Z")
async def test_each_gathering_is_found_by_the_words_of_its_pattern(walkers, ana):
    series = await tuesdays(walkers, ana, about="With home-made bread", place="Town hall")
    await beginning.start(series)
    sought = ("soup", "bread", "hall", walkers.name, "fish")
    assert [await found_by(words) for words in sought] == [4, 4, 4, 4, 0]


@time_machine.travel("2026-11-29 12:00Z")
async def test_a_gathering_with_a_title_of_its_own_is_found_by_that(walkers, ana):
    series = await tuesdays(walkers, ana)
    await beginning.start(series)
    await Event.update({Event.title: "Fish"}).where(Event.id == (await gatherings(series))[0].id)
    assert [await found_by("soup"), await found_by("fish")] == [3, 1]


@time_machine.travel("2026-11-29 12:00Z")
async def test_nothing_exists_before_it_is_started(walkers, ana):
    series = await tuesdays(walkers, ana)
    assert await making.make(series.id) == []
    assert await making.make_due() == 0
    assert await days_of(series) == []


@time_machine.travel("2026-11-29 12:00Z")
async def test_it_is_made_as_far_ahead_as_was_said_and_again_adds_nothing(walkers, ana):
    series = await tuesdays(walkers, ana)
    assert await beginning.start(series) == 4
    assert await days_of(series) == ["2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22"]
    assert await beginning.start(series) == 0
    assert await making.make(series.id) == []
    assert await making.make_due() == 0


async def test_the_window_rolls_with_the_clock(walkers, ana):
    with time_machine.travel("2026-11-29 12:00Z"):
        series = await tuesdays(walkers, ana)
        await beginning.start(series)
    with time_machine.travel("2026-11-30 22:59Z"):
        assert await making.make_due() == 0
    # In Berlin, the 1st of December has begun: the 29th is four weeks ahead.
    with time_machine.travel("2026-11-30 23:01Z"):
        assert await making.make_due() == 1
        assert (await days_of(series))[-1] == "2026-12-29"
        assert await making.make_due() == 0


async def test_what_comes_once_a_year_is_made_when_that_of_last_year_is_over(walkers, ana):
    with time_machine.travel("2026-11-29 12:00Z"):
        series = await tuesdays(walkers, ana, by_rule="FREQ=YEARLY;BYMONTH=7;BYDAY=1FR")
        await beginning.start(series)
        assert await days_of(series) == ["2027-07-02"]
    with time_machine.travel("2027-07-02 21:59Z"):
        assert await making.make_due() == 0
    with time_machine.travel("2027-07-02 22:01Z"):
        assert await making.make_due() == 1
        assert (await days_of(series))[-1] == "2028-07-07"
        assert await making.make_due() == 0


async def test_what_comes_more_rarely_is_made_sixty_weeks_ahead(walkers, ana):
    with time_machine.travel("2026-11-29 12:00Z"):
        series = await tuesdays(walkers, ana, by_rule="FREQ=YEARLY;INTERVAL=2;BYMONTH=7;BYDAY=1FR")
        await beginning.start(series)
    with time_machine.travel("2028-05-11 21:59Z"):
        assert await making.make_due() == 0
        assert await days_of(series) == ["2027-07-02"]
    with time_machine.travel("2028-05-11 22:01Z"):
        assert await making.make_due() == 1
        assert (await days_of(series))[-1] == "2029-07-06"


async def test_it_stays_seven_in_the_evening_across_both_clock_changes(walkers, ana):
    with time_machine.travel("2026-11-29 12:00Z"):
        series = await tuesdays(walkers, ana)
        await Series.update({Series.weeks_ahead: 60}).where(Series.id == series.id)
        await beginning.start(series)
    made = await gatherings(series)
    assert len(made) == 60
    assert {f"{in_zone(each.starts_at, each.zone):%a %H:%M}" for each in made} == {"Tue 19:00"}
    assert len({each.starts_at.hour for each in made}) == 2


async def test_a_time_that_a_clock_jumps_over_comes_as_long_after_the_jump(walkers, ana):
    with time_machine.travel("2027-03-01 12:00Z"):
        said = details(
            datetime(2027, 3, 7, 2, 30, tzinfo=BERLIN), ends_at=datetime(2027, 3, 7, 3, 15, tzinfo=BERLIN)
        )
        series = await beginning.begin(
            walkers, said, by=ana, public_id=tokens.public_id(), by_rule="FREQ=WEEKLY;BYDAY=SU"
        )
        await beginning.start(series)
        made = {each.series_date: each for each in await gatherings(series)}
    jumped = made[date(2027, 3, 28)]
    assert jumped.local_start.time() == time(3, 30)
    assert jumped.ends_at - jumped.starts_at == timedelta(minutes=45)
    assert made[date(2027, 4, 4)].local_start.time() == time(2, 30)


async def test_a_skipped_day_never_returns_across_a_clock_change(walkers, ana):
    with time_machine.travel("2027-03-01 12:00Z"):
        series = await tuesdays(walkers, ana)
        await SkippedDate(series=series.id, on=date(2027, 3, 30), by=ana.id).save()
        await beginning.start(series)
        assert "2027-03-30" not in await days_of(series)
    for day in range(0, 40, 3):
        with time_machine.travel(datetime(2027, 3, 1, tzinfo=UTC) + timedelta(days=day)):
            await making.make(series.id)
    assert "2027-03-30" not in await days_of(series)


async def test_one_that_was_moved_by_hand_is_not_made_again(walkers, ana):
    with time_machine.travel("2026-11-29 12:00Z"):
        series = await tuesdays(walkers, ana)
        await beginning.start(series)
        first = (await gatherings(series))[0]
        moved = datetime(2026, 12, 3, 20, tzinfo=BERLIN)
        await publishing.edit(first, details(moved), seen=first.changed_at)
        assert await making.make(series.id) == []
        await publishing.cancel((await gatherings(series))[1], reason="Snow")
        assert await making.make(series.id) == []
        assert len(await days_of(series)) == 4


async def test_nothing_is_made_in_the_past(walkers, ana):
    with time_machine.travel("2026-12-16 12:00Z"):
        series = await tuesdays(walkers, ana)
        await beginning.start(series)
        assert await days_of(series) == ["2026-12-22", "2026-12-29", "2027-01-05", "2027-01-12"]


async def test_today_is_made_until_it_begins(walkers, ana):
    with time_machine.travel("2026-12-15 17:59Z"):
        series = await tuesdays(walkers, ana)
        await beginning.start(series)
        assert (await days_of(series))[0] == "2026-12-15"
    with time_machine.travel("2026-12-15 18:00Z"):
        later = await tuesdays(walkers, ana)
        await beginning.start(later)
        assert (await days_of(later))[0] == "2026-12-22"


async def test_a_pause_leaves_out_its_days_and_what_follows_is_made_in_time(walkers, ana):
    with time_machine.travel("2026-11-29 12:00Z"):
        series = await tuesdays(walkers, ana)
        pause = {Series.paused_from: date(2026, 12, 20), Series.paused_until: date(2027, 2, 1)}
        await Series.update(pause).where(Series.id == series.id)
        await beginning.start(series)
        assert await days_of(series) == ["2026-12-01", "2026-12-08", "2026-12-15"]
    with time_machine.travel("2026-12-15 22:59Z"):
        assert await making.make_due() == 0
    with time_machine.travel("2026-12-15 23:01Z"):
        assert await making.make_due() == 1, "the next one, however far it is"
        assert (await days_of(series))[-1] == "2027-02-02"
    with time_machine.travel("2027-01-11 22:59Z"):
        assert await making.make_due() == 0
    with time_machine.travel("2027-01-11 23:01Z"):
        assert await making.make_due() == 1
        assert (await days_of(series))[-1] == "2027-02-09"


async def test_without_an_end_of_the_pause_nothing_is_due(walkers, ana):
    with time_machine.travel("2026-11-29 12:00Z"):
        series = await tuesdays(walkers, ana)
        await Series.update({Series.paused_from: date(2026, 12, 5)}).where(Series.id == series.id)
        await beginning.start(series)
        assert await days_of(series) == ["2026-12-01"]
        assert (await queries.series_by_id(series.id)).due_at is None


async def test_after_its_end_nothing_is_made(walkers, ana):
    with time_machine.travel("2026-11-29 12:00Z"):
        series = await tuesdays(walkers, ana)
        await Series.update({Series.ended_on: date(2026, 12, 15)}).where(Series.id == series.id)
        await beginning.start(series)
        assert await days_of(series) == ["2026-12-01", "2026-12-08"]
        assert (await queries.series_by_id(series.id)).due_at is None


@time_machine.travel("2026-11-29 12:00Z")
async def test_what_the_pattern_has_comes_along(walkers, ana, dev):
    opens = datetime(2026, 11, 24, 9, tzinfo=BERLIN)
    series = await tuesdays(
        walkers, ana, seats=12, guests_allowed=2, approval=True, answers_open_at=opens, about="Bring a bowl."
    )
    pattern = await queries.pattern_of(series.id)
    await CoHost(event=pattern.id, person=dev.id, added_by=ana.id).save()
    await beginning.start(series)
    made = await gatherings(series)
    assert {each.pool().seats for each in made} == {12}
    assert {(each.policy.guests_allowed, each.policy.approval, each.about) for each in made} == {
        (2, True, "Bring a bowl.")
    }
    assert [each.starts_at - each.policy.answers_open_at for each in made] == [
        timedelta(days=7, hours=10)
    ] * 4
    hosts = await CoHost.select(CoHost.event, CoHost.person)
    assert {row["event"] for row in hosts} == {pattern.id, *(each.id for each in made)}
    assert len({each.uid for each in made}) == len({each.public_id for each in made}) == 4


@time_machine.travel("2026-11-29 12:00Z")
async def test_it_is_told_once_what_was_made(walkers, ana):
    series = await tuesdays(walkers, ana)
    with hearing(GatheringsMade) as heard:
        await beginning.start(series)
        await making.make(series.id)
        await work_off()
    (told,) = heard
    assert told.series == series.id
    assert told.events == [each.id for each in await gatherings(series)]


@time_machine.travel("2026-11-29 12:00Z")
async def test_the_pattern_is_no_gathering(walkers, ana):
    series = await tuesdays(walkers, ana)
    pattern = await queries.pattern_of(series.id)
    for change in (publishing.publish, publishing.remove):
        try:
            await change(pattern)
        except publishing.NoLongerYours as refusal:
            assert "series" in str(refusal.sentence)
        else:
            raise AssertionError("the pattern was let go")
    assert (await events_queries.event_by_id(pattern.id)).status == "draft"


async def test_two_workers_at_once_make_each_once(committed, walkers, ana):
    series = await tuesdays(walkers, ana)
    await Series.update({Series.started_at: clock.now(), Series.weeks_ahead: 20}).where(
        Series.id == series.id
    )
    made = await asyncio.gather(*(making.make(series.id) for _ in range(6)))
    assert sorted(map(len, made))[:5] == [0] * 5
    assert len(await days_of(series)) == len(set(await days_of(series))) == max(map(len, made))


@time_machine.travel("2026-11-29 12:00Z")
async def test_many_gatherings_cost_no_more_queries_than_one(walkers, ana):
    before, few, many = [await tuesdays(walkers, ana) for _ in range(3)]
    await beginning.start(before)  # PostgreSQL is asked for types once.
    await Series.update({Series.started_at: clock.now(), Series.weeks_ahead: 1}).where(Series.id == few.id)
    await Series.update({Series.started_at: clock.now(), Series.weeks_ahead: 60}).where(Series.id == many.id)
    async with counted() as of_few:
        await making.make(few.id)
    async with counted() as of_many:
        await making.make(many.id)
    assert len(of_few) == len(of_many)


# A plain model: which days there are, said as simply as can be.

zones = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]
)
rules = st.sampled_from(
    [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;BYDAY=TU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
        "FREQ=MONTHLY;BYDAY=1TU;BYMONTH=1,2,3,4,5,6,7,9,10,11,12",
        "FREQ=WEEKLY;COUNT=9",
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=1FR",
        "FREQ=YEARLY",
    ]
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 40)),
        st.tuples(st.just("make"), st.just(0)),
        st.tuples(st.just("skip"), st.integers(0, 30)),
        st.tuples(st.just("move"), st.integers(0, 5)),
        st.tuples(st.just("cancel"), st.integers(0, 5)),
        st.tuples(st.just("pause"), st.integers(0, 60)),
        st.tuples(st.just("go on"), st.just(0)),
        st.tuples(st.just("rule"), rules),
        st.tuples(st.just("time"), st.integers(0, 23)),
    ),
    max_size=8,
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=zones,
    text=rules,
    hour=st.integers(0, 23),
    steps=steps,
    start=st.dates(date(2027, 1, 1), date(2027, 12, 1)),
)
async def test_it_makes_what_a_plain_model_makes(walkers, ana, zone, text, hour, steps, start):
    where = ZoneInfo(zone)
    now = datetime.combine(start, time(9), where).astimezone(UTC)
    with time_machine.travel(now, tick=False):
        said = details(datetime.combine(start, time(hour, 30), where))
        series = await begin(walkers, said, by=ana, public_id=tokens.public_id(), by_rule=text)
    model = Model(text, series.first_on, where, hour)
    for step, much in [("make", 0), *steps, ("make", 0)]:
        now = await _step(series, model, step, much, now)
        assert await days_of(series) == sorted(day.isoformat() for day in model.made)
        assert await days_off(series) == sorted(model.off | model.cancelled)
        # What is ahead is when the pencil says, on its own wall clock; what was moved by hand stays where it was put.
        for one in await gatherings(series):
            if one.starts_at > now and not one.by_hand:
                assert one.starts_wall == datetime.combine(
                    one.series_date, time(model.made[one.series_date], 30)
                )


class Model:
    """A series as a person with a calendar and a pencil would keep it."""

    def __init__(self, text, first, zone, hour) -> None:
        self.rule, self.first, self.zone, self.hour = text, first, zone, hour
        self.made: dict[date, int] = {}  # Each day, and at which hour it is.
        self.moved: dict[date, datetime] = {}  # To which moment.
        self.off: set[date] = set()  # By a pause.
        self.cancelled: set[date] = set()  # By itself.
        self.skipped: set[date] = set()
        self.pause: tuple[date, date] | None = None

    def make(self, now: datetime) -> None:
        today = now.astimezone(self.zone).date()
        following = False  # Whether the next one has been seen, which is made however far it is.
        for when in rrulestr(self.rule, dtstart=datetime.combine(self.first, time(12))):
            day = when.date()
            ahead = day >= today and not (self.pause and self.pause[0] <= day < self.pause[1])
            if day > today + timedelta(weeks=8 if following or not ahead else 60):
                break
            following = following or ahead
            begins = datetime.combine(day, time(self.hour, 30), self.zone).astimezone(UTC)
            paused = self.pause and self.pause[0] <= day < self.pause[1]
            # What the pencil does not know: an hour that is jumped over is told by the clock before the jump.
            if begins > now and day not in self.skipped and not paused:
                self.made.setdefault(day, self.hour)

    def change_pause(self, pause: tuple[date, date] | None, now: datetime) -> None:
        """A pause calls off what is ahead and on; what it has called off is on again where it covers it no longer."""
        self.pause = pause
        for day in self.made:
            paused = pause is not None and pause[0] <= day < pause[1]
            if self.begins(day) <= now or day in self.cancelled:
                continue
            if paused:
                self.off.add(day)
            elif self.gives(day):
                self.off.discard(day)

    def begins(self, day: date) -> datetime:
        at = datetime.combine(day, time(self.made[day], 30), self.zone).astimezone(UTC)
        return self.moved.get(day, at)

    def gives(self, day: date) -> bool:
        """Whether the rule gives a day now."""
        first, noon = datetime.combine(self.first, time(12)), datetime.combine(day, time(12))
        return bool(rrulestr(self.rule, dtstart=first).between(noon, noon, inc=True))

    def change_time(self, hour: int, now: datetime) -> None:
        """All later ones that nobody changed by hand, where they would not have begun by then."""
        for day, at in self.made.items():
            begins = datetime.combine(day, time(at, 30), self.zone).astimezone(UTC)
            becomes = datetime.combine(day, time(hour, 30), self.zone).astimezone(UTC)
            if begins > now and becomes > now and day not in self.moved and day not in self.cancelled:
                self.made[day] = hour
        self.hour = hour


async def _step(series: Series, model: Model, step: str, much, now: datetime) -> datetime:
    today = now.astimezone(model.zone).date()
    if step == "wait":
        now += timedelta(days=much)
    elif step == "skip" and today + timedelta(days=much) not in model.made:
        model.skipped.add(today + timedelta(days=much))
        await SkippedDate.insert(SkippedDate(series=series.id, on=today + timedelta(days=much))).on_conflict(
            action="DO NOTHING"
        )
    elif step in {"move", "cancel"} and (on := sorted(model.made.keys() - model.off - model.cancelled)):
        await _to_one(series, model, step, on[min(much, len(on) - 1)], now + timedelta(days=3, hours=much))
    elif step == "pause":
        since, until = today + timedelta(days=much), today + timedelta(days=much + 30)
        with time_machine.travel(now, tick=False):
            await course.pause(series, since, until, reason="A break")
        model.change_pause((since, until), now)
        model.make(now)
    elif step == "go on":
        with time_machine.travel(now, tick=False):
            await course.go_on(series)
        model.change_pause(None, now)
        model.make(now)
    elif step == "rule":
        model.rule = much
        model.first = rule.first_day(much, today)
        await _write(series, {Series.rule: much, Series.first_on: model.first})
    elif step == "time":
        with time_machine.travel(now, tick=False):
            await _change_time(await queries.series_by_id(series.id), much)
        model.change_time(much, now)
        model.make(now)
    elif step == "make":
        model.make(now)
        with time_machine.travel(now, tick=False):
            await _write(series, {Series.started_at: now})
            await making.make(series.id)
    return now


async def _to_one(series: Series, model: Model, step: str, day: date, moment: datetime) -> None:
    """One that is on is moved by hand, or cancelled by itself."""
    one = (Event.series == series.id) & (Event.series_date == day)
    if step == "move":
        model.moved[day] = moment
        await Event.update({Event.starts_at: moment, Event.by_hand: True}).where(one)
    else:
        model.cancelled.add(day)
        await Event.update({Event.status: "cancelled"}).where(one)


async def _write(series: Series, values) -> None:
    await Series.update(values).where(Series.id == series.id)


async def _change_time(series: Series, hour: int) -> None:
    pattern = await queries.pattern_of(series.id)
    starts = pattern.local_start.replace(hour=hour, minute=30)
    wanted = changing.Wanted(
        details=replace(changing.details_of(pattern), starts_at=starts.replace(fold=0)),
        base=pattern,
        since=in_zone(clock.now(), pattern.zone).date(),
    )
    plan = await changing.plan(series, wanted)
    await changing.change(series, wanted, seen=plan.seen, fates={})
