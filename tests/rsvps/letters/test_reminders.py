"""Reminders: once, a day before, to whoever comes and wants them."""

from datetime import timedelta
from typing import Any

import time_machine

from events.tables import Event
from members.letters import letters_wanted
from members.tables import Community, Person
from rsvps import jobs
from rsvps.hosting import invitations
from rsvps.seating import seats
from server import db
from tests.gatherings import make_event
from tests.ground import letters_to, text_of


async def say(event: Event, person: Person, answer: Any = "going", guests: int = 0) -> None:
    await seats.answer(event, person, answer=answer, guests=guests, by=person)


# Reminders


async def reminded(person: Person) -> int:
    await jobs.remind()
    return sum(
        "reminder" in text_of(letter).rpartition("\n--")[2] for letter in await letters_to(person.email)
    )


async def test_who_is_going_is_reminded_once_a_day_before(
    walkers: Community, bo: Person, cleo: Person
) -> None:
    event = await make_event(walkers)
    await say(event, bo)
    await say(event, cleo, "declined")
    with time_machine.travel(event.starts_at - timedelta(hours=24, minutes=1), tick=False):
        assert await reminded(bo) == 0
    with time_machine.travel(event.starts_at - timedelta(hours=24), tick=False):
        assert [await reminded(bo), await reminded(bo), await reminded(cleo)] == [1, 1, 0]
        letter = (await letters_to(bo.email))[-1]
        assert letter["Subject"] == "Tomorrow: A walk along the river"
        assert letter["List-Unsubscribe"] and letter["List-Unsubscribe-Post"]
    with time_machine.travel(event.starts_at - timedelta(hours=3), tick=False):
        assert await reminded(bo) == 1


async def test_who_answered_within_two_hours_is_not_reminded_yet(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    with time_machine.travel(event.starts_at - timedelta(hours=25), tick=False):
        await say(event, bo)
    with time_machine.travel(event.starts_at - timedelta(hours=23, minutes=1), tick=False):
        assert await reminded(bo) == 0
    with time_machine.travel(event.starts_at - timedelta(hours=22, minutes=59), tick=False):
        assert await reminded(bo) == 1


async def test_a_reminder_moves_with_the_event(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    await say(event, bo)
    with time_machine.travel(event.starts_at - timedelta(hours=24), tick=False):
        assert await reminded(bo) == 1
        later = event.starts_at + timedelta(days=3)
        await db.run("UPDATE events SET starts_at = $2, ends_at = NULL WHERE id = $1", event.id, later)
        assert await reminded(bo) == 1
    with time_machine.travel(later - timedelta(hours=24), tick=False):
        assert await reminded(bo) == 2
        await db.run("UPDATE events SET starts_at = $2 WHERE id = $1", event.id, later + timedelta(hours=1))
    with time_machine.travel(later - timedelta(hours=23), tick=False):
        assert await reminded(bo) == 2


async def test_nobody_is_reminded_of_what_has_begun_or_is_cancelled(
    walkers: Community, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers)
    await say(event, bo)
    with time_machine.travel(event.starts_at, tick=False):
        assert await reminded(bo) == 0
    with time_machine.travel(event.starts_at - timedelta(hours=20), tick=False):
        await jobs.remind()  # Written down, and overtaken by the start before it is sent.
    with time_machine.travel(event.starts_at + timedelta(minutes=1), tick=False):
        assert await reminded(bo) == 0
    other = await make_event(walkers)
    await say(other, dev)
    await db.run("UPDATE events SET status = 'cancelled' WHERE id = $1", other.id)
    with time_machine.travel(event.starts_at - timedelta(hours=20), tick=False):
        assert await reminded(dev) == 0


async def test_a_reminder_comes_a_day_before_the_event_as_it_is_now(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    await say(event, bo)
    for days in (5, -2):
        moved = event.starts_at + timedelta(days=days)
        await db.run("UPDATE events SET starts_at = $2, ends_at = NULL WHERE id = $1", event.id, moved)
        with time_machine.travel(moved - timedelta(hours=24, minutes=1), tick=False):
            assert await reminded(bo) == 0
    with time_machine.travel(moved - timedelta(hours=24), tick=False):
        assert await reminded(bo) == 1


async def test_what_is_on_again_is_reminded_of(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    await say(event, bo)
    for status, times in (("cancelled", 0), ("published", 1)):
        await db.run("UPDATE events SET status = $2 WHERE id = $1", event.id, status)
        with time_machine.travel(event.starts_at - timedelta(hours=20), tick=False):
            assert await reminded(bo) == times


async def test_whoever_comes_after_all_is_reminded(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, mode="in_person", seats=1)
    for person in (bo, dev):
        await say(event, person)  # dev waits.
    await invitations.invite(event, [ana], by=ana)
    await seats.withdraw(event, bo, by=bo)
    await say(event, ana, "maybe")
    with time_machine.travel(event.starts_at - timedelta(hours=20), tick=False):
        assert [await reminded(person) for person in (ana, bo, dev)] == [1, 0, 1]


async def test_who_comes_back_to_what_has_moved_meanwhile_is_reminded(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    await say(event, bo)
    await seats.withdraw(event, bo, by=bo)
    moved = event.starts_at + timedelta(days=3)
    await db.run("UPDATE events SET starts_at = $2, ends_at = NULL WHERE id = $1", event.id, moved)
    await say(event, bo)
    with time_machine.travel(moved - timedelta(hours=24), tick=False):
        assert await reminded(bo) == 1


async def test_who_wants_no_reminders_gets_none(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    await say(event, bo)
    await letters_wanted.refuse(bo.id, letters_wanted.REMINDERS)
    with time_machine.travel(event.starts_at - timedelta(hours=20), tick=False):
        assert await reminded(bo) == 0
