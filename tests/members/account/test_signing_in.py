"""Signing in by a letter's link."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
import time_machine

from members.tables import Person, Session, SignInLink
from server.clock import now
from tests.counting import counted
from tests.ground import forget_what_has_had_its_time, letters_to, text_of
from tests.people import As, make_person


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


async def test_the_letter_greets_whom_it_knows_and_no_name_that_others_typed(
    client: httpx.AsyncClient, bo: Person
) -> None:
    guest = Person(email="eve@example.org", name="Buy now")
    await guest.save()
    hellos = {}
    for email in (bo.email, guest.email, "new@example.org"):
        await link_for(client, email)
        hellos[email] = text_of((await letters_to(email))[-1]).splitlines()[0]
    assert list(hellos.values()) == [f"Hello {bo.greeted},", "Hello,", "Hello,"]


async def test_looking_at_the_link_does_not_use_it_up(client: httpx.AsyncClient) -> None:
    link = await link_for(client, "new@example.org")
    for _ in range(3):
        assert (await client.get(link)).status_code == 200
    assert await Session.count() == 0
    assert (await client.post(link)).status_code == 303


async def test_the_link_signs_in_only_once(client: httpx.AsyncClient) -> None:
    link = await link_for(client, "new@example.org")
    await client.post(link)
    client.cookies.clear()
    assert (await client.post(link)).status_code == 410
    assert (await client.get(link)).status_code == 410


@pytest.mark.parametrize("old", ["used", "expired"])
async def test_an_old_link_leads_to_a_new_one_and_on_to_the_same_place(
    client: httpx.AsyncClient, old: str
) -> None:
    link = await link_for(client, "new@example.org", "/events?q=soup")
    if old == "used":
        await client.post(link)
        client.cookies.clear()
    with time_machine.travel(now() + timedelta(minutes=21), tick=True):
        page = await client.get(link)
        assert page.status_code == 410
        assert 'value="new@example.org"' in page.text and 'name="next" value="/events?q=soup"' in page.text
        fresh = await link_for(client, "new@example.org", "/events?q=soup")
        assert fresh != link
        assert "%2Fevents%3Fq%3Dsoup" in (await client.post(fresh)).headers["location"]


async def test_an_old_link_leads_on_whoever_is_signed_in_with_its_address(
    client: httpx.AsyncClient, bo: Person, cleo: Person, signed_in: As
) -> None:
    link = await link_for(client, bo.email, "/events")
    his, hers = await signed_in(bo), await signed_in(cleo)
    assert (await his.get(link)).headers["location"] == "/events", "it need not be used up"
    await client.post(link)
    for answer in (await his.get(link), await his.post(link)):
        assert answer.status_code == 303 and answer.headers["location"] == "/events"
    page = await hers.get(link)
    assert page.status_code == 410 and f"signed in as {cleo.email}" in page.text
    await SignInLink.delete(force=True)
    assert (await his.get(link)).headers["location"] == "/", "where it led is forgotten"
    assert (await his.get("/sign-in/made-up")).status_code == 404


async def test_the_first_time_one_says_what_one_is_called_and_goes_on(client: httpx.AsyncClient) -> None:
    answer = await client.post(await link_for(client, "new@example.org", "/events?q=soup"))
    assert answer.headers["location"] == "/welcome?next=%2Fevents%3Fq%3Dsoup"
    page = (await client.get(answer.headers["location"])).text
    assert 'name="name" value=""' in page and "What are you called?" in page
    wrong = await client.post("/welcome", data={"name": "new@example.org", "next": "/events?q=soup"})
    assert wrong.status_code == 422 and "Please write a name." in wrong.text
    said = await client.post("/welcome", data={"name": "Zed", "zone": "Asia/Tokyo", "next": "/events?q=soup"})
    assert said.headers["location"] == "/events?q=soup"
    zed = await Person.objects().get(Person.email == "new@example.org")
    assert zed and (zed.name, zed.zone) == ("Zed", "Asia/Tokyo")
    client.cookies.clear()
    again = await client.post(await link_for(client, "new@example.org", "/events"))
    assert again.headers["location"] == "/events", "it is asked once"


async def test_who_left_without_a_name_is_asked_again(client: httpx.AsyncClient) -> None:
    for _ in range(2):
        answer = await client.post(await link_for(client, "new@example.org"))
        assert answer.headers["location"] == "/welcome?next=%2F"
        client.cookies.clear()


async def test_a_guest_finds_the_name_they_gave(client: httpx.AsyncClient) -> None:
    guest = await make_person("Gus Hill", account=False)
    answer = await client.post(await link_for(client, guest.email, "/events"))
    assert 'name="name" value="Gus Hill"' in (await client.get(answer.headers["location"])).text
    said = await client.post("/welcome", data={"name": "Gus Hill", "zone": "Mars/Base", "next": "/events"})
    assert said.headers["location"] == "/events", "what a browser calls its zone stops nobody"
    gus = await Person.objects().get(Person.email == guest.email)
    assert gus and gus.zone == guest.zone


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


HOSTILE = [
    "http://evil.example", "https://evil.example/", "//evil.example", "///evil.example", "////evil.example",
    "/\\evil.example", "\\\\evil.example", "/\\/evil.example", "\\/evil.example", "/\t/evil.example",
    "/\n/evil.example", "\t//evil.example", " //evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "evil.example", "evil.example/path", "@evil.example",
    "http:evil.example", "http:/evil.example", "https:\\\\evil.example", "//evil.example@127.0.0.1:8000",
    "http://127.0.0.1:8000@evil.example", "/\x00/evil.example", "/\x7f/evil.example", "ftp://evil.example",
    "mailto:evil@evil.example", "?next=//evil.example", "#//evil.example",
    "file:///etc/passwd", "about:blank", "blob:x", "", " ",
]  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_no_hostile_next_leads_away(client: httpx.AsyncClient, bo: Person, hostile: str) -> None:
    page = await client.get("/sign-in", params={"next": hostile})
    assert 'name="next" value="/"' in page.text
    link = await link_for(client, bo.email, hostile)
    assert (await client.post(link)).headers["location"] == "/"


@pytest.mark.parametrize("own", ["/events", "/events?q=a%20b&x=1", "/communities/walkers#top", "/a//b"])
async def test_next_leads_to_where_one_was_going(client: httpx.AsyncClient, bo: Person, own: str) -> None:
    link = await link_for(client, bo.email, own)
    assert (await client.post(link)).headers["location"] == own


async def test_who_is_signed_in_is_led_on_at_once(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    assert (await browser.get("/sign-in?next=/events")).headers["location"] == "/events"
    assert (await browser.get("/sign-in?next=//evil.example")).headers["location"] == "/"


async def test_the_sixth_link_within_a_quarter_of_an_hour_has_to_wait(
    client: httpx.AsyncClient, bo: Person
) -> None:
    for _ in range(5):
        assert (await client.post("/sign-in", data={"email": bo.email})).status_code == 200
    for typed in (bo.email, "BO@Example.org", f" {bo.email} "):
        answer = await client.post("/sign-in", data={"email": typed})
        assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0
        assert "very often" in answer.text
    assert (await client.post("/sign-in", data={"email": "other@example.org"})).status_code == 200
    assert len(await letters_to(bo.email)) == 5


async def test_one_place_cannot_write_to_the_whole_world(client: httpx.AsyncClient) -> None:
    answers = [await client.post("/sign-in", data={"email": f"a{i}@example.org"}) for i in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]


async def test_a_known_address_costs_the_same_work_as_an_unknown_one(
    client: httpx.AsyncClient, bo: Person
) -> None:
    asked = []
    for email in (bo.email, "nobody@example.org"):
        async with counted() as calls:
            await client.post("/sign-in", data={"email": email})
        asked.append([call.replace(bo.email, "X").replace("nobody@example.org", "X") for call in calls])
    assert asked[0] == asked[1] and asked[0]


async def test_an_address_is_the_same_in_capitals(client: httpx.AsyncClient, bo: Person) -> None:
    await client.post("/sign-in", data={"email": "BO@EXAMPLE.ORG"})
    (letter,) = await letters_to(bo.email)
    link = re.search(r"http://\S+/sign-in/\S+", text_of(letter))
    assert link
    await client.post(link[0])
    assert await Person.count() == 1


async def test_a_forged_link_is_nothing(client: httpx.AsyncClient) -> None:
    for method in ("GET", "POST"):
        assert (await client.request(method, "/sign-in/forged")).status_code == 404
        assert (await client.request(method, "/sign-in/" + "a" * 4000)).status_code == 404


async def test_ten_presses_at_once_sign_in_once(committed: str, client: httpx.AsyncClient) -> None:
    link = await link_for(client, "new@example.org")
    answers = await asyncio.gather(*(client.post(link) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [303] + [410] * 9
    assert await Session.count() == 1


async def test_signing_in_as_somebody_else_ends_the_session_before(
    client: httpx.AsyncClient, bo: Person
) -> None:
    await client.post(await link_for(client, bo.email))
    await client.post(await link_for(client, "other@example.org"))
    assert await Session.count() == 1


async def test_bo_signs_out(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    for _ in range(2):
        assert (await browser.post("/sign-out")).headers["location"] == "/"
    assert await Session.count() == 0


async def test_the_cookie_is_not_for_scripts_nor_for_other_sites(client: httpx.AsyncClient) -> None:
    answer = await client.post(await link_for(client, "new@example.org"))
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("kith="))
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie


async def test_old_links_and_sessions_are_forgotten(
    client: httpx.AsyncClient, bo: Person, signed_in: As
) -> None:
    await signed_in(bo)
    await client.post("/sign-in", data={"email": bo.email})
    await forget_what_has_had_its_time()
    assert (await SignInLink.count(), await Session.count()) == (1, 1)
    with time_machine.travel(now() + timedelta(days=91), tick=True):
        await forget_what_has_had_its_time()
    assert (await SignInLink.count(), await Session.count()) == (0, 0)


def _without_nonce(html: str, email: str) -> str:
    return re.sub(r'nonce="[^"]+"', "", html).replace(email, "somebody")
