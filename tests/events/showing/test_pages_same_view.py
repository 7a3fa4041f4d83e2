"""What is kept of an event's page for everybody of one view shows nobody what is another's, and nothing old."""

import re
from datetime import timedelta

import httpx
import pytest
import time_machine

from events.hosting import keeping_out
from events.publishing import publishing
from events.tables import CoHost, Event
from members.communities.keeping_out import Whom
from members.tables import Block, Community, Membership, Person
from rsvps.seating import seats
from server import clock, pages
from server.fragment_cache import Cache
from server.pages import url
from tests.gatherings import details, in_days, make_event
from tests.people import As, join, make_person
from volunteers import shifts
from volunteers.queries import shifts_of
from volunteers.shifts import Needed


@pytest.fixture(autouse=True)
def nothing_kept_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these tests says itself who looks first."""
    monkeypatch.setattr(pages, "_parts", Cache(pages.MOST_CHARACTERS))


async def page(browser: httpx.AsyncClient, event: Event) -> str:
    answer = await browser.get(f"/events/{event.public_id}")
    assert answer.status_code == 200
    return answer.text


def without_what_is_their_own(text: str, person: Person) -> str:
    text = re.sub(r'nonce="[^"]+"', "", text)
    text = re.sub(r'name="form" value="\w+"', "", text)
    text = re.sub(r"tint-\d", "", text)
    return text.replace(f">{person.name}<", "><").replace(f">{person.name[0]}<", "><")


async def goes(event: Event, person: Person, *, listed: str = "nobody", guests: int = 0) -> None:
    await seats.answer(event, person, answer="going", by=person, listed=listed, guests=guests)


async def test_two_of_the_same_view_see_the_same_and_each_their_own(
    signed_in: As, walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, ana)
    first, second = await page(await signed_in(bo), event), await page(await signed_in(dev), event)
    assert without_what_is_their_own(first, bo) == without_what_is_their_own(second, dev)
    assert ">Bo<" in first and ">Bo<" not in second
    assert ">Dev<" in second and ">Dev<" not in first


async def test_each_form_has_a_key_and_each_page_a_nonce_of_its_own(
    signed_in: As, walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, ana)
    browser = await signed_in(bo)
    seen = [await browser.get(f"/events/{event.public_id}") for _ in range(3)]
    keys = [set(re.findall(r'name="form" value="(\w+)"', answer.text)) for answer in seen]
    assert [len(each) for each in keys] == [1, 1, 1] and len(set.union(*keys)) == 3
    for answer in seen:
        (nonce,) = set(re.findall(r'nonce="([^"]+)"', answer.text))
        assert f"'nonce-{nonce}'" in answer.headers["content-security-policy"]
    assert len({answer.headers["content-security-policy"] for answer in seen}) == 3


@pytest.mark.parametrize("hosts_first", [True, False])
async def test_no_view_shows_what_is_for_another(
    signed_in: As, walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person, hosts_first: bool
) -> None:
    event = await make_event(
        walkers, ana, mode="hybrid", address="Mill lane 7", join_url="https://call.example/walk"
    )
    await CoHost(event=event.id, person=dev.id).save()
    await goes(event, bo)
    readers = [
        (ana, True, True, True),
        (dev, True, False, True),
        (bo, False, False, True),
        (cleo, False, False, False),
    ]
    for person, tools, organises_community, address in readers if hosts_first else readers[::-1]:
        text = await page(await signed_in(person), event)
        assert ("Who is coming" in text and "/people" in text) == tools
        assert ("For organisers" in text) == organises_community
        assert ("Mill lane 7" in text) == address, person.name
        assert ("https://call.example/walk" in text) == tools  # Bo comes to the room.


async def test_whatever_changes_in_between_shows_at_once(
    signed_in: As, walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, ana, seats=5, mode="in_person")
    browser, other = await signed_in(bo), await signed_in(dev)
    assert "0 of 5" in (text := await page(browser, event)) or "5 seats free of 5" in text
    await goes(event, dev, guests=0)
    assert "4 seats free of 5" in await page(browser, event)
    assert "You are going" in await page(other, event) and "You are going" not in await page(browser, event)
    await Community.update({Community.name: "Monday Walkers"}).where(Community.id == walkers.id)
    await Person.update({Person.name: "Anabel"}).where(Person.id == ana.id)
    await Person.update({Person.name: "Bodo"}).where(Person.id == bo.id)
    text = await page(browser, event)
    assert all(word in text for word in ("Monday Walkers", "Anabel", ">Bodo<")) and ">Bo<" not in text
    found = await Event.objects().get(Event.id == event.id)
    assert found
    await publishing.edit(found, details(title="A swim", mode="in_person"), seen=found.changed_at)
    assert all(["A swim" in await page(each, event) for each in (browser, other)])
    await publishing.cancel(found, reason="Too much rain")
    assert all(["Too much rain" in await page(each, event) for each in (browser, other)])


async def test_a_shift_that_somebody_takes_is_theirs_on_their_page_alone(
    signed_in: As, walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, ana, ends_at=in_days(7, 22), address="Mill lane 7")
    await shifts.add(event, Needed("Door", "", 2, event.starts_at, event.starts_at + timedelta(hours=1)))
    as_bo, as_dev = await signed_in(bo), await signed_in(dev)
    assert all(["2 places free of 2" in await page(browser, event) for browser in (as_bo, as_dev)])
    (door,) = await shifts_of(event, bo)
    await as_bo.post(url("volunteers:sign-up", shift=door.public_id))
    mine, theirs = await page(as_bo, event), await page(as_dev, event)
    assert "You are in" in mine and "1 place free of 2" in mine and "Mill lane 7" in mine
    assert "You are in" not in theirs and "1 place free of 2" in theirs and "Mill lane 7" not in theirs


@pytest.mark.parametrize("blocked_looks_first", [True, False])
async def test_a_block_hides_a_host_from_them_and_from_nobody_else(
    signed_in: As, walkers: Community, ana: Person, bo: Person, dev: Person, blocked_looks_first: bool
) -> None:
    event = await make_event(walkers, ana)
    await CoHost(event=event.id, person=dev.id).save()
    eva = await make_person("Eva")
    await join(eva, walkers)
    as_bo, as_eva = await signed_in(bo), await signed_in(eva)
    if blocked_looks_first:
        assert "Dev" in await page(as_bo, event)
    block = Block(blocker=dev.id, blocked=bo.id)
    await block.save()
    for browser, sees in (
        [(as_bo, False), (as_eva, True)] if blocked_looks_first else [(as_eva, True), (as_bo, False)]
    ):
        text = await page(browser, event)
        assert ("Dev" in text) == sees
        assert (dev.public_id in text) == sees
    await Block.delete().where(Block.id == block.id)
    assert "Dev" in await page(as_bo, event)


async def test_who_is_coming_is_kept_for_nobody_else(
    signed_in: As, walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person
) -> None:
    event = await make_event(walkers, ana)
    for person in (bo, dev):
        await goes(event, person, listed="coming")
    assert "Dev" in await page(await signed_in(bo), event)
    assert "Dev" not in (await page(await signed_in(cleo), event))
    await Block(blocker=bo.id, blocked=dev.id).save()
    assert "Dev" not in await page(await signed_in(bo), event)
    assert ">Bo<" not in await page(await signed_in(dev), event)


async def test_who_is_kept_out_sees_what_anybody_does(
    signed_in: As, walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, ana, address="Mill lane 7")
    await goes(event, bo)
    browser = await signed_in(bo)
    assert "Mill lane 7" in await page(browser, event)
    await keeping_out.keep_out(event, Whom(bo.email), by=ana)
    text = await page(browser, event)
    assert "Mill lane 7" not in text and "You are going" not in text
    members_only = await make_event(walkers, ana, visibility="members")
    assert (await browser.get(f"/events/{members_only.public_id}")).status_code == 200
    await Membership.delete().where(Membership.person == bo.id)
    assert (await browser.get(f"/events/{members_only.public_id}")).status_code == 404


async def test_each_reads_the_time_on_their_own_clock(
    signed_in: As, walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    await Person.update({Person.zone: "Europe/Lisbon"}).where(Person.id == bo.id)
    await Person.update({Person.zone: "Asia/Tokyo"}).where(Person.id == dev.id)
    event = await make_event(walkers, ana)
    for person, zone in ((ana, None), (bo, "Lisbon"), (dev, "Tokyo"), (ana, None)):
        text = await page(await signed_in(person), event)
        assert re.findall(r"for you \((\w+) time\)", text) == ([zone] if zone else [])


async def test_what_the_clock_changes_changes_for_who_has_looked_before(
    signed_in: As, walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, ana, ends_at=in_days(7, 22))
    browser = await signed_in(bo)
    assert "In 7 days" in await page(browser, event)
    for moment, words in (
        (event.starts_at - timedelta(days=1), "Tomorrow"),
        (event.starts_at + timedelta(minutes=1), "On now"),
        (event.over_at + timedelta(minutes=1), "This gathering is over."),
    ):
        with time_machine.travel(moment, tick=True):
            assert words in await page(browser, event)


async def test_a_notice_is_said_once_and_to_nobody_else(
    signed_in: As, walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, ana)
    browser = await signed_in(bo)
    await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going"})
    assert "You are going. See you there." in await page(browser, event)
    assert "You are going. See you there." not in await page(browser, event)
    assert "See you there." not in await page(await signed_in(dev), event)
    assert clock.now() < event.starts_at
