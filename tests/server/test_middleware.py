"""What surrounds every request: ids, errors, headers, and the origin of forms."""

import asyncio

import httpx
import pytest

from members.tables import Person
from server.middleware import CONTENT_SECURITY_POLICY
from server.settings import settings
from tests.people import As

SIGN_IN = {"email": "somebody@example.org"}


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": settings.base_url.replace("http://", "https://")},
        {"origin": settings.base_url + ":1"},
        {"sec-fetch-site": "cross-site", "origin": settings.base_url},
    ],
)
async def test_a_form_from_elsewhere_is_refused(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await client.post("/sign-in", data=SIGN_IN, headers=headers)).status_code == 403


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": settings.base_url}, {}])
async def test_a_form_from_here_is_taken(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await client.post("/sign-in", data=SIGN_IN, headers=headers)).status_code == 200


async def test_every_page_has_its_own_nonce_and_nothing_unsafe(client: httpx.AsyncClient) -> None:
    first, second = [await client.get("/sign-in") for _ in range(2)]
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert first.headers["content-security-policy"] != second.headers["content-security-policy"]
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.headers["referrer-policy"] == "same-origin"


async def test_every_answer_carries_the_id_of_its_request(client: httpx.AsyncClient) -> None:
    assert len((await client.get("/healthz")).headers["x-request-id"]) == 16


async def test_what_is_not_there_is_a_page_in_kiths_look(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nowhere", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "Kith" in answer.text
    assert "Page not found" in answer.text


async def test_machines_get_problem_json(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nowhere", headers={"accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


async def test_a_body_beyond_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/sign-in", content=b"x" * 13_000_000, headers={"content-type": "text/plain"})
    assert answer.status_code in {413, 422}
    long = await client.post("/sign-in", data={"email": "x" * 300_000})
    assert long.status_code in {400, 413}


async def test_the_wrong_method_is_405(client: httpx.AsyncClient) -> None:
    assert (await client.put("/sign-in")).status_code == 405


async def test_too_often_is_429_with_the_time_to_wait(client: httpx.AsyncClient) -> None:
    answers = [await client.post("/sign-in", data={"email": "often@example.org"}) for _ in range(7)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize("host", ["evil.example", "[", "evil.example:80@127.0.0.1", "a b"])
async def test_no_host_that_a_request_names_becomes_an_address_of_ours(
    client: httpx.AsyncClient, host: str
) -> None:
    answer = await client.get("/events/", headers={"host": host, "x-forwarded-host": "evil.example"})
    assert answer.headers["location"] == f"{settings.base_url}/events"
    asked = await client.get("/settings/account", headers={"host": host})
    assert asked.headers["location"] == "/sign-in?next=%2Fsettings%2Faccount"


@pytest.mark.parametrize(
    "referer", ["http://[", "https://evil.example/a", "", settings.base_url + ".evil.example/a"]
)
async def test_who_must_sign_in_first_comes_back_to_a_page_of_ours(
    client: httpx.AsyncClient, referer: str
) -> None:
    answer = await client.post("/settings/account", headers={"referer": referer})
    assert answer.headers["location"] == "/sign-in?next=%2F"
    own = await client.post("/settings/account", headers={"referer": f"{settings.base_url}/settings?a=b#c"})
    assert own.headers["location"] == "/sign-in?next=%2Fsettings%3Fa%3Db"


async def test_a_name_too_long_for_a_file_is_not_there(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/static/{'a' * 3000}.0123456789.css")).status_code == 404


async def test_who_is_erased_while_they_press_gets_a_kind_answer(
    committed: str, bo: Person, signed_in: As
) -> None:
    browser = await signed_in(bo)
    presses = [browser.post("/settings/feeds", data={"name": f"Phone {number}"}) for number in range(10)]
    erasure = browser.post("/settings/account/removal", data={"email": bo.email})
    more = [browser.post("/settings/card", data={"words": "Hello"}) for _ in range(20)]
    answers = await asyncio.gather(*presses, erasure, *more)
    assert {answer.status_code for answer in answers} <= {303, 409, 422}
    assert (await browser.get("/settings/feeds")).headers["location"].startswith("/sign-in")
