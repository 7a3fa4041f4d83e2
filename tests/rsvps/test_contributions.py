"""What answers mean elsewhere: who may see what, calendars, agendas, and the cost of the event page."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine

from events import access
from events import queries as events_queries
from events.calendars import feeds
from events.view import Relation
from members.tables import Community, Person
from rsvps import contributions, jobs
from rsvps.attending import by_letter
from rsvps.hosting import invitations
from rsvps.seating import seats
from rsvps.status import queries
from rsvps.status.access import view_of
from server import clock, db
from tests.counting import counted
from tests.gatherings import make_event
from tests.people import As
from tests.rsvps.gatherings import answer_of


async def relation(event: Any, person: Person) -> Relation:
    return (await events_queries.parts_in(person, [event.id]))[event.id].relation


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("going", Relation.IN_THE_ROOM),
        ("maybe", Relation.INVITED),
        ("declined", Relation.STRANGER),
        (None, Relation.STRANGER),
    ],
)
async def test_an_answer_makes_one_something_to_the_event(
    walkers: Community, bo: Person, answer: Any, expected: Relation
) -> None:
    event = await make_event(walkers)
    if answer:
        await seats.answer(event, bo, answer=answer, by=bo)
    assert await relation(event, bo) == expected
    view = await access.view(bo, await access.visible_event(bo, event.public_id))
    assert view.shows_address == (answer == "going") and not view.shows_join_link


async def test_waiting_is_not_coming(walkers: Community, ana: Person, bo: Person) -> None:
    event = await make_event(walkers, seats=1)
    for person in (ana, bo):
        await seats.answer(event, person, answer="going", by=person)
    assert await relation(event, bo) == Relation.INVITED


async def test_an_invitation_lets_one_in_and_a_typed_address_does_not(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    event = await make_event(walkers)
    await invitations.invite(event, [bo], by=ana)
    await by_letter.ask(event, name="x", email=cleo.email, answer="going", guests=0)
    assert [await relation(event, bo), await relation(event, cleo)] == [Relation.INVITED, Relation.STRANGER]
    await seats.answer(event, bo, answer="declined", by=bo)
    assert await relation(event, bo) == Relation.INVITED


async def test_all_that_is_not_over(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo)
    assert await contributions.relations(bo) == {event.id: Relation.IN_THE_ROOM}
    await db.run("UPDATE events SET starts_at = $1 WHERE id = $2", clock.now() - timedelta(days=2), event.id)
    assert await contributions.relations(bo) == {}


async def test_the_calendar_holds_going_as_sure_and_maybe_as_tentative(
    walkers: Community, ana: Person, bo: Person
) -> None:
    one, two, three, four = [await make_event(walkers, title=f"Walk {n}", seats=1) for n in range(4)]
    await seats.answer(one, bo, answer="going", by=bo)
    await seats.answer(two, bo, answer="maybe", by=bo)
    await seats.answer(three, ana, answer="going", by=ana)
    await seats.answer(three, bo, answer="going", by=bo)
    await seats.answer(four, bo, answer="going", by=bo)
    await db.run("UPDATE events SET status = 'cancelled' WHERE id = $1", four.id)
    entries = {entry.summary: entry for entry in await feeds.entries(bo)}
    assert {name: entry.status for name, entry in entries.items()} == {
        "Walk 0": "CONFIRMED",
        "Walk 1": "TENTATIVE",
        "Walk 3": "CANCELLED",
    }
    assert not entries["Walk 0"].join_url and "Mill Lane" in entries["Walk 0"].location
    assert not entries["Walk 1"].join_url and "Mill Lane" not in entries["Walk 1"].location


async def test_what_an_answer_changes_in_the_calendar_is_dated(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, mode="hybrid")
    dates, said = [], []
    steps: list[tuple[Any, bool]] = [("maybe", False), ("going", False), ("going", True), ("going", True)]
    for hours, (answer, online) in enumerate(steps):
        with time_machine.travel(clock.now() + timedelta(hours=hours), tick=False):
            await seats.answer(event, bo, answer=answer, online=online, by=bo)
            (entry,) = await feeds.entries(bo)
        dates.append(entry.changed_at)
        said.append((entry.status, entry.location, entry.join_url))
    assert len({*said[:3]}) == 3 and said[2] == said[3]
    assert event.calendar_changed_at == dates[0] < dates[1] < dates[2] == dates[3]


async def test_the_agenda_says_what_one_is_to_each(walkers: Community, ana: Person, bo: Person) -> None:
    one, two, three, four = [
        await make_event(walkers, title=f"Walk {n}", seats=3, guests_allowed=2) for n in range(4)
    ]
    await seats.answer(one, bo, answer="going", guests=2, by=bo)
    await seats.answer(two, bo, answer="maybe", by=bo)
    await seats.answer(three, ana, answer="going", guests=2, by=ana)
    await seats.answer(three, bo, answer="going", by=bo)
    await invitations.invite(four, [bo], by=ana)
    found = {item.title: item.note for item in await contributions.agenda(bo, clock.now())}
    assert found == {
        "Walk 0": "Going with 2 guests",
        "Walk 1": "Maybe",
        "Walk 2": "Number 1 in line",
        "Walk 3": "Invited",
    }


async def test_an_offered_seat_stands_first_and_is_taken_by_one_press(
    walkers: Community, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, title="A walk", mode="in_person", seats=1)
    for person in (bo, dev):
        await seats.answer(event, person, answer="going", by=person)
    with time_machine.travel(event.starts_at - timedelta(hours=5), tick=False):
        await seats.answer(event, bo, answer="declined", by=bo)
        browser = await signed_in(dev)
        page = (await browser.get("/")).text
        assert "One thing waits for your answer." in page and "A seat is kept for you until" in page
        asked = page[page.index("Waiting for your answer") :]
        key = re.search(r'name="form" value="(\w+)"', asked)
        assert key and "Take the seat" in asked
        here = f"/events/{event.public_id}/rsvp"
        assert f'action="{here}"' in asked
        await browser.post(here, data={"answer": "going", "guests": "0", "form": key[1]})
        rsvp = await answer_of(event, dev)
        assert rsvp and rsvp.status == "going"
        assert "for your answer" not in (await browser.get("/")).text


async def test_an_invitation_is_asked_until_it_is_answered_or_nobody_can_say_yes(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, title="A walk", answers_close_at=clock.now() + timedelta(days=2))
    await invitations.invite(event, [bo, dev], by=ana)
    bos, devs = await signed_in(bo), await signed_in(dev)
    assert "You are invited: " in (await bos.get("/")).text
    await seats.answer(event, bo, answer="declined", by=bo)
    assert "for your answer" not in (await bos.get("/")).text
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert "for your answer" not in (await devs.get("/")).text


async def test_hosts_read_on_their_agenda_that_people_ask_to_come(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, title="Supper", approval=True)
    for person in (bo, dev):
        await seats.answer(event, person, answer="going", by=person)
    page = (await (await signed_in(ana)).get("/")).text
    assert "2 people ask to come" in page and 'href="/organising"' in page
    assert "for your answer" not in (await (await signed_in(bo)).get("/")).text


async def test_the_event_page_asks_at_most_eight_queries(
    walkers: Community, ana: Person, bo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=1, guests_allowed=1)
    for person in (ana, bo):
        await seats.answer(event, person, answer="going", by=person)
    for browser in (await signed_in(bo), await signed_in(ana), client):
        await browser.get(f"/events/{event.public_id}")
        async with counted() as asked:
            assert (await browser.get(f"/events/{event.public_id}")).status_code == 200
        assert len(asked) <= 8, asked


async def test_an_answer_takes_few_statements(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, seats=1)
    async with counted() as asked:
        await seats.answer(event, bo, answer="going", by=bo)
    assert len(asked) <= 7, asked


async def test_who_asks_and_who_is_offered_a_seat_see_no_private_detail(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, ana, seats=1, approval=True)
    await seats.answer(event, bo, answer="going", by=bo)
    await db.run("UPDATE answer_policies SET approval = false WHERE event = $1", event.id)
    for person in (ana, dev):
        await seats.answer(event, person, answer="going", by=person)
    with time_machine.travel(event.starts_at - timedelta(hours=5), tick=False):
        await seats.answer(event, ana, answer="declined", by=ana)
        for person, status in ((bo, "requested"), (dev, "offered")):
            rsvp = await answer_of(event, person)
            found = await queries.answered(rsvp.id) if rsvp else None
            assert found and found.rsvp.status == status
            assert await relation(event, person) == Relation.INVITED
            for view in (
                await view_of(found),
                await access.view(person, await access.visible_event(person, event.public_id)),
            ):
                assert (view.shows_address, view.shows_join_link) == (False, False)
        for person, begins in ((bo, "Asked to come"), (dev, "A seat is kept for you until ")):
            (item,) = await contributions.agenda(person, clock.now())
            assert str(item.note).startswith(begins)
            assert await contributions.calendar(person, clock.now(), event.over_at) == []
    with time_machine.travel(event.starts_at - timedelta(hours=1), tick=False):
        await jobs.lapse_offers()
        (item,) = await contributions.agenda(dev, clock.now())
        assert item.note == "The seat went to somebody else"
