"""Signing in by a letter's link."""

import re
from datetime import timedelta

import httpx
import time_machine

from members.tables import Person, Session
from server.clock import now
from tests.ground import letters_to, text_of


async def link_for(client: httpx.AsyncClient, email: str, next_path: str = "/") -> str:
    """Ask for a link and read it in the letter."""
    answer = await client.post("/sign-in", data={"email": email, "next": next_path})
    assert answer.status_code == 200
    return re.search(r"http://\S+/sign-in/\S+", text_of((await letters_to(email))[-1]))[0]  # type: ignore[index]


async def test_a_newcomer_signs_in_by_the_link_in_the_letter(client: httpx.AsyncClient) -> None:
    link = await link_for(client, "new@example.org", "/events")
    assert (await client.get(link)).status_code == 200
    answer = await client.post(link)
    assert answer.status_code == 303
    assert "kith" in answer.cookies
    person = await Person.objects().get(Person.email == "new@example.org")
    assert person and person.has_account


async def test_looking_at_the_link_does_not_use_it_up(client: httpx.AsyncClient) -> None:
    link = await link_for(client, "new@example.org")
    for _ in range(3):
        assert (await client.get(link)).status_code == 200
    assert await Session.count() == 0
    assert (await client.post(link)).status_code == 303


async def test_the_link_signs_in_only_once(client: httpx.AsyncClient) -> None:
    link = await link_for(client, "new@example.org")
    await client.post(link)
    assert (await client.post(link)).status_code == 410
    assert (await client.get(link)).status_code == 410


async def test_the_link_is_old_after_twenty_minutes(client: httpx.AsyncClient) -> None:
    link = await link_for(client, "new@example.org")
    with time_machine.travel(now() + timedelta(minutes=21), tick=True):
        assert (await client.post(link)).status_code == 410


async def test_a_known_and_an_unknown_address_are_answered_alike(
    client: httpx.AsyncClient, bo: Person
) -> None:
    known = await client.post("/sign-in", data={"email": bo.email})
    unknown = await client.post("/sign-in", data={"email": "no@example.org"})
    assert known.status_code == unknown.status_code == 200
    assert _without_nonce(known.text, bo.email) == _without_nonce(unknown.text, "no@example.org")


async def test_what_is_no_address_is_said_beside_the_field(client: httpx.AsyncClient) -> None:
    answer = await client.post("/sign-in", data={"email": "not an address"})
    assert answer.status_code == 422
    assert "does not look like an e-mail address" in answer.text
    assert "not an address" in answer.text


async def test_next_stays_on_this_site(client: httpx.AsyncClient, bo: Person) -> None:
    for hostile in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        link = await link_for(client, bo.email, hostile)
        assert (await client.post(link)).headers["location"] == "/"
        client.cookies.clear()


def _without_nonce(html: str, email: str) -> str:
    return re.sub(r'nonce="[^"]+"', "", html).replace(email, "somebody")
