"""Seats that are kept for people who come for the first time, so that regulars do not fill the room."""

import asyncio
from datetime import timedelta

import pytest
import time_machine

from events.publishing import publishing
from events.tables import SeatPool
from members.tables import Community
from rsvps import jobs
from rsvps.seating import seats
from rsvps.tables import Arrival, Rsvp
from server import clock
from server.faults import NotAllowed
from tests.gatherings import as_it_is, details_of, make_event
from tests.ground import letters_to, work_off
from tests.people import make_person


async def regular(name: str, community: Community, status: str = "going"):
    """Somebody who was at a gathering of the community last week, or answered otherwise."""
    person = await make_person(name)
    event = await make_event(community, starts_at=clock.now() - timedelta(days=7))
    when = event.starts_at - timedelta(days=1)
    await Rsvp(
        event=event.id, person=person.id, status=status, confirmed_at=when, answered_by=person.id
    ).save()
    return person


async def says(event, person, answer="going", guests=0) -> str:
    return (await seats.answer(await as_it_is(event), person, answer=answer, guests=guests, by=person)).status


async def test_regulars_wait_while_seats_are_kept_and_whoever_is_new_has_one(walkers, ana):
    event = await make_event(walkers, ana, mode="in_person", seats=3, newcomer_seats=2, guests_allowed=1)
    one, other = [await regular(name, walkers) for name in ("Rea", "Rob")]
    new = await make_person("Nele")
    assert [await says(event, one), await says(event, other)] == ["going", "waitlisted"]
    assert await says(event, new, guests=1) == "going"
    pool = (await as_it_is(event)).pool()
    assert (pool.taken, pool.newcomers) == (3, 2)
    assert await says(event, await make_person("Nils")) == "waitlisted"
    # Whoever has left gives back a kept seat, and that goes to whoever is new.
    await says(event, new, "declined")
    assert await Rsvp.exists().where(
        (Rsvp.event == event.id) & (Rsvp.status == "going") & (Rsvp.person.name == "Nils")
    )
    assert await says(event, other) == "waitlisted"


@pytest.mark.parametrize(("status", "there", "is_new"), [
    ("going", False, False), ("maybe", False, True), ("declined", False, True), ("waitlisted", False, True),
    ("maybe", True, False),
])  # fmt: skip
async def test_who_has_been_there_is_no_newcomer(walkers, ana, status, there, is_new):
    person = await make_person("Pat")
    before = await make_event(walkers, starts_at=clock.now() - timedelta(days=7))
    queued = 1 if status == "waitlisted" else None
    rsvp = Rsvp(
        event=before.id, person=person.id, status=status, confirmed_at=before.starts_at, queued=queued
    )
    await rsvp.save()
    if there:
        await Arrival(rsvp=rsvp.id).save()
    event = await make_event(walkers, ana, mode="in_person", seats=1, newcomer_seats=1)
    assert await says(event, person) == ("going" if is_new else "waitlisted")


async def test_elsewhere_or_still_to_come_does_not_count(walkers, ana, bo):
    other = Community(slug="readers", name="Readers", zone="Europe/Berlin")
    await other.save()
    elsewhere = await regular("Rea", other)
    sooner = await make_event(walkers, ana, mode="in_person", starts_at=clock.now() + timedelta(days=5))
    assert await says(sooner, elsewhere) == "going"
    event = await make_event(walkers, ana, mode="in_person", seats=1, newcomer_seats=1)
    assert await says(event, elsewhere) == "going"


