"""“I can do that”, signed out: by name and letter like an answer, and the shift is what one gets."""

import re
from datetime import timedelta

import httpx
import pytest
import time_machine

from events.hosting import keeping_out
from events.tables import Event
from members.communities.keeping_out import Whom
from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.questions import sheet
from rsvps.questions.presets import PRESETS, preset
from rsvps.seating import seats
from server import clock
from tests.gatherings import make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As
from tests.rsvps.attending.test_by_letter import LINK, link_in
from tests.rsvps.gatherings import statuses
from tests.volunteers.test_shifts import need
from volunteers import shifts
from volunteers.tables import Role, SignUp

GUEST = "new@example.org"


def taking(event: Event, role: Role) -> str:
    return f"/events/{event.public_id}/volunteers/{role.public_id}"


async def offer(
    client: httpx.AsyncClient, event: Event, role: Role, email: str = GUEST, **more: str
) -> httpx.Response:
    return await client.post(
        taking(event, role), data={"name": "Nell", "email": email, "answer": "going", **more}
    )


async def press(client: httpx.AsyncClient, link: str) -> httpx.Response:
    """Press what confirms on the page behind a link, with all that its form carries."""
    page = (await client.get(link)).text
    form = page[page.index('<form class="stack" method="post"') :]
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[: form.index("</form>")]))
    return await client.post(link.partition("?")[0], data={**hidden, "answer": "going"})


async def helpers(role: Role) -> int:
    return int(await SignUp.count().where(SignUp.role == role.id))


async def test_a_shift_is_taken_with_two_fields_and_three_presses(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=5)
    role = await need(event)
    page = (await client.get(f"/events/{event.public_id}")).text
    assert f'href="{taking(event, role)}"' in page and "I can do that" in page
    assert "Door" in (await client.get(taking(event, role))).text
    answer = await offer(client, event, role)
    assert answer.headers["location"] == f"/events/{event.public_id}#answer"
    page = (await client.get(f"/events/{event.public_id}")).text
    assert "Look into your mail" in page and "you also take this on: <strong" in page and "Door, " in page
    assert await helpers(role) == 0, "nothing is taken until the letter is confirmed"
    (letter,) = await letters_to(GUEST)
    assert "And that you take this on: Door, " in text_of(letter)
    link = await link_in(GUEST)
    assert "And you take this on:" in (await client.get(link)).text and await helpers(role) == 0
    assert (await press(client, link)).status_code == 303
    assert await helpers(role) == 1 and await statuses(event) == {"going": 1}
    page = (await client.get(f"/events/{event.public_id}")).text
    assert "You are going" in page and "Thank you for helping: Door, " in page
    assert "You are in" in page and "Give it back" in page
    await press(client, link)
    assert await helpers(role) == 1, "twice is harmless"


async def test_a_shift_that_was_filled_meanwhile_leaves_the_answer_and_names_the_others(
    walkers: Community, dev: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=5)
    role, _ = await need(event), await need(event, "Tea", begins=200)
    await offer(client, event, role)
    link = await link_in(GUEST)
    await shifts.sign_up(role, dev, event)
    assert "And you take this on:" not in (await client.get(link)).text
    token = link.partition("?")[0]
    assert (await client.post(token, data={"answer": "going", "along": role.public_id})).status_code == 303
    page = (await client.get(link)).text
    assert "Door is not open to you any more: Enough people have signed up." in page
    assert "Tea" in page and "I can do that" in page and await statuses(event) == {"going": 1}


