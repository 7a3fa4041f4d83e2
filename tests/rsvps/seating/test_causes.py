"""The steps that are written down are those that happen: two people and one seat live through all that they can."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from docs import answers
from rsvps.seating.causes import STATES, Cause, causes
from rsvps.seating.room import Pool, Room, Step
from rsvps.seating.rules import Answer, decide
from rsvps.seating.transitions import TRANSITIONS, allowed

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ME, OTHER, HOST = 1, 2, 9

Seen = tuple[str | None, str, str]


def possible() -> list[Answer | str | None]:
    """What can happen next: to one, by whomever; the other takes the seat, and leaves it; one hosts; time passes."""
    own = [Answer(ME, wish, by=ME) for wish in ("going", "maybe", "declined", "withdrawn")]
    hosts = [Answer(ME, wish, by=HOST) for wish in ("approved", "turned_down", "added", "withdrawn")]
    kith = [Answer(ME, "approved"), Answer(ME, "withdrawn")]
    typed = [Answer(ME, "going", confirmed=False), Answer(ME, "maybe", confirmed=False)]
    other = [Answer(OTHER, "added", guests, by=HOST) for guests in (0, 1)] + [
        Answer(OTHER, "withdrawn", by=OTHER)
    ]
    return [None, *own, Answer(ME, "going", 1, by=ME), *hosts, *kith, *typed, *other, "hosts"]


def who(step: Step) -> str:
    if step.by is None:
        offered_by_rule = step.before.status in {"offered", "waitlisted"} and step.after.status != "invited"
        lapsed = step.before.status == "offered" and step.after.wanted == step.before.wanted
        typed = (
            not step.after.confirmed
            and not offered_by_rule
            and not (lapsed and step.after.status == "invited")
        )
        return "whoever types their address" if typed else "Kith"
    return "they themselves" if step.by == step.after.person else "a host"


def lives(*, approval: bool, late: bool) -> Iterator[Step]:
    """Every step of every life, each situation looked at once."""
    until = NOON + timedelta(minutes=50) if late else None
    first = Room((Pool(2), Pool(1)), NOON, guests_allowed=1, approval=approval, offered_until=until)
    todo, known = [first], {_alike(first)}
    while todo:
        room = todo.pop()
        for event in possible():
            if event == Answer(ME, "approved") and room.party(ME).status != "requested":
                continue  # Kith lets in those who ask.
            after = replace(
                room,
                pools=tuple(replace(pool) for pool in room.pools),
                parties=dict(room.parties),
                waiting=(set(room.waiting[0]), set(room.waiting[1])),
                steps=[],
                passes=[],
            )
            if isinstance(event, str):
                after.hosts = frozenset({ME})
            if event is None:  # An hour makes every offer lapse; the clock itself stands still.
                for person, party in room.parties.items():
                    after.parties[person] = replace(party, offer_until=party.offer_until and NOON)
            decide(after, [event] if isinstance(event, Answer) else [])
            yield from after.steps
            if (alike := _alike(after)) not in known:
                known.add(alike)
                todo.append(after)


def _alike(room: Room) -> Any:
    """What two situations have in common between which nobody could tell."""
    line = sorted(p.queued for p in room.parties.values() if p.queued is not None)
    return room.hosts, frozenset(
        (
            party.person,
            party.status,
            party.guests,
            party.confirmed,
            party.approved,
            party.wanted,
            party.answered_by,
            party.skipped,
            line.index(party.queued) if party.queued is not None else None,
        )
        for party in room.parties.values()
    )


def observed() -> set[Seen]:
    """From which answer to which, and by whom: in every kind of gathering."""
    steps = [
        step
        for approval in (False, True)
        for late in (False, True)
        for step in lives(approval=approval, late=late)
    ]
    return {
        (step.before.status, step.after.status or "", who(step))
        for step in steps
        if step.after.person == ME and step.before.status != step.after.status
    }


@pytest.mark.slow
def test_what_is_written_is_what_happens() -> None:
    written = {(cause.before, cause.after, cause.who) for cause in causes()}
    # An invitation is not decided: nothing depends on it.
    assert written - observed() == {(None, "invited", "a host")}
    assert observed() <= written


def test_every_step_is_allowed_and_every_state_reached() -> None:
    assert all(allowed(cause.before, cause.after) for cause in causes())
    assert {cause.after for cause in causes()} == set(STATES) == set(TRANSITIONS)


def test_the_page_about_answers_is_written_from_it() -> None:
    assert answers.PAGE.read_text() == answers.written(), "run `python -m docs.answers`"


def test_the_page_names_every_step_and_its_letter() -> None:
    page = answers.written()
    for before, afters in TRANSITIONS.items():
        for after in afters:
            drawn = f"{before} --> {after} " in page or (
                before in answers.ASKS and f"asks --> {after} " in page
            )
            caused = any((cause.before, cause.after) == (before, after) for cause in causes())
            assert drawn == caused, (before, after)
    assert answers.letter_of(Cause("waitlisted", "going", "Kith", "")) == "You have a seat"
    assert answers.letter_of(Cause("requested", "declined", "a host", "")) == "About your request to come"
    assert answers.letter_of(Cause("going", "withdrawn", "they themselves", "")).startswith(
        "You are not going"
    )
