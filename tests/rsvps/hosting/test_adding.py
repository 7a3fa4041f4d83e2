"""Hosts put people on the list, and back on it."""

import html
import re

import pytest
import pytest_asyncio

from events.tables import Event
from members.blocking import blocks
from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.hosting.adding import NobodyToAdd
from rsvps.seating import seats
from rsvps.tables import Rsvp
from tests.gatherings import make_event
from tests.ground import letters_to, text_of
from tests.people import As
from tests.rsvps.gatherings import answer_of, statuses


@pytest_asyncio.fixture(loop_scope="session")
async def supper(walkers: Community) -> Event:
    """A gathering at which hosts accept everybody, with two seats."""
    return await make_event(
        walkers, title="Supper", mode="in_person", seats=2, guests_allowed=2, approval=True
    )


async def now(event: Event, person: Person) -> str:
    """What somebody's answer is."""
    found = await answer_of(event, person)
    return str(found.status) if found else ""


# Adding people


async def test_ana_puts_a_member_and_an_address_on_the_list(
    walkers: Community, supper: Event, ana: Person, bo: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    address = f"/events/{supper.public_id}/people/new"
    assert "Bo" in (await browser.get(address)).text
    for _ in range(2):
        answer = await browser.post(address, data={"person": bo.public_id, "guests": "1"})
        assert answer.status_code == 303
    page = (await browser.get(f"/events/{supper.public_id}/people")).text
    assert "Bo is on the list, and is told by letter." in page
    answer = await browser.post(address, data={"name": "Eve Adler", "email": "EVE@example.org"})
    assert answer.status_code == 303
    assert "Eve Adler is in line" in (await browser.get(f"/events/{supper.public_id}/people")).text
    assert await statuses(supper) == {"going": 1, "waitlisted": 1}
    assert len(await letters_to(bo.email)) == 1 and len(await letters_to("eve@example.org")) == 1


async def test_a_name_may_come_with_the_address(supper: Event, ana: Person, signed_in: As) -> None:
    browser, address = await signed_in(ana), f"/events/{supper.public_id}/people/new"
    for typed in ('"Adler, Eve" <EVE@example.org>', "mailto:eve@example.org"):
        assert (await browser.post(address, data={"email": typed})).status_code == 303
    assert "Eve Adler" in (await browser.get(f"/events/{supper.public_id}/people")).text
    assert await statuses(supper) == {"going": 1}


@pytest.mark.parametrize(
    ("data", "sentence", "field"),
    [
        ({}, "Please choose a member", "f-email"),
        ({"name": "Eve"}, "Please choose a member", "f-email"),
        ({"email": "eve"}, "does not look like", "f-email"),
        ({"email": "eve@example.org", "guests": "21"}, "largest possible is 20", "f-guests"),
        ({"email": "eve@example.org", "guests": "many"}, "whole number", "f-guests"),
        ({"person": "nobody"}, "Please choose a member", "f-person"),
    ],
)
async def test_what_is_wrong_is_said_beside_the_field(
    supper: Event, ana: Person, signed_in: As, data: dict[str, str], sentence: str, field: str
) -> None:
    browser = await signed_in(ana)
    answer = await browser.post(f"/events/{supper.public_id}/people/new", data=data)
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error">.*{sentence}', answer.text, re.S)
    assert all(value in answer.text for value in data.values() if value != "nobody")
    assert await Rsvp.count() == 0 and await Person.count() == 3


async def test_who_wants_no_letters_is_not_put_on_the_list(
    supper: Event, walkers: Community, ana: Person, signed_in: As
) -> None:
    other = await make_event(walkers)
    await by_letter.ask(other, name="Eve", email="eve@example.org", answer="going", guests=0)
    link = re.search(r"/rsvp/([^/\s]+)", text_of((await letters_to("eve@example.org"))[0]))
    assert link
    await by_letter.never_again(link[1])
    answer = await (await signed_in(ana)).post(
        f"/events/{supper.public_id}/people/new", data={"email": "eve@example.org"}
    )
    assert answer.status_code == 422 and "We cannot write to this address" in answer.text
    assert await Rsvp.count() == 0


async def test_who_has_said_no_is_asked_and_not_added(
    supper: Event, ana: Person, bo: Person, signed_in: As
) -> None:
    await seats.answer(supper, bo, answer="declined", by=bo)
    answer = await (await signed_in(ana)).post(
        f"/events/{supper.public_id}/people/new", data={"email": bo.email}
    )
    assert answer.status_code in {409, 422} and "They have answered themselves" in answer.text
    assert await now(supper, bo) == "declined"


async def test_a_block_looks_like_an_address_that_cannot_be_reached(
    supper: Event, ana: Person, bo: Person, signed_in: As
) -> None:
    await blocks.block(bo, ana)
    browser = await signed_in(ana)
    address = f"/events/{supper.public_id}/people/new"
    assert ">Bo<" not in (await browser.get(address)).text
    for data, said in (
        ({"email": bo.email}, "We cannot write to this address"),
        ({"person": bo.public_id}, str(NobodyToAdd.sentence)),  # As for whoever is no member.
    ):
        answer = await browser.post(address, data=data)
        assert answer.status_code == 422 and said in html.unescape(answer.text)
    assert await now(supper, bo) == ""


async def test_only_members_are_put_on_the_list_of_what_is_for_members(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers, visibility="members")
    browser = await signed_in(ana)
    answer = await browser.post(f"/events/{event.public_id}/people/new", data={"email": "eve@example.org"})
    assert answer.status_code == 422 and "for members only" in answer.text
    assert await Person.count() == 3


async def test_nobody_adds_people_by_the_hundred(supper: Event, ana: Person, signed_in: As) -> None:
    browser = await signed_in(ana)
    address = f"/events/{supper.public_id}/people/new"
    codes = [
        (await browser.post(address, data={"email": f"e{number}@example.org"})).status_code
        for number in range(21)
    ]
    assert codes == [303] * 20 + [429]


async def test_a_host_adds_to_the_call(walkers: Community, ana: Person, bo: Person, signed_in: As) -> None:
    event = await make_event(walkers, seats=1, online_seats=1)
    browser = await signed_in(ana)
    data = {"person": bo.public_id, "online": "true"}
    assert (await browser.post(f"/events/{event.public_id}/people/new", data=data)).status_code == 303
    found = await answer_of(event, bo)
    assert found and found.online and found.status == "going"
    assert "In the call" in (await browser.get(f"/events/{event.public_id}/people")).text


async def test_who_was_taken_off_by_mistake_is_put_back_with_their_guests_and_told(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=2, guests_allowed=2)
    rsvp = await seats.answer(event, bo, answer="going", guests=1, by=bo)
    browser = await signed_in(ana)
    address = f"/rsvps/{rsvp.public_id}"
    assert "Put them back on the list" not in (await browser.get(address)).text
    await browser.post(f"{address}/removal", data={"note": ""})
    assert "Put them back on the list" in (await browser.get(address)).text
    assert len(await letters_to(bo.email)) == 1
    for _ in range(2):
        answer = await browser.post(f"{address}/removal/removal")
        assert answer.status_code == 303 and answer.headers["location"] == address
    again = await answer_of(event, bo)
    assert again and (again.status, again.guests) == ("going", 1)
    assert len(await letters_to(bo.email)) == 2
    assert "Put them back on the list" not in (await browser.get(address)).text


async def test_who_took_their_answer_back_is_not_put_on_the_list_again_by_others(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    rsvp = await seats.answer(event, bo, answer="going", by=bo)
    await seats.withdraw(event, bo, by=bo)
    browser = await signed_in(ana)
    assert "Put them back on the list" not in (await browser.get(f"/rsvps/{rsvp.public_id}")).text
    assert (await browser.post(f"/rsvps/{rsvp.public_id}/removal/removal")).status_code == 409
    assert await now(event, bo) == "withdrawn"
