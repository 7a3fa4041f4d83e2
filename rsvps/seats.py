"""Taking and giving back seats. A seat is decided in the transaction that takes it, with the event locked.

`decide_together` is the one road: it locks the event, loads what the answers can touch, decides in memory
(`deciding.decide`), and writes answers, history and letters in a few statements, however many they are. Answers that
come while a transaction is under way are gathered and decided in the next one, in the order in which they came.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Unpack

import asyncpg
import structlog

from events.tables import Event
from members.tables import Person
from rsvps import mail, queries, questions, waitlist
from rsvps.deciding import Answer, Said, Wish, closed, decide, window_of
from rsvps.room import UNLIMITED, Party, Pool, Room, Step
from rsvps.tables import Rsvp
from server import clock, db, tokens
from server.db import DatabaseGone, transaction
from server.errors import Conflict, NotFound, Refusal
from server.gathering import Gathering
from server.jobs import Job, later_for_each
from server.settings import settings

TRIES = 3
LOCK = "FOR NO KEY UPDATE"  # A test takes it out, to see that the database refuses what it guards against.
TOGETHER = settings.answers_together

# What PostgreSQL raises when two decisions were in each other's way, or when one of ours was wrong.
REFUSED_BY_THE_DATABASE = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
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
    **said: Unpack[Said],
) -> Rsvp:
    """Somebody says whether they come. Going takes a seat, or a place in line when there is none.

    The same again changes nothing and writes no letter; so does the same `form`, whatever has been said since.
    Raises a Refusal: AnswersClosed, TurnedDown, TooManyGuests, NoChairForGuests, NoSeatThere; NotFound when event or
    person are gone. One transaction, shared with whoever answers at the same moment.
    """
    return _there(await decide_one(event.id, Answer(person.id, answer, guests, by=by.id, form=form, **said)))


async def withdraw(
    event: Event, person: Person, *, by: Person | None, form: str = "", note: str = ""
) -> Rsvp | None:
    """Take an answer back; its seats go to whoever waits. None if there was no answer.

    `by` is None when Kith does it by its rules; a host's `note` is kept, and read by the person.
    """
    wish = Answer(person.id, "withdrawn", by=by.id if by else None, form=form, note=note)
    return await decide_one(event.id, wish)


async def hold(event: Event, person: Person, *, answer: Wish, guests: int, **said: Unpack[Said]) -> Rsvp:
    """Note what was typed in somebody's name, and hold their seat for a while if there is one.

    Changes nothing for who has answered themselves. Raises as `answer` does.
    """
    return _there(await decide_one(event.id, Answer(person.id, answer, guests, confirmed=False, **said)))


async def settle(event: int) -> None:
    """Take back lapsed offers and give every free seat to who waits for it. Refuses nothing, loses nothing."""
    await decide_together(event, [])


async def decide_one(event: int, answer: Answer) -> Rsvp | None:
    """Decide an answer, together with those that are given to the same event meanwhile. Raises its Refusal."""
    decided = await (_gathering.ask(event, answer) if TOGETHER else _alone(event, answer))
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
        decided += await _tried(event, run)
    return decided


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


async def _tried(event: int, answers: Sequence[Answer]) -> list[Decided]:
    for attempt in range(1, TRIES + 1):
        try:
            async with transaction():
                return await _decide(event, answers)
        except REFUSED_BY_THE_DATABASE as error:
            constraint = getattr(error, "constraint_name", None)
            log.warning(
                "answers refused by the database",
                kind=type(error).__name__,
                constraint=constraint,
                attempt=attempt,
            )
    raise Conflict


async def _each(event: int, answers: Sequence[Answer]) -> Sequence[Decided | BaseException]:
    """Decide a batch. What goes wrong with one answer of it is not the others' trouble: they are decided alone."""
    try:
        return await decide_together(event, answers)
    except DatabaseGone:
        raise
    except Exception as error:
        if len(answers) == 1:
            return [error]
        log.warning("answers are decided one by one", kind=type(error).__name__, answers=len(answers))
        return [(await _each(event, [answer]))[0] for answer in answers]


_gathering: Gathering[int, Answer, Decided] = Gathering(_each)


async def _alone(event: int, answer: Answer) -> Decided:
    return (await decide_together(event, [answer]))[0]


def _there(rsvp: Rsvp | None) -> Rsvp:
    if rsvp is None:
        raise NotFound
    return rsvp


async def _decide(event: int, answers: Sequence[Answer]) -> list[Decided]:
    now = clock.now()
    room, rows = await _room(event, answers, now)
    loaded = dict(room.parties)
    saved = room.saving
    refusals = decide(room, answers)
    rows |= await _write(event, room, now)
    if room.passes:
        await _write_skips(event, room, loaded)
    await _write_saving(event, room, saved)
    await _write_what_was_said([answers[number] for number in room.accepted], rows, now)
    return [
        refusal or (queries.rsvp_from(rows[answer.person]) if answer.person in rows else None)
        for answer, refusal in zip(answers, refusals, strict=True)
    ]


