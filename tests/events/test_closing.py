"""A community is not closed while gatherings are ahead."""

from datetime import timedelta

import time_machine

from members import queries
from members.tables import Community, Person
from tests.gatherings import make_event
from tests.people import As


async def test_a_community_with_a_gathering_to_come_is_not_closed(
    ana: Person, bo: Person, signed_in: As, walkers: Community
) -> None:
    event = await make_event(walkers, ana)
    browser = await signed_in(ana)
    answer = await browser.post("/communities/walkers/closing", data={"name": "Sunday Walkers"})
    assert answer.status_code == 422 and "still to come" in answer.text
    with time_machine.travel(event.starts_at + timedelta(days=1), tick=True):
        browser = await signed_in(ana)
        answer = await browser.post("/communities/walkers/closing", data={"name": "Sunday Walkers"})
    assert answer.status_code == 303 and await queries.community_by_slug("walkers") is None
