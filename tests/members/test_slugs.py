"""Addresses of communities: made of their names, none twice."""

import re

import httpx
import pytest

from members.communities import founding
from members.forms import NewCommunityFields
from members.slugs import slug_of
from members.tables import Person
from tests.people import As

GARDEN = {"name": "Garden Friends", "summary": "We dig.", "zone": "Europe/Berlin", "about": "**Come** along."}


@pytest.mark.parametrize("slug", ["a b", "café", "-x", "x-", "a--b", "a/b", "x" * 61, "a", "../new"])
async def test_an_address_is_small_letters_digits_and_dashes(cleo: Person, signed_in: As, slug: str) -> None:
    answer = await (await signed_in(cleo)).post("/communities/new", data={**GARDEN, "slug": slug})
    assert answer.status_code == 422 and 'id="f-slug-error"' in answer.text


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Café Übermut!", "cafe-ubermut"),
        ("  Sunday   Walkers ", "sunday-walkers"),
        ("Zoe's and Bo’s", "zoes-and-bos"),
        ("Клуб", ""),
        ("--", ""),
        ("A" * 99, "a" * 60),
    ],
)
def test_an_address_is_made_of_the_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug


async def test_equal_names_get_different_addresses(bo: Person, cleo: Person) -> None:
    slugs = [
        (await founding.found(who, NewCommunityFields(name="Chess", zone="UTC"))).slug
        for who in (bo, cleo) * 6
    ]
    assert slugs[:3] == ["chess", "chess-2", "chess-3"] and len(set(slugs)) == 12


@pytest.mark.parametrize("name", ["New", "Клуб", "!", "People"])
async def test_every_name_finds_an_address(cleo: Person, client: httpx.AsyncClient, name: str) -> None:
    community = await founding.found(cleo, NewCommunityFields(name=name, zone="UTC"))
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", community.slug)
    assert name in (await client.get(f"/communities/{community.slug}")).text
