"""What is kept of answers, and what has had its time."""

import re
from datetime import timedelta

import httpx
import time_machine

from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.hosting import invitations
from rsvps.seating import seats
from rsvps.tables import Rsvp
from server import clock
from tests.gatherings import make_event
from tests.ground import forget_what_has_had_its_time, letters_to, text_of
from tests.rsvps.gatherings import statuses

LINK = re.compile(r"http://\S+/rsvp/\S+")


async def link_in(email: str, number: int = -1) -> str:
    found = LINK.search(text_of((await letters_to(email))[number]))
    assert found
    return found[0]


async def ask(
    client: httpx.AsyncClient, event, email: str = "new@example.org", **more: str | int
) -> httpx.Response:  # type: ignore[no-untyped-def]
    data = {"name": "Nell", "email": email, "answer": "going", **more}
    return await client.post(f"/events/{event.public_id}/rsvp", data=data)


async def test_an_unconfirmed_answer_is_gone_after_seven_days(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=1, starts_at=clock.now() + timedelta(days=30))
    await ask(client, event)
    link = await link_in("new@example.org")
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=True):
        await seats.settle(event.id)
    with time_machine.travel(clock.now() + timedelta(days=7, hours=2), tick=True):
        assert (await client.get(link)).status_code == 410
        await forget_what_has_had_its_time()
        assert await Rsvp.count() == 0
        assert not await Person.exists().where(Person.email == "new@example.org")
        answer = await client.get(link)
        assert answer.status_code == 410 and "not kept any more" in answer.text


async def test_confirmed_answers_and_invitations_are_kept(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, starts_at=clock.now() + timedelta(days=30))
    await ask(client, event)
    await client.post(await link_in("new@example.org"), data={"answer": "going"})
    await invitations.invite(event, [await by_letter.somebody("eve@example.org")], by=ana)
    with time_machine.travel(clock.now() + timedelta(days=9), tick=True):
        await forget_what_has_had_its_time()
    assert await statuses(event) == {"going": 1, "invited": 1}
