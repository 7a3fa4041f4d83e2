"""Answers that are decided together in the database come out as they do one at a time, in every detail."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from events.tables import Event
from members.tables import Community, Person
from rsvps.seating import seats
from rsvps.seating.rules import Answer
from server import clock, db
from server.errors import Refusal
from tests.gatherings import make_event
from tests.rsvps.gatherings import make_people

pytestmark = pytest.mark.slow

OWN = ("going", "going", "going", "maybe", "declined", "withdrawn")
HOSTS = ("approved", "approved", "turned_down", "first", "added")


def some_answers(dice: random.Random, people: Sequence[Person], host: Person) -> list[Answer]:
    """What people and the host may say in a while."""
    return [_one(dice, dice.choice(people), host) for _ in range(dice.randint(1, 20))]


def _one(dice: random.Random, person: Person, host: Person) -> Answer:
    form = dice.choice(["", "", f"form-of-{person.id:08}"])
    answer = Answer(
        person.id,
        dice.choice(OWN),  # type: ignore[arg-type]
        dice.choice((0, 0, 1, 3)),
        by=person.id,
        online=dice.choice((True, False)),
        guest_names=dice.choice((None, "Mia\nOle")),
        listed=dice.choice((None, "coming")),
        form=form,
    )
    if dice.random() < 0.2:
        return replace(answer, wish=dice.choice(HOSTS), by=host.id, form="", note="because")  # type: ignore[arg-type]
    if dice.random() < 0.1 and answer.wish != "withdrawn":
        return replace(answer, confirmed=False, by=None, form="")
    return answer


async def outcome(event: Event) -> tuple[list[object], ...]:
    """All that is written about the answers to an event, without the moments and the numbers of rows."""
    answers = await db.rows(
        """
        SELECT person, status, guests, guest_names, online, listed, skipped, wanted, approved_at IS NULL, answered_by,
            confirmed_at IS NULL, offer_until IS NULL, rank() OVER (ORDER BY queued NULLS FIRST) AS place
        FROM rsvps WHERE event = $1 ORDER BY person
        """,
        event.id,
    )
    history = await db.rows(
        """
        SELECT person, by, from_status, to_status, from_guests, to_guests, to_online, note
        FROM rsvp_changes JOIN rsvps ON rsvps.id = rsvp WHERE event = $1 ORDER BY rsvp_changes.id
        """,
        event.id,
    )
    forms = await db.rows(
        "SELECT person, key FROM sent_forms JOIN rsvps ON rsvps.id = rsvp WHERE event = $1 ORDER BY 1, 2",
        event.id,
    )
    seats = await db.rows(
        "SELECT taken, reserving FROM seat_pools WHERE event = $1 ORDER BY online", event.id
    )
    return tuple([tuple(row) for row in rows] for rows in (answers, history, forms, seats))


@pytest.mark.parametrize("seed", range(12))
async def test_together_is_one_at_a_time(seed: int, walkers: Community, ana: Person) -> None:
    dice = random.Random(seed)
    people = await make_people(12)
    starts = clock.now() + timedelta(hours=dice.choice((5, 100)))
    rules: dict[str, Any] = {
        "mode": dice.choice(("hybrid", "in_person")),
        "seats": dice.choice((3, 6, None)),
        "online_seats": dice.choice((2, 5, None)),
        "guests_allowed": 3,
        "approval": dice.random() < 0.3,
    }
    twins = [await make_event(walkers, starts_at=starts, **rules) for _ in range(2)]
    for _ in range(8):
        answers = some_answers(dice, people, ana)
        together = await seats.decide_together(twins[0].id, answers)
        alone = [(await seats.decide_together(twins[1].id, [answer]))[0] for answer in answers]
        # A batch tells everybody what they are at its end; who was refused is refused all the same.
        assert [isinstance(one, Refusal) for one in together] == [isinstance(one, Refusal) for one in alone]
        for one, other in zip(await outcome(twins[0]), await outcome(twins[1]), strict=True):
            assert one == other
        capacity = dice.choice((2, 4, 7, None))
        for twin in twins:
            await db.run(
                "UPDATE seat_pools SET seats = $2 WHERE event = $1 AND NOT online", twin.id, capacity
            )
            await seats.settle(twin.id)
