"""Taking and giving back seats. A seat is decided in the transaction that takes it, with the event locked.

`decide_together` is the one road: it locks the event, loads what the answers can touch, decides in memory
(`rules.decide`), and writes answers, history and letters in one statement, however many they are. Answers that
come while a transaction is under way are gathered and decided in the next one, in the order in which they came.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

import asyncpg
import structlog

from events import queries as events_queries
from events.tables import Event
from members.tables import Person
from rsvps.announcements import ToldHosts
from rsvps.questions import sheet
from rsvps.rows import rsvp_from
from rsvps.seating import store
from rsvps.seating.guests import MOST_GUESTS, name_faults
from rsvps.seating.rules import Answer, AnswerDetails, Wish, decide
from rsvps.seating.waitlist import LONGEST_OFFER, offered_until
from rsvps.tables import Rsvp
from server import clock
from server.batching import Batching, Take
from server.db import COLLIDED, DatabaseGone, transaction
from server.errors import Conflict, NotFound, Refusal
from server.faults import Faults
from server.jobs import announce
from server.settings import settings

MIGHT_COME = ("going", "maybe")  # Of the others nothing else is asked.
TRIES = 3
LOCK = "FOR NO KEY UPDATE"  # A test takes it out, to see that the database refuses what it guards against.
TOGETHER = settings.answers_together

# What PostgreSQL raises when two decisions were in each other's way, or when one of ours was wrong.
REFUSED_BY_THE_DATABASE = (
    asyncpg.IntegrityConstraintViolationError,
    *COLLIDED,
)

Decided = Rsvp | Refusal | None

log = structlog.get_logger()


async def answer(
    event: Event,
    person: Person,
    *,
    answer: Wish,
    by: Person,
    guests: int = 0,
    form: str = "",
    **said: Unpack[AnswerDetails],
) -> Rsvp:
    """Somebody says whether they come. Going takes a seat, or a place in line when there is none.

    The same again changes nothing and writes no letter; so does the same `form`, whatever has been said since.
    Raises NotAllowed with all that is wrong with guests, their names and replies.
    Raises a Refusal: AnswersClosed, TurnedDown, TooManyGuests, NoChairForGuests, NoSeatThere; NotFound when event or
    person are gone. One transaction, shared with whoever answers at the same moment.
    """
    (await faults(event, person, answer, guests, **said)).refuse()
    rsvp = _there(await decide_one(event.id, Answer(person.id, answer, guests, by=by.id, form=form, **said)))
    if answer == "going" and event.series and said.get("replies"):
        await announce(ToldHosts(event.series, person.id))
    return rsvp


async def faults(
    event: Event, person: Person | None, answer: Wish, guests: int, **said: Unpack[AnswerDetails]
) -> Faults:
    """What is wrong with an answer whatever the room is like; for people who do not come, nothing is checked.

    `person` as for `sheet.faults`. At most two queries, none for most events.
    """
    found = Faults()
    found.number("guests", guests, least=0, most=MOST_GUESTS)
    if answer in MIGHT_COME:
        if wrong := name_faults(said.get("guest_names") or "", guests):
            found.note("guest_names", wrong)
        replies = said.get("replies", {})
        found.note_all(await sheet.faults(event, person, replies, coming=answer == "going"))
    return found


async def withdraw(
    event: Event, person: Person, *, by: Person | None, form: str = "", note: str = ""
) -> Rsvp | None:
    """Take an answer back; its seats go to those who wait. None if there was no answer.

    `by` is None when Kith does it by its rules; a host's `note` is kept, and read by the person.
    """
    wish = Answer(person.id, "withdrawn", by=by.id if by else None, form=form, note=note)
    return await decide_one(event.id, wish)


async def hold(
    event: Event, person: Person, *, answer: Wish, guests: int, **said: Unpack[AnswerDetails]
) -> Rsvp:
    """Note what was typed in somebody's name, and hold their seat for a while if there is one.

    Changes nothing for somebody who has answered themselves. Raises as `answer` does.
    """
    # Whose word it is nobody knows: what the owner of the address has said before does not count for it.
    (await faults(event, None, answer, guests, **said)).refuse()
    return _there(await decide_one(event.id, Answer(person.id, answer, guests, confirmed=False, **said)))


async def settle(event: int) -> None:
    """Take back lapsed offers and give every free seat to those who wait for it. Refuses nothing, loses nothing."""
    await decide_together(event, [])


async def hold_offers(events: Sequence[int]) -> None:
    """Have who could not take an offered seat, while these events (by id) were off, be asked as if it came free now.

    In the transaction in which they are on again, with their rows locked: whoever decides next would pass them on.
    """
    for event in (await events_queries.events_by_id(events)).values():
        await store.hold_offers(event.id, _held_until(event))


async def decide_one(event: int, answer: Answer) -> Rsvp | None:
    """Decide an answer, together with others to the same event that arrive in the meantime. Raises its Refusal."""
    decided = await (_deciding.ask(event, answer) if TOGETHER else _alone(event, answer))
    if isinstance(decided, Refusal):
        raise decided
    return decided


async def decide_together(event: int, answers: Sequence[Answer]) -> list[Decided]:
    """Decide several answers to one event in one transaction, in their order.

    Only somebody's second answer begins another one: each step of theirs is held to the rules by the database.
    For each: the answer as it is now, why it was refused, or None for one that was never given.
    Raises NotFound when the event is gone, Conflict if the database refused three times.
    """
    decided: list[Decided] = []
    for run in _one_each(answers) or [[]]:
        decided += await _tried(event, _these(run))
    return decided


def _held_until(event: Event) -> datetime:
    now = clock.now()
    return (
        offered_until(
            now,
            starts_at=event.starts_at,
            over_at=event.over_at,
            zone=event.zone,
            asks_first=event.policy.asks_first,
        )
        or now + LONGEST_OFFER
    )


def _one_each(answers: Sequence[Answer]) -> list[list[Answer]]:
    """The same answers in the same order, cut so that nobody answers twice in one part."""
    runs: list[list[Answer]] = []
    seen: set[int] = set()
    for answer in answers:
        if not runs or answer.person in seen:
            runs.append([])
            seen = set()
        runs[-1].append(answer)
        seen.add(answer.person)
    return runs


async def _tried(event: int, take: Take[Answer]) -> list[Decided]:
    """Decide whoever there is once the event is locked."""
    for attempt in range(1, TRIES + 1):
        try:
            async with transaction(first=store.locking(event, LOCK)):
                return await _decide(event, take())
        except REFUSED_BY_THE_DATABASE as error:
            constraint = getattr(error, "constraint_name", None)
            log.warning(
                "answers refused by the database",
                kind=type(error).__name__,
                constraint=constraint,
                attempt=attempt,
            )
    raise Conflict


async def _all(event: int, take: Take[Answer]) -> Sequence[Decided | BaseException]:
    """Decide a batch. What goes wrong with one answer of it is not the others' trouble: they are decided alone."""
    try:
        return await _tried(event, take)
    except DatabaseGone:
        raise
    except Exception as error:
        answers = take()
        if len(answers) == 1:
            return [error]
        log.warning("answers are decided one by one", kind=type(error).__name__, answers=len(answers))
        return [(await _all(event, _these([answer])))[0] for answer in answers]


def _these(answers: Sequence[Answer]) -> Take[Answer]:
    return lambda: answers


# Answers that come while a batch is being decided are in the next one, which waits for the lock. Nobody is in one
# twice: each step of somebody's is held to the rules by the database.
_deciding = Batching(_all, ahead=True, alike=lambda answer: answer.person)


async def _alone(event: int, answer: Answer) -> Decided:
    return (await decide_together(event, [answer]))[0]


def _there(rsvp: Rsvp | None) -> Rsvp:
    if rsvp is None:
        raise NotFound
    return rsvp


async def _decide(event: int, answers: Sequence[Answer]) -> list[Decided]:
    now = clock.now()
    opened = await store.open_room(event, answers, now)
    refusals = decide(opened.room, answers)
    rows = await store.write(opened, answers, now)
    return [
        refusal or (rsvp_from(rows[answer.person]) if answer.person in rows else None)
        for answer, refusal in zip(answers, refusals, strict=True)
    ]
