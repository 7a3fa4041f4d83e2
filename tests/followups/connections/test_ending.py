"""A connection that ends: for both, without a word, and not for ever if they do not want that."""

from datetime import timedelta

import httpx

from followups.connections import ending
from members.tables import Community
from server import db
from tests.followups.connections.pairs import both_wish, connected, met
from tests.followups.mornings import (
    FIRST_SIX,
    SECOND_SIX,
    at,
    reveal,
    say,
)
from tests.ground import letters_to
from tests.people import As

EVENING = FIRST_SIX + timedelta(minutes=5)


async def test_ending_is_silent_and_for_both(
    client: httpx.AsyncClient, signed_in: As, walkers: Community
) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    await reveal(EVENING)
    with at(EVENING):
        await letters_to(bo.email)
        browser = await signed_in(ana)
        connection = await db.value("SELECT public_id FROM connections")
        answer = await browser.post(f"/connections/{connection}/ending")
        assert answer.status_code == 303
        page = (await browser.get(answer.headers["location"])).text
        assert "are not connected any more" in page and "Nobody was told" in page
        before = len(await letters_to(bo.email))
        assert await connected() == set()
        assert "Ana" not in (await (await signed_in(bo)).get("/connections")).text
        assert len(await letters_to(bo.email)) == before
        assert (await browser.post(f"/connections/{connection}/ending")).status_code == 404


async def test_what_has_ended_does_not_come_back_by_itself(
    client: httpx.AsyncClient, signed_in: As, walkers: Community
) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    await reveal(EVENING)
    with at(EVENING):
        await ending.end(ana, await db.value("SELECT public_id FROM connections"))
    for day in range(1, 14):
        assert await reveal(EVENING + timedelta(days=day)) == 0


async def test_two_who_ended_it_can_both_wish_it_again(client: httpx.AsyncClient, walkers: Community) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    await reveal(EVENING)
    with at(EVENING):
        await ending.end(ana, await db.value("SELECT public_id FROM connections"))
    with at(EVENING + timedelta(hours=1)):
        await say(client, event, ana, wish=(bo,))
    assert await reveal(SECOND_SIX) == 0
    with at(SECOND_SIX + timedelta(hours=1)):
        await say(client, event, bo, wish=(ana,))
    assert await reveal(SECOND_SIX + timedelta(days=1)) == 1


async def test_an_ending_can_be_undone_for_half_an_hour_by_who_made_it(
    client: httpx.AsyncClient, signed_in: As, walkers: Community
) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    await reveal(EVENING)
    with at(EVENING):
        anas, bos = await signed_in(ana), await signed_in(bo)
        connection = await db.value("SELECT public_id FROM connections")
        await anas.post(f"/connections/{connection}/ending")
        assert (await bos.post(f"/connections/{connection}/ending/removal")).status_code == 404
        assert (await anas.post(f"/connections/{connection}/ending/removal")).status_code == 303
        assert await connected() == {(ana.id, bo.id)}
        await anas.post(f"/connections/{connection}/ending")
    with at(EVENING + timedelta(minutes=31)):
        assert (await anas.post(f"/connections/{connection}/ending/removal")).status_code == 404
