"""Door links, as organisers make them and as helpers open them."""

from datetime import datetime, time, timedelta

import httpx
import pytest
import time_machine

from events.publishing import publishing
from events.tables import Event
from members.tables import Community, Person
from rsvps.door import doors
from rsvps.seating import seats
from rsvps.tables import Door
from server import clock, db, tokens
from server.presentation import short_date
from tests.gatherings import BERLIN, details, in_days, make_event
from tests.people import As
from tests.rsvps.gatherings import open_door

JSON = {"accept": "application/json"}


async def test_ana_makes_a_link_that_is_shown_once(
    walkers: Community, ana: Person, bo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/doors"
    assert "At the door" in (await browser.get(f"/events/{event.public_id}")).text
    made = await browser.post(address, data={"name": "Front door"})
    assert made.status_code == 303 and made.headers["location"] == address
    page = (await browser.get(address)).text
    link = page.split('id="door-address" value="')[1].split('"')[0]
    assert "<svg" in page
    assert link.rpartition("/")[2] not in (await browser.get(address)).text
    door = await Door.objects().first()
    assert door and door.secret == tokens.digest(link.rpartition("/")[2])
    assert door.expires_at == event.over_at + timedelta(hours=6)
    with time_machine.travel(event.starts_at, tick=False):
        seen = await client.get(link)
    assert seen.status_code == 200 and "Bo" in seen.text and "bo@example.org" not in seen.text
    assert seen.headers["cache-control"] == "no-store" and seen.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in seen.headers["x-robots-tag"] and '<meta name="robots" content="noindex">' in seen.text


async def test_a_link_taken_back_is_dead_at_once_and_twice_is_harmless(
    walkers: Community, ana: Person, bo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    event = await make_event(walkers)
    door, secret = await open_door(event, by=ana)
    removal = f"/events/{event.public_id}/doors/{door.public_id}/removal"
    assert (await (await signed_in(bo)).post(removal)).status_code == 403
    browser = await signed_in(ana)
    for _ in range(2):
        assert (await browser.post(removal)).status_code == 303
    answer = await client.get(f"/door/{secret}")
    assert answer.status_code == 410 and "has ended" in answer.text
    assert (await client.get(f"/door/{secret}", headers=JSON)).status_code == 410
    assert (await client.post(f"/door/{secret}", data={"act": "here"})).status_code == 410
    elsewhere = await make_event(walkers)
    removal = f"/events/{elsewhere.public_id}/doors/{door.public_id}/removal"
    assert (await browser.post(removal)).status_code == 404


async def test_a_link_ends_six_hours_after_the_gathering(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    _, secret = await doors.open_door(event, name="Front door", by=ana)
    with time_machine.travel(event.over_at + timedelta(hours=5, minutes=59), tick=False):
        assert (await client.get(f"/door/{secret}")).status_code == 200
    with time_machine.travel(event.over_at + timedelta(hours=6), tick=False):
        assert (await client.get(f"/door/{secret}")).status_code == 410


async def test_a_door_of_what_does_not_take_place_has_ended(
    walkers: Community, ana: Person, bo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    event = await make_event(walkers)
    rsvp = await seats.answer(event, bo, answer="going", by=bo)
    _, secret = await open_door(event, by=ana)
    await client.get(f"/door/{secret}")
    await publishing.cancel(event, reason="A storm.")
    for answer in (
        await client.get(f"/door/{secret}"),
        await client.get(f"/door/{secret}", headers=JSON),
        await client.get(f"/door/{secret}", params={"since": "0-0-0"}, headers=JSON),
        await client.post(f"/door/{secret}", data={"act": "here", "rsvp": rsvp.public_id}),
        await client.post(f"/door/{secret}", data={"act": "here", "rsvp": rsvp.public_id}, headers=JSON),
        await client.post(f"/door/{secret}", data={"act": "walk-in", "name": "Eli"}),
    ):
        assert answer.status_code == 410 and "This gathering is cancelled" in answer.text
    assert 'value="here"' not in (await client.get(f"/arrivals/{rsvp.public_id}")).text
    assert (await client.post(f"/arrivals/{rsvp.public_id}", data={"act": "here"})).status_code == 404
    assert await db.value("SELECT count(*) FROM arrivals") == 0
    browser, address = await signed_in(ana), f"/events/{event.public_id}/doors"
    page = (await browser.get(address)).text
    assert "Links that have ended" in page and "Take back" not in page and "Make a link" not in page
    refused = await browser.post(address, data={"name": "Back door"})
    assert refused.status_code == 422 and await Door.count() == 1


async def test_a_link_is_made_weeks_ahead_and_opens_twelve_hours_before_the_start(
    walkers: Community, ana: Person, bo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    event = await make_event(walkers, starts_at=in_days(60), zone="Europe/Berlin")
    rsvp = await seats.answer(event, bo, answer="going", by=bo)
    for choice in doors.choices(event, clock.now()):
        door, secret = await doors.open_door(event, name="Early", by=ana, lasting=choice.lasting)
        assert door.opens_at == event.starts_at - timedelta(hours=12) and door.expires_at > event.over_at
    early = await client.get(f"/door/{secret}")
    assert early.status_code == 200 and event.title in early.text and ">Bo<" not in early.text
    assert f"{event.local_start:%-d} " in early.text and "06:30, Berlin time" in early.text
    for refused in (
        await client.get(f"/door/{secret}", headers=JSON),
        await client.post(f"/door/{secret}", data={"act": "here", "rsvp": rsvp.public_id}, headers=JSON),
        await client.post(f"/door/{secret}", data={"act": "walk-in", "name": "Eli"}),
    ):
        assert (
            refused.status_code == 409 and "This door opens on" in refused.text and ">Bo<" not in refused.text
        )
    assert ">Bo" not in (await client.get(f"/arrivals/{rsvp.public_id}")).text
    page = (await (await signed_in(ana)).get(f"/events/{event.public_id}/doors")).text
    assert "works from " in page and "twelve hours before the start" in page
    with time_machine.travel(event.starts_at - timedelta(hours=12), tick=False):
        assert "Bo" in (await client.get(f"/door/{secret}")).text


async def test_ana_chooses_how_long_a_link_works_and_reads_until_when_before_she_does(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers, starts_at=in_days(3), zone="Europe/Berlin")
    ends = event.over_at.astimezone(BERLIN)
    day_after = datetime.combine(ends.date() + timedelta(days=1), time(23, 59), BERLIN)
    browser, address = await signed_in(ana), f"/events/{event.public_id}/doors"
    page = (await browser.get(address)).text
    assert [str(short_date(at)) in page for at in (day_after, ends + timedelta(days=7))] == [True, True]
    assert 'value="hours" id="f-lasting" checked' in page and "23:59, Berlin time" in page
    for lasting, until in (("day", day_after), ("week", ends + timedelta(days=7))):
        assert (await browser.post(address, data={"name": lasting, "lasting": lasting})).status_code == 303
        door = await Door.objects().where(Door.name == lasting).first()
        assert door and door.expires_at == until
    refused = await browser.post(address, data={"name": "For ever", "lasting": "ever"})
    assert refused.status_code == 422 and "For ever" in refused.text and await Door.count() == 2


async def test_a_link_follows_a_gathering_that_moves(walkers: Community, ana: Person) -> None:
    event = await make_event(walkers, starts_at=in_days(3))
    for lasting in ("hours", "day", "week"):
        await doors.open_door(event, name=lasting, by=ana, lasting=lasting)  # type: ignore[arg-type]
    await doors.put_up_poster(event, by=ana)
    taken_back, _ = await doors.open_door(event, name="Taken back", by=ana)
    await doors.revoke(event, taken_back.public_id)
    seen = (await Event.objects().get(Event.id == event.id)).changed_at  # type: ignore[union-attr]
    moved = await publishing.edit(event, details(starts_at=in_days(6), zone="Europe/Berlin"), seen=seen)
    ends = {door.name: door.expires_at for door in await Door.objects()}
    opens = {door.name: door.opens_at for door in await Door.objects()}
    assert opens["hours"] == moved.starts_at - timedelta(hours=12)
    assert opens["Poster"] == moved.starts_at - timedelta(hours=2)
    assert opens["Taken back"] == taken_back.opens_at
    assert ends["hours"] == moved.over_at + timedelta(hours=6)
    assert ends["week"] == moved.over_at + timedelta(days=7)
    assert ends["day"] == datetime.combine(in_days(7).date(), time(23, 59), BERLIN)
    assert ends["Taken back"] == taken_back.expires_at


async def test_of_what_is_over_a_link_is_made_from_now_on(walkers: Community, ana: Person) -> None:
    past = await make_event(walkers, starts_at=clock.now() - timedelta(days=60))
    labels = [choice.label for choice in doors.choices(past, clock.now())]
    assert labels == ["For 6 hours", "Until the end of tomorrow", "For a week"]
    door, _ = await doors.open_door(past, name="Late", by=ana, lasting="week")
    assert door.expires_at - door.created_at == timedelta(days=7)


async def test_only_organisers_make_links(
    walkers: Community, bo: Person, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, visibility="members")
    for person, status in ((bo, 403), (cleo, 404)):
        browser = await signed_in(person)
        assert (await browser.get(f"/events/{event.public_id}/doors")).status_code == status
        assert (
            await browser.post(f"/events/{event.public_id}/doors", data={"name": "x"})
        ).status_code == status
    assert await Door.count() == 0


@pytest.mark.parametrize("secret", ["nothing", "x" * 3000, "%00", "ä", "../x"])
async def test_what_is_no_secret_is_not_there(client: httpx.AsyncClient, secret: str) -> None:
    assert (await client.get(f"/door/{secret}")).status_code == 404


async def test_a_door_needs_a_name_and_there_are_not_endlessly_many(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    browser = await signed_in(ana)
    for name in ("", "x" * 61):
        assert (
            await browser.post(f"/events/{event.public_id}/doors", data={"name": name})
        ).status_code == 422
    for number in range(doors.MOST):
        await doors.open_door(event, name=f"Door {number}", by=ana)
    refused = await browser.post(f"/events/{event.public_id}/doors", data={"name": "One more"})
    assert refused.status_code == 422 and "One more" in refused.text
    assert await db.value("SELECT count(*) FROM doors") == doors.MOST
