"""How an answer came to be, for hosts."""

import httpx

from members.tables import Community, Person
from rsvps.seating import seats
from tests.gatherings import make_event
from tests.people import As


async def test_ana_sees_how_an_answer_came_to_be_and_others_do_not(
    walkers: Community,
    ana: Person,
    bo: Person,
    dev: Person,
    cleo: Person,
    signed_in: As,
    client: httpx.AsyncClient,
) -> None:
    event = await make_event(walkers, seats=1, guests_allowed=2, visibility="members")
    await seats.answer(event, dev, answer="going", by=dev)
    rsvp = await seats.answer(event, bo, answer="going", by=bo)
    await seats.withdraw(event, dev, by=dev)
    address = f"/rsvps/{rsvp.public_id}"
    page = (await (await signed_in(ana)).get(address)).text
    assert "by Bo" in page and "by Kith’s rules" in page and "Waiting" in page
    assert (await client.get(address)).status_code == 404
    assert (await (await signed_in(cleo)).get(address)).status_code == 404
    assert (await (await signed_in(bo)).get(address)).status_code == 403
