"""Where on a map an event is."""

from urllib.parse import unquote

from events import maps
from members.tables import Community
from tests.gatherings import make_event


async def test_an_address_is_looked_up_in_the_maps_that_people_use(walkers: Community) -> None:
    event = await make_event(walkers, address=" Main & Side \n\n 10115 Berlin?#")
    links = maps.links(event)
    assert list(links) == ["Apple Maps", "Google Maps", "OpenStreetMap"]
    for link in links.values():
        assert unquote(link).endswith("=Main & Side, 10115 Berlin?#") and link.count("#") == 0


async def test_without_an_address_there_is_no_map(walkers: Community) -> None:
    assert maps.links(await make_event(walkers, address="\n ")) == {}
