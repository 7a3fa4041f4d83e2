"""Taking and giving back seats. A seat is decided in the transaction that takes it, with the event locked.

`decide_together` is the one road: it locks the event, loads what the answers can touch, decides in memory
(`deciding.decide`), and writes answers, history and letters in three statements, however many they are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import asyncpg
import structlog

from events.tables import Event
from members.tables import Person
from rsvps import mail, queries
from rsvps.deciding import Answer, Wish, closed, decide
from rsvps.room import UNLIMITED, Party, Room, Step
from rsvps.tables import Rsvp
from server import clock, db, tokens
from server.db import transaction
from server.errors import Conflict, NotFound, Refusal
from server.jobs import Job, later_for_each

TRIES = 3
LOCK = "FOR NO KEY UPDATE"  # A test takes it out, to see that the database refuses what it guards against.

# What PostgreSQL raises when two decisions were in each other's way, or when one of ours was wrong.
REFUSED_BY_THE_DATABASE = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
)

log = structlog.get_logger()


async def answer(event: Event, person: Person, *, answer: Wish, guests: int = 0, by: Person) -> Rsvp:
    """Somebody says whether they come. Going takes a seat, or a place in line when there is none.

    The same again changes nothing and writes no letter. Raises a Refusal: AnswersClosed, TooManyGuests,
    NoChairForGuests; NotFound when event or person are gone. One transaction, six statements.
    """
    decided = await _one(event.id, Answer(person.id, answer, guests, by=by.id))
    if decided is None:
        raise NotFound
    return decided


async def withdraw(event: Event, person: Person, *, by: Person | None) -> Rsvp | None:
    """Take an answer back; its seats go to whoever waits. None if there was no answer.

    `by` is None when Kith does it by its rules.
    """
    return await _one(event.id, Answer(person.id, "withdrawn", by=by.id if by else None))


async def hold(event: Event, person: Person, *, answer: Wish, guests: int) -> Rsvp:
    """Note what was typed in somebody's name, and hold their seat for a while if there is one.

    Changes nothing for who has answered themselves. Raises as `answer` does.
    """
    held = await _one(event.id, Answer(person.id, answer, guests, confirmed=False))
    if held is None:
        raise NotFound
    return held


async def settle(event: int) -> None:
    """Take back lapsed offers and give every free seat to who waits for it. Refuses nothing, loses nothing."""
    await decide_together(event, [])


async def decide_together(event: int, answers: Sequence[Answer]) -> list[Rsvp | Refusal | None]:
    """Decide several answers to one event in one transaction, in their order.

    For each: the answer as it is now, why it was refused, or None for one that was never given.
    Raises NotFound when the event is gone, Conflict if the database refused three times.
    """
    for attempt in range(1, TRIES + 1):
        try:
            async with transaction():
                return await _decide(event, answers)
        except REFUSED_BY_THE_DATABASE as error:
            log.warning("answers refused by the database", kind=type(error).__name__, attempt=attempt)
    raise Conflict


async def _one(event: int, answer: Answer) -> Rsvp | None:
    (decided,) = await decide_together(event, [answer])
    if isinstance(decided, Refusal):
        raise decided
    return decided


async def _decide(event: int, answers: Sequence[Answer]) -> list[Rsvp | Refusal | None]:
    now = clock.now()
    room, rows = await _room(event, [answer.person for answer in answers], now)
    refusals = decide(room, answers)
    rows |= await _write(event, room, now)
    return [
        refusal or (queries.rsvp_from(rows[answer.person]) if answer.person in rows else None)
        for answer, refusal in zip(answers, refusals, strict=True)
    ]


# Loading


async def _room(event: int, persons: Sequence[int], now: datetime) -> tuple[Room, dict[int, asyncpg.Record]]:
    locked = await queries.locked_event(event, LOCK)
    if locked is None:
        raise NotFound
    room = Room(locked["seats"], locked["taken"], now, locked["guests_allowed"])
    room.closed = closed(locked["status"], over=locked["over_at"] <= now)
    room.last, rows = await queries.answering(event, persons, now)
    room.parties = {row["person"]: _party(row) for row in rows}
    if room.last and not room.closed:
        await _add_the_line(event, room)
    return room, {row["person"]: row for row in rows}


async def _add_the_line(event: int, room: Room) -> None:
    chairs = min(room.free + sum(party.held for party in room.parties.values()), UNLIMITED)
    if chairs == 0:
        return
    spare = sum(party.queued is not None for party in room.parties.values())
    for row in await queries.head_of_line(event, chairs=chairs, spare=spare):
        room.parties.setdefault(row["person"], _party(row))


def _party(row: asyncpg.Record) -> Party:
    return Party(
        row["person"],
        row["status"],
        row["guests"],
        row["wanted"],
        row["queued"],
        row["offer_until"],
        row["confirmed_at"],
    )


# Writing


async def _write(event: int, room: Room, now: datetime) -> dict[int, asyncpg.Record]:
    if not room.steps:
        return {}
    changes = room.changes()
    rows = await _write_answers(event, [step.after for step in changes], now)
    newest = await _write_history(room, rows, now)
    await _write_letters(changes, newest)
    return rows


async def _write_answers(event: int, parties: Sequence[Party], now: datetime) -> dict[int, asyncpg.Record]:
    written = await db.rows(
        """
        INSERT INTO rsvps (
            public_id, event, person, status, wanted, guests, queued, offer_until, confirmed_at,
            link, answered_at, created_at
        )
        SELECT public_id, $1, person, status, wanted, guests, queued, offer_until, confirmed_at, 0, $2, $2
        FROM unnest(
            $3::text[], $4::bigint[], $5::text[], $6::text[], $7::int[], $8::bigint[], $9::timestamptz[],
            $10::timestamptz[]
        ) AS new (public_id, person, status, wanted, guests, queued, offer_until, confirmed_at)
        ON CONFLICT (event, person) DO UPDATE SET
            status = excluded.status, wanted = excluded.wanted, guests = excluded.guests,
            queued = excluded.queued, offer_until = excluded.offer_until,
            confirmed_at = excluded.confirmed_at, answered_at = excluded.answered_at
        RETURNING *
        """,
        event,
        now,
        [tokens.public_id() for _ in parties],
        [party.person for party in parties],
        [party.status for party in parties],
        [party.wanted for party in parties],
        [party.guests for party in parties],
        [party.queued for party in parties],
        [party.offer_until for party in parties],
        [party.confirmed_at for party in parties],
    )
    return {row["person"]: row for row in written}


async def _write_history(room: Room, rows: dict[int, asyncpg.Record], now: datetime) -> dict[int, int]:
    """One row a step. Returns the newest of each person."""
    written = await db.rows(
        """
        INSERT INTO rsvp_changes (rsvp, by, at, from_status, to_status, from_guests, to_guests)
        SELECT rsvp, by, $1, from_status, to_status, from_guests, to_guests
        FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::int[], $7::int[])
        AS step (rsvp, by, from_status, to_status, from_guests, to_guests)
        RETURNING id, rsvp
        """,
        now,
        [rows[step.after.person]["id"] for step in room.steps],
        [step.by for step in room.steps],
        [step.before.status for step in room.steps],
        [step.after.status for step in room.steps],
        [step.before.guests for step in room.steps],
        [step.after.guests for step in room.steps],
    )
    newest: dict[int, int] = {}
    for row in written:
        newest[row["rsvp"]] = max(row["id"], newest.get(row["rsvp"], 0))
    return {person: newest[row["id"]] for person, row in rows.items()}


async def _write_letters(changes: Iterable[Step], newest: dict[int, int]) -> None:
    """A letter about each change that matters, in the transaction of the change."""
    due: dict[Job, list[list[int]]] = {}
    for step in changes:
        if letter := mail.about(step):
            due.setdefault(letter, []).append([newest[step.after.person]])
    for letter, arguments in due.items():
        await later_for_each(letter, arguments)
