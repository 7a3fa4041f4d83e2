"""A gathering as letters show it."""

import re
from urllib.parse import unquote

import httpx

from events.card import card
from members.tables import Community
from tests.gatherings import make_event


async def test_a_card_says_what_when_and_where(walkers: Community) -> None:
    event = await make_event(walkers, title="Soup", summary="With stories", mode="in_person", place="Library")
    shown = await card(event, shows_address=False)
    assert (shown.title, shown.summary, shown.where) == ("Soup", "With stories", "Library")
    assert str(shown.when).endswith("18:30, Berlin time") or "18:30 to" in str(shown.when)
    assert shown.map == "" and re.fullmatch(r"http.*/covers/soup-\d\.png", shown.picture)


async def test_a_letter_shows_a_drawing_where_there_is_no_picture(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, title="Whatever", motif="water")
    address = (await card(event, shows_address=False)).picture
    drawing = await client.get(address)
    assert drawing.status_code == 200 and drawing.content.startswith(b"\x89PNG")
    assert drawing.headers["cross-origin-resource-policy"] == "cross-origin"
    for name in ("water-9", "../share", "water", "nothing-0"):
        assert (await client.get(f"/covers/{name}.png")).status_code == 404


async def test_a_card_leads_to_a_map_only_where_everybody_may_know_the_address(walkers: Community) -> None:
    said = {"mode": "in_person", "place": "Library", "address": "Main Street 1\n10115 Berlin"}
    hidden = await make_event(walkers, **said)
    assert (await card(hidden, shows_address=True)).map == ""
    assert "Main Street 1" in (await card(hidden, shows_address=True)).where
    assert "Main Street 1" not in (await card(hidden, shows_address=False)).where
    public = await make_event(walkers, address_public=True, **said)
    assert unquote((await card(public, shows_address=True)).map).endswith("query=Main Street 1, 10115 Berlin")
