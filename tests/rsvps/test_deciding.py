"""Deciding answers, held to the model: arithmetic, order, capacity that changes, guests, and batches."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rsvps.deciding import Answer, decide
from rsvps.room import UNLIMITED, Room
from tests.rsvps.model import Model

pytestmark = pytest.mark.slow

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
people = st.integers(1, 7)
guests = st.integers(0, 3)
wishes = st.sampled_from(["going", "maybe", "declined", "withdrawn"])
capacity = st.one_of(st.none(), st.integers(1, 9))


class TheRoomIsAsTheModelSays(RuleBasedStateMachine):
    """People answer, change their minds, bring guests; strangers ask; the host moves chairs; time passes."""

    @initialize(seats=capacity, allowed=guests)
    def begin(self, seats: int | None, allowed: int) -> None:
        self.model = Model(seats, allowed)
        self.room = Room(seats, 0, NOON, allowed)

    @rule(person=people, wish=wishes, guests=guests)
    def somebody_answers(self, person: int, wish: str, guests: int) -> None:
        (refusal,) = decide(self.room, [Answer(person, wish, guests, by=person)])  # type: ignore[arg-type]
        assert bool(self.model.answer(person, wish, guests)) == bool(refusal)

    @rule(person=people, wish=st.sampled_from(["going", "maybe", "declined"]), guests=guests)
    def somebody_is_typed_in(self, person: int, wish: str, guests: int) -> None:
        (refusal,) = decide(self.room, [Answer(person, wish, guests, confirmed=False)])  # type: ignore[arg-type]
        assert bool(self.model.ask(person, wish, guests)) == bool(refusal)

    @rule(seats=capacity)
    def the_host_moves_chairs(self, seats: int | None) -> None:
        going = [p for p, status in self.model.status.items() if status == "going"]
        self.room.seats = self.model.seats = seats
        decide(self.room, [])
        self.model.settle()
        assert all(self.model.status[person] == "going" for person in going)

    @rule(allowed=guests)
    def the_host_allows_other_guests(self, allowed: int) -> None:
        self.room.guests_allowed = self.model.guests_allowed = allowed

    @rule(minutes=st.integers(1, 40))
    def time_passes(self, minutes: int) -> None:
        self.model.now += minutes
        self.room.now += timedelta(minutes=minutes)
        decide(self.room, [])
        self.model.settle()

    @invariant()
    def they_agree(self) -> None:
        if not hasattr(self, "room"):
            return
        parties = self.room.parties
        assert {p: party.status for p, party in parties.items()} == self.model.status
        assert {p: party.guests for p, party in parties.items()} == self.model.guests
        assert [party.person for party in self.room.line()] == self.model.line
        assert self.room.taken == self.model.taken()

    @invariant()
    def nobody_waits_who_fits(self) -> None:
        if hasattr(self, "room"):
            assert all(party.chairs > self.room.free for party in self.room.line())


TestTheRoomIsAsTheModelSays = TheRoomIsAsTheModelSays.TestCase
TestTheRoomIsAsTheModelSays.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)

answers = st.builds(Answer, people, wishes, guests, by=st.integers(1, 7), confirmed=st.booleans())


@given(seats=capacity, before=st.lists(answers, max_size=25), batch=st.lists(answers, max_size=25))
@settings(deadline=None)
def test_together_is_the_same_as_one_at_a_time(
    seats: int | None, before: list[Answer], batch: list[Answer]
) -> None:
    together, single = Room(seats, 0, NOON, 3), Room(seats, 0, NOON, 3)
    decide(together, before)
    decide(single, before)
    refused = [type(refusal) for refusal in decide(together, batch)]
    assert refused == [type(decide(single, [answer])[0]) for answer in batch]
    assert together.parties == single.parties
    assert together.steps == single.steps
    assert together.taken == single.taken


def test_the_last_chair_goes_to_bo_who_asked_first() -> None:
    room = Room(1, 0, NOON)
    decide(room, [Answer(1, "going", by=1), Answer(2, "going", by=2)])
    assert [room.parties[1].status, room.parties[2].status] == ["going", "waitlisted"]


def test_a_party_that_does_not_fit_is_passed_over_and_keeps_its_place() -> None:
    room = Room(2, 0, NOON, 3)
    decide(room, [Answer(1, "going", by=1), Answer(2, "going", 2, by=2), Answer(3, "going", by=3)])
    assert [room.parties[2].status, room.parties[3].status] == ["waitlisted", "going"]
    room.seats = 5
    decide(room, [])
    assert room.parties[2].status == "going"


def test_coming_with_fewer_is_coming_at_once() -> None:
    room = Room(2, 0, NOON, 3)
    decide(room, [Answer(1, "going", by=1), Answer(2, "going", 1, by=2)])
    decide(room, [Answer(2, "going", 0, by=2)])
    assert room.parties[2].status == "going"


def test_more_guests_than_chairs_left_are_refused_and_the_seat_stays() -> None:
    room = Room(2, 0, NOON, 3)
    decide(room, [Answer(1, "going", by=1)])
    (refusal,) = decide(room, [Answer(1, "going", 2, by=1)])
    assert refusal and refusal.sentence.startswith("There is 1 seat left, not enough for 2 more guests.")
    assert (room.parties[1].status, room.parties[1].guests) == ("going", 0)


def test_a_room_without_a_limit_has_no_line() -> None:
    room = Room(None, 0, NOON)
    decide(room, [Answer(person, "going", by=person) for person in range(500)])
    assert room.taken == 500 and room.free == UNLIMITED and not room.line()
