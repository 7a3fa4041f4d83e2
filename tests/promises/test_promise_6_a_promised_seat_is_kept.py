"""Promise 6: a seat that was promised is kept, whoever else comes and whatever the host changes."""

import asyncio
from datetime import timedelta

import httpx
import pytest
import time_machine

from events.publishing import publishing
from events.tables import Event
from members import contributions
from members.tables import Community, Person
from rsvps import jobs
from rsvps.seating import seats
from rsvps.seating.rules import Answer
from server import clock, db
from server.db import transaction
from tests.gatherings import as_it_is, details_of, make_event
from tests.ground import letters_to, work_off
from tests.people import As, make_person
from tests.rsvps.attending.test_answering import ask, link_in
from tests.rsvps.gatherings import answer_of, line, make_people, statuses, taken


async def edit(event: Event, **values: int | None) -> None:
    """As the organiser's form does it."""
    current = await as_it_is(event)
    await publishing.edit(current, details_of(current, **values), seen=current.changed_at)
    await work_off()


async def test_what_the_page_said_is_what_is_remembered(committed: str, app) -> None:  # type: ignore[no-untyped-def]
    walkers = Community(slug="walkers", name="Sunday Walkers")
    await walkers.save()
    event = await make_event(walkers, seats=10)
    people = await make_people(40)
    said = await asyncio.gather(
        *(seats.answer(event, person, answer="going", by=person) for person in people)
    )
    for rsvp, person in zip(said, people, strict=True):
        kept = await answer_of(event, person)
        assert kept and (kept.status, kept.queued) == (rsvp.status, rsvp.queued)
    assert await statuses(event) == {"going": 10, "waitlisted": 30}


async def test_nobody_is_thrown_out_when_there_are_fewer_seats(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, seats=10)
    people = await make_people(12)
    await seats.decide_together(event.id, [Answer(person.id, "going", by=person.id) for person in people])
    await edit(event, seats=4)
    assert await statuses(event) == {"going": 10, "waitlisted": 2}
    assert (await seats.answer(event, people[0], answer="going", by=people[0])).status == "going"


async def test_seats_that_were_taken_away_are_not_promised_to_others(walkers: Community) -> None:
    event = await make_event(walkers, seats=10)
    people = await make_people(12)
    await seats.decide_together(event.id, [Answer(person.id, "going", by=person.id) for person in people])
    await edit(event, seats=4)
    for person in people[:6]:
        await seats.withdraw(event, person, by=person)
    assert await statuses(event) == {"going": 4, "waitlisted": 2, "withdrawn": 6}
    await seats.withdraw(event, people[6], by=people[6])
    assert await line(event) == [people[11].id]


async def test_guests_who_were_allowed_may_come(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, seats=10, guests_allowed=3)
    await seats.answer(event, bo, answer="going", guests=3, by=bo)
    await edit(event, guests_allowed=0)
    assert await taken(event) == 4
    assert (await seats.answer(event, bo, answer="going", guests=3, by=bo)).guests == 3
    assert (await seats.answer(event, bo, answer="going", guests=2, by=bo)).guests == 2


async def test_a_seat_held_for_a_letter_is_held_for_half_an_hour(
    walkers: Community, bo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=1)
    await ask(client, event)
    link = await link_in("new@example.org")
    browser = await signed_in(bo)
    with time_machine.travel(clock.now() + timedelta(minutes=29), tick=False):
        await jobs.lapse_offers()
        await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going"})
        assert (await answer_of(event, bo)).status == "waitlisted"  # type: ignore[union-attr]
        await client.post(link, data={"answer": "going"})
    assert await statuses(event) == {"going": 1, "waitlisted": 1}


async def test_who_asks_for_more_than_there_is_keeps_what_they_have(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=2, guests_allowed=3)
    browser = await signed_in(bo)
    address = f"/events/{event.public_id}/rsvp"
    await browser.post(address, data={"answer": "going"})
    answer = await browser.post(address, data={"answer": "going", "guests": 3})
    assert answer.status_code == 409 and "Your own answer stands as it was." in answer.text
    assert await statuses(event) == {"going": 1}


async def test_a_seat_that_comes_free_goes_to_whom_it_was_promised_first(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, seats=1)
    late = await make_person("Late")
    for person in (ana, bo, late):
        await seats.answer(event, person, answer="going", by=person)
    await seats.withdraw(event, ana, by=ana)
    back = await seats.answer(event, ana, answer="going", by=ana)
    assert back.status == "waitlisted"
    assert (await answer_of(event, bo)).status == "going"  # type: ignore[union-attr]
    assert await line(event) == [late.id, ana.id]
    assert any("You have a seat" in letter["Subject"] for letter in await letters_to(bo.email))


async def test_a_seat_that_was_not_committed_was_never_said(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, seats=1)
    with pytest.raises(RuntimeError):
        async with transaction():
            await seats.answer(event, bo, answer="going", by=bo)
            raise RuntimeError("the machine stops here")
    assert await answer_of(event, bo) is None
    assert await taken(event) == 0
    assert await db.value("SELECT count(*) FROM due_work") == 0


async def test_erasing_an_account_passes_its_seat_on(walkers: Community, ana: Person, bo: Person) -> None:
    event = await make_event(walkers, seats=1)
    for person in (bo, ana):
        await seats.answer(event, person, answer="going", by=person)
    async with transaction():
        for farewell in contributions.farewells:
            await farewell(bo)
        await Person.delete().where(Person.id == bo.id)
    assert (await answer_of(event, ana)).status == "going"  # type: ignore[union-attr]
    assert await taken(event) == 1
