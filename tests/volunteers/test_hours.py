"""Shifts move with their gathering."""

from datetime import timedelta

import pytest

from events.tables import Event
from members.tables import Community, Person
from server import db
from tests.gatherings import make_event
from tests.people import As
from volunteers import queries, shifts
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


async def test_a_shift_moves_with_its_event(signed_in: As, event_of) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    await need(event)
    later = event.starts_at + timedelta(days=1, hours=2)
    await db.run("UPDATE events SET starts_at = $2 WHERE id = $1", event.id, later)
    moved = await Event.objects().get(Event.id == event.id)
    assert moved
    (shift,) = await queries.shifts_of(moved, None)
    assert shift.starts_at == later - timedelta(minutes=30)


@pytest.mark.parametrize(
    ("date", "begins"), [("9999-12-31", "23:59"), ("0001-01-01", "00:00"), ("2100-01-01", "18:00")]
)
async def test_a_shift_at_the_end_of_the_calendar_is_too_far_from_its_gathering(
    signed_in: As,
    ana: Person,
    event_of,  # type: ignore[no-untyped-def]
    date: str,
    begins: str,
) -> None:
    event = await event_of()
    hours = {"title": "Door", "date": date, "begins": begins, "ends": "00:00"}
    answer = await (await signed_in(ana)).post(f"/events/{event.public_id}/volunteers", data=hours)
    assert answer.status_code == 422 and "two weeks" in answer.text
