"""Coming without an answer, and saying who one is: by a poster, on a helper's phone, and by the link in a letter."""

import re
from datetime import timedelta
from typing import NamedTuple

import httpx
import pytest_asyncio
import time_machine

from events.hosting import keeping_out
from events.publishing import publishing
from events.tables import Event
from followups.hosts import queries as followups
from followups.survey import asking
from members.account import erasing
from members.blocking import blocks
from members.communities.keeping_out import Whom
from members.tables import Community, Person
from rsvps.attending import walking_in
from rsvps.door import arrivals, doors, queries
from rsvps.hosting import queries as hosting
from rsvps.letters import links
from rsvps.letters import queries as letters
from rsvps.seating import seats
from rsvps.tables import Arrival, Door, WalkIn
from server import clock, db
from tests.gatherings import in_days, make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As, make_person
from tests.rsvps.door.phone import JSON
from tests.rsvps.gatherings import answer_of, taken

NINA = {"name": "Nina", "email": "Nina@example.org"}


class Poster(NamedTuple):
    """A poster that hangs at a gathering, and where its code leads."""

    event: Event
    door: Door
    address: str


@pytest_asyncio.fixture(loop_scope="session")
async def poster(walkers: Community, ana: Person) -> Poster:
    event = await make_event(walkers, ana, seats=2, starts_at=in_days(1), mode="in_person")
    door = await doors.put_up_poster(event, by=ana)
    return Poster(event, door, f"/here/{doors.on_poster(door.public_id)}")


def at_the_start(poster: Poster, **later: int) -> time_machine.travel:
    return time_machine.travel(poster.event.starts_at + timedelta(**later), tick=False)


async def link_for(email: str) -> str:
    """The newest letter's link by which somebody confirms."""
    await work_off()
    found = re.search(r"/came/[^\s/]+", text_of((await letters_to(email))[-1]))
    assert found
    return found[0]


async def test_nina_scans_confirms_and_belongs_to_the_morning_after(
    poster: Poster, client: httpx.AsyncClient, ana: Person, signed_in: As
) -> None:
    host, event = await signed_in(ana), f"/events/{poster.event.public_id}"
    with at_the_start(poster, minutes=4):
        assert "What happens with your address" in (await client.get(poster.address)).text
        said = await client.post(poster.address, data={**NINA, "guests": "1"})
        assert said.status_code == 303
        assert "Look into your mail" in (await client.get(said.headers["location"])).text
        link = await link_for("nina@example.org")
        assert await Arrival.count() == 0 and "Nina" not in (await host.get(f"{event}/people")).text
    with at_the_start(poster, minutes=50):
        assert "Were you there?" in (await client.get(link)).text and await Arrival.count() == 0
        for _ in range(2):
            assert (await client.post(link)).status_code == 303
        assert "You were there" in (await client.get(link)).text
        there = await Arrival.objects().first()
        assert (
            there and there.arrived_at == poster.event.starts_at + timedelta(minutes=4) and there.guests == 1
        )
        page = (await host.get(f"{event}/people")).text
        assert "Nina" in page and "Came without an answer" in page and "nina@example.org" not in page
        assert "2 came, guests included: 0 of those who had answered, and 2 without an answer." in page
        assert "Nina" in (await host.get(f"{event}/people?status=walked_in")).text
        assert "Nina" not in (await host.get(f"{event}/people?status=invited")).text
        assert "Came without an answer" in (await host.get(f"{event}/people.csv")).text
        assert "Came at 18:34, without an answer" in (await host.get(f"{event}/arrivals")).text
        assert await taken(poster.event) == 0
    morning = poster.event.over_at + timedelta(days=1)
    with time_machine.travel(morning.replace(hour=10), tick=False):
        await asking.open_due()
        await work_off()
        letter = (await letters_to("nina@example.org"))[-1]
        assert letter["Subject"] == f"How was {poster.event.title}?" and "You came to this" in text_of(letter)
        page = re.search(r"/followups/\S+", text_of(letter))
        assert page and (await client.get(page[0])).status_code == 200


async def test_who_confirms_only_the_next_day_is_asked_then(
    poster: Poster, client: httpx.AsyncClient
) -> None:
    with at_the_start(poster):
        await client.post(poster.address, data=NINA)
        link = await link_for("nina@example.org")
    morning = poster.event.over_at + timedelta(days=1)
    with time_machine.travel(morning.replace(hour=10), tick=False):
        await asking.open_due()
        await client.post(link)
        await work_off()
        assert (await letters_to("nina@example.org"))[-1]["Subject"].startswith("How was")
        await client.post(link)
        await work_off()
        assert len(await letters_to("nina@example.org")) == 2


