"""Each side of a gathering has seats of its own, and no side is ever oversold."""

import asyncio

import asyncpg
import pytest

from events import pools, queries
from events.details import Details
from events.publishing import publishing
from events.tables import AnswerPolicy, Event, SeatPool
from members.tables import Community, Person
from server import db, tokens
from server.db import transaction
from tests.gatherings import as_it_is, details, details_of, in_days, make_event

SIDES = [False, True]


async def take(event: Event, chairs: int, *, online: bool = False) -> None:
    """As the answers' trigger does."""
    async with transaction():
        await db.run("SELECT seat_pools_take($1, $2, $3)", [event.id], [online], [chairs])


async def taken(event: Event) -> list[int]:
    return [pool.taken for pool in (await as_it_is(event)).pools]


def said(event: Event) -> list[tuple[bool, int | None]]:
    return [(pool.online, pool.seats) for pool in event.pools]


@pytest.mark.parametrize("online", SIDES)
async def test_no_side_is_oversold(walkers: Community, online: bool) -> None:
    event = await make_event(walkers, seats=3, online_seats=3)
    await take(event, 3, online=online)
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await take(event, 1, online=online)
    assert refused.value.constraint_name == "seat_pool_kept"
    assert await taken(event) == ([0, 3] if online else [3, 0])


async def test_seats_come_free_even_where_there_were_fewer_than_people(walkers: Community) -> None:
    event = await make_event(walkers, seats=2, taken=5)
    await take(event, -2)
    assert (await taken(event))[0] == 3
    with pytest.raises(asyncpg.CheckViolationError):
        await take(event, 1)


async def test_nobody_sits_on_a_side_that_is_not_there(walkers: Community) -> None:
    event = await make_event(walkers, mode="in_person")
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await take(event, 1, online=True)
    assert refused.value.constraint_name == "seat_pool_there"
    await take(event, -1, online=True)  # What is gone takes nothing back.


async def test_seats_of_many_gatherings_are_counted_at_once(walkers: Community) -> None:
    events = [await make_event(walkers, seats=4) for _ in range(3)]
    ids = [event.id for event in events for _ in SIDES]
    await db.run("SELECT seat_pools_take($1, $2, $3)", ids, SIDES * 3, [1, 2, 3, 4, 0, 6])
    assert [await taken(event) for event in events] == [[1, 2], [3, 4], [0, 6]]


async def test_a_draft_has_a_pool_for_each_side_and_a_policy(walkers: Community, ana: Person) -> None:
    hybrid = await draft(walkers, ana, details(seats=12, online_seats=30, guests_allowed=2, asks_first=6))
    assert said(hybrid) == [(False, 12), (True, 30)]
    assert (hybrid.policy.guests_allowed, hybrid.policy.asks_first) == (2, 6)
    for mode in ("in_person", "online"):
        assert said(await draft(walkers, ana, details(mode=mode, seats=9, online_seats=30))) == [(False, 9)]


async def test_the_call_has_seats_for_as_long_as_people_meet_by_it(walkers: Community, ana: Person) -> None:
    event = await draft(walkers, ana, details(mode="in_person", seats=4))
    event = await edited(event, mode="hybrid", online_seats=7)
    assert said(event) == [(False, 4), (True, 7)]
    await take(event, 2)
    event = await edited(event, online_seats=None)
    assert said(event) == [(False, 4), (True, None)]
    event = await edited(event, mode="online", seats=None)
    assert said(event) == [(False, None)]
    assert await taken(event) == [2]
    assert said(await edited(event, mode="hybrid")) == [(False, None), (True, None)]


async def test_saying_the_same_of_seats_changes_nothing(walkers: Community, ana: Person) -> None:
    event = await draft(walkers, ana, details(mode="in_person", seats=4, online_seats=7))
    again = await edited(event, online_seats=9)
    assert again.changed_at == event.changed_at


async def test_what_is_said_of_answers_is_changed_alone(walkers: Community, ana: Person) -> None:
    event = await draft(walkers, ana, details(seats=4))
    after = await edited(event, approval=True, answers_close_at=in_days(6), replies_kept=3)
    policy = after.policy
    assert (policy.approval, policy.replies_kept, policy.asks_first) == (True, 3, 24)
    assert (policy.answers_close_at, policy.closes_wall) == (in_days(6), in_days(6).replace(tzinfo=None))
    assert said(after) == said(event)


@pytest.mark.parametrize(
    ("pool", "free", "left"),
    [
        (SeatPool(event=1, seats=5, taken=3), 2, 2),
        (SeatPool(event=1, seats=5, taken=7), 0, 0),
        (SeatPool(event=1, seats=5, taken=3, reserving=True), 2, 0),
        (SeatPool(event=1, taken=3), None, None),
    ],
)
def test_what_is_left_of_a_pool(pool: SeatPool, free: int | None, left: int | None) -> None:
    assert (pool.free, pool.left) == (free, left)


async def test_each_side_is_reserved_by_itself(walkers: Community) -> None:
    event = await make_event(walkers, seats=3, online_seats=3)
    await pools.reserve(event.id, [False, True])
    assert [pool.reserving for pool in (await as_it_is(event)).pools] == [False, True]
    assert (await as_it_is(event)).pool(online=True).left == 0


async def test_a_gathering_that_is_in_one_place_has_one_pool_for_both_sides(walkers: Community) -> None:
    event = await make_event(walkers, mode="online", seats=3)
    assert event.pool(online=True) is event.pool(online=False)


async def test_all_of_it_goes_with_the_gathering(walkers: Community, ana: Person) -> None:
    event = await draft(walkers, ana, details())
    await publishing.remove(event)
    assert (await SeatPool.count(), await AnswerPolicy.count()) == (0, 0)


async def test_who_waits_for_a_gathering_reads_its_seats_as_they_have_become(
    committed: str,
) -> None:
    """Of rows that are joined to the locked one, a statement that waited would see what was before."""
    walkers = Community(slug="walkers", name="Sunday Walkers")
    await walkers.save()
    event = await make_event(walkers, seats=3)
    first = await db.engine().get_new_connection()
    try:
        await first.execute(f"BEGIN; SELECT FROM events WHERE id = {event.id} FOR NO KEY UPDATE")
        waiting = asyncio.create_task(locked(event))
        while not await db.value("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)
        await first.execute(f"UPDATE seat_pools SET seats = 9 WHERE event = {event.id}; COMMIT")
        assert (await waiting).pool().seats == 9
    finally:
        await first.close()


async def locked(event: Event) -> Event:
    async with transaction():
        found = await queries.locked(event.id)
    assert found
    return found


async def draft(community: Community, by: Person, what: Details) -> Event:
    return await publishing.draft(community, what, by=by, public_id=tokens.public_id())


async def edited(event: Event, **new: object) -> Event:
    return await publishing.edit(event, details_of(event, **new), seen=event.changed_at)
