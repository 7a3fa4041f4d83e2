"""Whoever has no account answers by letter."""

import re
from datetime import timedelta

import httpx
import time_machine

from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.hosting import invitations
from rsvps.seating import seats
from server import clock
from tests.gatherings import make_event
from tests.ground import letters_to, text_of
from tests.people import As
from tests.rsvps.gatherings import answer_of, statuses, taken

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


async def test_a_stranger_answers_by_letter(walkers: Community, client: httpx.AsyncClient) -> None:
    event = await make_event(walkers, seats=1)
    assert (await ask(client, event)).status_code == 303
    assert await statuses(event) == {"offered": 1}
    link = await link_in("new@example.org")
    page = await client.get(link)
    assert page.status_code == 200 and "Is this your answer?" in page.text
    assert "Mill Lane" not in page.text and "secret-room" not in page.text
    answer = await client.post(link, data={"answer": "going", "name": "Nell"})
    assert answer.status_code == 303
    assert await statuses(event) == {"going": 1}
    page = await client.get(link)
    assert "Mill Lane" in page.text and "secret-room" not in page.text
    letters = await letters_to("new@example.org")
    assert [letter["Subject"].split(":")[0] for letter in letters] == [
        "Please confirm",
        "You are going to A walk along the river",
    ]


async def test_the_same_link_changes_and_takes_back(walkers: Community, client: httpx.AsyncClient) -> None:
    event = await make_event(walkers, seats=3, guests_allowed=2)
    await ask(client, event)
    link = await link_in("new@example.org")
    for data, expected in (
        ({"answer": "going", "guests": 2}, {"going": 1}),
        ({"answer": "maybe"}, {"maybe": 1}),
        ({"answer": "declined"}, {"declined": 1}),
        ({"answer": "going"}, {"going": 1}),
        ({"answer": "withdrawn"}, {"withdrawn": 1}),
    ):
        assert (await client.post(link, data=data)).status_code == 303
        assert await statuses(event) == expected
    assert (await client.post(link, data={"answer": "invited"})).status_code == 422


async def test_an_unconfirmed_answer_holds_no_seat_after_thirty_minutes(
    walkers: Community, client: httpx.AsyncClient, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=1)
    await ask(client, event)
    link = await link_in("new@example.org")
    browser = await signed_in(bo)
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=True):
        await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going"})
        assert await statuses(event) == {"going": 1, "invited": 1}
        await client.post(link, data={"answer": "going"})
        assert await statuses(event) == {"going": 1, "waitlisted": 1}
        assert "You are number 1 in line" in (await client.get(link)).text


async def test_a_typed_address_tells_nothing(
    walkers: Community, bo: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=1)
    await seats.answer(event, bo, answer="going", by=bo)
    await letters_to(bo.email)
    pages = []
    for email in (bo.email, "new@example.org"):
        answer = await ask(client, event, email)
        page = await client.get(answer.headers["location"])
        pages.append(re.sub(r'nonce="[^"]+"', "", page.text).replace(email, "somebody"))
        client.cookies.clear()
        assert answer.status_code == 303
        assert (await ask(client, event, email, guests=2)).status_code == 422
    assert pages[0] == pages[1]
    assert (await answer_of(event, bo)).status == "going"  # type: ignore[union-attr]
    assert (await letters_to(bo.email))[-1]["Subject"] == "Your answer to A walk along the river"