async def test_bo_had_answered_and_is_checked_in_as_himself_and_once(
    poster: Poster, client: httpx.AsyncClient, bo: Person
) -> None:
    rsvp = await seats.answer(poster.event, bo, answer="going", by=bo)
    with at_the_start(poster):
        for _ in range(2):
            await client.post(poster.address, data={"name": "Somebody", "email": "bo@example.org"})
        link = await link_for("bo@example.org")
        await client.post(link)
        there = await Arrival.objects()
        assert [each.rsvp for each in there] == [rsvp.id]
        counts = await queries.counts_at_door(poster.event.id)
        assert (counts.here, counts.walked_in) == (1, 0) and await WalkIn.count() == 1
    assert (await Person.objects().get(Person.id == bo.id)).name == "Bo"  # type: ignore[union-attr]


async def test_nobody_writes_to_nina_but_the_morning_after(
    poster: Poster, client: httpx.AsyncClient, ana: Person
) -> None:
    with at_the_start(poster):
        await client.post(poster.address, data=NINA)
        await client.post(await link_for("nina@example.org"))
        assert await Arrival.count() == 1
        assert await hosting.receivers(poster.event, ["invited"], by=ana) == []
        assert await letters.silent(poster.event.id) == {}


async def test_whoever_is_signed_in_is_noted_with_one_press_and_twice_is_once(
    poster: Poster, bo: Person, signed_in: As, ana: Person
) -> None:
    browser = await signed_in(bo)
    with at_the_start(poster):
        page = (await browser.get(poster.address)).text
        assert "Bo" in page and 'name="email"' not in page and await WalkIn.count() == 0
        for _ in range(2):
            said = await browser.post(poster.address, data={"guests": "1"})
            assert "Have a good time" in (await browser.get(said.headers["location"])).text
        assert await Arrival.count() == 1 and await letters_to("bo@example.org") == []
        (one,) = await queries.walk_ins(poster.event.id, seen_by=None)
        assert (one.name, one.guests) == ("Bo", 1)
        await blocks.block(ana, bo)
        assert await queries.walk_ins(poster.event.id, seen_by=ana) == []
        assert "Bo" not in [each.name for each in (await followups.came(poster.event, seen_by=ana)).rows]


async def test_on_a_helpers_phone_somebody_leaves_their_address_and_nobody_sees_it(
    poster: Poster, client: httpx.AsyncClient, ana: Person
) -> None:
    with at_the_start(poster):
        _, secret = await doors.open_door(poster.event, name="Front door", by=ana)
        door = f"/door/{secret}"
        await client.post(
            door, data={"act": "walk-in", "name": "Nina", "guests": "2", "key": "a-key-of-a-walk-in"}
        )
        assert "Leave an address" in (await client.get(door)).text
        address = f"{door}/walk-ins/a-key-of-a-walk-in/address"
        assert 'value="Nina"' in (await client.get(address)).text
        assert (await client.post(address, data={**NINA, "email": "nina"})).status_code == 422
        said = await client.post(address, data=NINA)
        thanks = (await client.get(said.headers["location"])).text
        assert "Please hand the phone back" in thanks and "nina@" not in thanks.lower()
        link = await link_for("nina@example.org")
    with at_the_start(poster, hours=1):
        for page in ((await client.get(door)).text, (await client.get(door, headers=JSON)).text):
            assert (
                "Nina" in page
                and "nina@" not in page.lower()
                and "Leave an address" not in page.split("<template")[0]
            )
        await client.post(link)
        there = await Arrival.objects().first()
        assert there and there.guests == 2 and there.arrived_at == poster.event.starts_at
        counts = await queries.counts_at_door(poster.event.id)
        assert (counts.here, counts.walked_in) == (0, 3)
        assert (await client.get(address)).status_code == 404
        await client.post(door, data={"act": "walk-in-removal", "key": "a-key-of-a-walk-in"})
        assert await Arrival.count() == 0


async def test_the_code_works_from_two_hours_before_until_six_after_and_can_be_taken_back(
    poster: Poster, client: httpx.AsyncClient, ana: Person, signed_in: As
) -> None:
    early = await client.get(poster.address)
    assert (
        early.status_code == 200 and "This code works from" in early.text and 'name="email"' not in early.text
    )
    assert (await client.post(poster.address, data=NINA)).status_code == 409
    secret = poster.address.rpartition("/")[2]
    with at_the_start(poster, hours=-2):
        assert 'name="email"' in (await client.get(poster.address)).text
        assert (await client.get(f"/door/{secret}")).status_code == 404  # It opens no door.
    with time_machine.travel(poster.event.over_at + timedelta(hours=6), tick=False):
        assert (await client.get(poster.address)).status_code == 410
    host, address = await signed_in(ana), f"/events/{poster.event.public_id}/doors"
    page = (await host.get(f"{address}/poster")).text
    assert poster.event.title in page and "The old mill" in page and "<svg" in page
    assert (await host.post(f"{address}/poster")).status_code == 303 and await Door.count() == 1
    await host.post(f"{address}/{poster.door.public_id}/removal")
    with at_the_start(poster):
        assert (await client.get(poster.address)).status_code == 410
    assert (await host.get(f"{address}/poster")).status_code == 404
    await host.post(f"{address}/poster")
    assert await Door.count() == 2


