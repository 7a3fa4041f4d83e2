"""What people are told of their status, and of what pressing does, in every state: held against the decision itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import product
from typing import Any

import pytest

from events.tables import AnswerPolicy, Event, SeatPool
from rsvps.seating.room import Party, Pool, Room
from rsvps.seating.rules import Answer, decide, window
from rsvps.status import words
from rsvps.status.states import HOLDING as HOLDING_STATES
from rsvps.status.states import State
from rsvps.status.words import Status
from rsvps.tables import HOLDING, Rsvp
from server.languages.language import speaking
from server.languages.messages import Text
from server.languages.pseudo import Accented
from tests.test_every_word import unsaid

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOON = NOON + timedelta(hours=3)
FAR = NOON + timedelta(days=9)
ME, HOST, LARGE = 1, 7, 9

# What each state is in the table: the columns that differ from an answer of one's own.
ROWS: dict[State, dict[str, Any]] = {
    "none": {},
    "asked": {"status": "invited", "confirmed_at": None, "answered_by": None},
    "held": {
        "status": "offered",
        "confirmed_at": None,
        "answered_by": None,
        "offer_until": NOON + timedelta(minutes=20),
    },
    "invited": {"status": "invited", "confirmed_at": None, "invited_at": NOON, "invited_by": HOST},
    "passed on": {"status": "invited", "answered_by": None},
    "going": {"status": "going"},
    "given": {"status": "going", "answered_by": HOST, "approved_at": NOON},
    "maybe": {"status": "maybe", "wanted": "maybe"},
    "declined": {"status": "declined", "wanted": "declined"},
    "turned down": {"status": "declined", "answered_by": HOST},
    "requested": {"status": "requested"},
    "waiting": {"status": "waitlisted", "queued": 2},
    "offered": {"status": "offered", "answered_by": None, "offer_until": NOON + timedelta(minutes=40)},
    "withdrawn": {"status": "withdrawn"},
    "taken off": {"status": "withdrawn", "answered_by": HOST},
}


@dataclass(frozen=True)
class Given:
    """One situation. `room` and `call` are what is left on each side (None: no limit, -1: saved for others)."""

    state: State
    room: int | None
    call: int | None = None
    hybrid: bool = False
    online: bool = False
    guests: int = 0
    allowed: int = 2
    approval: bool = False
    starts_at: datetime = FAR
    opens: datetime | None = None
    closes: datetime | None = None
    stranger: bool = False

    @cached_property
    def event(self) -> Event:
        event = Event(
            community=1,
            status="published",
            mode="hybrid" if self.hybrid else "in_person",
            starts_at=self.starts_at,
            zone="Europe/Berlin",
        )
        event.policy = AnswerPolicy(
            event=1,
            guests_allowed=self.allowed,
            approval=self.approval,
            answers_open_at=self.opens,
            answers_close_at=self.closes,
        )
        sides = [self._pool(self.room, online=False), self._pool(self.call, online=True)]
        event.pools = tuple(sides[: 1 + self.hybrid])
        return event

    @cached_property
    def rsvp(self) -> Rsvp | None:
        if self.state == "none":
            return None
        common = {"person": ME, "confirmed_at": NOON, "answered_by": ME, "guests": self.guests}
        return Rsvp(**{"event": 1, **common, "online": self.online, **ROWS[self.state]})

    @cached_property
    def status(self) -> Status:
        place = 2 if self.state == "waiting" else None
        return words.status(self.event, self.rsvp, place, NOON, stranger=self.stranger)

    def decided(self, wish: Any, *, guests: int = 0, online: bool = False) -> str:
        """What becomes of them when they press this: a status, or `refused`."""
        room = self._as_it_is()
        by = None if self.stranger else ME
        answer = Answer(ME, wish, guests, by=by, confirmed=not self.stranger, online=online)
        (refusal,) = decide(room, [answer])
        return "refused" if refusal else str(room.party(ME).status)

    def _pool(self, left: int | None, *, online: bool) -> SeatPool:
        """With as many others as it needs for so much to be left."""
        mine = 1 + self.guests if self.rsvp_holds and self.online == online else 0
        if left is None:
            return SeatPool(event=1, online=online, taken=mine)
        taken = 10 + mine - (2 if left == -1 else left)
        return SeatPool(event=1, online=online, seats=10 + mine, taken=taken, reserving=left == -1)

    @property
    def rsvp_holds(self) -> bool:
        return ROWS[self.state].get("status") in HOLDING

    def _as_it_is(self) -> Room:
        event, me = self.event, self.rsvp
        room = Room(
            tuple(Pool(pool.seats, pool.taken) for pool in event.pools),
            NOON,
            guests_allowed=self.allowed,
            approval=self.approval,
            window=window(event, NOON),
            offered_until=NOON + timedelta(hours=1) if self.starts_at == SOON else None,
            last=3,
        )
        for online, left in ((False, self.room), (True, self.call)):
            if left == -1:
                room.seat(Party(LARGE + online, "waitlisted", 9, queued=1, skipped=3, online=online))
        if me is not None:
            names = {
                "status",
                "wanted",
                "guests",
                "queued",
                "offer_until",
                "confirmed_at",
                "online",
                "approved_at",
            }
            columns = {name: getattr(me, name) for name in names | {"answered_by"}}
            room.seat(Party(ME, invited_at=me.invited_at, **columns))
        return room


def situations() -> Iterator[Given]:
    """Every state, with and without guests, in every kind of room."""
    for state, kind, (guests, allowed) in product(ROWS, KINDS, ((0, 0), (0, 2), (2, 2), (2, 0))):
        given = Given(state, guests=guests, allowed=allowed, **kind)
        if possible(given):
            yield given
            if state == "none":
                yield replace(given, stranger=True)


KINDS: list[dict[str, Any]] = [
    *({"room": room} for room in (None, -1, 0, 1, 2, 8)),
    *({"room": room, "approval": True} for room in (None, 0, 2)),
    *({"room": room, "starts_at": SOON} for room in (None, -1, 0, 1)),
    *({"room": room, "opens": FAR} for room in (None, 0, 2)),
    *({"room": room, "closes": NOON - timedelta(hours=1)} for room in (None, 0, 2)),
]


def both_sides() -> Iterator[Given]:
    """The same for the room and the call."""
    for state, room, call, online, guests in product(
        ROWS, (None, -1, 0, 1, 8), (None, -1, 0, 1, 8), (False, True), (0, 2)
    ):
        given = Given(state, room, call, True, online, guests)
        if possible(given):
            yield given


def possible(given: Given) -> bool:
    """Whether an event can be like that while nothing waits to be decided."""
    left = given.call if given.online else given.room
    if given.state == "none":
        return not given.guests and not given.online
    if given.state == "waiting":
        return left is not None and left <= given.guests
    if given.state == "held":
        return left is not None
    return given.state != "offered" or (left is not None and given.starts_at == SOON)


ONE_SIDE, BOTH_SIDES = list(situations()), list(both_sides())
ALL = ONE_SIDE + BOTH_SIDES


# What the sentences promise


def promised(given: Given, said: Text, guests: int) -> str:
    """What somebody who reads this sentence expects to become, with so many guests."""
    sentence = str(said)
    free = re.search(r"(?:up to|no more than) (\d+)(?=[.,])", sentence)
    fits = guests < int(free[1]) if free else not ("if you come alone" in sentence and guests)
    few = re.search(r"With up to (\d+) guest|On your own you come", sentence)
    if few and guests <= int(few[1] or 0):
        return "going"
    if sentence.endswith("It counts once you confirm."):
        return "offered" if sentence.startswith("Says that you are going") else "invited"
    if sentence.startswith(("Takes a seat", "Says that you are going")):
        return "going" if fits else "waitlisted"
    if sentence.startswith(("A seat is held", "Seats are held")):
        return "offered" if fits else "invited"
    if sentence.startswith("Moves you there"):
        return "going" if fits else "refused"
    if sentence.startswith(("You stay on the list", "The seat is yours")):
        return _kept(given, sentence, guests)
    return next(status for beginning, status in PROMISES.items() if sentence.startswith(beginning))


PROMISES = {
    "Sends your request": "requested",
    "The hosts keep your request": "requested",
    "Puts you in line": "waitlisted",
    "Keeps your place": "waitlisted",
    "You wait for": "waitlisted",
    "There is a seat for you": "going",
    "There is no seat for you": "refused",
}


def _kept(given: Given, sentence: str, guests: int) -> str:
    more = guests - given.guests
    some = re.search(r"(\d+) more guests? can come", sentence)
    most = int(some[1]) if some else 0 if "no seat for more" in sentence else 20
    return "refused" if more > most else "going"


# The tests


@pytest.mark.slow
def test_there_is_something_to_say_in_every_state() -> None:
    for given in ALL:
        status = given.status
        assert status.heading and status.kind == given.state, given
        assert bool(status.closed) == (not status.options), given
        assert {option.value for option in status.options} <= set(status.does), given
        assert all(status.does[option.value] for option in status.options), given
        assert status.chosen in {"", *(option.value for option in status.options)}, given
        assert status.hint or status.closed, given


def test_going_does_what_it_says_for_every_party() -> None:
    seen = set()
    for given in ONE_SIDE:
        status = given.status
        if "going" in (option.value for option in status.options):
            for guests in range(status.most_guests + 1):
                expected = promised(given, status.does["going"], guests)
                assert given.decided("going", guests=guests) == expected, (given, status.does["going"])
                seen.add(expected)
    assert seen == {"going", "waitlisted", "requested", "refused", "offered", "invited"}


def test_going_does_what_it_says_on_either_side() -> None:
    for given in BOTH_SIDES:
        for side in given.status.sides:
            for guests in range(given.status.most_guests + 1):
                found = given.decided("going", guests=guests, online=side.online)
                assert found == promised(given, side.does, guests), (given, side)


def test_the_other_side_is_offered_where_there_is_a_way_to_it() -> None:
    for given in BOTH_SIDES:
        move, status = given.status.may_move, given.status
        moved = given.decided("going", guests=given.guests, online=not given.online)
        if move:
            assert moved == promised(given, move.hint, given.guests), (given, move)
        elif given.state in {"going", "given"}:
            assert moved == "refused" and status.online == given.online, given


def test_the_other_answers_do_what_they_say() -> None:
    for given in ALL:
        status = given.status
        values = {option.value for option in status.options} - {"going"}
        values |= {"withdrawn"} if status.may_withdraw else set()
        for value in values:
            found = given.decided(value, guests=given.guests if value == "maybe" else 0)
            assert found == ("invited" if given.stranger else value), (given, value)
            freed = given.rsvp_holds and given.event.pool(online=given.online).left is not None
            does = str(status.does[value])
            assert ("seat" in does.replace("No seat is kept", "") or "not held" in does) == freed
            assert ("leave the line" in does) == (given.state == "waiting")


def test_coming_with_fewer_is_offered_only_where_it_helps() -> None:
    for given in ALL:
        if given.state == "waiting":
            few, tries = given.status.fewer, range(given.guests + 1)
            at_once = [n for n in tries if given.decided("going", guests=n, online=given.online) == "going"]
            assert few == max(at_once, default=None), given
        else:
            assert given.status.fewer is None, given


def test_no_button_promises_a_seat_where_there_is_none() -> None:
    for given in ALL:
        for option in given.status.options:
            if str(option.label) in {"Going", "Yes, I’m going", "Take the seat"}:
                sides = (False, True) if given.hybrid else (False,)
                found = {given.decided("going", online=online) for online in sides}
                assert found & {"going", "offered"}, (given, option)


def test_what_would_be_refused_is_not_offered() -> None:
    for given in ONE_SIDE:
        missing = {"going", "maybe"} - {option.value for option in given.status.options}
        for value in missing:
            assert given.decided(value, guests=given.guests) == "refused", (given, value)
        if missing:
            status = given.status
            assert "Answers" in f"{status.closed}{status.hint}" or given.state == "turned down", given


def test_who_seats_are_saved_for_reads_why_and_may_come_with_fewer() -> None:
    given = Given("waiting", -1, guests=2)
    rsvp = given.rsvp
    assert rsvp
    rsvp.skipped, rsvp.queued = 3, 1
    status = words.status(given.event, rsvp, 1, NOON)
    assert "now kept for you" in str(status.sentence)
    assert status.fewer == 1 and "With up to 1 guest you come at once" in str(status.does["going"])
    room = Room(
        (Pool(given.event.pool().seats, given.event.pool().taken),), NOON, guests_allowed=2, first=1, last=1
    )
    room.seat(Party(ME, "waitlisted", 2, queued=1, skipped=3, confirmed_at=NOON, answered_by=ME))
    decide(room, [Answer(ME, "going", 1, by=ME)])
    assert room.party(ME).status == "going"


def test_being_passed_over_is_told_with_how_often_it_can_happen() -> None:
    rsvp = Given("waiting", 1, guests=2).rsvp
    assert rsvp
    rsvp.skipped = 2
    sentence = str(words.status(Given("waiting", 1, guests=2).event, rsvp, 4, NOON).sentence)
    assert (
        sentence.startswith("Two smaller parties have got seats before you") and "After 3 times" in sentence
    )


def test_an_offer_says_until_when_on_the_gatherings_own_clock() -> None:
    given = Given("offered", 0, starts_at=SOON)
    assert given.status.offer_until == "13:40, Berlin time" and "13:40, Berlin time" in str(
        given.status.sentence
    )
    rsvp = given.rsvp
    assert rsvp
    rsvp.offer_until = NOON + timedelta(hours=21)
    status = words.status(given.event, rsvp, None, NOON)
    assert status.offer_until == "Monday, 23 November 2026, 10:00, Berlin time"


def test_late_in_line_one_is_asked_and_early_one_is_seated() -> None:
    early = str(Given("waiting", 0).status.sentence)
    late = str(Given("waiting", 0, starts_at=SOON).status.sentence)
    assert "yours at once" in early and "last 24 hours" in early
    assert "yours at once" not in late and "one press takes it" in late


def test_nothing_can_be_pressed_in_what_is_over_cancelled_or_a_draft() -> None:
    for given in ONE_SIDE:
        for values in ({"status": "cancelled"}, {"status": "draft"}, {"starts_at": NOON - timedelta(days=1)}):
            event = given.event
            before = {name: getattr(event, name) for name in values}
            for name, value in values.items():
                setattr(event, name, value)
            status = words.status(event, given.rsvp, 1, NOON)
            assert status.closed and status.heading and not status.options and not status.may_withdraw
            assert not status.fewer and not status.may_move and not status.does
            for name, value in before.items():
                setattr(event, name, value)


def test_every_status_has_words_for_lists_and_for_what_has_just_happened() -> None:
    for row in ROWS.values():
        if row:
            rsvp = Rsvp(event=1, person=ME, guests=1, **row)
            assert words.label(rsvp.status) and words.said(rsvp)
    assert words.label("offered", confirmed=False) == "Not confirmed yet"
    assert words.label("declined", by_host=True) == "Turned down"


def test_who_cannot_answer_yet_or_any_more_reads_which_it_is() -> None:
    early, late = (
        Given("none", 8, opens=FAR).status,
        Given("none", 8, closes=NOON - timedelta(hours=1)).status,
    )
    assert (early.heading, late.heading) == ("Answers are not open yet", "Answers are closed")
    assert str(early.closed).startswith("Answers open on")
    assert str(late.closed).startswith("Answers closed on")


def test_once_answers_are_closed_only_who_has_something_is_told_what_they_can_still_do() -> None:
    closed = {state: Given(state, 0, closes=NOON - timedelta(hours=1)).status for state in ROWS}
    assert (
        closed["none"].closed
        == closed["withdrawn"].closed
        == "Answers closed on Sunday, 22 November 2026, 12:00, Berlin time."
    )
    assert str(closed["going"].hint).endswith("Berlin time. You can still say that you can’t come.")
    assert str(closed["waiting"].hint).endswith("You keep your place, and can still leave the line.")
    has_something = {*HOLDING_STATES, "waiting", "requested"}
    for state, status in closed.items():
        if state != "turned down":  # Who has nothing to press reads the hosts' answer instead.
            assert str(status.closed or status.hint).endswith("Berlin time.") == (
                state not in has_something
            ), state


def test_nobody_is_told_to_choose_guests_above_when_there_is_no_seat_for_any() -> None:
    status = Given("offered", 0, starts_at=SOON).status
    assert status.does["going"] == "The seat is yours at once. Just now, there is no seat for more guests."


def test_the_button_that_confirms_is_a_sentence_of_its_own() -> None:
    said = {
        str(option.label)
        for given in ALL
        if given.state in {"asked", "held"}
        for option in given.status.options
    }
    assert {"Yes, I’m going", "Yes, I’d like to come"} <= said
    assert not [label for label in said if "i’" in label], "nobody is made small"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("going", "“You are going, with 2 guests.”"),
        ("maybe", "“You may come, with 2 guests.”"),
        ("declined", "“You can’t come.”"),
    ],
)
def test_guests_are_named_in_what_waits_to_be_confirmed_only_where_they_would_come(
    wanted: str, said: str
) -> None:
    given = Given("asked", 8, guests=2)
    assert given.rsvp
    given.rsvp.wanted = wanted
    assert str(given.status.sentence).startswith(said)


def test_one_seat_that_is_left_is_for_somebody_who_comes_alone() -> None:
    held = Given("none", 1, stranger=True).status.does["going"]
    assert held == "A seat is held for half an hour, until you confirm, if you come alone."
    moves = Given("going", 1, 1, hybrid=True).status.sides[1].does
    assert moves == "Moves you there at once, if you come alone."


def test_every_word_of_where_somebody_stands_comes_from_the_catalogue() -> None:
    with speaking(Accented()):
        for given in ALL:
            status = given.status
            said = [status.heading, status.sentence, status.hint, status.closed, status.offer_until]
            said += [*status.does.values(), *(option.label for option in status.options)]
            said += [word for side in status.sides for word in (side.label, side.note, side.does)]
            said += [status.may_move.label, status.may_move.hint] if status.may_move else []
            assert not [words for words in said if unsaid(str(words))], given
