"""Promise 5: a link in a letter never changes anything on GET. Mail scanners open every link."""

from collections.abc import Collection

import httpx
import pytest

from members.tables import Community, Person
from server import mail
from tests.gatherings import make_event
from tests.ground import work_off
from tests.promises import worlds
from tests.rsvps.attending.test_answering import ask, link_in
from tests.rsvps.gatherings import statuses

pytestmark = pytest.mark.slow


async def test_opening_every_link_of_every_letter_changes_nothing(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person, client: httpx.AsyncClient
) -> None:
    event = await worlds.every_letter_about_answers(walkers, ana, bo, dev, cleo)
    await worlds.every_letter_about_choosing(walkers, ana, bo, dev, cleo)
    await worlds.every_letter_about_helping(walkers, bo, dev)
    await worlds.the_letter_about_being_counted_in(walkers, ana, bo, dev)
    await worlds.every_letter_about_a_series_that_moves(walkers, ana, bo, dev)
    await worlds.the_letter_to_who_is_kept_out(walkers, ana)
    await worlds.the_letter_to_who_left_an_address(walkers, ana)
    await worlds.every_letter_about_hosting(walkers, ana, bo, cleo)
    await worlds.every_letter_of_the_morning_after(walkers, client)
    await worlds.every_letter_of_news(walkers, ana, dev, cleo)
    await worlds.every_letter_about_ones_address()
    await client.post("/sign-in", data={"email": bo.email})
    await work_off()
    await opened_thrice(client)
    seen = set(await worlds.letters())
    await worlds.call_off(event)
    await opened_thrice(client, but=seen - {"rsvps/confirmation", "rsvps/invitation"})
    assert set(await worlds.letters()) == set(mail.kinds), "a kind of letter is not looked at here"


async def opened_thrice(client: httpx.AsyncClient, *, but: Collection[str] = ()) -> None:
    letters = await worlds.letters()
    before = await worlds.dump()
    for kind, letter in letters.items():
        if kind in but:
            continue
        found = await worlds.fetch_all(client, worlds.addresses_in(letter))
        assert found, f"{kind} has no link"
        assert max(found.values()) < 500 and 405 not in found.values(), (kind, found)
        assert await worlds.dump() == before, f"a link of {kind} acted"


async def test_the_button_behind_the_link_still_acts_after_all_that(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=1)
    await ask(client, event)
    link = await link_in("new@example.org")
    for _ in range(3):
        assert (await client.get(link)).status_code == 200
    assert await statuses(event) == {"offered": 1}
    assert (await client.post(link, data={"answer": "going"})).status_code == 303
    assert await statuses(event) == {"going": 1}
