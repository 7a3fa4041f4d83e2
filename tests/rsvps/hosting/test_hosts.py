"""What a host does to one answer: move it up, take it off the list."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
import time_machine

from events.tables import Event
from members.account import sessions
from members.tables import Community, Person
from rsvps.seating import seats
from rsvps.tables import Rsvp, RsvpChange
from server.settings import settings
from tests.gatherings import make_event
from tests.ground import letters_to, text_of
from tests.people import As, join, make_person
from tests.rsvps.gatherings import answer_of, line, make_people, statuses, taken


async def asks(event: Event, person: Person, **more: object) -> Rsvp:
    """Somebody asks to come."""
    return await seats.answer(event, person, answer="going", by=person, **more)  # type: ignore[arg-type]


async def now(event: Event, person: Person) -> str:
    """What somebody's answer is."""
    found = await answer_of(event, person)
    return str(found.status) if found else ""


# The line and the list


async def test_ana_moves_zoe_up_with_a_reason_that_only_hosts_read(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=1, mode="in_person")
    zoe = await make_person("Zoe")
    for person in (bo, dev, zoe):
        await asks(event, person)
    rsvp = await answer_of(event, zoe)
    assert rsvp and len(await letters_to(zoe.email)) == 1
    browser = await signed_in(ana)
    address = f"/rsvps/{rsvp.public_id}"
    assert "number 2 in line" in (await browser.get(address)).text
    for _ in range(2):
        answer = await browser.post(f"{address}/place", data={"note": "She brings the <key>."})
        assert answer.status_code == 303 and answer.headers["location"] == address
    page = (await browser.get(address)).text
    assert (
        "number 1 in line" in page
        and "Why they come first" not in page
        and "She brings the &lt;key&gt;." in page
        and "First in line" in page
    )
    assert await line(event) == [zoe.id, dev.id]
    assert await RsvpChange.count().where(RsvpChange.rsvp == rsvp.id, RsvpChange.note != "") == 1
    letters = await letters_to(zoe.email)
    assert not any("key" in text_of(letter) for letter in letters) and len(letters) == 2


@pytest.mark.parametrize("note", ["", "   ", "x" * 501])
async def test_moving_up_needs_a_reason(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As, note: str
) -> None:
    event = await make_event(walkers, seats=1, mode="in_person")
    for person in (bo, dev):
        await asks(event, person)
    rsvp = await answer_of(event, dev)
    assert rsvp
    answer = await (await signed_in(ana)).post(f"/rsvps/{rsvp.public_id}/place", data={"note": note})
    assert answer.status_code == 422 and 'id="f-note-error"' in answer.text
    assert 'id="f-parting-error"' not in answer.text


async def test_who_does_not_wait_cannot_be_moved_up(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    rsvp = await asks(await make_event(walkers), bo)
    answer = await (await signed_in(ana)).post(f"/rsvps/{rsvp.public_id}/place", data={"note": "x"})
    assert answer.status_code == 409 and "do not wait in line" in answer.text


async def test_ana_takes_bo_off_the_list_with_a_word(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=1, mode="in_person")
    rsvp = await asks(event, bo)
    await asks(event, dev)
    assert len(await letters_to(bo.email)) == 1
    browser = await signed_in(ana)
    address = f"/rsvps/{rsvp.public_id}"
    too_much = await browser.post(f"{address}/removal", data={"note": "x" * 501})
    assert too_much.status_code == 422 and 'id="f-parting-error"' in too_much.text
    for _ in range(2):
        answer = await browser.post(f"{address}/removal", data={"note": "As we said on the phone."})
        assert answer.status_code == 303 and answer.headers["location"] == address
    page = (await browser.get(address)).text
    assert "Taken off the list" in page and "As we said on the phone." in page
    assert [await now(event, bo), await now(event, dev)] == ["withdrawn", "going"]
    letters = await letters_to(bo.email)
    assert len(letters) == 2 and "As we said on the phone." in text_of(letters[-1])


async def test_nothing_can_be_pressed_about_somebody_once_it_is_over(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    rsvp = await seats.answer(event, bo, answer="going", by=bo)
    browser = await signed_in(ana)
    assert "Take them off" in (await browser.get(f"/rsvps/{rsvp.public_id}")).text
    with time_machine.travel(event.over_at + timedelta(minutes=1), tick=False):
        assert "Take them off" not in (await browser.get(f"/rsvps/{rsvp.public_id}")).text
        page = (await browser.get(f"/events/{event.public_id}/people")).text
        assert "Write to them" in page and "Put somebody" not in page and "/invitations" not in page


# Two hosts at once


@pytest_asyncio.fixture(loop_scope="session")
async def hosts(committed: str, app) -> AsyncIterator[tuple[Community, list[httpx.AsyncClient]]]:  # type: ignore[no-untyped-def]
    """Two hosts of one community, each in a browser of their own, with a database where they race."""
    community = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await community.save()
    browsers = []
    for name in ("Ana", "Mia"):
        person = await make_person(name)
        await join(person, community, "organiser")
        secret = await sessions.open_session(person, browser="Firefox on Linux")
        browsers.append(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url=settings.base_url,
                cookies={sessions.COOKIE: secret},
            )
        )
    yield community, browsers
    for browser in browsers:
        await browser.aclose()


@pytest.mark.slow
async def test_moving_up_while_seats_come_free_keeps_everybody_in_the_line_or_seated(
    hosts: tuple[Community, list[httpx.AsyncClient]],
) -> None:
    community, (ana, mia) = hosts
    event = await make_event(community, mode="in_person", seats=3)
    people = await make_people(9)
    rsvps = [await asks(event, person) for person in people]
    answers = await asyncio.gather(
        ana.post(f"/rsvps/{rsvps[8].public_id}/place", data={"note": "Host."}),
        mia.post(f"/rsvps/{rsvps[7].public_id}/place", data={"note": "Host."}),
        ana.post(f"/rsvps/{rsvps[0].public_id}/removal", data={}),
        mia.post(f"/rsvps/{rsvps[0].public_id}/removal", data={}),
    )
    assert {answer.status_code for answer in answers} <= {303, 409}
    assert await taken(event) == 3
    assert await statuses(event) == {"going": 3, "waitlisted": 5, "withdrawn": 1}