async def test_at_the_hour_those_who_wait_have_them_once_and_are_told(walkers, ana):
    start = clock.now() + timedelta(days=7)
    event = await make_event(
        walkers, ana, mode="in_person", seats=2, newcomer_seats=2, newcomer_hours=48, starts_at=start
    )
    rea = await regular("Rea", walkers)
    assert await says(event, rea) == "waitlisted"
    with time_machine.travel(start - timedelta(hours=48, minutes=1), tick=False):
        await jobs.give_what_was_kept()
        assert await SeatPool.count().where((SeatPool.event == event.id) & (SeatPool.taken == 0)) == 1
    with time_machine.travel(start - timedelta(hours=48), tick=False):
        for _ in range(2):
            await jobs.give_what_was_kept()
        await work_off()
        assert (await as_it_is(event)).pool().taken == 1
        assert [each["Subject"] for each in await letters_to("rea@example.org")][-1].startswith(
            "You have a seat"
        )
        assert await says(event, await regular("Rob", walkers)) == "going"


async def test_what_is_kept_until_the_start_goes_to_those_who_wait_then(walkers, ana):
    start = clock.now() + timedelta(days=7)
    event = await make_event(
        walkers, ana, mode="in_person", seats=1, newcomer_seats=1, newcomer_hours=0, starts_at=start
    )
    assert await says(event, await regular("Rea", walkers)) == "waitlisted"
    for minutes, taken in ((-1, 0), (0, 1)):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            await jobs.give_what_was_kept()
            assert (await as_it_is(event)).pool().taken == taken


async def test_who_has_been_there_since_leaves_a_kept_seat_to_whoever_is_new(walkers, ana, signed_in):
    soon, later = clock.now() + timedelta(days=3), clock.now() + timedelta(days=10)
    rea, nele = await regular("Rea", walkers), await make_person("Nele")
    first = await make_event(walkers, ana, mode="in_person", starts_at=soon)
    second = await make_event(walkers, ana, mode="in_person", seats=3, newcomer_seats=2, starts_at=later)
    for event in (first, second):
        assert await says(event, nele) == "going"
    with time_machine.travel(soon + timedelta(minutes=1), tick=False):
        await jobs.give_what_was_kept()
        page = (await (await signed_in(rea)).get(f"/events/{second.public_id}")).text
        assert (
            "2 free seats are kept for people who come for the first time" in page
            and "Wait for a seat" in page
        )
        assert await says(second, rea) == "waitlisted"
        assert await says(second, await make_person("Nils")) == "going"


async def test_keeping_fewer_lets_the_line_move(walkers, ana):
    event = await make_event(walkers, ana, mode="in_person", seats=2, newcomer_seats=2)
    rea = await regular("Rea", walkers)
    assert await says(event, rea) == "waitlisted"
    now = await as_it_is(event)
    await publishing.edit(now, details_of(now, newcomer_seats=1), seen=now.changed_at)
    await work_off()
    assert (await as_it_is(event)).pool().taken == 1


async def test_no_more_are_kept_than_there_are(walkers, ana):
    event = await make_event(walkers, ana, mode="in_person", seats=2)
    with pytest.raises(NotAllowed) as refused:
        await publishing.edit(event, details_of(event, newcomer_seats=3), seen=event.changed_at)
    assert "newcomer_seats" in refused.value.errors


async def test_the_page_says_so_and_a_regular_who_waits_reads_why(walkers, ana, signed_in, client):
    event = await make_event(walkers, ana, mode="in_person", seats=3, newcomer_seats=3)
    rea, nele = await regular("Rea", walkers), await make_person("Nele")
    page = (await client.get(f"/events/{event.public_id}")).text
    assert "3 free seats are kept for people who come for the first time, until" in page
    # Whoever is not signed in may be new: nobody is sent to a line in which they would not have to stand.
    assert "Wait for a seat" not in page
    assert "If you come for the first time, one of the free seats is yours" in page
    assert "If you come for the first time, a seat is yours once you confirm." in page
    hers = await signed_in(rea)
    page = (await hers.get(f"/events/{event.public_id}")).text
    assert "Wait for a seat" in page
    assert "seats free</span>" not in page
    await says(event, rea)
    assert "Then they go to those who wait." in (await hers.get(f"/events/{event.public_id}")).text
    page = (await (await signed_in(nele)).get(f"/events/{event.public_id}")).text
    assert "Wait for a seat" not in page
    assert "3 free seats are kept for people who come for the first time, like you, until" in page


