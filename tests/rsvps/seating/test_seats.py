"""Seats in the database: taken, given back, passed on; written down with their history and their letters."""

from datetime import datetime, timedelta

import asyncpg
import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.publishing import publishing
from events.series import course
from members.tables import Community, Person
from rsvps import jobs
from rsvps.seating import seats
from rsvps.seating.guests import NoChairForGuests, TooManyGuests
from rsvps.seating.rules import Answer, AnswersClosed
from rsvps.seating.transitions import TRANSITIONS
from server import clock, db
from server.db import transaction
from server.errors import Refusal
from tests.counting import counted
from tests.gatherings import ahead_of, make_event, make_series
from tests.ground import forget_what_has_had_its_time, work_off
from tests.rsvps.gatherings import answer_of, give_seats, line, make_people, statuses, taken
from tests.rsvps.seating.model import Model


async def say(event, person, answer="going", guests=0):  # type: ignore[no-untyped-def]
    return await seats.answer(event, person, answer=answer, guests=guests, by=person)


async def history(event, person) -> list[tuple[str | None, str, int | None]]:  # type: ignore[no-untyped-def]
    rows = await db.rows(
        """
        SELECT from_status, to_status, by FROM rsvp_changes JOIN rsvps ON rsvps.id = rsvp
        WHERE event = $1 AND person = $2 ORDER BY rsvp_changes.id
        """,
        event.id,
        person.id,
    )
    return [tuple(row) for row in rows]


async def letters_due() -> list[str]:
    rows = await db.rows("SELECT kind FROM due_work ORDER BY id")
    return [row["kind"].removeprefix("rsvps.") for row in rows]


async def test_bo_takes_a_seat_and_it_is_written_down(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, seats=5, guests_allowed=3)
    rsvp = await say(event, bo, guests=2)
    assert (rsvp.status, rsvp.guests, rsvp.event, rsvp.person) == ("going", 2, event.id, bo.id)
    assert await taken(event) == 3
    assert await history(event, bo) == [(None, "going", bo.id)]
    assert await letters_due() == ["confirmation"]


async def test_the_same_answer_again_changes_nothing(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, seats=5)
    first = await say(event, bo)
    again = await say(event, bo)
    assert (again.id, again.answered_at) == (first.id, first.answered_at)
    assert len(await history(event, bo)) == 1
    assert await letters_due() == ["confirmation"]


async def test_who_comes_too_late_waits_in_order(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, seats=1)
    for person in (dev, bo, ana):
        await say(event, person)
    assert await line(event) == [bo.id, ana.id]
    assert await letters_due() == ["confirmation", "waiting", "waiting"]


async def test_a_seat_given_back_goes_to_the_oldest_at_once(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, seats=1)
    for person in (dev, bo, ana):
        await say(event, person)
    await seats.withdraw(event, dev, by=dev)
    assert (await answer_of(event, bo)).status == "going"  # type: ignore[union-attr]
    assert await line(event) == [ana.id]
    assert await history(event, bo) == [(None, "waitlisted", bo.id), ("waitlisted", "going", None)]
    assert sorted((await letters_due())[3:]) == ["promoted", "withdrawal"]


async def test_declining_and_maybe_give_the_seat_back_too(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, seats=1)
    for person in (dev, bo, ana):
        await say(event, person)
    await say(event, dev, "maybe")
    await say(event, bo, "declined")
    assert await statuses(event) == {"maybe": 1, "declined": 1, "going": 1}


async def test_a_party_is_never_split(walkers: Community, ana: Person, bo: Person, dev: Person) -> None:
    event = await make_event(walkers, seats=3, guests_allowed=3)
    await say(event, dev, guests=1)
    await say(event, bo, guests=1)
    assert (await answer_of(event, bo)).status == "waitlisted"  # type: ignore[union-attr]
    assert (await say(event, ana)).status == "going"
    assert await taken(event) == 3


async def test_more_guests_than_the_host_allows_are_refused(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, guests_allowed=1)
    with pytest.raises(TooManyGuests, match="up to 1 guest to"):
        await say(event, bo, guests=2)
    assert await answer_of(event, bo) is None


async def test_no_chair_for_more_guests_leaves_the_seat_as_it_was(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, seats=2, guests_allowed=3)
    await say(event, bo)
    with pytest.raises(NoChairForGuests):
        await say(event, bo, guests=2)
    assert await taken(event) == 1


@pytest.mark.parametrize("status", ["draft", "cancelled"])
async def test_an_event_that_is_not_on_takes_no_answers(walkers: Community, bo: Person, status: str) -> None:
    event = await make_event(walkers, status=status)
    with pytest.raises(AnswersClosed):
        await say(event, bo)


