"""Which letters somebody wants, and ending a kind by one press in the letter."""

from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
import time_machine

from members.letters import letters_wanted
from members.letters.pages.letters import KINDS
from members.tables import LETTER_KINDS, LetterRefusal, Person
from server import clock
from tests.people import As, make_person


def path(address: str) -> str:
    return urlsplit(address).path


@pytest.mark.parametrize("kind", LETTER_KINDS)
async def test_everything_is_wanted_until_it_is_refused(bo: Person, ana: Person, kind: str) -> None:
    assert await letters_wanted.wants(bo.id, kind)
    for _ in range(2):
        await letters_wanted.refuse(bo.id, kind)
    assert not await letters_wanted.wants(bo.id, kind)
    assert await letters_wanted.wants(ana.id, kind)
    others = [other for other in LETTER_KINDS if other != kind]
    assert all([await letters_wanted.wants(bo.id, other) for other in others])


async def test_an_unknown_kind_is_our_mistake(bo: Person) -> None:
    for ask in (letters_wanted.wants, letters_wanted.refuse):
        with pytest.raises(LookupError):
            await ask(bo.id, "gossip")
    with pytest.raises(LookupError):
        letters_wanted.unsubscribe_address(bo.id, "gossip")


async def test_bo_chooses_in_the_settings(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    # Besides these, how often prompts come is chosen by itself, and stays as it is.
    assert (await browser.get("/settings/letters")).text.count(" checked") == 4 + 1
    await browser.post("/settings/letters", data={"wanted": ["reminders", "connections"]})
    wanted = [await letters_wanted.wants(bo.id, kind) for kind in LETTER_KINDS]
    assert wanted == [True, False, False, True, True]
    assert (await browser.get("/settings/letters")).text.count(" checked") == 2 + 1
    await browser.post("/settings/letters", data={"wanted": list(KINDS)})
    assert await LetterRefusal.count() == 0


async def test_a_kind_that_does_not_exist_is_refused(bo: Person, signed_in: As) -> None:
    answer = await (await signed_in(bo)).post("/settings/letters", data={"wanted": ["gossip"]})
    assert answer.status_code == 422


@pytest.mark.parametrize("account", [True, False])
async def test_looking_at_the_link_ends_nothing(client: httpx.AsyncClient, account: bool) -> None:
    gus = await make_person("Gus", account=account)
    link = path(letters_wanted.unsubscribe_address(gus.id, "reminders"))
    for _ in range(3):
        page = await client.get(link)
        assert page.status_code == 200 and "Stop these letters?" in page.text
    assert await letters_wanted.wants(gus.id, "reminders")


async def test_a_person_presses_the_button(client: httpx.AsyncClient, bo: Person) -> None:
    link = path(letters_wanted.unsubscribe_address(bo.id, "follow-ups"))
    for _ in range(2):
        answer = await client.post(link)
        assert (answer.status_code, answer.headers["location"]) == (303, link)
    assert "You will get no more of these" in (await client.get(link)).text
    assert not await letters_wanted.wants(bo.id, "follow-ups")
    assert await letters_wanted.wants(bo.id, "reminders")


async def test_a_mail_program_presses_once_without_cookies_or_origin(
    client: httpx.AsyncClient, bo: Person
) -> None:
    link = path(letters_wanted.unsubscribe_address(bo.id, "organisers"))
    for _ in range(2):
        answer = await client.post(link, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    files = {"List-Unsubscribe": (None, "One-Click")}
    assert (await client.post(link, files=files)).status_code == 200
    assert not await letters_wanted.wants(bo.id, "organisers")
    assert await LetterRefusal.count() == 1


async def test_a_forged_or_borrowed_link_is_nothing(client: httpx.AsyncClient, bo: Person) -> None:
    link = path(letters_wanted.unsubscribe_address(bo.id, "reminders"))
    for forged in (link.replace("/unsubscribe", "x/unsubscribe"), "/letters/abc/unsubscribe"):
        assert (await client.get(forged)).status_code == 404
        assert (await client.post(forged)).status_code == 404
    assert await letters_wanted.wants(bo.id, "reminders")


async def test_the_link_works_for_years(client: httpx.AsyncClient, bo: Person) -> None:
    link = path(letters_wanted.unsubscribe_address(bo.id, "reminders"))
    with time_machine.travel(clock.now() + timedelta(days=4 * 365), tick=True):
        assert (await client.get(link)).status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=6 * 365), tick=True):
        assert (await client.get(link)).status_code == 410


async def test_whoever_is_gone_has_nothing_to_end(client: httpx.AsyncClient, bo: Person) -> None:
    link = path(letters_wanted.unsubscribe_address(bo.id, "reminders"))
    await Person.delete().where(Person.id == bo.id)
    assert (await client.post(link)).status_code == 404
