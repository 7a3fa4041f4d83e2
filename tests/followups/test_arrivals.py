"""Who was there: by their own word, and by a host's."""

import httpx

from members.tables import Community, Person
from server import db
from tests.followups.mornings import (
    MORNING,
    asked,
    at,
    make_guests,
    opened,
    page_of,
    say,
)
from tests.people import As


async def test_saying_yes_is_an_arrival_and_no_takes_it_back(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])
    with at(MORNING):
        await say(client, event, gus)
        await say(client, event, gus)
        assert await db.value("SELECT seen_by FROM arrivals") == gus.id
        await say(client, event, gus, was_there="no")
        assert await db.value("SELECT count(*) FROM arrivals") == 0
        assert (await asked(event, gus)).findable is False


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
            assert (await client.post(path)).status_code == 405
        assert (
            "Gus Hill" in (await (await signed_in(ana)).get(f"/events/{event.public_id}/arrivals?q=gus")).text
        )
        for browser in (await signed_in(bo), await signed_in(cleo)):
            assert (await browser.post(f"/rsvps/{rsvp}/arrival")).status_code == 403
    assert await db.value("SELECT count(*) FROM arrivals") == 0