async def test_a_letter_to_confirm_carries_nothing_that_was_typed(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    await ask(client, event, name="Win money at evil.example")
    (letter,) = await letters_to("new@example.org")
    assert "evil.example" not in letter.as_string()


async def test_a_stranger_gets_three_letters_a_day_at_most(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    for _ in range(6):
        event = await make_event(walkers)
        for _ in range(2):
            assert (await ask(client, event)).status_code == 303
    assert len(await letters_to("new@example.org")) == 3


async def test_who_says_never_again_gets_no_such_letter_any_more(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=1)
    await ask(client, event)
    (letter,) = await letters_to("new@example.org")
    address = letter["List-Unsubscribe"].strip("<>")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for _ in range(2):
        assert (await client.get(address)).status_code == 200
    assert await statuses(event) == {"offered": 1}
    for _ in range(2):
        assert (await client.post(address, data={"List-Unsubscribe": "One-Click"})).status_code == 200
    assert await statuses(event) == {} and await taken(event) == 0
    assert not await Person.exists().where(Person.email == "new@example.org")
    with time_machine.travel(clock.now() + timedelta(days=2), tick=True):
        assert (await ask(client, event)).status_code == 303
        await invitations.invite(
            await make_event(walkers), [await by_letter.somebody("new@example.org")], by=ana
        )
        assert len(await letters_to("new@example.org")) == 1


async def test_never_again_leaves_ones_own_answers_alone(
    walkers: Community, bo: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=1)
    await seats.answer(event, bo, answer="going", by=bo)
    link = await link_in(bo.email)
    assert (await client.post(link + "/refusal")).status_code == 200
    assert await statuses(event) == {"going": 1}
    assert (await client.post("/rsvp/forged/refusal")).status_code == 404
    assert (await client.get("/rsvp/forged/refusal")).status_code == 404


async def test_asking_too_often_is_refused(walkers: Community, client: httpx.AsyncClient) -> None:
    event = await make_event(walkers)
    answers = [(await ask(client, event)).status_code for _ in range(22)]
    assert answers[-1] == 429


async def test_who_is_missing_a_name_or_an_address_is_told(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    address = f"/events/{event.public_id}/rsvp"
    answer = await client.post(address, data={"answer": "going", "email": "not an address"})
    assert answer.status_code == 422
    assert "does not look like an e-mail address" in answer.text and "Please fill this in" in answer.text


async def test_a_revoked_link_offers_a_fresh_one(walkers: Community, client: httpx.AsyncClient) -> None:
    event = await make_event(walkers)
    await ask(client, event)
    old = await link_in("new@example.org")
    assert (await client.post(old + "/fresh")).status_code == 200
    expired = await client.get(old)
    assert expired.status_code == 410 and "Send a new link" in expired.text
    assert (await client.post(old, data={"answer": "going"})).status_code == 410
    new = await link_in("new@example.org")
    assert new != old and (await client.get(new)).status_code == 200
    await client.post(old + "/fresh")
    assert (await client.get(new)).status_code == 200
    assert await statuses(event) == {"offered": 1}


async def test_a_link_is_old_thirty_days_after_the_event(
    walkers: Community, bo: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo)
    link = await link_in(bo.email)
    with time_machine.travel(event.over_at + timedelta(days=29), tick=True):
        page = await client.get(link)
        assert page.status_code == 200 and "This gathering is over" in page.text
        assert (await client.post(link, data={"answer": "declined"})).status_code == 409
    with time_machine.travel(event.over_at + timedelta(days=31), tick=True):
        assert (await client.get(link)).status_code == 410


async def test_a_forged_link_is_not_found(client: httpx.AsyncClient, bo: Person) -> None:
    assert (await client.get("/rsvp/abc")).status_code == 404
    assert (await client.post("/rsvp/abc/fresh")).status_code == 404


# The form's key


def key_in(page: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_strangers_share_a_page_and_no_key(walkers: Community, client: httpx.AsyncClient) -> None:
    event = await make_event(walkers)
    assert 'name="form"' not in (await client.get(f"/events/{event.public_id}")).text


async def test_the_link_has_a_key_of_its_own(walkers: Community, client: httpx.AsyncClient) -> None:
    event = await make_event(walkers, seats=5)
    await ask(client, event)
    link = await link_in("new@example.org")
    old = {"answer": "going", "form": key_in((await client.get(link)).text)}
    for _ in range(2):
        assert (await client.post(link, data=old)).status_code == 303
    await client.post(link, data={"answer": "declined"})
    await client.post(link, data=old)
    assert await statuses(event) == {"declined": 1}
    assert "from before your last answer" in (await client.get(link)).text