async def test_hosts_read_how_many_seats_are_kept_beside_those_who_wait(walkers, ana, signed_in):
    event = await make_event(walkers, ana, mode="in_person", seats=3, newcomer_seats=3)
    await says(event, await regular("Rea", walkers))
    page = (await (await signed_in(ana)).get(f"/events/{event.public_id}/people")).text
    assert "0 of 3 seats taken" in page
    assert "3 free seats are kept for people who come for the first time, until" in page


async def test_what_newcomers_have_taken_is_not_said_to_be_kept(walkers, ana, client):
    event = await make_event(walkers, ana, mode="in_person", seats=8, newcomer_seats=2)
    assert "2 free seats are kept" in (await client.get(f"/events/{event.public_id}")).text
    await says(event, await make_person("Nele"))
    assert "1 free seat is kept" in (await client.get(f"/events/{event.public_id}")).text
    await says(event, await make_person("Nils"))
    assert "for the first time" not in (await client.get(f"/events/{event.public_id}")).text


async def test_whoever_types_an_address_does_not_learn_whether_its_owner_has_answered(
    walkers, ana, bo, client
):
    event = await make_event(walkers, ana, mode="in_person", seats=2, newcomer_seats=2)
    assert await says(event, bo, "maybe") == "maybe"
    said = [await page_after_typing(client, event, email) for email in (bo.email, "nobody@example.org")]
    assert said[0] == said[1]
    assert "if you are one of them, your seat is yours; otherwise you are in line" in said[0]


async def test_whoever_types_an_address_does_not_learn_whether_its_owner_has_been_there(walkers, ana, client):
    rea, nele = await regular("Rea", walkers), await make_person("Nele")
    said = []
    for person in (rea, nele):
        event = await make_event(walkers, ana, mode="in_person", seats=5, newcomer_seats=2)
        said.append(await page_after_typing(client, event, person.email))
        client.cookies.clear()
        assert "2 free seats are kept" in (await client.get(f"/events/{event.public_id}")).text
    assert said[0] == said[1]


async def page_after_typing(client, event, email: str) -> str:
    """What a browser reads of the answer that was typed in it."""
    client.cookies.clear()
    typed = {"name": "Somebody", "email": email, "answer": "going"}
    await client.post(f"/events/{event.public_id}/rsvp", data=typed)
    page = (await client.get(f"/events/{event.public_id}")).text
    assert "Look into your mail" in page
    return page[page.index("Look into your mail") : page.index("The letter goes to")]


async def test_no_more_are_said_to_be_kept_than_are_free(walkers, ana, client):
    event = await make_event(walkers, ana, mode="in_person", seats=4, newcomer_seats=1)
    for name in ("Rea", "Rob", "Ria"):
        await says(event, await regular(name, walkers))
    now = await as_it_is(event)
    await publishing.edit(now, details_of(now, newcomer_seats=4), seen=now.changed_at)
    assert "1 free seat is kept" in (await client.get(f"/events/{event.public_id}")).text


@pytest.mark.slow
async def test_fifty_at_once_oversell_nothing_and_the_kept_seats_are_newcomers(committed, walkers, ana):
    event = await make_event(walkers, ana, mode="in_person", seats=10, newcomer_seats=4)
    regulars = [await regular(f"Regular {number}", walkers) for number in range(30)]
    new = [await make_person(f"New {number}") for number in range(20)]
    people = [one for pair in zip(regulars, new, strict=False) for one in pair] + regulars[20:]
    await asyncio.gather(*(says(event, person) for person in people))
    going = await Rsvp.select(Rsvp.person).where((Rsvp.event == event.id) & (Rsvp.status == "going"))
    ids = {row["person"] for row in going}
    assert len(ids) == 10
    assert len(ids & {person.id for person in new}) >= 4
    assert await Rsvp.count().where((Rsvp.event == event.id) & (Rsvp.status == "waitlisted")) == 40
