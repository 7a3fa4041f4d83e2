"""Many helpers at once, over real connections: the press that came last counts, and nobody misses any of it."""

import asyncio
import random
from datetime import timedelta

import pytest

from members.tables import Community
from rsvps.door import arrivals, queries
from rsvps.seating import seats
from server import clock
from tests.gatherings import make_event
from tests.rsvps.gatherings import make_people, open_door

pytestmark = pytest.mark.slow


async def test_in_whichever_order_presses_arrive_all_see_the_last_of_each(committed: str) -> None:
    walkers = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await walkers.save()
    event = await make_event(walkers)
    people = await make_people(6)
    rsvps = [await seats.answer(event, person, answer="going", by=person) for person in people]
    door, _ = await open_door(event, by=people[0])
    now = clock.now()
    door.created_at = now - timedelta(hours=1)
    dice = random.Random(7)
    presses = [
        (rsvp.public_id, now - timedelta(seconds=second), dice.random() < 0.5)
        for rsvp in rsvps
        for second in range(20)
    ]
    last = {public_id: here for public_id, at, here in presses if at == now}
    dice.shuffle(presses)
    seen = await queries.seen_by_now(event.id, clock.now())
    known: dict[str, bool] = {}

    async def follow() -> None:
        nonlocal seen
        for _ in range(40):
            news, seen = await queries.news_at_door(event.id, seen, clock.now(), seen_by=None)
            known.update({one.public_id: one.arrived_at is not None for one in news})
            await asyncio.sleep(0.02)

    pressing = [arrivals.mark(door, public_id, here=here, at=at) for public_id, at, here in presses]
    await asyncio.gather(follow(), *pressing)
    await follow()
    there = {
        one.public_id: one.arrived_at is not None for one in await queries.all_at_door(event.id, seen_by=None)
    }
    assert there == known == last
