"""The page of one event, and the same for machines and calendars."""

import json
import re

import httpx
import pytest
import time_machine
from icalendar import Calendar

from events.publishing import publishing
from events.tables import Event, SeatPool
from members.tables import Community, Person
from tests.gatherings import details, in_days, make_event
from tests.people import As


async def test_a_stranger_reads_what_it_is(client: httpx.AsyncClient, walkers: Community) -> None:
    event = await make_event(walkers, title="Soup & stories", ends_at=in_days(7, 21, 0))
    page = await client.get(f"/events/{event.public_id}")
    assert page.status_code == 200
    assert "Soup &amp; stories" in page.text
    assert "18:30 to 21:00, Berlin time" in page.text
    assert "The old mill" in page.text
    assert "<em>water</em>" in page.text
    assert "Sunday Walkers" in page.text
    assert "For organisers" not in page.text


async def test_own_time_stands_second_and_names_its_zone(
    signed_in: As, walkers: Community, bo: Person
) -> None:
    await Person.update({Person.zone: "Europe/Lisbon"}).where(Person.id == bo.id)
    event = await make_event(walkers)
    page = (await (await signed_in(bo)).get(f"/events/{event.public_id}")).text
    assert page.index("18:30, Berlin time") < page.index("17:30 for you (Lisbon time)")


async def test_the_same_clock_is_not_said_twice(signed_in: As, walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    assert "for you (" not in (await (await signed_in(bo)).get(f"/events/{event.public_id}")).text


@pytest.mark.parametrize("suffix", ["", ".ics", ".json"])
async def test_what_one_may_not_see_is_not_there(
    client: httpx.AsyncClient, signed_in: As, walkers: Community, bo: Person, cleo: Person, suffix: str
) -> None:
    draft = await make_event(walkers, status="draft")
    members = await make_event(walkers, visibility="members")
    invited = await make_event(walkers, visibility="invited")
    as_cleo, as_bo = await signed_in(cleo), await signed_in(bo)
    for browser, event, status in (
        (client, draft, 404), (as_cleo, draft, 404), (as_bo, draft, 404),
        (client, members, 404), (as_cleo, members, 404), (as_bo, members, 200),
        (client, invited, 404), (as_cleo, invited, 404), (as_bo, invited, 404),
    ):  # fmt: skip
        assert (await browser.get(f"/events/{event.public_id}{suffix}")).status_code == status
    assert (await client.get(f"/events/222222222222{suffix}")).status_code == 404


async def test_a_page_that_is_kept_is_never_old(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, ana, mode="in_person")
    where = f"/events/{event.public_id}"
    assert "A walk along the river" in (await client.get(where)).text
    await publishing.edit(
        event, details(title="A swim in the river", mode="in_person"), seen=event.changed_at
    )
    assert "A swim in the river" in (await client.get(where)).text
    await Community.update({Community.name: "Sunday Swimmers"}).where(Community.id == walkers.id)
    assert "Sunday Swimmers" in (await client.get(where)).text
    await SeatPool.update({SeatPool.seats: 12, SeatPool.taken: 5}).where(SeatPool.event == event.id)
    assert "7 seats free of 12" in (await client.get(where)).text
    await Event.update({Event.visibility: "members"}).where(Event.id == event.id)
    assert (await client.get(where)).status_code == 404


async def test_a_kept_page_has_a_fresh_nonce_each_time(client: httpx.AsyncClient, walkers: Community) -> None:
    event = await make_event(walkers)
    pages = [await client.get(f"/events/{event.public_id}") for _ in range(3)]
    nonces = [set(re.findall(r'nonce="([^"]+)"', page.text)) for page in pages]
    assert all(len(each) == 1 for each in nonces)
    assert len(set.union(*nonces)) == 3
    for page, (nonce,) in zip(pages, nonces, strict=True):
        assert f"'nonce-{nonce}'" in page.headers["content-security-policy"]


async def test_what_organisers_can_do_stands_on_their_page(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers)
    page = (await (await signed_in(ana)).get(f"/events/{event.public_id}")).text
    assert "For organisers" in page and f"/events/{event.public_id}/edit" in page


async def test_a_cancelled_event_says_so_and_why(client: httpx.AsyncClient, walkers: Community) -> None:
    event = await make_event(walkers)
    await publishing.cancel(event, reason="The hall is *flooded*.")
    page = (await client.get(f"/events/{event.public_id}")).text
    assert "This gathering is cancelled" in page
    assert "The hall is <em>flooded</em>." in page


async def test_search_engines_read_what_strangers_may(client: httpx.AsyncClient, walkers: Community) -> None:
    event = await make_event(walkers, title="Soup </script><script>alert(1)</script>")
    page = (await client.get(f"/events/{event.public_id}")).text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])  # type: ignore[index]
    assert data["name"] == event.title
    assert data["startDate"] == event.local_start.isoformat()
    assert data["location"][0]["name"] == "The old mill"
    assert data["eventAttendanceMode"].endswith("MixedEventAttendanceMode")
    assert "Mill Lane" not in page and "secret-room" not in page
    assert 'property="og:title"' in page


