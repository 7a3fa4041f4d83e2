"""What is for somebody alone stays in no browser after they sign out, and what is secret in no search engine."""

import httpx
import pytest

from members.tables import Person
from rsvps.letters import links
from server.middleware import SECRET_PARTS
from tests.everywhere import Everywhere, routes, still
from tests.people import As


@pytest.mark.slow
async def test_no_page_for_somebody_is_kept_by_their_browser(
    everywhere: Everywhere, ana: Person, signed_in: As
) -> None:
    with still():
        browser, kept, seen = await signed_in(ana), [], 0
        for address in everywhere.addresses("GET"):
            answer = await browser.get(address)
            if answer.headers.get("content-type", "").split(";")[0] in {"text/html", "application/json"}:
                seen += 1
                if "no-store" not in answer.headers.get("cache-control", "") and address not in {
                    "/healthz",
                    "/readyz",
                }:
                    kept.append(address)
        assert seen > 30 and not kept


@pytest.mark.slow
async def test_what_opens_to_whoever_has_its_address_is_in_no_search_engine(
    everywhere: Everywhere, client: httpx.AsyncClient
) -> None:
    secret = [route for route in routes() if any(part in route.path for part in SECRET_PARTS)]
    assert len({route.path for route in secret}) >= 8
    with still():
        for route in secret:
            for method in sorted(route.methods or ()):
                answer = await client.request(method, everywhere.address(route))
                assert "noindex" in answer.headers["x-robots-tag"], (method, route.path)
                assert answer.headers["referrer-policy"] in {"same-origin", "no-referrer"}
                if answer.headers.get("content-type", "").startswith("text/html"):
                    assert "no-store" in answer.headers["cache-control"], (method, route.path)


async def test_an_address_that_is_not_anybodys_says_the_same(client: httpx.AsyncClient) -> None:
    for address in ("/feeds/nobodys.ics", "/rsvp/nobodys", "/door/nobodys", "/followups/nobodys"):
        answer = await client.get(address)
        assert answer.status_code == 404 and "noindex" in answer.headers["x-robots-tag"], address


async def test_a_letters_link_to_what_is_needed_is_as_secret(
    everywhere: Everywhere, client: httpx.AsyncClient
) -> None:
    with still():
        address = f"/events/{everywhere.event.public_id}/volunteers"
        answer = await client.get(address, params={"rsvp": everywhere.parts["token"]})
    assert links.read(everywhere.parts["token"]) and answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store" and "noindex" in answer.headers["x-robots-tag"]


async def test_what_is_for_everybody_is_found_and_kept(
    everywhere: Everywhere, client: httpx.AsyncClient
) -> None:
    with still():
        for address in ("/", "/events", f"/events/{everywhere.event.public_id}", "/communities/walkers"):
            answer = await client.get(address)
            assert "x-robots-tag" not in answer.headers and "no-store" not in answer.headers["cache-control"]


@pytest.mark.parametrize("address", ["/feeds/", "/rsvp/", "/door/", "/followups/", "/letters/", "/sign-in/"])
async def test_whoever_may_not_look_would_never_read_that_it_is_not_to_be_found(
    client: httpx.AsyncClient, address: str
) -> None:
    robots = await client.get("/robots.txt")
    assert robots.status_code == 200
    forbidden = [
        line.split(":")[1].strip() for line in robots.text.splitlines() if line.startswith("Disallow:")
    ]
    assert forbidden and not any(address.startswith(path) for path in forbidden)
