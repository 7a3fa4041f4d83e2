"""A series in several hands at once, over real connections: none is made twice, and nobody waits for another in a ring.

A deadlock would be raised by whoever PostgreSQL takes out of it.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from events.publishing import publishing
from events.series import changing, course, making, queries
from events.series.changing import Wanted, details_of
from events.tables import Event, Series
from members.tables import Community, Person
from rsvps.seating import seats
from rsvps.standing import counting_in
from rsvps.tables import StandingAnswer
from server import clock, db
from server.errors import Refusal
from tests.gatherings import make_series
from tests.people import join, make_person

pytestmark = pytest.mark.slow

Press = Callable[[], Awaitable[object]]
ROUNDS = 6


async def a_series(community: Community, ana: Person) -> Series:
    """Every week, from next week on, with six gatherings ahead, some of which were rewritten since: their rows lie
    otherwise than their numbers say."""
    series = await make_series(community, ana, weeks_ahead=6)
    for event in random.sample(await ahead(series), 3):
        await db.run("UPDATE events SET page_version = page_version + 1 WHERE id = $1", event.id)
    return series


async def ahead(series: Series) -> list[Event]:
    return await queries.gatherings_of(series.id, since=clock.now(), most=100)


async def all_at_once(*presses: Press) -> None:
    async def press_or_be_refused(press: Press) -> None:
        with suppress(Refusal):
            await press()

    await asyncio.gather(*(press_or_be_refused(press) for press in presses))


async def retitled(series: Series, title: str, *, by_rule: str | None = None) -> None:
    pattern = await queries.pattern_of(series.id)
    wanted = Wanted(
        details=replace(details_of(pattern), title=title),
        base=pattern,
        since=(await ahead(series))[0].series_date,
        picture=pattern.picture,
        by_rule=by_rule,
        weeks_ahead=random.choice([4, 6, 8]),
    )
    plan = await changing.plan(series, wanted)
    await changing.change(series, wanted, seen=plan.seen, fates={})


async def edited(event: Event, title: str) -> None:
    await publishing.edit(event, replace(details_of(event), title=title, place=title), seen=event.changed_at)


async def as_one_ought_to_be(series: Series) -> None:
    """A gathering on each day of its rule within reach, once, and none on a day that was left out."""
    made = await db.rows(
        "SELECT series_date, count(*) FROM events WHERE series = $1 AND series_date IS NOT NULL GROUP BY 1",
        series.id,
    )
    assert {row["count"] for row in made} == {1}
    current = await queries.series_by_id(series.id)
    assert current
    pattern = await queries.pattern_of(series.id)
    assert await making.lacking(current, pattern, clock.now()) == []
    skipped = await queries.skipped_days(series.id)
    assert skipped.isdisjoint(row["series_date"] for row in made)


async def test_organisers_guests_and_the_clock_at_once(committed: str) -> None:
    community = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await community.save()
    ana, eva = await make_person("Ana"), await make_person("Eva")
    for person in (ana, eva):
        await join(person, community, "owner")
    crowd = [await make_person(f"P{number}") for number in range(5)]
    for turn in range(ROUNDS):
        series = await a_series(community, ana)
        events = await ahead(series)
        last = events[-1].series_date
        await StandingAnswer.insert(
            *(StandingAnswer(series=series.id, person=one.id, since=clock.now(), link=0) for one in crowd)
        )
        await Series.update({Series.due_at: clock.now(), Series.weeks_ahead: 9}).where(Series.id == series.id)
        off = partial(course.pause, series, events[1].series_date, last, reason="A break")
        presses: list[Press] = [
            *(partial(making.make, series.id) for _ in range(2)),
            making.make_due,
            partial(course.skip, series, last + timedelta(weeks=1), by=ana),
            partial(course.skip, series, last + timedelta(weeks=2), by=eva),
            partial(retitled, series, "Choir"),
            partial(retitled, series, "Bread", by_rule="FREQ=WEEKLY;INTERVAL=2" if turn % 2 else None),
            off,
            partial(course.go_on, series),
            partial(course.hand_on, series, eva),
            *(partial(edited, event, f"By hand {turn}") for event in events[1:]),
            *(
                partial(seats.answer, event, one, answer="going", by=one)
                for one in crowd
                for event in events[:2]
            ),
            *(partial(counting_in.count_in, series.id, only=one.id) for one in crowd),
        ]
        random.shuffle(presses)
        await all_at_once(*presses)
        await making.make(series.id)
        await as_one_ought_to_be(series)


async def test_calling_many_off_waits_for_nobody_in_a_ring(committed: str) -> None:
    community = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await community.save()
    ana = await make_person("Ana")
    await join(ana, community, "owner")
    for turn in range(ROUNDS):
        series = await a_series(community, ana)
        events = await ahead(series)
        await all_at_once(
            partial(course.end, series, events[0].series_date, reason="It was good."),
            *(partial(edited, event, f"By hand {turn}") for event in reversed(events)),
        )
        states = Counter(event.status for event in await ahead(series))
        assert states == {"cancelled": len(events)}


async def test_handing_on_waits_for_nobody_in_a_ring(committed: str) -> None:
    community = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await community.save()
    ana, eva = await make_person("Ana"), await make_person("Eva")
    for person in (ana, eva):
        await join(person, community, "owner")
    crowd = [await make_person(f"P{number}") for number in range(5)]
    for _ in range(ROUNDS):
        series = await a_series(community, ana)

        async def counted_in_at_all(one: Person, series: Series = series) -> None:
            async with db.transaction():
                for event in sorted(await ahead(series), key=lambda event: event.id):
                    await seats.answer(event, one, answer="going", by=one)

        await all_at_once(
            *(partial(counted_in_at_all, one) for one in crowd),
            *(partial(course.hand_on, series, to) for to in (eva, ana, eva)),
        )
        assert {event.created_by for event in await ahead(series)} <= {ana.id, eva.id}
