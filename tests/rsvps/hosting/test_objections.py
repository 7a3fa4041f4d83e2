"""What answers have to say when a gathering shall become another."""

import pytest

from events.publishing import publishing
from events.publishing.publishing import StandsAgainst
from events.tables import Event
from members.tables import Community, Person
from rsvps.hosting import hosts
from rsvps.seating import seats
from tests.gatherings import details_of, make_event
from tests.ground import work_off
from tests.people import As
from tests.rsvps.gatherings import answer_of


async def say(event: Event, *people: Person) -> None:
    for person in people:
        await seats.answer(event, person, answer="going", by=person)
    await work_off()


async def test_nothing_is_narrowed_over_the_heads_of_who_comes(
    walkers: Community, ana: Person, bo: Person, cleo: Person, signed_in: As
) -> None:
    """Cleo, no member, could neither see her seat nor give it back."""
    event = await make_event(walkers, ana)
    await say(event, bo, cleo)
    with pytest.raises(StandsAgainst) as refused:
        await publishing.edit(event, details_of(event, visibility="members"), seen=event.changed_at)
    assert refused.value.field == "visibility" and "are not members" in str(refused.value.sentence)
    await publishing.edit(event, details_of(event, visibility="invited"), seen=event.changed_at)
    assert (await (await signed_in(cleo)).get(f"/events/{event.public_id}")).status_code == 200
    await event.refresh()
    await hosts.take_off(await answer_of(event, cleo), by=ana)  # type: ignore[arg-type]
    await publishing.edit(event, details_of(event, visibility="members"), seen=event.changed_at)
    assert (await (await signed_in(bo)).get(f"/events/{event.public_id}")).status_code == 200
