"""The letter to whoever left an address at a door."""

import httpx
import time_machine

from members.tables import Community, Person
from rsvps.door import doors
from rsvps.tables import Arrival
from tests.gatherings import in_days, make_event
from tests.ground import letters_to, text_of
from tests.rsvps.attending.test_walking_in import NINA, link_for


async def test_a_gathering_that_is_for_invited_people_is_not_named_to_whoever_was_typed(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana, visibility="invited", title="Quiet evening", starts_at=in_days(1))
    door = await doors.put_up_poster(event, by=ana)
    with time_machine.travel(event.starts_at, tick=False):
        await client.post(f"/here/{doors.on_poster(door.public_id)}", data=NINA)
        link = await link_for("nina@example.org")
        letter = (await letters_to("nina@example.org"))[-1]
        assert "Quiet" not in text_of(letter) and "Quiet" not in letter["Subject"]
        assert "Quiet" not in (await client.get(link)).text
        await client.post(link)
        assert "Quiet" in (await client.get(link)).text and await Arrival.count() == 1