async def test_what_is_over_takes_no_answers(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    await say(event, bo)
    with time_machine.travel(event.starts_at + timedelta(hours=4), tick=False), pytest.raises(AnswersClosed):
        await seats.withdraw(event, bo, by=bo)


async def test_lowering_capacity_removes_nobody_and_raising_it_by_seven_promotes_seven(
    walkers: Community,
) -> None:
    event = await make_event(walkers, seats=20)
    people = await make_people(40)
    await seats.decide_together(event.id, [Answer(person.id, "going", by=person.id) for person in people])
    await give_seats(event, 5)
    await seats.settle(event.id)
    assert await statuses(event) == {"going": 20, "waitlisted": 20}
    await say(event, people[0], "declined")
    assert await statuses(event) == {"going": 19, "waitlisted": 20, "declined": 1}
    await give_seats(event, 26)
    await seats.settle(event.id)
    assert await statuses(event) == {"going": 26, "waitlisted": 13, "declined": 1}
    assert await line(event) == [person.id for person in people[27:]]
    await seats.settle(event.id)
    assert await taken(event) == 26


async def test_two_hundred_wait_and_a_hundred_leave(walkers: Community) -> None:
    event = await make_event(walkers, seats=100)
    people = await make_people(300)
    await seats.decide_together(event.id, [Answer(person.id, "going", by=person.id) for person in people])
    for person in people[:50]:
        await seats.withdraw(event, person, by=person)
    await seats.decide_together(
        event.id, [Answer(person.id, "declined", by=person.id) for person in people[50:100]]
    )
    assert await line(event) == [person.id for person in people[200:]]
    assert await statuses(event) == {"going": 100, "waitlisted": 100, "withdrawn": 50, "declined": 50}
    order = await db.rows(
        "SELECT person FROM rsvp_changes JOIN rsvps ON rsvps.id = rsvp WHERE by IS NULL ORDER BY rsvp_changes.id"
    )
    assert [row["person"] for row in order] == [person.id for person in people[100:200]]


async def test_a_limit_that_is_lifted_lets_everybody_in(walkers: Community) -> None:
    event = await make_event(walkers, seats=2, guests_allowed=2)
    people = await make_people(9)
    await seats.decide_together(
        event.id, [Answer(p.id, "going", i % 3, by=p.id) for i, p in enumerate(people)]
    )
    await give_seats(event, None)
    await seats.settle(event.id)
    assert await statuses(event) == {"going": 9}


async def test_a_deep_line_is_reached_through_parties_that_do_not_fit(walkers: Community) -> None:
    event = await make_event(walkers, seats=2, guests_allowed=3)
    people = await make_people(60)
    await say(event, people[0])
    await say(event, people[1])
    wish = [Answer(p.id, "going", 2, by=p.id) for p in people[2:50]]
    await seats.decide_together(event.id, [*wish, *(Answer(p.id, "going", by=p.id) for p in people[50:])])
    await seats.withdraw(event, people[0], by=people[0])
    assert (await answer_of(event, people[50])).status == "going"  # type: ignore[union-attr]
    assert len(await line(event)) == 57


async def test_a_held_seat_lapses_under_the_lock(walkers: Community, bo: Person, cleo: Person) -> None:
    event = await make_event(walkers, seats=1)
    held = await seats.hold(event, cleo, answer="going", guests=0)
    assert held.status == "offered"
    assert (await say(event, bo)).status == "waitlisted"
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        await seats.settle(event.id)
    assert (await answer_of(event, cleo)).status == "invited"  # type: ignore[union-attr]
    assert (await answer_of(event, bo)).status == "going"  # type: ignore[union-attr]


@pytest.mark.parametrize("becomes", ["cancelled", "over"])
async def test_what_is_called_off_or_over_is_settled_no_more(
    walkers: Community, cleo: Person, becomes: str
) -> None:
    begun = clock.now() + timedelta(minutes=5)
    event = await make_event(walkers, seats=1, starts_at=begun, ends_at=begun + timedelta(minutes=10))
    assert (await seats.hold(event, cleo, answer="going", guests=0)).status == "offered"
    if becomes == "cancelled":
        await publishing.cancel(event, reason="Rain.")
    later = 45 if becomes == "over" else 7
    with time_machine.travel(clock.now() + timedelta(minutes=later), tick=False):
        await db.run("UPDATE rsvps SET offer_until = $1 WHERE status = 'offered'", clock.now())
        async with counted() as asked:
            await jobs.lapse_offers()
        assert len(asked) == 1
    assert (await answer_of(event, cleo)).status == "offered"  # type: ignore[union-attr]


async def test_what_is_to_come_is_settled_by_the_clock(walkers: Community, bo: Person, cleo: Person) -> None:
    event = await make_event(walkers, seats=1)
    await seats.hold(event, cleo, answer="going", guests=0)
    await say(event, bo)
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        for _ in range(2):
            await jobs.lapse_offers()
    assert (await answer_of(event, bo)).status == "going"  # type: ignore[union-attr]


async def test_answers_decided_together_are_refused_one_by_one(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, seats=5)
    first, second = await seats.decide_together(
        event.id, [Answer(ana.id, "going", 3, by=ana.id), Answer(bo.id, "going", by=bo.id)]
    )
    assert isinstance(first, TooManyGuests)
    assert second and not isinstance(second, Refusal) and second.status == "going"


async def test_the_database_knows_the_same_transitions(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    rsvp = await say(event, bo)
    for before in TRANSITIONS:
        for after in TRANSITIONS:
            assert await moves(rsvp.id, before, after) == (before == after or after in TRANSITIONS[before]), (
                before,
                after,
            )


async def moves(rsvp: int, before: str, after: str) -> bool:
    """Whether the database lets an answer go from one status to another."""
    row = "status = $2, queued = $3, offer_until = $4, confirmed_at = created_at"
    values = {
        s: (s, 1 if s == "waitlisted" else None, clock.now() if s == "offered" else None)
        for s in (before, after)
    }
    try:
        async with transaction():
            await db.run("ALTER TABLE rsvps DISABLE TRIGGER rsvp_transition")
            await db.run(f"UPDATE rsvps SET {row} WHERE id = $1", rsvp, *values[before])
            await db.run("ALTER TABLE rsvps ENABLE TRIGGER rsvp_transition")
            await db.run(f"UPDATE rsvps SET {row} WHERE id = $1", rsvp, *values[after])
    except asyncpg.CheckViolationError as error:
        assert error.constraint_name == "rsvp_transition"
        return False
    return True


async def test_keys_of_old_forms_are_forgotten(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo, form="form-of-today")
    await forget_what_has_had_its_time()
    assert await db.value("SELECT count(*) FROM sent_forms") == 1
    with time_machine.travel(clock.now() + timedelta(days=15)):
        await forget_what_has_had_its_time()
    assert await db.value("SELECT count(*) FROM sent_forms") == 0


operations = st.one_of(
    st.tuples(
        st.just("answer"),
        st.integers(0, 4),
        st.sampled_from(["going", "going", "maybe", "declined", "withdrawn"]),
        st.integers(0, 3),
    ),
    st.tuples(st.just("ask"), st.integers(0, 4), st.sampled_from(["going", "maybe"]), st.integers(0, 3)),
    st.tuples(st.just("seats"), st.one_of(st.none(), st.integers(1, 8)), st.none(), st.none()),
    st.tuples(st.just("wait"), st.integers(1, 40), st.none(), st.none()),
)


@given(
    capacity=st.integers(1, 6), allowed=st.integers(0, 3), steps=st.lists(operations, min_size=5, max_size=25)
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_the_database_is_as_the_model_says(
    walkers: Community, capacity: int, allowed: int, steps: list
) -> None:  # type: ignore[type-arg]
    with time_machine.travel(clock.now(), tick=False) as time:
        try:
            async with transaction():
                event = await make_event(walkers, seats=capacity, guests_allowed=allowed)
                people = await make_people(5)
                model = Model([capacity, None], allowed)
                for what, one, wish, guests in steps:
                    if what in {"answer", "ask"}:
                        own = people[one].id if what == "answer" else None
                        answer = Answer(people[one].id, wish, guests, by=own, confirmed=own is not None)
                        (result,) = await seats.decide_together(event.id, [answer])
                        refused = getattr(model, what)(one, wish, guests, online=False)
                        assert bool(refused) == isinstance(result, Refusal)
                    elif what == "seats":
                        model.seats[0] = one
                        await give_seats(event, one)
                        await seats.settle(event.id)
                        model.settle()
                    else:
                        time.shift(timedelta(minutes=one))
                        model.now += one
                        await seats.settle(event.id)
                        model.settle()
                    rows = await db.rows(
                        "SELECT person, status, guests FROM rsvps WHERE event = $1", event.id
                    )
                    ids = [person.id for person in people]
                    assert {ids.index(row["person"]): (row["status"], row["guests"]) for row in rows} == {
                        person: (model.status[person], model.guests[person]) for person in model.status
                    }
                    assert [ids.index(person) for person in await line(event)] == model.line
                    assert await taken(event) == model.taken(False)
                raise RuntimeError("leave nothing behind")
        except RuntimeError:
            pass


@pytest.mark.parametrize(
    ("on_again", "until"),
    [
        ("2026-12-01T15:00+01:00", "2026-12-01T15:52:30+01:00"),
        ("2026-11-30T23:00+01:00", "2026-12-01T10:00+01:00"),
    ],
)
async def test_a_seat_that_was_offered_is_kept_from_the_moment_at_which_it_is_on_again(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person, on_again: str, until: str
) -> None:
    with time_machine.travel(datetime.fromisoformat("2026-11-24T18:00+01:00"), tick=False):
        series = await make_series(walkers, ana, weeks_ahead=1, seats=1, asks_first=48)
        (event,) = (await ahead_of(series))[:1]
        await say(event, bo)
        await say(event, dev)
    with time_machine.travel(datetime.fromisoformat("2026-11-30T12:00+01:00"), tick=False):
        await seats.withdraw(event, bo, by=bo)
        await course.pause(series, clock.now().date(), None, reason="The pipes")
        await work_off()
    with time_machine.travel(datetime.fromisoformat(on_again), tick=False):
        await course.go_on(series)
        await jobs.lapse_offers()
        await say(event, cleo)
        offered = await answer_of(event, dev)
        assert (offered.status, offered.offer_until) == ("offered", datetime.fromisoformat(until))
        await work_off()
        await jobs.lapse_offers()
        assert (await say(event, dev)).status == "going"
