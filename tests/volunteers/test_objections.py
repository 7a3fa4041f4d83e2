"""Nobody who helps loses sight of their gathering by an edit."""

from datetime import timedelta

import pytest

from events.publishing import publishing
from events.tables import Event
from members.tables import Community, Person
from tests.gatherings import details_of, make_event
from volunteers import shifts
from volunteers.shifts import Needed
from volunteers.tables import Role


async def need(
    event: Event, title: str = "Door", *, places: int = 1, begins: int = -30, lasts: int = 90
) -> Role:
    """Something to do, half an hour before the start for an hour and a half unless told otherwise."""
    starts_at = event.starts_at + timedelta(minutes=begins)
    return await shifts.add(
        event, Needed(title, "Say hello.", places, starts_at, starts_at + timedelta(minutes=lasts))
    )


@pytest.fixture
def event_of(walkers: Community):  # type: ignore[no-untyped-def]
    """`event = await event_of(title="...")`: a gathering of the walkers."""

    async def make(**given) -> Event:  # type: ignore[no-untyped-def]
        return await make_event(walkers, **given)

    return make


async def test_nothing_is_narrowed_over_the_heads_of_who_helps(event_of, cleo: Person) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    await shifts.sign_up(await need(event), cleo, event)
    with pytest.raises(publishing.StandsAgainst) as refused:
        await publishing.edit(event, details_of(event, visibility="members"), seen=event.changed_at)
    assert refused.value.field == "visibility" and "Some who help" in str(refused.value.sentence)
