"""Behind the link of a letter is the whole page of the gathering, as its receiver may see it."""

import httpx
import pytest

from events.tables import Event
from members.tables import Community, Person
from rsvps.hosting import invitations
from rsvps.letters import links
from rsvps.questions import sheet
from rsvps.questions.presets import PRESETS, preset
from rsvps.seating import seats
from rsvps.tables import Rsvp
from server import clock, db
from server.tables import Picture
from tests.gatherings import make_event
from tests.people import As, join, make_person

ABOUT = "Bring a cup, and **somebody** you like."


async def invited(event: Event, ana: Person) -> tuple[Person, str]:
    """Gus, who has no account and is asked to come, and the link in his letter."""
    gus = await make_person("Gus Hill", account=False)
    if event.visibility == "members":
        await join(gus, await Community.objects().get(Community.id == event.community))  # type: ignore[arg-type]
    await invitations.invite(event, [gus], by=ana)
    rsvp = await Rsvp.objects().get((Rsvp.person == gus.id) & (Rsvp.event == event.id))
    assert rsvp
    return gus, links.address(rsvp, event)


async def with_picture(event: Event) -> str:
    """Give an event a picture that is ready. Returns what its address begins with."""
    picture = Picture(width=4, height=3, small=b"small", large=b"large", ready_at=clock.now())
    await Picture.insert(picture)
    await db.run("UPDATE events SET picture = $1 WHERE id = $2", picture.id, event.id)
    return f"/pictures/{await db.value('SELECT public_id FROM pictures WHERE id = $1', picture.id)}/"


@pytest.mark.parametrize("visibility", ["public", "unlisted", "members", "invited"])
async def test_an_invited_guest_sees_all_of_it_whoever_it_is_for(
    walkers: Community, ana: Person, client: httpx.AsyncClient, visibility: str
) -> None:
    event = await make_event(walkers, ana, visibility=visibility, about=ABOUT)
    picture = await with_picture(event)
    await sheet.put(event, [preset(name) for name in PRESETS])
    _, link = await invited(event, ana)
    page = (await client.get(link)).text
    assert "<strong>somebody</strong> you like" in page
    assert "Ana" in page and "Sunday Walkers" in page
    assert "Add to calendar" in page
    assert "You are invited" in page and "question-" in page
    assert f"{picture}large.webp" in page
    assert (await client.get(f"{picture}large.webp")).content == b"large"
    seen_by_nobody = (await client.get(f"/events/{event.public_id}")).status_code
    assert seen_by_nobody == (200 if visibility in {"public", "unlisted"} else 404)


async def test_the_address_and_the_call_are_for_those_who_come_behind_the_link_too(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana, visibility="invited")
    gus, link = await invited(event, ana)
    for address in (link, f"{link}/calendar.ics"):
        told = (await client.get(address)).text
        assert "Mill Lane" not in told and "secret-room" not in told, address
    await seats.answer(event, gus, answer="going", by=gus)
    for address in (link, f"{link}/calendar.ics"):
        told = (await client.get(address)).text.replace("\r\n ", "")
        assert "Mill Lane" in told or "secret-room" in told, address


async def test_the_page_behind_a_link_names_itself_to_nobody(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana)
    _, link = await invited(event, ana)
    page = await client.get(link)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert page.headers["referrer-policy"] == "same-origin"
    assert 'rel="canonical"' not in page.text and "og:url" not in page.text and "ld+json" not in page.text
    file = await client.get(f"{link}/calendar.ics")
    assert file.headers["x-robots-tag"] == "noindex, nofollow" and "private" in file.headers["cache-control"]
    assert link.rpartition("/")[2] not in file.text, "a calendar is read by many programs"


async def test_a_guest_is_told_no_time_of_a_zone_they_never_chose(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana)
    gus, link = await invited(event, ana)
    await Person.update({Person.zone: "Asia/Tokyo"}).where(Person.id == gus.id)
    assert "Tokyo" not in (await client.get(link)).text
    await Person.update({Person.signed_in_at: clock.now()}).where(Person.id == gus.id)
    assert "Tokyo" in (await client.get(link)).text


async def test_an_organisers_own_letter_carries_no_tools(
    walkers: Community, ana: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    rsvp = await seats.answer(event, ana, answer="going", by=ana)
    page = (await client.get(links.address(rsvp, event))).text
    assert "For organisers" not in page and f"/events/{event.public_id}/edit" not in page
    assert "For organisers" in (await (await signed_in(ana)).get(f"/events/{event.public_id}")).text


async def test_a_forged_or_old_link_opens_no_calendar(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana)
    _, link = await invited(event, ana)
    assert (await client.get("/rsvp/forged/calendar.ics")).status_code == 404
    await client.post(f"{link}/fresh")
    assert (await client.get(f"{link}/calendar.ics")).status_code == 410
