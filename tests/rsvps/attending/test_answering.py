"""Answering on the event's page, as a member and without an account, by hand and by machine."""

import re
from datetime import timedelta

import httpx
import pytest
import time_machine

from events.tables import Event
from members.tables import Community, Person
from rsvps.hosting import approvals, invitations
from rsvps.questions import sheet
from rsvps.seating import seats
from rsvps.tables import Rsvp
from server import clock, db
from server.errors import NotAllowed
from tests.gatherings import make_event
from tests.ground import letters_to, text_of
from tests.people import As, make_person
from tests.rsvps.gatherings import answer_of, statuses, taken

LINK = re.compile(r"http://\S+/rsvp/\S+")
JSON = {"accept": "application/json"}


async def link_in(email: str, number: int = -1) -> str:
    found = LINK.search(text_of((await letters_to(email))[number]))
    assert found
    return found[0]


async def ask(
    client: httpx.AsyncClient, event, email: str = "new@example.org", **more: str | int
) -> httpx.Response:  # type: ignore[no-untyped-def]
    data = {"name": "Nell", "email": email, "answer": "going", **more}
    return await client.post(f"/events/{event.public_id}/rsvp", data=data)


async def test_bo_says_yes_in_one_tap(walkers: Community, bo: Person, signed_in: As) -> None:
    event = await make_event(walkers, seats=5)
    browser = await signed_in(bo)
    answer = await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/events/{event.public_id}")
    page = await browser.get(f"/events/{event.public_id}")
    assert "You are going. See you there." in page.text and "You are going" in page.text
    (letter,) = await letters_to(bo.email)
    assert letter["Subject"] == "You are going to A walk along the river"
    assert "METHOD:REQUEST" in text_of(letter, "text/calendar")


async def test_bo_may_come_then_cannot_then_takes_it_back(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=5)
    browser = await signed_in(bo)
    for wish in ("maybe", "declined"):
        assert (
            await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": wish})
        ).status_code == 303
        assert (await answer_of(event, bo)).status == wish  # type: ignore[union-attr]
    await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going"})
    for _ in range(2):
        assert (await browser.post(f"/events/{event.public_id}/rsvp/removal")).status_code == 303
    assert (await answer_of(event, bo)).status == "withdrawn"  # type: ignore[union-attr]
    assert await taken(event) == 0


async def test_what_is_wrong_is_said_beside_the_form(walkers: Community, bo: Person, signed_in: As) -> None:
    event = await make_event(walkers, seats=5, guests_allowed=2)
    browser = await signed_in(bo)
    address = f"/events/{event.public_id}/rsvp"
    for data in (
        {"answer": "perhaps"},
        {},
        {"answer": "going", "guests": "-1"},
        {"answer": "going", "guests": "x"},
    ):
        assert (await browser.post(address, data=data)).status_code == 422
    answer = await browser.post(address, data={"answer": "going", "guests": 3})
    assert answer.status_code == 422 and "up to 2 guests" in answer.text
    assert await Rsvp.count() == 0


async def test_extra_fields_are_ignored(walkers: Community, bo: Person, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers, seats=1)
    await seats.answer(event, ana, answer="going", by=ana)
    browser = await signed_in(bo)
    data = {
        "answer": "going",
        "status": "going",
        "queued": "0",
        "confirmed_at": "2020-01-01",
        "person": ana.id,
    }
    await browser.post(f"/events/{event.public_id}/rsvp", data=data)
    assert (await answer_of(event, bo)).status == "waitlisted"  # type: ignore[union-attr]


async def test_a_machine_gets_json_and_problems(walkers: Community, bo: Person, signed_in: As) -> None:
    event = await make_event(walkers, seats=1)
    browser = await signed_in(bo)
    answer = await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going"}, headers=JSON)
    assert answer.status_code == 200 and answer.json()["answer"] == "going"
    wrong = await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "?"}, headers=JSON)
    assert wrong.status_code == 422 and wrong.headers["content-type"] == "application/problem+json"
    await db.run("UPDATE events SET status = 'cancelled' WHERE id = $1", event.id)
    late = await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "maybe"}, headers=JSON)
    assert late.status_code == 409 and "cancelled" in late.json()["detail"]


async def test_an_event_that_is_over_says_so(walkers: Community, bo: Person, signed_in: As) -> None:
    event = await make_event(walkers, seats=1)
    browser = await signed_in(bo)
    with time_machine.travel(event.starts_at + timedelta(hours=4), tick=True):
        answer = await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going"})
        assert answer.status_code == 409 and "This gathering is over" in answer.text
        assert (await browser.get(f"/events/{event.public_id}")).status_code == 200


