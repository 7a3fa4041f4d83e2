"""Addresses of communities: what becomes of a name in them, and of a hand that types them."""

import httpx
import pytest

from members.communities import founding
from members.forms import NewCommunityFields
from members.slugs import slug_of
from members.tables import Community, Person
from server import db
from tests.gatherings import make_event
from tests.people import As


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Straßenfest", "strassenfest"),
        ("STRAẞE", "strasse"),
        ("Łódź", "lodz"),
        ("Smørrebrød", "smorrebrod"),
        ("Đà Nẵng", "da-nang"),
        ("Ærø & Œuvre", "aero-oeuvre"),
        ("Þórður", "thordur"),
        ("İstanbul ılık", "istanbul-ilik"),
        ("Ħal Għaxaq", "hal-ghaxaq"),
        ("Sámi Ŋuhtti", "sami-nguhtti"),
        ("Smørrebrød", "smorrebrod"),
        ("Cafe\u0301", "cafe"),
        ("ﬁne ①", "fine-1"),
        ("O’Brien's Quiz", "obriens-quiz"),
        ("Film—Abend 🎉", "film-abend"),
        ("Кино Kino", "kino"),
        ("ß" * 60, "ss" * 30),
        ("读书会", ""),
    ],
)
def test_a_latin_letter_is_never_lost(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@pytest.mark.parametrize("name", ["ß", "Ø", "读书会", "Ωραία", "New", "ß" * 100, "…"])
async def test_every_name_finds_an_address_of_its_own(ana: Person, name: str) -> None:
    fields = NewCommunityFields(name=name, zone="UTC")
    slugs = [(await founding.found(ana, fields)).slug for _ in range(3)]
    assert len(set(slugs)) == 3 and all(2 <= len(slug) <= 60 for slug in slugs)


async def test_an_address_that_cannot_be_is_answered_with_one_that_can(ana: Person, signed_in: As) -> None:
    data = {"name": "Fest", "zone": "UTC", "slug": "Straßen Fest"}
    reply = await (await signed_in(ana)).post("/communities/new", data=data)
    assert reply.status_code == 422 and "such as strassen-fest." in reply.text


@pytest.mark.parametrize("typed", ["Walkers", "WALKERS", "%57alkers", "walKers"])
async def test_a_capital_leads_to_the_address_as_it_is(
    walkers: Community, client: httpx.AsyncClient, typed: str
) -> None:
    reply = await client.get(f"/communities/{typed}?page=2")
    assert reply.status_code == 301 and reply.headers["location"] == "/communities/walkers?page=2"
    feed = await client.get(f"/communities/{typed}/calendar.ics")
    assert feed.status_code == 301 and feed.headers["location"] == "/communities/walkers/calendar.ics"
    assert (await client.head(f"/communities/{typed}")).status_code == 301


async def test_a_gathering_is_found_with_capitals_too(walkers: Community, client: httpx.AsyncClient) -> None:
    event = await make_event(walkers)
    for ending in ("", ".ics", ".json", "/volunteers"):
        reply = await client.get(f"/events/{event.public_id.upper()}{ending}")
        assert reply.status_code == 301 and reply.headers["location"] == f"/events/{event.public_id}{ending}"


async def test_a_form_at_an_address_with_capitals_arrives(
    walkers: Community, cleo: Person, signed_in: As
) -> None:
    reply = await (await signed_in(cleo)).post("/communities/Walkers/membership")
    assert reply.status_code == 303 and reply.headers["location"] == "/communities/walkers"
    assert await db.value("SELECT true FROM memberships WHERE person = $1", cleo.id)


async def test_what_is_hidden_is_not_there_in_capitals_either(
    walkers: Community, client: httpx.AsyncClient, signed_in: As, bo: Person
) -> None:
    for visibility in ("members", "invited"):
        event = await make_event(walkers, visibility=visibility)
        for address in (event.public_id, event.public_id.upper(), "NOBODY234567"):
            assert (await client.get(f"/events/{address}")).status_code == 404
    assert (await client.get("/communities/Nobody")).status_code == 404
    refused = await (await signed_in(bo)).get("/communities/Walkers/edit")
    assert refused.status_code == 403


async def test_a_slash_at_the_end_is_forgiven(walkers: Community, client: httpx.AsyncClient) -> None:
    reply = await client.get("/communities/walkers/", follow_redirects=True)
    assert reply.status_code == 200 and reply.url.path == "/communities/walkers"