# Loading


async def _room(
    event: int, answers: Sequence[Answer], now: datetime
) -> tuple[Room, dict[int, asyncpg.Record]]:
    locked = await queries.locked_event(event, LOCK)
    if locked is None:
        raise NotFound
    room = _empty_room(locked, now)
    persons = [answer.person for answer in answers]
    forms = [answer.form for answer in answers if answer.form]
    room.first, room.last, rows = await queries.answering(event, persons, forms, now)
    for row in rows:
        room.seat(_party(row))
        room.forms.update((row["person"], form) for form in row["forms"])
    if room.last and not room.closed:
        await _add_the_lines(event, room, even_if_full=any(answer.wish == "first" for answer in answers))
    return room, {row["person"]: row for row in rows}


def _empty_room(event: asyncpg.Record, now: datetime) -> Room:
    pools = [Pool(event["seats"], event["taken"])]
    if event["mode"] == "hybrid":
        pools.append(Pool(event["online_seats"], event["online_taken"]))
    opens, closes, zone = event["answers_open_at"], event["answers_close_at"], event["zone"]
    return Room(
        tuple(pools),
        now,
        event["guests_allowed"],
        approval=event["approval"],
        closed=closed(event["status"], over=event["over_at"] <= now),
        window=window_of(opens, closes, zone, now),
        offered_until=waitlist.offered_until(
            now,
            starts_at=event["starts_at"],
            over_at=event["over_at"],
            zone=zone,
            asks_first=event["asks_first"],
        ),
        saving=(event["saving"], event["online_saving"]),
    )


async def _add_the_lines(event: int, room: Room, *, even_if_full: bool) -> None:
    answering = list(room.parties.values())
    for online in room.lines():
        held = sum(party.held for party in answering if room.side(party.online) == online)
        chairs = min(room.free(online) + held, UNLIMITED)
        if chairs or even_if_full:
            spare = sum(party.queued is not None for party in answering)
            for row in await queries.heads_of_line(event, online=online, chairs=chairs, spare=spare):
                if row["person"] not in room.parties:
                    room.seat(_party(row))


def _party(row: asyncpg.Record) -> Party:
    return Party(
        row["person"],
        row["status"],
        row["guests"],
        row["wanted"],
        row["queued"],
        row["offer_until"],
        row["confirmed_at"],
        row["online"],
        row["skipped"],
        row["guest_names"],
        row["listed"],
        row["invited_at"] is not None,
        row["approved_at"],
        row["answered_by"],
    )


# Writing


async def _write(event: int, room: Room, now: datetime) -> dict[int, asyncpg.Record]:
    if not room.steps:
        return {}
    changes = room.changes()
    rows = await _write_answers(event, [room.parties[step.after.person] for step in changes], now)
    if history := [step for step in room.steps if step.tells]:
        newest = await _write_history(history, rows, now)
        await _write_letters(changes, newest)
    return rows


