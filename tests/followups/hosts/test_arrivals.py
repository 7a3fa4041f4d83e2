"""What hosts see of the morning after, and put right."""

import httpx

from members.tables import Community, Person
from server import db
from tests.followups.mornings import (
    MORNING,
    at,
    make_guests,
    opened,
    page_of,
    say,
)
from tests.gatherings import make_event
from tests.people import As


async def test_a_hosts_word_stands_above_ones_own(
    client: httpx.AsyncClient, signed_in: As, ana: Person, walkers: Community
) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])
    host = await signed_in(ana)
    rsvp = await db.value("SELECT public_id FROM rsvps WHERE person = $1", gus.id)
    with at(MORNING):
        await say(client, event, gus)
        assert (await host.post(f"/rsvps/{rsvp}/arrival/removal")).status_code == 303
        assert await db.value("SELECT count(*) FROM arrivals") == 0
        await say(client, event, gus)
        assert await db.value("SELECT count(*) FROM arrivals") == 0
        assert "noted that you were not there" in (await client.get(await page_of(event, gus))).text
        assert (await host.post(f"/rsvps/{rsvp}/arrival")).status_code == 303
        await say(client, event, gus, was_there="no")
        assert await db.value("SELECT seen_by FROM arrivals") == ana.id


async def test_who_came_is_for_organisers(
    client: httpx.AsyncClient, signed_in: As, ana: Person, bo: Person, cleo: Person, walkers: Community
) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])
    rsvp = await db.value("SELECT public_id FROM rsvps WHERE person = $1", gus.id)
    with at(MORNING):
        for path in (f"/events/{event.public_id}/arrivals", f"/events/{event.public_id}/followup"):
            assert (await (await signed_in(ana)).get(path)).status_code == 200
            assert (await (await signed_in(bo)).get(path)).status_code == 403
            assert (await client.get(path)).status_code == 303
            assert (await client.post(path)).status_code == (303 if "arrivals" in path else 405)
        assert (
            "Gus Hill" in (await (await signed_in(ana)).get(f"/events/{event.public_id}/arrivals?q=gus")).text
        )
        for browser in (await signed_in(bo), await signed_in(cleo)):
            assert (await browser.post(f"/rsvps/{rsvp}/arrival")).status_code == 403
    assert await db.value("SELECT count(*) FROM arrivals") == 0


async def test_organisers_read_what_was_meant_for_them_and_no_more(
    client: httpx.AsyncClient, signed_in: As, ana: Person, walkers: Community
) -> None:
    gus, hal, ida = people = await make_guests("Gus Hill", "Hal Birch", "Ida Vale")
    event = await opened(walkers, people)
    with at(MORNING):
        await say(
            client,
            event,
            gus,
            message="The stairs were hard.",
            message_to="organisers",
            felt_welcome="partly",
        )
        await say(client, event, hal, message="Thank you.", message_to="organisers", signed="true")
        await say(client, event, ida, message="Just for me.", felt_welcome="no", note="Ask for Tom")
        page = (await (await signed_in(ana)).get(f"/events/{event.public_id}/followup")).text
    assert (
        "The stairs were hard." in page and "felt partly welcome, and writes:" in page and "Gus" not in page
    )
    assert "Thank you." in page and "Hal Birch" in page
    assert "Just for me." not in page and "did not feel welcome" not in page and "Tom" not in page
    assert "%" not in page.split("<main")[1]


async def test_ana_writes_down_afterwards_who_walked_in_and_takes_it_back(
    signed_in: As, ana: Person, bo: Person, walkers: Community
) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])
    host, address = await signed_in(ana), f"/events/{event.public_id}/arrivals"
    with at(MORNING):
        assert (await host.post(address, data={"name": "", "guests": "2"})).status_code == 422
        assert (await (await signed_in(bo)).post(address, data={"name": "Zoe"})).status_code == 403
        assert (await host.post(address, data={"name": "Zoe", "guests": "2"})).status_code == 303
        page = (await host.get(address)).text
        assert "Zoe" in page and "Noted by an organiser, with 2 guests" in page
        assert "3 came, guests included: 0 of those who had answered, and 3 without an answer." in page
        assert "Zoe" not in (await host.get(f"{address}?q=gus")).text
        key = await db.value("SELECT key FROM walk_ins")
        elsewhere = await make_event(walkers, starts_at=event.starts_at)
        gone = f"/events/{elsewhere.public_id}/arrivals/{key}/removal"
        assert (await host.post(gone)).status_code == 404
        for _ in range(2):
            assert (await host.post(f"{address}/{key}/removal")).status_code == 303
        assert "Zoe" not in (await host.get(address)).text
    early = await make_event(walkers)
    refused = await host.post(f"/events/{early.public_id}/arrivals", data={"name": "Zoe"})
    assert refused.status_code == 409 and await db.value("SELECT count(*) FROM walk_ins") == 1