async def test_a_poster_ends_with_a_gathering_that_is_cancelled(
    poster: Poster, client: httpx.AsyncClient
) -> None:
    await publishing.cancel(poster.event, reason="A storm.")
    with at_the_start(poster):
        assert (await client.get(poster.address)).status_code == 410


async def test_who_is_kept_out_is_not_admitted_and_it_looks_the_same(
    poster: Poster, client: httpx.AsyncClient, ana: Person, bo: Person, signed_in: As
) -> None:
    cy = await make_person("Cy")
    for person in (bo, cy):
        await keeping_out.keep_out(poster.event, Whom.named(person), by=ana, note="No.", until=None)
    browser = await signed_in(bo)
    with at_the_start(poster):
        said = await browser.post(poster.address, data={"guests": "0"})
        assert "Have a good time" in (await browser.get(said.headers["location"])).text
        typed = await client.post(poster.address, data={"name": "Cy", "email": "cy@example.org"})
        assert "Look into your mail" in (await client.get(typed.headers["location"])).text
        await work_off()
    assert await WalkIn.count() == 0 and await Arrival.count() == 0
    assert [
        each["Subject"] for each in await letters_to("cy@example.org") if "Were you" in each["Subject"]
    ] == []


async def test_no_address_gets_more_than_three_letters_a_day_and_none_that_wants_none(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    posters = []
    for _ in range(5):
        event = await make_event(walkers, ana, starts_at=in_days(1))
        door = await doors.put_up_poster(event, by=ana)
        posters.append(Poster(event, door, f"/here/{doors.on_poster(door.public_id)}"))
    with at_the_start(posters[0]):
        for each in posters[:4]:
            assert (await client.post(each.address, data=NINA)).status_code == 303
        link = await link_for("nina@example.org")
        assert len(await letters_to("nina@example.org")) == 3
        assert "It was not you?" in (await client.get(f"{link}/refusal")).text
        assert (await client.post(f"{link}/refusal")).status_code == 200
        assert (await client.get(link)).status_code == 410
    with at_the_start(posters[0], hours=1):
        await client.post(posters[4].address, data=NINA)
        await work_off()
    assert len(await letters_to("nina@example.org")) == 3


async def test_what_nobody_confirms_is_gone_after_seven_days(
    poster: Poster, client: httpx.AsyncClient
) -> None:
    with at_the_start(poster):
        await client.post(poster.address, data=NINA)
        link = await link_for("nina@example.org")
    for late, left in ((timedelta(days=6, hours=23), 1), (timedelta(days=7, minutes=1), 0)):
        with time_machine.travel(poster.event.starts_at + late, tick=False):
            await walking_in.forget_unconfirmed(clock.now() - links.KEPT)
            assert await db.value("SELECT count(*) FROM people WHERE email = 'nina@example.org'") == left
    with time_machine.travel(poster.event.starts_at + timedelta(days=8), tick=False):
        assert (await client.post(link)).status_code == 410


async def test_a_link_is_for_its_own_address_alone(
    poster: Poster, client: httpx.AsyncClient, ana: Person
) -> None:
    with at_the_start(poster):
        door, _ = await doors.open_door(poster.event, name="Front door", by=ana)
        await arrivals.walk_in(door, "Nina", key="a-key-of-a-walk-in")
        walk_in = await WalkIn.objects().first()
        found = []
        for email in ("first@example.org", "second@example.org"):
            await walking_in.leave_address(door, poster.event, name="Nina", email=email, walk_in=walk_in)
            found.append(await link_for(email))
        assert [(await client.post(link)).status_code for link in found] == [410, 303]


async def test_for_members_only_nobody_else_is_written_to(
    walkers: Community, ana: Person, bo: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana, visibility="members", starts_at=in_days(1))
    door = await doors.put_up_poster(event, by=ana)
    address = f"/here/{doors.on_poster(door.public_id)}"
    with time_machine.travel(event.starts_at, tick=False):
        assert "use the address you are a member with" in (await client.get(address)).text
        for email in ("nina@example.org", "bo@example.org"):
            assert (await client.post(address, data={"name": "N", "email": email})).status_code == 303
        await client.post(await link_for("bo@example.org"))
        assert await letters_to("nina@example.org") == []
    assert (await answer_of(event, bo)) is not None and await Arrival.count() == 1


async def test_an_account_that_is_erased_leaves_no_name_at_the_door(
    poster: Poster, bo: Person, signed_in: As
) -> None:
    browser = await signed_in(bo)
    with at_the_start(poster):
        await browser.post(poster.address, data={"guests": "0"})
        await erasing.erase(bo, email=bo.email)
    assert await db.value("SELECT count(*) FROM walk_ins WHERE name <> ''") == 0


async def test_the_letters_of_who_was_there_are_in_the_language_in_which_they_said_so(
    poster: Poster, client: httpx.AsyncClient
) -> None:
    with at_the_start(poster, minutes=4):
        await client.post(poster.address, data=NINA)
        link = await link_for("nina@example.org")
        await client.post(link, headers={"Accept-Language": "de"})
    nina = await Person.objects().get(Person.email == "nina@example.org")
    assert nina and nina.language == "de"
