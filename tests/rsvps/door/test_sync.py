"""What a device at the door learns: everybody once, then what is new, and of nobody more than it needs."""

import httpx
import pytest_asyncio

from members.tables import Community, Person
from rsvps.seating import seats
from rsvps.tables import Rsvp
from server import db
from tests.gatherings import make_event
from tests.rsvps.door.phone import JSON, AtTheDoor
from tests.rsvps.gatherings import open_door


@pytest_asyncio.fixture(loop_scope="session")
async def at_the_door(walkers: Community, ana: Person, client: httpx.AsyncClient) -> AtTheDoor:
    event = await make_event(walkers, seats=10, guests_allowed=3)
    door, secret = await open_door(event, by=ana)
    return AtTheDoor(client, event, door, secret)


@pytest_asyncio.fixture(loop_scope="session")
async def bos(at_the_door: AtTheDoor, bo: Person) -> Rsvp:
    return await seats.answer(at_the_door.event, bo, answer="going", guests=2, by=bo)


async def test_names_and_numbers_and_nothing_else(at_the_door: AtTheDoor, bos: Rsvp) -> None:
    await db.run("UPDATE rsvps SET guest_names = E'Lea\\nTom' WHERE id = $1", bos.id)
    (person,) = (await at_the_door.look())["people"]
    assert person == {"id": bos.public_id, "name": "Bo", "guests": 2, "guest_names": ["Lea", "Tom"]}
    page = (await at_the_door.client.get(at_the_door.address)).text
    assert "Lea, Tom" in page and "example.org" not in page


async def test_other_helpers_learn_what_is_new_with_their_next_look(
    at_the_door: AtTheDoor, bos: Rsvp, dev: Person
) -> None:
    since = (await at_the_door.look())["since"]
    assert (await at_the_door.look(since))["walk_ins"] == []
    await at_the_door.press(bos, guests=2)
    news = await at_the_door.look(since)
    assert [person["here"]["guests"] for person in news["people"]] == [2]
    assert news["counts"]["here"] == 3
    await seats.answer(at_the_door.event, dev, answer="going", by=dev)
    await at_the_door.client.post(
        at_the_door.address, data={"act": "walk-in", "name": "Zoe", "guests": "1"}, headers=JSON
    )
    news = await at_the_door.look(news["since"])
    assert "Dev" in {person["name"] for person in news["people"]}
    assert [one["name"] for one in news["walk_ins"]] == ["Zoe"] and news["counts"]["walked_in"] == 2
    await at_the_door.press(bos, "undo")
    news = await at_the_door.look(news["since"])
    assert {"id": bos.public_id, "name": "Bo", "guests": 2} in news["people"]