async def test_a_shift_that_nobody_can_take_says_why(
    walkers: Community, dev: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    role = await need(event)
    await shifts.sign_up(role, dev, event)
    page = (await client.get(taking(event, role))).text
    assert "Enough people have signed up" in page and 'name="email"' not in page
    assert (await offer(client, event, role)).status_code == 409
    assert await letters_to(GUEST) == []


async def test_who_cannot_come_takes_nothing_on(walkers: Community, client: httpx.AsyncClient) -> None:
    event = await make_event(walkers)
    role = await need(event)
    await offer(client, event, role)
    link = (await link_in(GUEST)).partition("?")[0]
    await client.post(link, data={"answer": "declined", "along": role.public_id})
    assert await helpers(role) == 0


async def test_what_the_hosts_ask_is_asked_here_too(walkers: Community, client: httpx.AsyncClient) -> None:
    event = await make_event(walkers)
    role = await need(event)
    await sheet.put(event, [preset(name) for name in PRESETS])
    assert "question-" in (await client.get(taking(event, role))).text


async def test_missing_words_are_said_beside_their_fields(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    role = await need(event)
    answer = await client.post(taking(event, role), data={"answer": "going", "name": "Nell", "email": "x"})
    assert answer.status_code == 422 and 'value="Nell"' in answer.text
    assert "does not look like an e-mail address" in answer.text


async def test_somebody_who_has_answered_takes_it_by_one_press_behind_their_link(
    walkers: Community, bo: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, guests_allowed=2)
    await seats.answer(event, bo, answer="going", by=bo, guests=2)
    role = await need(event)
    await letters_to(bo.email)
    answer = await offer(client, event, role, bo.email)
    assert answer.status_code == 303
    assert "Look into your mail" in (await client.get(f"/events/{event.public_id}")).text
    letter = (await letters_to(bo.email))[-1]
    assert "would also take this on: Door, " in text_of(letter)
    link = await link_in(bo.email)
    page = (await client.get(link)).text
    assert "You can take this on:" in page
    await client.post(link.partition("?")[0], data={"answer": "going", "guests": 2, "along": role.public_id})
    assert await helpers(role) == 1 and await statuses(event) == {"going": 1}


async def test_a_letter_about_a_shift_comes_although_one_about_the_answer_has_just_gone(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    role = await need(event)
    await client.post(
        f"/events/{event.public_id}/rsvp", data={"name": "Nell", "email": GUEST, "answer": "going"}
    )
    for _ in range(2):
        await offer(client, event, role)
    found = [LINK.search(text_of(letter)) for letter in await letters_to(GUEST)]
    assert [bool(link and "along=" in link[0]) for link in found] == [False, True]


async def test_a_shift_taken_behind_a_link_confirms_what_was_typed(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=3)
    role = await need(event)
    await client.post(
        f"/events/{event.public_id}/rsvp", data={"name": "Nell", "email": GUEST, "answer": "going"}
    )
    link = await link_in(GUEST)
    token = link.rpartition("/")[2]
    for _ in range(2):
        await client.post(f"/shifts/{role.public_id}/signup", data={"rsvp": token})
    assert await helpers(role) == 1 and await statuses(event) == {"going": 1}
    await by_letter.forget_unconfirmed(clock.now() + timedelta(hours=1))
    assert await helpers(role) == 1


async def test_a_wrong_address_leads_back_to_the_shift_with_what_was_typed(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    role = await need(event)
    await offer(client, event, role, "nwe@example.org")
    answer = await client.post(f"/events/{event.public_id}/rsvp/letter/removal")
    assert answer.headers["location"] == taking(event, role)
    assert 'value="nwe@example.org"' in (await client.get(taking(event, role))).text
    assert await statuses(event) == {}


async def test_who_is_known_is_asked_nothing_again(
    walkers: Community, bo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    event = await make_event(walkers)
    role = await need(event)
    where = f"/events/{event.public_id}/volunteers"
    answer = await (await signed_in(bo)).get(taking(event, role))
    assert answer.headers["location"] == where
    await client.post(
        f"/events/{event.public_id}/rsvp", data={"name": "Nell", "email": GUEST, "answer": "going"}
    )
    link = await link_in(GUEST)
    await client.post(link, data={"answer": "going"})
    assert (await client.get(taking(event, role))).headers["location"] == where
    assert f'name="rsvp" value="{link.rpartition("/")[2]}"' in (await client.get(where)).text


@pytest.mark.parametrize("visibility", ["members", "invited"])
async def test_what_one_may_not_see_one_cannot_help_at(
    walkers: Community, client: httpx.AsyncClient, visibility: str
) -> None:
    event, other = await make_event(walkers, visibility=visibility), await make_event(walkers)
    role = await need(event)
    for address in (
        taking(event, role),
        f"/events/{other.public_id}/volunteers/{role.public_id}",
        f"/events/{other.public_id}/volunteers/nothing",
    ):
        assert (await client.get(address)).status_code == 404, address
        data = {"name": "Nell", "email": GUEST, "answer": "going"}
        assert (await client.post(address, data=data)).status_code == 404, address
    assert await letters_to(GUEST) == []


async def test_who_is_kept_out_takes_nothing_and_their_browser_tells_nobody(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana)
    role = await need(event)
    mallory = await by_letter.somebody("mallory@example.org", name="Mallory")
    await keeping_out.keep_out(event, Whom.named(mallory), by=ana)
    assert (await offer(client, event, role, "mallory@example.org")).status_code == 303
    assert "Look into your mail" in (await client.get(f"/events/{event.public_id}")).text
    (letter,) = await letters_to("mallory@example.org")
    assert "along=" not in letter.as_string() and await helpers(role) == 0


async def test_another_gatherings_shift_is_not_taken_by_this_ones_link(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event, hidden = await make_event(walkers), await make_event(walkers, visibility="members")
    role, other = await need(event), await need(hidden, "Secret soup")
    await offer(client, event, role)
    link = (await link_in(GUEST)).partition("?")[0]
    page = await client.get(f"{link}?along={other.public_id}")
    assert page.status_code == 200 and "Secret soup" not in page.text
    answer = await client.post(link, data={"answer": "going", "along": other.public_id})
    assert answer.status_code == 303 and await helpers(other) == 0
    for nonsense in ("", "x" * 300, "%00", "é"):
        assert (await client.get(f"{link}?along={nonsense}")).status_code == 200


async def test_a_letter_written_late_does_not_speak_of_a_shift_that_is_filled(
    walkers: Community, dev: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    role = await need(event)
    await offer(client, event, role)
    await shifts.sign_up(role, dev, event)
    await work_off()
    (letter,) = await letters_to(GUEST)
    assert "take this on" not in text_of(letter)
    with time_machine.travel(clock.now() + timedelta(minutes=40), tick=True):
        assert (await press(client, await link_in(GUEST))).status_code == 303
