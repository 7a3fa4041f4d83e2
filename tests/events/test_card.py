"""A gathering as letters show it."""

from urllib.parse import unquote

from events.card import card
from members.tables import Community
from tests.gatherings import make_event


async def test_a_card_says_what_when_and_where(walkers: Community) -> None:
    event = await make_event(walkers, title="Soup", summary="With stories", mode="in_person", place="Library")
    shown = await card(event, shows_address=False)
    assert (shown.title, shown.summary, shown.where) == ("Soup", "With stories", "Library")
    assert shown.when.endswith("18:30, Berlin time") or "18:30 to" in shown.when
    assert (shown.map, shown.picture) == ("", "")


async def test_a_card_leads_to_a_map_only_where_everybody_may_know_the_address(walkers: Community) -> None:
    said = {"mode": "in_person", "place": "Library", "address": "Main Street 1\n10115 Berlin"}
    hidden = await make_event(walkers, **said)
    assert (await card(hidden, shows_address=True)).map == ""
    assert "Main Street 1" in (await card(hidden, shows_address=True)).where
    assert "Main Street 1" not in (await card(hidden, shows_address=False)).where
    public = await make_event(walkers, address_public=True, **said)
    assert unquote((await card(public, shows_address=True)).map).endswith("query=Main Street 1, 10115 Berlin")
