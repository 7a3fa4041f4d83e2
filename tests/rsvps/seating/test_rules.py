"""Deciding answers, held to the model: arithmetic, order, capacity that changes, guests, and batches."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rsvps.seating import waitlist
from rsvps.seating.room import UNLIMITED, Pool, Room
from rsvps.seating.rules import Answer, Wish, decide
from rsvps.seating.waitlist import MOST_SKIPS, offered_until
from tests.rsvps.seating.model import Model

pytestmark = pytest.mark.slow

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANA = 99  # The host.
people = st.integers(1, 7)
guests = st.integers(0, 3)
wishes = st.sampled_from(["going", "maybe", "declined", "withdrawn"])
hosts_wishes = st.sampled_from(["approved", "turned_down", "first"])
capacity = st.one_of(st.none(), st.integers(1, 9))
sides = st.booleans()


def room(*seats: int | None, guests_allowed: int = 0, **more: object) -> Room:
    return Room(tuple(Pool(each) for each in seats), NOON, guests_allowed, **more)  # type: ignore[arg-type]


def refused(room: Room, answer: Answer) -> bool:
    return decide(room, [answer])[0] is not None


class TheRoomIsAsTheModelSays(RuleBasedStateMachine):
    """People answer, change their minds and their sides, bring guests; strangers ask; the host accepts, turns down,
    moves people up and chairs about; the evening comes near; time passes."""

    @initialize(
        seats=st.lists(capacity, min_size=1, max_size=2),
        allowed=guests,
        approval=sides,
        kept=st.one_of(st.just(0), st.integers(1, 4)),
        newcomers=st.frozensets(people, max_size=4),
    )
    def begin(
        self, seats: list[int | None], allowed: int, approval: bool, kept: int, newcomers: frozenset[int]
    ) -> None:
        kept = 0 if seats[0] is None else kept
        self.model = Model(list(seats), allowed, approval, kept=kept, newcomers=newcomers)
        self.room = room(*seats, guests_allowed=allowed, approval=approval, kept=kept, newcomers=newcomers)

    @rule()
    def the_hour_comes_until_which_seats_are_kept(self) -> None:
        self.model.kept = self.room.kept = 0
        decide(self.room, [])
        self.model.settle()

    @rule(person=people, wish=wishes, guests=guests, online=sides)
    def somebody_answers(self, person: int, wish: Wish, guests: int, online: bool) -> None:
        answer = Answer(person, wish, guests, by=person, online=online)
        assert bool(self.model.answer(person, wish, guests, online)) == refused(self.room, answer)

    @rule(person=people, times=st.integers(1, 4), online=sides)
    def somebody_comes_alone_and_goes_again(self, person: int, times: int, online: bool) -> None:
        for _ in range(times):
            self.somebody_answers(person, "withdrawn", 0, online)
            self.somebody_answers(person, "going", 0, online)

    @rule(person=people, guests=st.integers(2, 3), online=sides)
    def a_large_party_asks(self, person: int, guests: int, online: bool) -> None:
        self.somebody_answers(person, "going", guests, online)

    @rule(person=people, wish=st.sampled_from(["going", "maybe", "declined"]), guests=guests, online=sides)
    def somebody_is_typed_in(self, person: int, wish: Wish, guests: int, online: bool) -> None:
        answer = Answer(person, wish, guests, confirmed=False, online=online)
        assert bool(self.model.ask(person, wish, guests, online)) == refused(self.room, answer)

    @rule(person=people, wish=hosts_wishes)
    def the_host_decides(self, person: int, wish: Wish) -> None:
        answer = Answer(person, wish, by=ANA)
        assert bool(self.model.answer(person, wish, 0, False)) == refused(self.room, answer)

    @rule(seats=capacity, online=sides)
    def the_host_moves_chairs(self, seats: int | None, online: bool) -> None:
        online = online and self.room.hybrid
        going = [p for p, status in self.model.status.items() if status == "going"]
        self.room.pools[online].seats = self.model.seats[online] = seats
        decide(self.room, [])
        self.model.settle()
        assert all(self.model.status[person] == "going" for person in going)

    @rule(allowed=guests, approval=sides, closed=sides)
    def the_host_changes_the_rules(self, allowed: int, approval: bool, closed: bool) -> None:
        self.room.guests_allowed = self.model.guests_allowed = allowed
        self.room.approval = self.model.approval = approval
        self.model.closed, self.room.window = closed, "Answers are closed." if closed else ""

    @rule(minutes=st.integers(1, 40), late=sides)
    def time_passes(self, minutes: int, late: bool) -> None:
        self.model.now += minutes
        self.room.now += timedelta(minutes=minutes)
        self.model.late = self.model.now + 60 if late else None
        self.room.offered_until = self.room.now + timedelta(minutes=60) if late else None
        decide(self.room, [])
        self.model.settle()

    @invariant()
    def they_agree(self) -> None:
        if not hasattr(self, "room"):
            return
        parties = self.room.parties
        assert {p: party.status for p, party in parties.items()} == self.model.status
        assert {p: party.guests for p, party in parties.items()} == self.model.guests
        assert {p: party.online for p, party in parties.items()} == self.model.online
        for online in self.room.lines():
            line = self.room.line(online)
            assert [party.person for party in line] == self.model.waiting(online)
            assert [party.skipped for party in line] == [self.model.skipped[p.person] for p in line]
            assert self.room.pools[online].taken == self.model.taken(online)

    @invariant()
    def nobody_but_newcomers_has_what_is_kept_for_them(self) -> None:
        if not hasattr(self, "room") or self.room.pools[0].seats is None:
            return
        parties = [self.room.party(person) for person in self.room.newcomers]
        theirs = [party for party in parties if party.confirmed and not (party.online and self.room.hybrid)]
        assert self.room.newcomers_took == sum(party.held for party in theirs)
        taken, seats = self.room.pools[0].taken, self.room.pools[0].seats
        assert self.room.kept_now(False) >= min(self.room.kept - self.room.newcomers_took, seats - taken)

    @invariant()
    def nobody_waits_who_could_sit(self) -> None:
        if not hasattr(self, "room"):
            return
        for online in self.room.lines():
            before = []
            for party in self.room.line(online):
                saved = any(each.skipped >= MOST_SKIPS for each in before)
                assert saved or party.chairs > self.room.free_for(party.person, online)
                before.append(party)

    @invariant()
    def nobody_is_passed_over_more_than_three_times(self) -> None:
        if hasattr(self, "room"):
            assert all(party.skipped <= MOST_SKIPS for party in self.room.parties.values())


TestTheRoomIsAsTheModelSays = TheRoomIsAsTheModelSays.TestCase
TestTheRoomIsAsTheModelSays.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)


def _as_it_can_come(answer: Answer) -> Answer:
    """What is typed by anybody is one of three answers; what hosts decide is not typed."""
    if answer.wish in {"approved", "turned_down", "first", "withdrawn"}:
        return replace(answer, confirmed=True)
    return answer


answers = st.builds(
    Answer,
    people,
    st.one_of(wishes, hosts_wishes),
    guests,
    by=st.integers(1, 7),
    confirmed=st.booleans(),
    online=sides,
    form=st.sampled_from(["", "a-form-of-theirs", "another-form"]),
).map(_as_it_can_come)


@given(
    seats=st.lists(capacity, min_size=1, max_size=2),
    approval=sides,
    late=sides,
    before=st.lists(answers, max_size=25),
    batch=st.lists(answers, max_size=25),
)
@settings(deadline=None, max_examples=200)
def test_together_is_the_same_as_one_at_a_time(
    seats: list[int | None], approval: bool, late: bool, before: list[Answer], batch: list[Answer]
) -> None:
    until = NOON + timedelta(hours=1) if late else None
    together = room(*seats, guests_allowed=3, approval=approval, offered_until=until)
    single = room(*seats, guests_allowed=3, approval=approval, offered_until=until)
    decide(together, before)
    decide(single, before)
    refused = [type(refusal) for refusal in decide(together, batch)]
    assert refused == [type(decide(single, [answer])[0]) for answer in batch]
    assert together.parties == single.parties
    assert together.steps == single.steps
    assert together.passes == single.passes
    assert together.pools == single.pools


def coming(*persons: int) -> list[Answer]:
    return [Answer(person, "going", by=person) for person in persons]


def test_the_last_chair_goes_to_bo_who_asked_first() -> None:
    hall = room(1)
    decide(hall, [Answer(1, "going", by=1), Answer(2, "going", by=2)])
    assert [hall.parties[1].status, hall.parties[2].status] == ["going", "waitlisted"]


def test_a_party_that_does_not_fit_is_passed_over_and_keeps_its_place() -> None:
    hall = room(2, guests_allowed=3)
    decide(hall, [Answer(1, "going", by=1), Answer(2, "going", 2, by=2), Answer(3, "going", by=3)])
    assert [hall.parties[2].status, hall.parties[3].status] == ["waitlisted", "going"]
    hall.pools[0].seats = 5
    decide(hall, [])
    assert hall.parties[2].status == "going"


def test_coming_with_fewer_is_coming_at_once() -> None:
    hall = room(2, guests_allowed=3)
    decide(hall, [Answer(1, "going", by=1), Answer(2, "going", 1, by=2)])
    decide(hall, [Answer(2, "going", 0, by=2)])
    assert hall.parties[2].status == "going"


def test_more_guests_than_chairs_left_are_refused_and_the_seat_stays() -> None:
    hall = room(2, guests_allowed=3)
    decide(hall, [Answer(1, "going", by=1)])
    (refusal,) = decide(hall, [Answer(1, "going", 2, by=1)])
    assert refusal and str(refusal.sentence).startswith("There is 1 seat left, not enough for 2 more guests.")
    assert (hall.parties[1].status, hall.parties[1].guests) == ("going", 0)


def test_a_room_without_a_limit_has_no_line() -> None:
    hall = room(None)
    decide(hall, [Answer(person, "going", by=person) for person in range(500)])
    assert hall.pools[0].taken == 500 and hall.free(False) == UNLIMITED and not hall.line(False)


def test_a_large_party_is_passed_over_three_times_and_then_chairs_are_saved_for_it() -> None:
    hall = room(4, guests_allowed=3)
    decide(hall, [Answer(1, "going", 2, by=1), Answer(2, "going", 2, by=2)])
    for newcomer in (3, 4, 5):
        decide(hall, [Answer(newcomer, "going", by=newcomer), Answer(newcomer, "declined", by=newcomer)])
    assert hall.parties[2].skipped == 3
    decide(hall, [Answer(6, "going", by=6)])
    assert [hall.parties[2].status, hall.parties[6].status] == ["waitlisted", "waitlisted"]
    decide(hall, [Answer(1, "declined", by=1)])
    assert [hall.parties[2].status, hall.parties[6].status] == ["going", "going"]


def test_a_party_of_more_than_all_seats_keeps_nobody_out() -> None:
    hall = room(4, guests_allowed=5)
    decide(hall, [Answer(1, "going", 5, by=1)])
    decide(hall, [Answer(person, "going", by=person) for person in (2, 3, 4, 5)])
    assert [hall.parties[person].status for person in (1, 2, 3, 4, 5)] == ["waitlisted"] + 4 * ["going"]
    assert hall.parties[1].skipped == 0
    decide(hall, [Answer(1, "going", 0, by=1), Answer(2, "declined", by=2)])
    assert hall.parties[1].status == "going"


def test_when_seats_are_taken_away_they_are_saved_for_nobody_who_needs_more() -> None:
    hall = room(4, guests_allowed=3)
    decide(hall, [Answer(1, "going", by=1), Answer(2, "going", 3, by=2)])
    for newcomer in (3, 4, 5):
        decide(hall, [Answer(newcomer, "going", by=newcomer), Answer(newcomer, "declined", by=newcomer)])
    assert hall.parties[2].skipped == 3 and waitlist.reserving(hall, False)
    hall.pools[0].seats = 3
    decide(hall, [Answer(6, "going", by=6)])
    assert hall.parties[6].status == "going" and not waitlist.reserving(hall, False)
    hall.pools[0].seats = 5
    decide(hall, [Answer(7, "going", by=7)])
    assert hall.parties[7].status == "waitlisted"


def test_the_same_form_again_does_not_undo_what_came_after_it() -> None:
    hall = room(4)
    decide(hall, [Answer(1, "going", by=1, form="the-first-form"), Answer(1, "declined", by=1)])
    decide(hall, [Answer(1, "going", by=1, form="the-first-form")])
    assert hall.parties[1].status == "declined"


def test_whoever_moves_to_the_call_gives_their_chair_to_who_waits() -> None:
    hall = room(1, 1)
    decide(hall, [Answer(1, "going", by=1), Answer(2, "going", by=2), Answer(1, "going", by=1, online=True)])
    assert [hall.parties[1].online, hall.parties[2].status] == [True, "going"]
    (refusal,) = decide(hall, [Answer(2, "going", by=2, online=True)])
    assert (
        refusal and refusal.sentence == "Every seat in the call is taken. Your seat in the room stays yours."
    )


def test_a_seat_that_comes_free_late_is_offered_and_passed_on() -> None:
    hall = room(1, offered_until=NOON + timedelta(hours=1))
    decide(hall, [Answer(person, "going", by=person) for person in (1, 2, 3)])
    decide(hall, [Answer(1, "declined", by=1)])
    assert hall.parties[2].status == "offered"
    hall.now += timedelta(hours=1)
    hall.offered_until = hall.now + timedelta(hours=1)
    decide(hall, [])
    assert [hall.parties[2].status, hall.parties[3].status] == ["invited", "offered"]


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-20 12:00", None),  # More than a day before: the seat is simply theirs.
        ("2026-11-22 12:00", "2026-11-22 13:45"),  # A quarter of the time that is left.
        ("2026-11-21 23:30", "2026-11-22 10:00"),  # Nobody has to be awake.
        ("2026-11-22 18:50", "2026-11-22 19:05"),  # At least a quarter of an hour.
    ],
)
def test_how_long_an_offer_stands(now: str, until: str | None) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(now).replace(tzinfo=berlin)
    start = datetime(2026, 11, 22, 19, tzinfo=berlin)
    found = offered_until(
        at, starts_at=start, over_at=start + timedelta(hours=3), zone="Europe/Berlin", asks_first=24
    )
    assert found == (datetime.fromisoformat(until).replace(tzinfo=berlin) if until else None)


def statuses(hall: Room, *persons: int) -> list[str | None]:
    return [hall.party(person).status for person in persons]


def test_regulars_leave_the_seats_that_are_kept_and_newcomers_take_them() -> None:
    hall = room(3, kept=2, newcomers=frozenset({7, 8, 9}))
    decide(hall, coming(1, 2, 7, 8, 9))
    assert statuses(hall, 1, 2, 7, 8, 9) == ["going", "waitlisted", "going", "going", "waitlisted"]


def test_a_newcomer_who_takes_a_seat_of_everybody_s_leaves_the_kept_one_to_the_next() -> None:
    hall = room(3, kept=1, newcomers=frozenset({7, 8}))
    decide(hall, coming(7, 1, 2, 8))
    assert statuses(hall, 7, 1, 2, 8) == ["going", "going", "going", "waitlisted"]


def test_newcomers_on_kept_seats_pass_over_no_regular() -> None:
    hall = room(5, kept=4, newcomers=frozenset({6, 7, 8, 9}))
    decide(hall, coming(1, 2, 6, 7, 8, 9))
    assert statuses(hall, 6, 7, 8, 9) == ["going"] * 4
    assert (hall.party(2).status, hall.party(2).skipped) == ("waitlisted", 0)


def test_when_the_hour_comes_whoever_waits_has_the_kept_seats() -> None:
    hall = room(3, kept=2, newcomers=frozenset({9}))
    decide(hall, coming(1, 2, 3, 4))
    assert statuses(hall, 1, 2, 3, 4) == ["going"] + ["waitlisted"] * 3
    hall.kept = 0
    decide(hall, [])
    assert statuses(hall, 1, 2, 3, 4) == ["going"] * 3 + ["waitlisted"]


def test_what_is_typed_is_taken_alike_whether_its_owner_has_been_there_before() -> None:
    typed = [Answer(person, "going", confirmed=False) for person in (1, 9)]
    hall = room(2, kept=2, newcomers=frozenset({9}))
    decide(hall, typed)
    assert statuses(hall, 1, 9) == ["invited", "invited"]
    decide(hall, coming(9, 1))
    assert statuses(hall, 1, 9) == ["waitlisted", "going"]


def test_a_seat_that_is_held_for_what_was_typed_says_nothing_of_its_owner() -> None:
    hall = room(4, kept=2, newcomers=frozenset({9}))
    decide(hall, [Answer(9, "going", confirmed=False)])
    assert (hall.newcomers_took, hall.kept_now(False)) == (0, 2)
    decide(hall, coming(9))
    assert (hall.newcomers_took, hall.kept_now(False)) == (1, 1)