async def test_what_one_may_not_see_one_cannot_answer(
    walkers: Community, ana: Person, cleo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    for details in ({"status": "draft"}, {"visibility": "members"}, {"visibility": "invited"}):
        event = await make_event(walkers, **details)
        browser = await signed_in(cleo)
        assert (
            await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going"})
        ).status_code == 404
        assert (await ask(client, event)).status_code == 404
    assert await Rsvp.count() == 0


async def test_get_changes_nothing_and_leads_to_the_event(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    assert (await client.get(f"/events/{event.public_id}/rsvp")).status_code == 303
    assert (await client.get(f"/events/{event.public_id}/rsvp/removal")).status_code == 405


async def test_somebody_elses_form_is_refused(walkers: Community, bo: Person, signed_in: As) -> None:
    event = await make_event(walkers)
    browser = await signed_in(bo)
    answer = await browser.post(
        f"/events/{event.public_id}/rsvp",
        data={"answer": "going"},
        headers={"origin": "https://evil.example"},
    )
    assert answer.status_code == 403 and await Rsvp.count() == 0


@pytest.mark.parametrize("answer", ["going", "maybe", "declined"])
async def test_each_answer_shows_its_words(
    walkers: Community, bo: Person, signed_in: As, answer: str
) -> None:
    event = await make_event(walkers, seats=5, guests_allowed=2)
    browser = await signed_in(bo)
    await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": answer, "guests": 1})
    words = {
        "going": "You and 1 guest: 2 seats are kept.",
        "maybe": "You may come",
        "declined": "You can’t come",
    }
    assert words[answer] in (await browser.get(f"/events/{event.public_id}")).text


async def test_who_waits_sees_their_place_and_no_names(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=1, guests_allowed=3)
    zoe = await make_person("Zoe Quartermaine")
    for person in (ana, zoe, bo):
        await seats.answer(event, person, answer="going", by=person)
    page = (await (await signed_in(bo)).get(f"/events/{event.public_id}")).text
    assert "You are number 2 in line" in page and "Quartermaine" not in page


async def test_a_party_that_does_not_fit_is_offered_to_come_with_fewer(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=3, guests_allowed=3)
    await seats.answer(event, ana, answer="going", by=ana)
    browser = await signed_in(bo)
    await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going", "guests": 3})
    assert "Come with 1 guest now" in (await browser.get(f"/events/{event.public_id}")).text
    await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going", "guests": 1})
    assert await statuses(event) == {"going": 2}


# The form's key


def key_in(page: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_a_form_that_is_sent_twice_counts_once(walkers: Community, bo: Person, signed_in: As) -> None:
    event = await make_event(walkers, seats=5, mode="in_person", guests_allowed=2)
    browser, address = await signed_in(bo), f"/events/{event.public_id}"
    page = (await browser.get(address)).text
    data = {"answer": "going", "guests": 1, "form": key_in(page)}
    answers = [(await browser.post(f"{address}/rsvp", data=data, headers=JSON)).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2] and await taken(event) == 2
    assert len(await letters_to(bo.email)) == 1
    assert key_in((await browser.get(address)).text) != key_in(page)


async def test_an_old_page_does_not_undo_a_later_answer(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=5)
    browser, address = await signed_in(bo), f"/events/{event.public_id}"
    old = {"answer": "going", "form": key_in((await browser.get(address)).text)}
    await browser.post(f"{address}/rsvp", data=old)
    await browser.post(f"{address}/rsvp/removal", data={"form": key_in((await browser.get(address)).text)})
    assert (await browser.post(f"{address}/rsvp", data=old)).status_code == 303
    assert (await answer_of(event, bo)).status == "withdrawn"  # type: ignore[union-attr]
    assert "nothing has changed. Your answer is taken back" in (await browser.get(address)).text


@pytest.mark.parametrize("key", ["", "short", "x" * 41, "'; DROP TABLE rsvps", "ключключключ"])
async def test_a_bad_key_is_none(walkers: Community, bo: Person, signed_in: As, key: str) -> None:
    event = await make_event(walkers, seats=5)
    browser = await signed_in(bo)
    for answer in ("going", "declined", "maybe"):
        data = {"answer": answer, "form": key}
        assert (await browser.post(f"/events/{event.public_id}/rsvp", data=data)).status_code == 303
        assert (await answer_of(event, bo)).status == answer  # type: ignore[union-attr]
    assert await db.value("SELECT count(*) FROM sent_forms") == 0


# Guests


async def test_guests_may_have_names(walkers: Community, bo: Person, signed_in: As) -> None:
    event = await make_event(walkers, seats=9, mode="in_person", guests_allowed=3)
    browser, address = await signed_in(bo), f"/events/{event.public_id}"
    names = " Zoe \r\n\r\nYann\tde  Vries\x07"
    await browser.post(f"{address}/rsvp", data={"answer": "going", "guests": 3, "guest_names": names})
    assert (await answer_of(event, bo)).named_guests == ["Zoe", "Yann de Vries"]  # type: ignore[union-attr]
    page = (await browser.get(address)).text
    assert "Zoe\nYann de Vries</textarea>" in page
    # What was not asked stays; with fewer guests there are fewer names.
    await browser.post(f"{address}/rsvp", data={"answer": "going", "guests": 1})
    assert (await answer_of(event, bo)).named_guests == ["Zoe"]  # type: ignore[union-attr]
    await browser.post(f"{address}/rsvp", data={"answer": "going", "guests": 1, "guest_names": ""})
    assert (await answer_of(event, bo)).named_guests == []  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("guests", "names", "sentence"),
    [
        (1, "Zoe\nYann", "You named 2 guests and bring only 1 guest"),
        (0, "Zoe", "You named 1 guest and bring nobody"),
        (2, "Z" * 61, "Please keep each under 60 letters"),
    ],
)
async def test_names_that_cannot_be_are_refused_beside_the_field(
    walkers: Community, bo: Person, signed_in: As, guests: int, names: str, sentence: str
) -> None:
    event = await make_event(walkers, seats=9, guests_allowed=3)
    browser = await signed_in(bo)
    data = {"answer": "going", "guests": guests, "guest_names": names}
    answer = await browser.post(f"/events/{event.public_id}/rsvp", data=data)
    assert answer.status_code == 422 and sentence in answer.text and 'href="#f-guest_names"' in answer.text
    assert f"{names}</textarea>" in answer.text and await Rsvp.count() == 0
    # Who cannot come need not put it right.
    declined = await browser.post(f"/events/{event.public_id}/rsvp", data={**data, "answer": "declined"})
    assert declined.status_code == 303


async def test_all_that_is_wrong_with_an_answer_is_said_at_once_to_people_and_machines(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, guests_allowed=3)
    await sheet.put(event, [sheet.AskedQuestion("text", "Which soup?", required=True)])
    with pytest.raises(NotAllowed) as refused:
        await seats.answer(event, bo, answer="going", by=bo, guests=1, guest_names="Zoe\nYann")
    (question,) = await sheet.of(event)
    assert {*refused.value.errors} == {"guest_names", sheet.field(question)}
    browser = await signed_in(bo)
    data = {"answer": "going", "guests": "x", "guest_names": "Zoe\nYann"}
    page = (await browser.post(f"/events/{event.public_id}/rsvp", data=data)).text
    for field in ("guests", "guest_names", sheet.field(question)):
        assert f'href="#f-{field}"' in page
    said = await browser.post(
        f"/events/{event.public_id}/rsvp",
        data={**data, "guests": 1},
        headers={"Accept": "application/json"},
    )
    assert said.status_code == 422 and said.json()["errors"] == refused.value.errors
    assert await Rsvp.count() == 0


async def test_a_stranger_who_mends_their_form_at_once_gets_their_letter(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, guests_allowed=1)
    data = {"name": "Nell", "email": "nell@example.org", "answer": "going", "guests": 2}
    assert (await client.post(f"/events/{event.public_id}/rsvp", data=data)).status_code == 422
    assert (
        await client.post(f"/events/{event.public_id}/rsvp", data={**data, "guests": 1})
    ).status_code == 303
    assert len(await letters_to("nell@example.org")) == 1


async def test_coming_with_fewer_keeps_the_side_and_the_first_names(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=9, online_seats=3, guests_allowed=3)
    await seats.answer(event, ana, answer="going", by=ana, online=True)
    browser, address = await signed_in(bo), f"/events/{event.public_id}"
    data = {"answer": "going", "guests": 3, "guest_names": "Zoe\nYann\nXin", "online": "true"}
    await browser.post(f"{address}/rsvp", data=data)
    page = (await browser.get(address)).text
    assert "Come with 1 guest now" in page
    form = re.search(
        r'<form method="post" action="[^"]+">\s*((?:<input[^>]+>)+)\s*<button[^>]*>.*?Come with 1', page
    )
    assert form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
    await browser.post(f"{address}/rsvp", data=fields)
    rsvp = await answer_of(event, bo)
    assert rsvp and (rsvp.status, rsvp.guests, rsvp.online, rsvp.named_guests) == ("going", 1, True, ["Zoe"])


# The room and the call


async def test_bo_moves_between_the_room_and_the_call(walkers: Community, bo: Person, signed_in: As) -> None:
    event = await make_event(walkers, seats=5, online_seats=5)
    browser, address = await signed_in(bo), f"/events/{event.public_id}"
    page = (await browser.get(address)).text
    assert "In the room" in page and "In the call" in page and page.count("5 seats left") == 2
    answer = await browser.post(f"{address}/rsvp", data={"answer": "going", "online": "true"}, headers=JSON)
    assert answer.json()["online"] is True
    assert "Come to the room instead" in (await browser.get(address)).text
    # What was not asked stays.
    answer = await browser.post(f"{address}/rsvp", data={"answer": "going"}, headers=JSON)
    assert answer.json()["online"] is True
    answer = await browser.post(f"{address}/rsvp", data={"answer": "going", "online": "false"}, headers=JSON)
    assert answer.json()["online"] is False
    assert "Join the call instead" in (await browser.get(address)).text


async def test_a_full_side_is_refused_and_everything_stays(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=5, online_seats=1)
    await seats.answer(event, ana, answer="going", by=ana, online=True)
    await seats.answer(event, bo, answer="going", by=bo)
    browser, address = await signed_in(bo), f"/events/{event.public_id}/rsvp"
    assert "Join the call instead" not in (await browser.get(f"/events/{event.public_id}")).text
    answer = await browser.post(address, data={"answer": "going", "online": "true"})
    assert answer.status_code == 409 and "Your seat in the room stays yours" in answer.text
    # Each side has a line of its own.
    waiting = await (await signed_in(dev)).post(
        address, data={"answer": "going", "online": "true"}, headers=JSON
    )
    assert waiting.json() | {"url": ""} == {
        "event": event.public_id,
        "url": "",
        "answer": "waitlisted",
        "guests": 0,
        "online": True,
        "place_in_line": 1,
    }


async def test_there_is_no_side_to_choose_where_there_is_one(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=5, mode="in_person")
    browser, address = await signed_in(bo), f"/events/{event.public_id}"
    assert 'name="online"' not in (await browser.get(address)).text
    await browser.post(f"{address}/rsvp", data={"answer": "going", "online": "true"})
    assert (await answer_of(event, bo)).online is False  # type: ignore[union-attr]
    assert (
        await browser.post(f"{address}/rsvp", data={"answer": "going", "online": "both"})
    ).status_code == 422


# Who may see it


QUESTION = "May others who come see your first name?"


def chosen(page: str) -> list[str]:
    """What is chosen of who may see that somebody comes."""
    return re.findall(r'name="listed" value="(\w+)" checked', page)


async def test_nobody_sees_that_bo_comes_until_they_say_so(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=5)
    browser, address = await signed_in(bo), f"/events/{event.public_id}"
    page = (await browser.get(address)).text
    assert QUESTION in page and chosen(page) == []
    await browser.post(f"{address}/rsvp", data={"answer": "going"})
    assert (await answer_of(event, bo)).listed == ""  # type: ignore[union-attr]
    page = (await browser.get(address)).text
    assert QUESTION in page and chosen(page) == [] and "One question for you" in page
    # The same answer again, otherwise listed: kept, and nobody is written to.
    for wish in ("nobody", "coming", "connections"):
        await browser.post(f"{address}/rsvp", data={"answer": "going", "listed": wish})
        assert (await answer_of(event, bo)).listed == wish  # type: ignore[union-attr]
        page = (await browser.get(address)).text
        assert chosen(page) == [wish] and "One question for you" not in page
    await browser.post(f"{address}/rsvp", data={"answer": "maybe"})
    assert (await answer_of(event, bo)).listed == "connections"  # type: ignore[union-attr]
    assert (
        await browser.post(f"{address}/rsvp", data={"answer": "maybe", "listed": "everybody"})
    ).status_code == 422
    assert len(await letters_to(bo.email)) == 1
    assert await db.value("SELECT count(*) FROM rsvp_changes") == 2


async def test_a_stranger_is_asked_once_and_it_stands_with_their_answer(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, seats=5)
    page = (await client.get(f"/events/{event.public_id}")).text
    assert QUESTION in page and chosen(page) == []
    await ask(client, event)
    page = (await client.get(await link_in("new@example.org"))).text
    assert QUESTION in page and chosen(page) == []
    await ask(client, event, "nora@example.org", listed="coming")
    assert chosen((await client.get(await link_in("nora@example.org"))).text) == ["coming"]


# The bar at the bottom edge of a phone


def bar(page: str) -> str:
    """What it says, or nothing."""
    return page.partition('<aside class="answer-bar"')[2].partition("</aside>")[0]


async def bar_of(event: Event, browser: httpx.AsyncClient) -> str:
    return bar((await browser.get(f"/events/{event.public_id}")).text)


async def test_the_bar_sends_what_a_member_has_to_add_nothing_to(
    walkers: Community, bo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, mode="in_person", seats=5, guests_allowed=2)
    stranger = await bar_of(event, client)
    assert '<a class="btn btn-primary" href="#answer"' in stranger and "5 seats free" in stranger
    browser = await signed_in(bo)
    first = await bar_of(event, browser)
    assert f'action="/events/{event.public_id}/rsvp"' in first and "Going" in first
    await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "maybe", "guests": 2})
    # What was said before goes along.
    again = await bar_of(event, browser)
    assert "You may come" in again and 'name="guests" value="2"' in again
    await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going", "guests": 2})
    after = await bar_of(event, browser)
    assert "You are going" in after and "<form" not in after