async def _write_answers(event: int, parties: Sequence[Party], now: datetime) -> dict[int, asyncpg.Record]:
    written = await db.rows(
        """
        INSERT INTO rsvps (
            public_id, event, person, status, wanted, guests, queued, offer_until, confirmed_at, online, skipped,
            guest_names, listed, approved_at, answered_by, link, answered_at, created_at
        )
        SELECT public_id, $1, person, status, wanted, guests, queued, offer_until, confirmed_at, online, skipped,
            guest_names, listed, approved_at, answered_by, 0, $2, $2
        FROM unnest(
            $3::text[], $4::bigint[], $5::text[], $6::text[], $7::int[], $8::bigint[], $9::timestamptz[],
            $10::timestamptz[], $11::boolean[], $12::int[], $13::text[], $14::text[], $15::timestamptz[], $16::bigint[]
        ) AS new (
            public_id, person, status, wanted, guests, queued, offer_until, confirmed_at, online, skipped, guest_names,
            listed, approved_at, answered_by
        )
        ON CONFLICT (event, person) DO UPDATE SET
            status = excluded.status, wanted = excluded.wanted, guests = excluded.guests,
            queued = excluded.queued, offer_until = excluded.offer_until, confirmed_at = excluded.confirmed_at,
            online = excluded.online, skipped = excluded.skipped, guest_names = excluded.guest_names,
            listed = excluded.listed, approved_at = excluded.approved_at, answered_by = excluded.answered_by,
            answered_at = CASE WHEN (rsvps.status, rsvps.guests) = (excluded.status, excluded.guests)
                THEN rsvps.answered_at ELSE excluded.answered_at END
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
        [party.online for party in parties],
        [party.skipped for party in parties],
        [party.guest_names for party in parties],
        [party.listed for party in parties],
        [party.approved_at for party in parties],
        [party.answered_by for party in parties],
    )
    return {row["person"]: row for row in written}


async def _write_history(
    steps: Sequence[Step], rows: Mapping[int, asyncpg.Record], now: datetime
) -> dict[int, int]:
    """One row a step. Returns the newest of each person."""
    written = await db.rows(
        """
        INSERT INTO rsvp_changes
            (rsvp, by, at, from_status, to_status, from_guests, to_guests, to_online, note)
        SELECT rsvp, by, $1, from_status, to_status, from_guests, to_guests, to_online, note
        FROM unnest(
            $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::int[], $7::int[], $8::boolean[], $9::text[]
        ) AS step (rsvp, by, from_status, to_status, from_guests, to_guests, to_online, note)
        RETURNING id, rsvp
        """,
        now,
        [rows[step.after.person]["id"] for step in steps],
        [step.by for step in steps],
        [step.before.status for step in steps],
        [step.after.status for step in steps],
        [step.before.guests for step in steps],
        [step.after.guests for step in steps],
        [step.after.online for step in steps],
        [step.note for step in steps],
    )
    newest: dict[int, int] = {}
    for row in written:
        newest[row["rsvp"]] = max(row["id"], newest.get(row["rsvp"], 0))
    return {person: newest[row["id"]] for person, row in rows.items() if row["id"] in newest}


async def _write_letters(changes: Iterable[Step], newest: Mapping[int, int]) -> None:
    """A letter about each change that matters, in the transaction of the change."""
    due: dict[Job, list[list[int]]] = {}
    for step in changes:
        if step.after.person in newest and (letter := mail.about(step)):
            due.setdefault(letter, []).append([newest[step.after.person]])
    for letter, arguments in due.items():
        await later_for_each(letter, arguments)


async def _write_skips(event: int, room: Room, loaded: Mapping[int, Party]) -> None:
    """Whoever still waits and was passed over is told how often it has been."""
    known = [p for p in room.parties.values() if p.queued is not None]
    more = [p for p in known if p.skipped > (loaded[p.person].skipped if p.person in loaded else 0)]
    rows = await db.rows(
        """
        WITH passed AS (
            SELECT rsvps.id, least(skipped + count(*), $7)::int AS skipped FROM rsvps
            JOIN unnest($2::boolean[], $3::bigint[]) AS pass (online, place)
                ON pass.online = rsvps.online AND rsvps.queued < pass.place
            WHERE event = $1 AND queued IS NOT NULL AND NOT person = ANY($4)
            GROUP BY rsvps.id
            UNION ALL
            SELECT rsvps.id, these.skipped FROM unnest($5::bigint[], $6::int[]) AS these (person, skipped)
            JOIN rsvps ON rsvps.event = $1 AND rsvps.person = these.person
        )
        UPDATE rsvps SET skipped = passed.skipped FROM passed WHERE rsvps.id = passed.id
        RETURNING rsvps.id, rsvps.skipped
        """,
        event,
        [online for online, _ in room.passes],
        [place for _, place in room.passes],
        [p.person for p in known],
        [p.person for p in more],
        [p.skipped for p in more],
        waitlist.MOST_SKIPS,
    )
    await later_for_each(mail.skipped, [[row["id"], row["skipped"]] for row in rows])


async def _write_saving(event: int, room: Room, saved: Sequence[bool]) -> None:
    """Remember in the event whether free chairs are saved, so that its page says what is true."""
    if room.closed:
        return
    saving = [waitlist.saving(room, online) for online in room.lines()]
    if saving != list(saved[: len(saving)]):
        await db.run(
            "UPDATE events SET saving = $2, online_saving = $3 WHERE id = $1", event, saving[0], saving[-1]
        )


async def _write_what_was_said(
    answers: Iterable[Answer], rows: Mapping[int, asyncpg.Record], now: datetime
) -> None:
    """Replies to the hosts' questions, and which forms have been taken."""
    said = [(rows[answer.person]["id"], answer) for answer in answers if answer.person in rows]
    if replies := [(rsvp, *reply) for rsvp, answer in said for reply in answer.replies.items()]:
        await questions.write(replies)
    if forms := [(rsvp, answer.form) for rsvp, answer in said if answer.form]:
        await db.run(
            """
            INSERT INTO sent_forms (rsvp, key, at) SELECT rsvp, key, $1
            FROM unnest($2::bigint[], $3::text[]) AS form (rsvp, key) ON CONFLICT DO NOTHING
            """,
            now,
            [rsvp for rsvp, _ in forms],
            [form for _, form in forms],
        )
