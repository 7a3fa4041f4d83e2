"""What somebody says on their page, and until when."""

import re
from datetime import timedelta

import httpx

from members.tables import Community
from server import db
from tests.followups.mornings import (
    CLOSES,
    MORNING,
    all_findable,
    asked,
    at,
    make_guests,
    opened,
    page_of,
    say,
)


async def test_it_closes_after_fourteen_days(client: httpx.AsyncClient, walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])
    path = await page_of(event, gus)
    with at(CLOSES - timedelta(minutes=1)):
        assert (await client.get(path)).status_code == 200
        assert (await client.post(path, data={"was_there": "yes"})).status_code == 303
    with at(CLOSES + timedelta(seconds=2)):
        assert (await client.get(path)).status_code == 410
        assert (await client.post(path, data={"was_there": "no"})).status_code == 410
    assert (await asked(event, gus)).was_there is True


async def test_a_link_from_elsewhere_is_nothing(client: httpx.AsyncClient, walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])
    with at(MORNING):
        path = await page_of(event, gus)
        assert (await client.get(path + "x")).status_code == 404
        assert (await client.get("/followups/nothing")).status_code == 404
        await db.run("UPDATE follow_up_replies SET link = link + 1")
        assert (await client.get(path)).status_code == 410


async def test_looking_changes_nothing(client: httpx.AsyncClient, walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])
    before = await asked(event, gus)
    with at(MORNING):
        for _ in range(3):
            assert (await client.get(await page_of(event, gus))).status_code == 200
    assert await asked(event, gus) == before


async def test_nothing_is_ticked_before_somebody_ticks_it(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people[1:])
        first = (await client.get(await page_of(event, people[0]))).text
        assert "checked" not in re.sub(r'<input[^>]*value="nobody"[^>]*>', "", first)
        await say(client, event, people[0])
        second = (await client.get(await page_of(event, people[0]))).text
        assert second.count(" checked") == 3  # was there, findable, and nobody reads it


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