async def test_the_bar_leads_to_what_has_to_be_said_first(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    asking = await make_event(walkers, mode="in_person", seats=5)
    await sheet.put(asking, [sheet.AskedQuestion("text", "Which soup?", required=True)])
    browser = await signed_in(bo)
    for event in (asking, await make_event(walkers, seats=5, mode="hybrid")):
        said = await bar_of(event, browser)
        assert 'href="#answer"' in said and "<form" not in said
        page = (await browser.get(f"/events/{event.public_id}")).text
        assert " data-answering" in page and "data-open" not in page
    # Pressed without it, the form comes back open, with what is wrong beside the field.
    answer = await browser.post(
        f"/events/{asking.public_id}/rsvp", data={"answer": "going", "listed": "coming"}
    )
    assert answer.status_code == 422 and 'data-open="going"' in answer.text
    assert chosen(answer.text) == ["coming"] and "field-error" in answer.text


async def test_the_bar_says_how_it_stands_and_is_gone_where_nothing_can_be_pressed(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    full = await make_event(walkers, seats=1, mode="in_person")
    await seats.answer(full, ana, answer="going", by=ana)
    said = await bar_of(full, client)
    assert "Every seat is taken" in said and "Wait for a seat" in said
    await seats.answer(full, bo, answer="going", by=bo)
    assert "You are number 1 in line" in await bar_of(full, await signed_in(bo))
    asked = await make_event(walkers, seats=5, approval=True)
    browser = await signed_in(dev)
    assert "Ask to come" in await bar_of(asked, browser)
    rsvp = await seats.answer(asked, dev, answer="going", by=dev)
    assert "You have asked to come" in await bar_of(asked, browser)
    await approvals.decline(rsvp, by=ana)
    assert await bar_of(asked, browser) == ""
    for details in ({"status": "cancelled"}, {"answers_open_at": clock.now() + timedelta(days=1)}):
        assert await bar_of(await make_event(walkers, **details), browser) == ""
    draft = await make_event(walkers, status="draft")
    assert await bar_of(draft, await signed_in(ana)) == ""
    with time_machine.travel(full.starts_at + timedelta(days=1), tick=True):
        assert await bar_of(full, await signed_in(bo)) == ""


async def test_who_can_only_decline_is_asked_nothing_about_coming(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(
        walkers, seats=5, guests_allowed=2, answers_open_at=clock.now() + timedelta(days=1)
    )
    await invitations.invite(event, [bo], by=ana)
    page = (await (await signed_in(bo)).get(f"/events/{event.public_id}")).text
    assert "You are invited" in page and 'value="declined"' in page
    assert 'name="listed"' not in page and 'name="guests"' not in page


async def test_who_was_turned_down_is_not_shown_the_free_seats(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, mode="in_person", seats=5, approval=True)
    browser = await signed_in(bo)
    assert "free of 5" in (await browser.get(f"/events/{event.public_id}")).text
    await approvals.decline(await seats.answer(event, bo, answer="going", by=bo), by=ana)
    page = (await browser.get(f"/events/{event.public_id}")).text
    assert "could not take you" in page and "free of 5" not in page


async def test_nothing_but_an_answer_can_be_sent(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=5, approval=True)
    browser = await signed_in(bo)
    extra = {
        "role": "owner",
        "status": "going",
        "confirmed": "true",
        "approved": "true",
        "approved_at": "2020-01-01",
    }
    await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going", **extra, "by": ana.id})
    rsvp = await answer_of(event, bo)
    assert rsvp and (rsvp.status, rsvp.approved_at, rsvp.answered_by) == ("requested", None, bo.id)
