"""Who has come: marks at the door, over HTTP, in whichever order and however often they arrive."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
import time_machine

from followups.hosts import queries as followups
from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.door import arrivals, doors, queries, store
from rsvps.seating import seats
from rsvps.tables import Arrival, Rsvp
from server import clock, db
from tests.gatherings import make_event
from tests.ground import forget_what_has_had_its_time, letters_to, text_of
from tests.people import As, make_person
from tests.rsvps.door.phone import JSON, AtTheDoor
from tests.rsvps.gatherings import answer_of, open_door, taken


@pytest_asyncio.fixture(loop_scope="session")
async def at_the_door(walkers: Community, ana: Person, client: httpx.AsyncClient) -> AtTheDoor:
    event = await make_event(walkers, seats=10, guests_allowed=3)
    door, secret = await open_door(event, by=ana)
    return AtTheDoor(client, event, door, secret)


@pytest_asyncio.fixture(loop_scope="session")
async def bos(at_the_door: AtTheDoor, bo: Person) -> Rsvp:
    return await seats.answer(at_the_door.event, bo, answer="going", guests=2, by=bo)


async def arrival() -> Arrival | None:
    found: Arrival | None = await Arrival.objects().first()
    return found


async def test_bo_is_here_with_one_of_two_guests_and_no_seat_moves(at_the_door: AtTheDoor, bos: Rsvp) -> None:
    answer = (await at_the_door.press(bos, guests=1)).json()
    assert answer["person"]["here"]["guests"] == 1 and answer["already"] is False
    assert answer["counts"] == {"here": 2, "expected": 3, "walked_in": 0}
    there = await arrival()
    assert there and (there.rsvp, there.door, there.guests, there.seen_by) == (
        bos.id, at_the_door.door.id, 1, None,
    )  # fmt: skip
    assert await taken(at_the_door.event) == 3


async def test_each_gathering_counts_those_who_came_to_it(
    at_the_door: AtTheDoor, bos: Rsvp, walkers: Community, bo: Person, dev: Person
) -> None:
    other = await make_event(walkers)
    for person in (bo, dev):
        rsvp = await seats.answer(other, person, answer="going", by=person)
        await store.write_arrival(rsvp.id, person.id, None, 0, None)
    assert (await queries.counts_at_door(at_the_door.event.id)).here == 0
    await at_the_door.press(bos, guests=2)
    assert (await queries.counts_at_door(at_the_door.event.id)).here == 3
    assert (await queries.counts_at_door(other.id)).here == 2


async def test_marked_twice_says_since_when_and_sent_twice_says_nothing(
    at_the_door: AtTheDoor, bos: Rsvp
) -> None:
    with time_machine.travel(at_the_door.event.starts_at, tick=False) as clock_hand:
        await at_the_door.press(bos, key="a-key-of-this-phone")
        clock_hand.shift(timedelta(minutes=9))
        assert (await at_the_door.press(bos, key="a-key-of-this-phone")).json()["already"] is False
        again = (await at_the_door.press(bos, key="a-key-of-another-phone")).json()
    assert again["already"] is True and again["said"] == "Bo: already in at 18:30."
    assert await db.value("SELECT count(*) FROM door_marks") == 2
    assert await Arrival.count() == 1


async def test_of_two_marks_the_one_pressed_later_counts(at_the_door: AtTheDoor, bos: Rsvp) -> None:
    pressed = clock.now() + timedelta(minutes=5)
    with time_machine.travel(pressed + timedelta(minutes=10), tick=False):
        await at_the_door.press(bos, at=pressed)
        late = (await at_the_door.press(bos, "undo", at=pressed - timedelta(minutes=1))).json()
        assert late["overtaken"] is True and late["person"]["here"]
        await at_the_door.press(bos, "undo", at=pressed + timedelta(minutes=1))
        assert await arrival() is None
        await at_the_door.press(bos, "here", at=pressed)  # Sent once more, with another key: still older.
        assert await arrival() is None


@pytest.mark.parametrize("wrong", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=-4000)], ids=str)
async def test_a_phone_whose_clock_is_wrong_presses_like_any_other(
    at_the_door: AtTheDoor, bos: Rsvp, wrong: timedelta
) -> None:
    with time_machine.travel(at_the_door.event.starts_at, tick=False) as hand:

        async def on_that_phone(act: str, ago: timedelta = timedelta(), **fields: Any) -> dict[str, Any]:
            sent = clock.now() + wrong
            answer = await at_the_door.press(bos, act, at=sent - ago, sent=sent.isoformat(), **fields)
            return dict(answer.json())

        await on_that_phone("here")
        hand.shift(timedelta(minutes=2))
        await at_the_door.press(bos, "undo")
        hand.shift(timedelta(minutes=2))
        assert (await on_that_phone("here", key="pressed-after-the-undo"))["overtaken"] is False
        there = await arrival()
        assert there and there.arrived_at == clock.now()
        # What it kept while it had no connection is as old as it is; and sent again it is nothing new.
        assert (await on_that_phone("undo", timedelta(minutes=3)))["overtaken"] is True
        hand.shift(timedelta(minutes=2))
        await at_the_door.press(bos, "undo")
        await on_that_phone("here", key="pressed-after-the-undo")
        assert await arrival() is None


async def test_who_has_seen_a_mark_presses_later_whatever_clocks_say(
    at_the_door: AtTheDoor, bos: Rsvp
) -> None:
    with time_machine.travel(at_the_door.event.starts_at, tick=False) as hand:
        await at_the_door.press(bos)
        before = (await at_the_door.look())["since"]
        hand.shift(timedelta(minutes=9))
        await at_the_door.press(bos, "undo")
        seen = (await at_the_door.look(before))["since"]
        hand.shift(timedelta(minutes=1))
        # Its clock jumped by an hour between the press and the sending.
        jumped = {"at": clock.now() - timedelta(hours=1), "sent": clock.now().isoformat()}
        assert (await at_the_door.press(bos, **jumped, since=before)).json()["overtaken"] is True
        assert (await at_the_door.press(bos, **jumped, since=seen)).json()["overtaken"] is False
        assert await arrival()
        # A press of before that, which comes only now, is older than both.
        old = {"at": clock.now() - timedelta(minutes=5), "sent": clock.now().isoformat()}
        assert (await at_the_door.press(bos, "undo", **old, since=before)).json()["overtaken"] is True


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
@pytest.mark.parametrize("sent", ["", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_no_clock_is_too_wrong(at_the_door: AtTheDoor, bos: Rsvp, at: str, sent: str) -> None:
    answer = await at_the_door.press(bos, at=at, **({"sent": sent} if sent else {}), since="1.x.3")
    there = await arrival()
    assert answer.status_code == 200
    assert there and at_the_door.door.created_at <= there.arrived_at <= clock.now()


@pytest.mark.parametrize("away", [timedelta(days=-400), timedelta(days=400)], ids=["long ago", "to come"])
async def test_a_clock_that_is_wrong_is_put_right(at_the_door: AtTheDoor, bos: Rsvp, away: timedelta) -> None:
    await at_the_door.press(bos, at=clock.now() + away)
    there = await arrival()
    assert there and at_the_door.door.created_at <= there.arrived_at <= clock.now()


async def test_arrived_is_when_bo_came_and_not_when_a_phone_could_send_it(
    at_the_door: AtTheDoor, bos: Rsvp, ana: Person, signed_in: As
) -> None:
    came = at_the_door.event.starts_at
    browser, event = await signed_in(ana), f"/events/{at_the_door.event.public_id}"
    with time_machine.travel(came + timedelta(minutes=20), tick=False):
        await at_the_door.press(bos, guests=2)  # The second door sees him on his way back from the garden.
    with time_machine.travel(came + timedelta(hours=2), tick=False):
        now = clock.now()
        late = (await at_the_door.press(bos, guests=0, at=came, sent=now.isoformat())).json()
        assert late["person"]["here"] == {"at": came.isoformat(), "guests": 2} and not late["overtaken"]
        assert "Came at 18:30" in (await browser.get(f"{event}/people")).text
        assert "Came at 18:30" in (await browser.get(f"{event}/arrivals")).text
        assert f"{came:%Y-%m-%d} 18:30" in (await browser.get(f"{event}/people.csv")).text
        # He had gone, and came again: what was before that is another time.
        await at_the_door.press(bos, "undo", at=now - timedelta(minutes=30), sent=now.isoformat())
        await at_the_door.press(bos, at=now - timedelta(minutes=10), sent=now.isoformat())
        await at_the_door.press(bos, at=came + timedelta(minutes=5), sent=now.isoformat())
    there = await arrival()
    assert there and there.arrived_at == came + timedelta(hours=1, minutes=50)


async def test_a_hosts_word_has_no_time_until_a_door_knows_it(
    at_the_door: AtTheDoor, bos: Rsvp, ana: Person, signed_in: As
) -> None:
    came, event = at_the_door.event.starts_at, f"/events/{at_the_door.event.public_id}"
    browser = await signed_in(ana)
    with time_machine.travel(came + timedelta(days=1), tick=False):
        await browser.post(f"/rsvps/{bos.public_id}/arrival")
        there = await arrival()
        assert there and there.arrived_at is None
        assert "Noted by Ana" in (await browser.get(f"{event}/arrivals")).text
        assert "Was there, noted by Ana" in (await browser.get(f"/rsvps/{bos.public_id}")).text
        assert "Was there" in (await browser.get(f"{event}/people")).text
        assert ",was there" in (await browser.get(f"{event}/people.csv")).text
    with time_machine.travel(came + timedelta(minutes=1), tick=False):
        assert (await at_the_door.look())["people"][0]["here"]["unknown"] is True
        assert ">In</span>" in (await at_the_door.client.get(at_the_door.address)).text
        await at_the_door.press(bos)
    there = await arrival()
    assert there and there.arrived_at == came + timedelta(minutes=1) and there.seen_by == ana.id


async def test_long_before_the_start_one_is_asked_first(at_the_door: AtTheDoor, bos: Rsvp) -> None:
    phone, event = at_the_door.client, at_the_door.event
    here = {"act": "here", "rsvp": bos.public_id, "guests": "1", "q": "bo", "asks": "true"}
    with time_machine.travel(event.starts_at - timedelta(hours=3, minutes=1), tick=False):
        await phone.get(at_the_door.address)
        for address in (at_the_door.address, f"/arrivals/{bos.public_id}"):
            asked = await phone.post(address, data=here)
            assert asked.status_code == 200 and "Check Bo in already?" in asked.text
            assert f"It starts {arrivals.starts(event)}" in asked.text and await arrival() is None
            assert 'name="sure" value="true"' in asked.text and 'name="guests" value="1"' in asked.text
        assert (await phone.post(at_the_door.address, data=here, headers=JSON)).status_code == 409
        assert (await phone.post(at_the_door.address, data={**here, "sure": "true"})).status_code == 303
        there = await arrival()
        assert there and there.guests == 1
        again = await phone.post(at_the_door.address, data=here, headers=JSON)
        assert again.json()["already"] is True  # Who is in need not be asked about.
        undone = await phone.post(at_the_door.address, data={**here, "act": "undo"}, headers=JSON)
        assert undone.status_code == 200 and await arrival() is None
    with time_machine.travel(event.starts_at - timedelta(hours=3), tick=False):
        assert (await phone.post(at_the_door.address, data=here)).status_code == 303


async def test_a_phone_with_an_older_page_is_not_asked_what_it_cannot_answer(
    at_the_door: AtTheDoor, bos: Rsvp
) -> None:
    with time_machine.travel(at_the_door.event.starts_at - timedelta(hours=5), tick=False):
        assert (await at_the_door.press(bos)).status_code == 200 and await arrival()


async def test_an_undo_leaves_an_organisers_word(at_the_door: AtTheDoor, bos: Rsvp, ana: Person) -> None:
    await db.run(
        "INSERT INTO arrivals (rsvp, seen_by, guests, arrived_at) VALUES ($1, $2, 0, $3)",
        bos.id,
        ana.id,
        clock.now(),
    )
    answer = (await at_the_door.press(bos, "undo")).json()
    assert answer["held"] is True and await arrival()


async def test_whoever_answered_may_come_and_who_was_only_typed_is_not_known(
    at_the_door: AtTheDoor, dev: Person, bos: Rsvp
) -> None:
    event = at_the_door.event
    maybe = await seats.answer(event, dev, answer="maybe", by=dev)
    await by_letter.ask(event, name="Typed Tom", email="tom@example.org", answer="going", guests=0)
    typed = await Rsvp.objects().get(Rsvp.confirmed_at.is_null())
    whole = await at_the_door.client.get(at_the_door.address)
    assert "Bo" in whole.text and "Dev" not in whole.text and "Typed Tom" not in whole.text
    found = await at_the_door.client.get(at_the_door.address, params={"q": "DÉV"})
    assert "Dev" in found.text and "Maybe" in found.text
    assert (await at_the_door.press(maybe)).status_code == 200
    assert (await at_the_door.press(typed)).status_code == 404  # type: ignore[arg-type]
    listed = await at_the_door.look()
    assert {person["name"] for person in listed["people"]} == {"Bo", "Dev"}


async def test_nobody_of_another_gathering_is_marked(
    at_the_door: AtTheDoor, walkers: Community, dev: Person
) -> None:
    elsewhere = await make_event(walkers)
    other = await seats.answer(elsewhere, dev, answer="going", by=dev)
    answer = await at_the_door.press(other)
    assert answer.status_code == 404 and "Dev" not in answer.text
    assert await arrival() is None


@pytest.mark.parametrize(
    "fields",
    [
        {"guests": "many"},
        {"guests": "-1"},
        {"guests": "21"},
        {"at": "yesterday"},
        {"at": "2026-11-22T10:00:00"},
        {"act": "dance"},
        {"rsvp": ""},
    ],
    ids=str,
)
async def test_rubbish_is_refused(at_the_door: AtTheDoor, bos: Rsvp, fields: dict[str, str]) -> None:
    answer = await at_the_door.client.post(
        at_the_door.address, data={"act": "here", "rsvp": bos.public_id, **fields}, headers=JSON
    )
    assert answer.status_code == 422
    assert await arrival() is None


async def test_who_walks_in_takes_no_promised_seat_and_is_written_down_once(at_the_door: AtTheDoor) -> None:
    walk_in = {"act": "walk-in", "name": "Zoe <b>", "guests": "1", "key": "key-of-a-walk-in", "q": "zo"}
    for _ in range(2):
        answer = await at_the_door.client.post(at_the_door.address, data=walk_in)
        assert answer.status_code == 303 and answer.headers["location"].endswith("?q=zo#walk-ins")
    assert await db.value("SELECT count(*) FROM walk_ins") == 1
    assert await taken(at_the_door.event) == 0
    assert "Zoe &lt;b&gt;" in (await at_the_door.client.get(at_the_door.address)).text
    removal = {"act": "walk-in-removal", "key": "key-of-a-walk-in"}
    for data in (removal, walk_in):  # And the first one, sent late, is not new.
        await at_the_door.client.post(at_the_door.address, data=data)
    assert (await at_the_door.look())["walk_ins"] == []
    nameless = await at_the_door.client.post(
        at_the_door.address, data={"act": "walk-in", "name": "", "guests": "3"}
    )
    assert nameless.status_code == 422 and 'value="3"' in nameless.text


async def test_a_plain_form_comes_back_to_the_same_search(at_the_door: AtTheDoor, bos: Rsvp) -> None:
    answer = await at_the_door.client.post(
        at_the_door.address, data={"act": "here", "rsvp": bos.public_id, "q": "b", "guests": "2"}
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{at_the_door.address}?q=b#{bos.public_id}"
    page = await at_the_door.client.get(answer.headers["location"])
    assert "Bo is here with 2 guests." in page.text and "Undo" in page.text


async def test_bos_code_shows_bo_only_to_a_phone_that_works_the_door(
    at_the_door: AtTheDoor, bos: Rsvp, bo: Person, signed_in: As
) -> None:
    stranger = await signed_in(await make_person("Eve"))
    code = f"/arrivals/{bos.public_id}"
    known, unknown = await stranger.get(code), await stranger.get("/arrivals/abcdefghjkmn")
    assert known.status_code == unknown.status_code == 200
    assert ">Bo" not in known.text and "Show this at the door" in known.text
    assert (await stranger.post(code, data={"act": "here", "rsvp": "x"})).status_code == 404
    assert (await stranger.get("/arrivals/no-code")).status_code == 404
    phone = at_the_door.client
    await phone.get(at_the_door.address)
    assert '<h1 dir="auto">Bo' in (await phone.get(code)).text
    pressed = await phone.post(code, data={"act": "here", "rsvp": bos.public_id, "guests": "2"})
    assert pressed.status_code == 303
    assert "Already in at" in (await phone.get(code)).text
    assert (await phone.get("/arrivals/abcdefghjkmn")).status_code == 404
    await doors.revoke(at_the_door.event, at_the_door.door.public_id)
    assert ">Bo" not in (await phone.get(code)).text
    assert (
        "Your code for the door"
        in (await (await signed_in(bo)).get(f"/events/{at_the_door.event.public_id}")).text
    )


async def test_bos_letter_brings_the_code_along(at_the_door: AtTheDoor, bos: Rsvp) -> None:
    letter = (await letters_to("bo@example.org"))[-1]
    assert f"/arrivals/{bos.public_id}" in text_of(letter)
    assert 'src="cid:code"' in text_of(letter, "text/html")
    (picture,) = [part for part in letter.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<code>" and picture.get_payload(decode=True).startswith(b"\x89PNG")  # type: ignore[union-attr]


async def test_who_joins_by_the_call_has_no_code(at_the_door: AtTheDoor, dev: Person) -> None:
    await seats.answer(at_the_door.event, dev, answer="going", online=True, by=dev)
    assert "/arrivals/" not in text_of((await letters_to("dev@example.org"))[-1])


async def test_organisers_see_who_was_there(
    at_the_door: AtTheDoor, bos: Rsvp, ana: Person, signed_in: As
) -> None:
    address, browser = f"/events/{at_the_door.event.public_id}/people", await signed_in(ana)
    with time_machine.travel(at_the_door.event.starts_at, tick=False):
        await at_the_door.press(bos)
    assert "Came at 18:30" in (await browser.get(address)).text
    with time_machine.travel(at_the_door.event.starts_at + timedelta(minutes=1), tick=False):
        await at_the_door.press(bos, "undo")
    assert "Came at" not in (await browser.get(address)).text


async def test_the_morning_after_knows_who_was_let_in(
    at_the_door: AtTheDoor, bos: Rsvp, ana: Person, dev: Person
) -> None:
    maybe = await seats.answer(at_the_door.event, dev, answer="maybe", by=dev)
    for rsvp in (bos, maybe):
        await at_the_door.press(rsvp)
    came = (await followups.came(at_the_door.event, seen_by=ana)).rows
    assert {(one.name, one.arrived, one.by_themselves) for one in came} == {
        ("Bo", True, False),
        ("Dev", True, False),
    }
    await at_the_door.press(maybe, "undo")
    came = (await followups.came(at_the_door.event, seen_by=ana)).rows
    assert {one.name for one in came} == {"Bo"}


async def test_what_was_noted_is_forgotten_in_time_and_that_bo_came_is_not(
    at_the_door: AtTheDoor, bos: Rsvp, bo: Person
) -> None:
    event = at_the_door.event
    await at_the_door.press(bos)
    await arrivals.walk_in(at_the_door.door, "Zoe")
    kept = event.over_at + timedelta(days=30)
    for moment, left in ((kept - timedelta(minutes=1), 1), (kept + timedelta(minutes=1), 0)):
        with time_machine.travel(moment, tick=False):
            await forget_what_has_had_its_time()
        assert await db.value("SELECT count(*) FROM door_marks") == left
        assert await db.value("SELECT count(*) FROM walk_ins") == left
    assert await Arrival.count() == 1 and await answer_of(event, bo)
