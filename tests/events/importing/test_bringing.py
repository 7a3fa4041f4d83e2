"""What was planned is done: some gatherings in each transaction, all of a series together."""

import pytest

from events.importing import bringing, importing, planning
from events.importing.found import believed
from events.importing.importing import Choices
from events.series import beginning, changing
from events.series import queries as series_queries
from events.series.changing import Wanted
from events.tables import NewsDue, Series
from members.tables import Community, Person
from server import clock
from server.presentation import in_zone
from tests.events.importing.calendars import (
    as_now,
    brought,
    calendar,
    entry,
    evenings,
    in_weeks,
    otherwise,
    taken,
    weekly,
)
from tests.events.news.following import SOON, hear, letters
from tests.gatherings import details_of
from tests.ground import work_off

pytestmark = pytest.mark.slow  # A calendar is read by a process of its own.


async def give_seats(series: Series, seats: int) -> None:
    """Have a series that has not begun say how many there are."""
    pattern = await series_queries.pattern_of(series.id)
    today = in_zone(clock.now(), pattern.zone).date()
    wanted = Wanted(details_of(pattern, seats=seats), base=pattern, since=today)
    found = await changing.plan(series, wanted)
    await changing.change(series, wanted, seen=found.seen, fates={})


async def test_days_that_are_otherwise_are_seen_once_their_series_is_started(
    walkers: Community, ana: Person
) -> None:
    content = calendar(
        weekly(times=30), otherwise(21, title="Moved", to=22), otherwise(70, title="Later, and otherwise")
    )
    await brought(walkers, ana, content)
    (series,) = await Series.objects()
    await give_seats(series, 12)
    await beginning.start(series)
    await work_off()
    made = {event.title: event for event in await evenings()}
    assert (made["Moved"].status, made["Moved"].pool().seats, made["Moved"].series_date) == (
        "published",
        12,
        in_weeks(3),
    )
    assert made["Later, and otherwise"].status == "draft", "it is seen when it comes within reach"
    assert len([event for event in await evenings() if event.status == "published"]) == 8


async def test_a_series_comes_with_its_days_as_they_are_to_be(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(weekly(), otherwise(14, at="160000")), publishes=True)
    second = (await evenings())[1]
    assert (second.local_start.hour, second.status, second.sequence) == (16, "published", 0), (
        "nothing has moved"
    )


async def test_more_than_one_portion_of_one_series_comes_together(walkers: Community, ana: Person) -> None:
    days = [otherwise(7 * week, title=f"Evening {week}") for week in range(1, 31)]
    source = await brought(walkers, ana, calendar(weekly(times=40), *days, entry("2", 9)), publishes=True)
    assert source.done == source.to_do == 32
    assert len([event for event in await evenings() if event.status == "published"]) == 9


async def test_those_who_hear_of_each_get_one_letter_of_all_that_comes(
    walkers: Community, ana: Person, cleo: Person
) -> None:
    await hear(cleo, walkers, "each", on=clock.now())
    many = [entry(str(number), 7 + number % 9, title=f"Walk {number}") for number in range(25)]
    series = [weekly(title=f"Choir {number}").replace("UID:weekly", f"UID:s{number}") for number in range(3)]
    await brought(walkers, ana, calendar(*many, *series), publishes=True)
    due = await NewsDue.select()
    assert len(due) == 1 and len(due[0]["events"]) == 25 + 3 * 8
    sent = await letters(cleo, clock.now() + SOON)
    assert len(sent) == 1
    # What changes later is no news; what is new then is.
    await brought(walkers, ana, calendar(*many, entry("new", 8, title="A new walk")), publishes=True)
    assert [len(each["events"]) for each in await NewsDue.select()] == [1]


async def test_what_was_published_before_it_broke_off_is_told_with_the_rest(
    walkers: Community, ana: Person, cleo: Person
) -> None:
    await hear(cleo, walkers, "each", on=clock.now())
    source = await taken(walkers, ana, calendar(*(entry(str(number), 7) for number in range(25))))
    await importing.bring_in(source, Choices(publishes=True), by=ana)
    (first, *_more) = bringing._portions(await planning.plan(source, believed(source.found).gatherings))
    into = bringing._Into(await as_now(source), walkers, ana)
    for step in first:
        await bringing._do([step], into)
    assert not await NewsDue.exists()
    await work_off()
    assert [len(each["events"]) for each in await NewsDue.select()] == [25]
