"""What somebody takes on with an answer by letter."""

from events.tables import Event
from members.tables import Community, Person
from rsvps.letters import along
from rsvps.letters.along import Along
from tests.gatherings import make_event


async def test_each_source_is_asked_for_what_it_knows(walkers: Community, bo: Person) -> None:
    async def told(_event: Event, person: Person, name: str) -> str:
        return f"A cake by {person.name}" if name == "cake" else ""

    event, before = await make_event(walkers), list(along.sources)
    along.sources[:] = [*before, Along(told, told)]
    try:
        assert await along.told(event, bo, "cake") == "A cake by Bo"
        assert "A cake by Bo" in str(await along.take(event, bo, "cake"))
    finally:
        along.sources[:] = before


async def test_nothing_is_taken_on_where_nothing_was_named(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    assert await along.told(event, bo, "") == "" and await along.take(event, bo, "") == ""
    assert await along.told(event, bo, "222222222222") == ""
