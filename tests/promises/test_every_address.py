"""What holds for every address of Kith: other sites' forms, wrong methods, and what is written to the log."""

import re
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from members.tables import Community, Person
from server import composition
from tests.people import As

HERE = "http://127.0.0.1:8000"
ELSEWHERE = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:8001"},
    {"origin": "https://127.0.0.1:8000"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": HERE},
]


def routes() -> list[Route]:
    return [route for route in composition.routes() if isinstance(route, Route)]


def address(route: Route) -> str:
    """Some address that this route answers to."""
    return re.sub(r"{(\w+)(:\w+)?}", lambda found: "7" if found[2] in {":int", ":float"} else "x", route.path)


def methods(path: str) -> set[str]:
    return set().union(*(route.methods or set() for route in routes() if route.path == path))


POSTS = sorted({route.path for route in routes() if "POST" in (route.methods or ())})
PATHS = sorted({route.path for route in routes()})
BY_PATH = {route.path: address(route) for route in routes()}


@pytest.mark.parametrize("path", POSTS)
async def test_a_form_from_another_site_changes_nothing(
    ana: Person, signed_in: As, client: httpx.AsyncClient, path: str
) -> None:
    for browser in (client, await signed_in(ana)):
        for headers in ELSEWHERE:
            answer = await browser.post(BY_PATH[path], headers=headers)
            assert answer.status_code == 403, headers


@pytest.mark.parametrize("path", PATHS)
async def test_what_is_not_meant_is_refused(client: httpx.AsyncClient, path: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "GET"):
        if method not in methods(path):
            assert (await client.request(method, BY_PATH[path])).status_code == 405, method


@pytest.mark.parametrize("path", PATHS)
async def test_no_address_breaks(ana: Person, signed_in: As, client: httpx.AsyncClient, path: str) -> None:
    for browser in (client, await signed_in(ana)):
        for method in methods(path):
            answer = await browser.request(method, BY_PATH[path])
            assert answer.status_code < 500, method


async def test_nobodys_data_gets_into_the_log(
    client: httpx.AsyncClient,
    bo: Person,
    signed_in: As,
    walkers: Community,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bos = await signed_in(bo)
    await walk(client, bos, bo)
    written = capsys.readouterr().out
    assert written.count("request_id") > 10
    for private in (bo.email, "example.org", "Secret", "canary", bo.public_id):
        assert private not in written


async def walk(client: httpx.AsyncClient, browser: httpx.AsyncClient, bo: Person) -> None:
    """Say private things everywhere."""
    from tests.ground import letters_to, text_of

    await client.post("/sign-in", data={"email": bo.email, "next": "/canary"})
    letter = text_of((await letters_to(bo.email))[-1])
    link = re.search(r"http://\S+/sign-in/(\S+)", letter)
    assert link
    await client.post(f"/sign-in/{link[1]}")
    await client.post("/sign-in", data={"email": "canary@@example.org"})
    fields: list[tuple[str, dict[str, Any]]] = [
        ("/settings/account", {"name": "Secret Name", "zone": "Europe/Berlin"}),
        ("/settings/account", {"name": "Secret Name", "zone": "canary"}),
        ("/settings/account/removal", {"email": "canary@example.org"}),
        ("/communities/new", {"name": "Secret canary", "zone": "UTC"}),
        ("/communities/new", {"name": "Secret canary", "slug": "walkers", "zone": "UTC"}),
        (f"/people/{bo.public_id}/block", {}),
    ]
    for page, data in fields:
        await browser.post(page, data=data)
    await browser.get("/communities?q=canary")
    await browser.get("/canary@example.org")
