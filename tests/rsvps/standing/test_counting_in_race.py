"""Being counted in, while at the same moment one pauses, stops, or is kept out: by real connections."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextvars import Context
from datetime import timedelta

import pytest
import pytest_asyncio

from events.series import access as series_access
from events.tables import Event, Series
from members.access import KeptOut
from members.communities import joining, keeping_out
from members.communities.keeping_out import Whom
from members.tables import Community, Person
from rsvps.seating import seats, store
from rsvps.standing import counting_in, queries
from rsvps.tables import CountedIn, Rsvp, StandingAnswer
from server import clock
from server.db import transaction
from server.errors import NotFound
from tests.gatherings import ahead_of, make_series
from tests.people import join, make_person

pytestmark = pytest.mark.slow

count_me_in = counting_in.count_me_in.__wrapped__  # type: ignore[attr-defined]


class World:
    """A series of ana's, and bo, who is a member."""

    def __init__(self, community: Community, ana: Person, bo: Person, series: Series) -> None:
        self.community, self.ana, self.bo, self.series = community, ana, bo, series

    async def bo_counts_on_it(self) -> StandingAnswer | None:
        await count_me_in(await series_access.visible_series(self.bo, self.series.public_id), self.bo)
        return await queries.of_person(self.series.id, self.bo.id)

    async def seats_of_bo(self) -> list[str]:
        return [
            row["status"]
            for row in await Rsvp.select(Rsvp.status).where(Rsvp.person == self.bo.id).order_by(Rsvp.event)
        ]


@pytest_asyncio.fixture
async def world(committed: str) -> AsyncIterator[World]:
    ana, bo = await make_person("Ana"), await make_person("Bo")
    community = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await community.save()
    await join(ana, community, "owner")
    await join(bo, community)
    yield World(community, ana, bo, await make_series(community, ana, weeks_ahead=2, visibility="members"))


def meanwhile(what: Awaitable[object]) -> "asyncio.Task[object]":
    """Have it done by another connection."""

    async def do() -> object:
        return await what

    return asyncio.get_running_loop().create_task(do(), context=Context())


async def being_decided(event: Event, world: World, act: Awaitable[object]) -> "asyncio.Task[object]":
    """bo is being counted in at this gathering; when that has been read, and is not decided yet, something happens."""
    async with transaction(first=store.locking(event.id, seats.LOCK)):
        due = await queries.due(event.id, only=None, besides=(), most=10)
        assert [one.person for one in due] == [world.bo.id]
        task = meanwhile(act)
        await asyncio.wait([task], timeout=1)
        await counting_in._give(event, due, set())
    return task


async def counted_in_at_a_new_one(world: World) -> tuple[StandingAnswer, Event]:
    """bo is counted in, and there is a gathering at which nobody has decided that yet."""
    standing = await world.bo_counts_on_it()
    assert standing
    newest = (await ahead_of(world.series))[-1]
    await Rsvp.delete().where(Rsvp.event == newest.id)
    await CountedIn.delete().where(CountedIn.event == newest.id)
    return standing, newest


async def test_who_pauses_while_they_are_being_counted_in_has_no_seat_before_its_end(world: World) -> None:
    standing, newest = await counted_in_at_a_new_one(world)
    until = (clock.now() + timedelta(days=60)).date()
    task = await being_decided(newest, world, counting_in.pause(standing, world.bo, until=until))
    await asyncio.wait_for(task, 5)
    assert set(await world.seats_of_bo()) == {"withdrawn"}


async def test_who_stops_and_gives_back_meanwhile_has_no_seat(world: World) -> None:
    standing, newest = await counted_in_at_a_new_one(world)
    task = await being_decided(newest, world, counting_in.stop(standing, world.bo, give_back=True))
    await asyncio.wait_for(task, 5)
    assert set(await world.seats_of_bo()) == {"withdrawn"}
    assert await queries.of_person(world.series.id, world.bo.id) is None


@pytest.mark.parametrize("how", ["kept out", "removed"])
async def test_who_is_sent_away_at_this_moment_is_not_counted_in(world: World, how: str) -> None:
    async with transaction():
        if how == "kept out":
            await keeping_out.keep_out(world.community, Whom.named(world.bo), by=world.ana)
        else:
            await joining.remove(world.bo, world.community, by=world.ana)
        task = meanwhile(world.bo_counts_on_it())
        await asyncio.wait([task], timeout=1)
    with pytest.raises((KeptOut, NotFound)):
        await asyncio.wait_for(task, 5)
    assert await queries.of_person(world.series.id, world.bo.id) is None
    assert await world.seats_of_bo() == []


async def test_two_tabs_pause_and_count_in_at_once(world: World) -> None:
    standing = await world.bo_counts_on_it()
    assert standing
    until = (clock.now() + timedelta(days=60)).date()
    acts = [counting_in.pause(standing, world.bo, until=until) for _ in range(4)]
    tasks = [meanwhile(act) for act in acts] + [meanwhile(world.bo_counts_on_it()) for _ in range(4)]
    await asyncio.wait_for(asyncio.gather(*tasks), 20)
    assert await StandingAnswer.count().where(StandingAnswer.person == world.bo.id) == 1