async def test_no_preview_of_what_is_not_for_everybody(signed_in: As, walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, visibility="members")
    page = (await (await signed_in(bo)).get(f"/events/{event.public_id}")).text
    assert "og:title" not in page and "ld+json" not in page
    assert 'name="robots" content="noindex"' in page


async def test_machines_get_the_facts(
    client: httpx.AsyncClient, signed_in: As, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, seats=10)
    facts = (await client.get(f"/events/{event.public_id}.json")).json()
    assert facts["starts_at"] == event.local_start.isoformat()
    assert (facts["zone"], facts["seats"], facts["seats_left"]) == ("Europe/Berlin", 10, 10)
    assert "address" not in facts and "join_url" not in facts
    facts = (await (await signed_in(ana)).get(f"/events/{event.public_id}.json")).json()
    assert facts["join_url"] == "https://meet.example/secret-room"


async def test_the_calendar_file_is_the_event(
    client: httpx.AsyncClient, signed_in: As, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers)
    answer = await client.get(f"/events/{event.public_id}.ics", headers={"accept": "image/png"})
    assert answer.headers["content-type"].startswith("text/calendar")
    (entry,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert entry["UID"] == event.uid
    assert entry["DTSTART"].dt == event.local_start
    assert "secret-room" not in answer.text and "Mill Lane" not in answer.text
    again = await client.get(
        f"/events/{event.public_id}.ics", headers={"if-none-match": answer.headers["etag"]}
    )
    assert again.status_code == 304
    mine = await (await signed_in(ana)).get(f"/events/{event.public_id}.ics")
    assert "secret-room" in mine.text and "Mill Lane" in mine.text


async def test_hosts_are_named_while_they_organise(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person
) -> None:
    by_ana, by_bo = await make_event(walkers, ana), await make_event(walkers, bo)
    assert ">Ana<" in (await client.get(f"/events/{by_ana.public_id}")).text
    assert ">Bo<" not in (await client.get(f"/events/{by_bo.public_id}")).text


async def test_what_is_for_afterwards_is_offered_to_organisers_once_it_has_begun(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers)
    browser = await signed_in(ana)
    page = (await browser.get(f"/events/{event.public_id}")).text
    assert "At the door" in page and "Who came" not in page and "What people said" not in page
    with time_machine.travel(event.starts_at, tick=False):
        page = (await browser.get(f"/events/{event.public_id}")).text
    assert "Who came" in page and "What people said" in page and "Invite people" in page
    with time_machine.travel(event.over_at, tick=False):
        page = (await browser.get(f"/events/{event.public_id}")).text
    assert "At the door" in page and "Invite people" not in page


async def test_to_a_cancelled_gathering_nobody_is_invited_and_no_door_is_made(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers)
    await publishing.cancel(event, reason="Rain.")
    page = (await (await signed_in(ana)).get(f"/events/{event.public_id}")).text
    assert "Who is coming" in page and "Invite people" not in page and "At the door" not in page


async def test_hosts_of_a_draft_are_offered_what_can_be_done_before_anybody_can_answer(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers, status="draft")
    browser = await signed_in(ana)
    page = (await browser.get(f"/events/{event.public_id}")).text
    assert "Questions" in page and "Volunteers" in page
    assert "Invite people" not in page and "Write to them" not in page
    page = (await browser.get(f"/events/{event.public_id}/people")).text
    assert "Nobody can answer yet" in page
    assert "Invite people" not in page and "Put somebody on the list" not in page
    await publishing.publish(event)
    page = (await browser.get(f"/events/{event.public_id}")).text
    assert "Invite people" in page and "Write to them" in page
