"""Still coming? One letter, two days before, that needs no answer."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
import time_machine

from events.tables import Event
from members.letters import letters_wanted
from members.tables import Community, Person
from rsvps import jobs
from rsvps.seating import seats
from server import db
from tests.gatherings import make_event
from tests.ground import letters_to, text_of
from tests.rsvps.gatherings import answer_of, statuses

SUBJECT = "Still coming? A walk along the river"


@pytest_asyncio.fixture(loop_scope="session")
async def event(walkers: Community, bo: Person) -> Event:
    """A gathering with seats, to which bo is going."""
    event = await make_event(walkers, seats=3, online_seats=None)
    await seats.answer(event, bo, answer="going", by=bo)
    return event


async def asked(person: Person) -> int:
    """How often somebody has been asked, once the clock has done its work; it does it twice."""
    for _ in range(2):
        await jobs.ask_who_is_still_coming()
        await jobs.remind()
    return [letter["Subject"] for letter in await letters_to(person.email)].count(SUBJECT)


def before(event: Event, **hours: float) -> Any:
    """So long before the start."""
    return time_machine.travel(event.starts_at - timedelta(**hours), tick=False)


async def test_who_has_a_seat_is_asked_once_two_days_before(event: Event, bo: Person) -> None:
    with before(event, hours=48, minutes=1):
        assert await asked(bo) == 0
    with before(event, hours=48):
        assert await asked(bo) == 1
    with before(event, hours=30):
        assert await asked(bo) == 1


async def test_the_reminder_still_comes(event: Event, bo: Person) -> None:
    with before(event, hours=48):
        await asked(bo)
    with before(event, hours=24):
        await asked(bo)
    found = [letter["Subject"] for letter in await letters_to(bo.email)]
    assert found[1:] == [SUBJECT, "Tomorrow: A walk along the river"]


async def test_giving_the_place_away_is_one_press_and_looking_is_none(
    event: Event, bo: Person, client: httpx.AsyncClient
) -> None:
    with before(event, hours=47):
        await asked(bo)
        letter = (await letters_to(bo.email))[-1]
        assert letter["Subject"] == SUBJECT and letter["List-Unsubscribe-Post"]
        assert "In 2 days" in text_of(letter) and "your place stays yours" in text_of(letter)
        found = re.search(r"http://\S+/rsvp/\S+", text_of(letter))
        assert found
        page = await client.get(found[0])
        assert "You are going" in page.text and await statuses(event) == {"going": 1}
        assert (await client.post(found[0], data={"answer": "withdrawn"})).status_code == 303
    assert await statuses(event) == {"withdrawn": 1}


async def answered_lately(event: Event, bo: Person) -> None:
    with before(event, hours=60):
        await seats.withdraw(event, bo, by=bo)
        await seats.answer(event, bo, answer="going", by=bo)


async def may_come(event: Event, bo: Person) -> None:
    await seats.answer(event, bo, answer="maybe", by=bo)


async def without_a_limit(event: Event, bo: Person) -> None:
    await db.run("UPDATE seat_pools SET seats = NULL WHERE event = $1 AND NOT online", event.id)


async def in_a_call_without_a_limit(event: Event, bo: Person) -> None:
    await seats.answer(event, bo, answer="going", by=bo, online=True)


async def wants_no_reminders(event: Event, bo: Person) -> None:
    await letters_wanted.refuse(bo.id, letters_wanted.REMINDERS)


async def cancelled(event: Event, bo: Person) -> None:
    await db.run("UPDATE events SET status = 'cancelled' WHERE id = $1", event.id)


@pytest.mark.parametrize(
    "meanwhile",
    [answered_lately, may_come, without_a_limit, in_a_call_without_a_limit, wants_no_reminders, cancelled],
    ids=lambda meanwhile: meanwhile.__name__,
)
async def test_others_are_not_asked(
    event: Event, bo: Person, meanwhile: Callable[[Event, Person], Awaitable[None]]
) -> None:
    await meanwhile(event, bo)
    for hours in (48, 36, 27):
        with before(event, hours=hours):
            assert await asked(bo) == 0


async def limit(event: Event, *, online: bool) -> None:
    """An organiser gives a side a limit that it did not have."""
    await db.run("UPDATE seat_pools SET seats = 3 WHERE event = $1 AND online = $2", event.id, online)


@pytest.mark.parametrize("online", [False, True], ids=["room", "call"])
async def test_who_comes_to_what_gets_a_limit_is_asked_then(
    walkers: Community, bo: Person, online: bool
) -> None:
    event = await make_event(walkers, seats=None, online_seats=None)
    await seats.answer(event, bo, answer="going", by=bo, online=online)
    with before(event, hours=47):
        assert await asked(bo) == 0
    with before(event, hours=40):
        await limit(event, online=not online)
        assert await asked(bo) == 0
        await limit(event, online=online)
        assert await asked(bo) == 1
    with before(event, hours=30):
        assert await asked(bo) == 1


async def test_who_comes_to_the_room_instead_is_asked_then(event: Event, bo: Person) -> None:
    await seats.answer(event, bo, answer="going", by=bo, online=True)
    with before(event, hours=47):
        assert await asked(bo) == 0
    await seats.answer(event, bo, answer="going", by=bo, online=False)
    with before(event, hours=46):
        assert await asked(bo) == 1


async def test_who_moves_up_from_the_line_is_asked(walkers: Community, bo: Person, dev: Person) -> None:
    event = await make_event(walkers, mode="in_person", seats=1)
    for person in (bo, dev):
        await seats.answer(event, person, answer="going", by=person)
    await seats.withdraw(event, bo, by=bo)
    with before(event, hours=48):
        assert [await asked(bo), await asked(dev)] == [0, 1]


async def test_it_comes_two_days_before_the_gathering_as_it_is_now(event: Event, bo: Person) -> None:
    for days in (5, -2):
        moved = event.starts_at + timedelta(days=days)
        await db.run("UPDATE events SET starts_at = $2, ends_at = NULL WHERE id = $1", event.id, moved)
        with time_machine.travel(moved - timedelta(hours=48, minutes=1), tick=False):
            assert await asked(bo) == 0
    with time_machine.travel(moved - timedelta(hours=48), tick=False):
        assert await asked(bo) == 1


async def test_what_is_on_again_is_asked_about(event: Event, bo: Person) -> None:
    for status, times in (("cancelled", 0), ("published", 1)):
        await db.run("UPDATE events SET status = $2 WHERE id = $1", event.id, status)
        with before(event, hours=40):
            assert await asked(bo) == times


async def test_nobody_gets_it_within_two_hours_of_a_reminder(event: Event, bo: Person) -> None:
    with before(event, hours=25, minutes=59):
        assert await asked(bo) == 0
    with before(event, hours=24):
        await asked(bo)
        moved = event.starts_at + timedelta(hours=20)
        await db.run("UPDATE events SET starts_at = $2, ends_at = NULL WHERE id = $1", event.id, moved)
        assert await asked(bo) == 0
    with time_machine.travel(event.starts_at - timedelta(hours=21, minutes=59), tick=False):
        assert await asked(bo) == 1


async def test_no_reminder_comes_within_two_hours_of_it(event: Event, bo: Person) -> None:
    def subjects(letters: list[Any]) -> list[str]:
        return [letter["Subject"] for letter in letters][1:]

    with before(event, hours=48):
        await asked(bo)
        sooner = event.starts_at - timedelta(hours=30)
        await db.run("UPDATE events SET starts_at = $2, ends_at = NULL WHERE id = $1", event.id, sooner)
        await asked(bo)
        assert subjects(await letters_to(bo.email)) == [SUBJECT]
    with before(event, hours=46):
        await asked(bo)
        assert len(subjects(await letters_to(bo.email))) == 2


async def test_it_is_asked_again_only_when_the_gathering_moved_far(event: Event, bo: Person) -> None:
    with before(event, hours=48):
        assert await asked(bo) == 1
    for days, expected in ((0.4, 1), (3, 2)):
        moved = event.starts_at + timedelta(days=days)
        await db.run("UPDATE events SET starts_at = $2, ends_at = NULL WHERE id = $1", event.id, moved)
        with time_machine.travel(moved - timedelta(hours=48), tick=False):
            assert await asked(bo) == expected


async def test_silence_changes_nothing(event: Event, bo: Person) -> None:
    earlier = await answer_of(event, bo)
    with before(event, hours=48):
        await asked(bo)
    with before(event, hours=-1):
        await asked(bo)
    now = await answer_of(event, bo)
    assert earlier and now and (now.status, now.answered_at) == (earlier.status, earlier.answered_at)
