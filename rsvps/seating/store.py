"""The room of an event as the database knows it, and what was decided in it, written down.

Reads and writes what `seats` needs, in as few trips to PostgreSQL as can be: while an event is locked, everybody
else who answers it waits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from events import pools
from rsvps.questions import store as questions_store
from rsvps.seating import listeners, queries, waitlist
from rsvps.seating.room import UNLIMITED, Party, Pool, Room, Step
from rsvps.seating.rules import Answer, closed, window_of
from rsvps.tables import Rsvp, SentForm
from server import clock, db, jobs, tokens
from server.errors import NotFound
from server.jobs import later, later_for_each, name_of
from server.statements import among


async def lock(event: int, how: str) -> None:
    """Lock an event's row until the open transaction ends, as every decision does first."""
    await db.run(f"SELECT FROM events WHERE id = $1 {how}", event)


Rows = dict[int, asyncpg.Record]  # Answers, by whose they are.


# A plan that was made and kept while the tables were empty reads them from end to end: a hundred times as long once
# they have grown. Planning again each time would cost as much as the batch, for the checks of foreign keys as well.
_BY_INDEX = "SET LOCAL enable_seqscan = off"


@dataclass(frozen=True)
class Opened:
    """A room, the rows it was made of, and its parties as they were then."""

    event: int
    room: Room
    rows: Rows
    parties: Mapping[int, Party]


def locking(event: int, lock: str) -> str:
    """What a deciding transaction begins with: the event's row locked until it ends."""
    return f"{_BY_INDEX}; SELECT FROM events WHERE id = {event:d} {lock}"


async def open_room(event: int, answers: Sequence[Answer], now: datetime) -> Opened:
    """An event's room with everybody who answers or could move up. Raises NotFound. At most three queries, and one
    more while seats are kept for newcomers."""
    forms = [answer.form for answer in answers if answer.form]
    found = await queries.answering(event, [answer.person for answer in answers], forms, now)
    if found is None:
        raise NotFound
    room = _empty_room(found.event, now)
    room.first, room.last = found.first, found.last
    for row in found.answers:
        room.seat(_party(row))
        room.forms.update((row["person"], form) for form in row["forms"])
    if room.last and not room.closed:
        even_if_full = any(answer.wish == "first" for answer in answers)
        await _add_the_lines(event, room, even_if_full=even_if_full)
    if room.kept:
        people = {*room.parties, *(answer.person for answer in answers)}
        room.newcomers, room.newcomers_took = await queries.newcomers(event, sorted(people), now)
    return Opened(event, room, {row["person"]: row for row in found.answers}, dict(room.parties))


async def write(opened: Opened, answers: Sequence[Answer], now: datetime) -> Rows:
    """Write down what was decided. Returns everybody's answer as it is now."""
    room, accepted = opened.room, [answers[number] for number in opened.room.accepted]
    rows = opened.rows | await _write_steps(opened, accepted, now)
    if room.passes:
        await _write_skips(opened)
    await _write_reserving(opened)
    replies = [
        (rows[answer.person]["id"], *reply)
        for answer in accepted
        if answer.person in rows
        for reply in answer.replies.items()
    ]
    if replies:
        await questions_store.write(replies)
    return rows


def _empty_room(event: asyncpg.Record, now: datetime) -> Room:
    sides = [Pool(event["seats"], event["taken"])]
    if event["call"]:
        sides.append(Pool(event["call_seats"], event["call_taken"]))
    opens, closes, zone = event["answers_open_at"], event["answers_close_at"], event["zone"]
    return Room(
        tuple(sides),
        now,
        event["guests_allowed"],
        approval=event["approval"],
        closed=closed(event["event_status"], over=event["over_at"] <= now),
        off=event["event_status"] == "cancelled",
        window=window_of(opens, closes, zone, now),
        offered_until=waitlist.offered_until(
            now,
            starts_at=event["starts_at"],
            over_at=event["over_at"],
            zone=zone,
            asks_first=event["asks_first"],
        ),
        reserving=(event["reserving"], bool(event["call_reserving"])),
        kept_out=frozenset(event["kept_out"]),
        outside=frozenset(event["outside"]),
        hosts=frozenset(event["hosts"]),
        members_only=event["members_only"],
        kept=_kept(event, now),
        newcomers_noted=event["newcomers"],
    )


def _kept(event: asyncpg.Record, now: datetime) -> int:
    if event["seats"] is None or now >= event["starts_at"] - timedelta(hours=event["newcomer_hours"]):
        return 0
    return int(event["newcomer_seats"])


async def _add_the_lines(event: int, room: Room, *, even_if_full: bool) -> None:
    answering = list(room.parties.values())
    for online in room.lines():
        held = sum(party.held for party in answering if room.side(party.online) == online)
        chairs = min(room.free(online) + held, UNLIMITED)
        if chairs or even_if_full:
            spare = sum(party.queued is not None for party in answering)
            for row in await _line(event, room, online, chairs=chairs, spare=spare):
                if row["person"] not in room.parties:
                    room.seat(_party(row))


async def _line(event: int, room: Room, online: bool, *, chairs: int, spare: int) -> list[asyncpg.Record]:
    if room.kept and not online:
        return await queries.line_of_the_room(event, members_only=room.members_only)
    return await queries.heads_of_line(
        event,
        online=online,
        chairs=chairs,
        spare=spare,
        seats=room.all_seats(online),
        members_only=room.members_only,
    )


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
        row["invited_at"],
        row["approved_at"],
        row["answered_by"],
    )


# Answers ($4 to $17, and $31, their invitations), their history ($18 to $25), due work by its name and by whose step
# calls for it ($26, $27), and forms that were taken ($28 to $30), in one statement. A new answer has no number yet
# when the statement is made: it is found by its person.
_WRITE = f"""
    WITH answers AS (
        INSERT INTO rsvps (
            public_id, event, person, status, wanted, guests, queued, offer_until, confirmed_at, online, skipped,
            guest_names, listed, approved_at, answered_by, invited_at, link, answered_at, created_at
        )
        SELECT public_id, $1, person, status, wanted, guests, queued, offer_until, confirmed_at, online, skipped,
            guest_names, listed, approved_at, answered_by, invited_at, 0, $2, $2
        FROM unnest(
            $4::text[], $5::bigint[], $6::text[], $7::text[], $8::int[], $9::bigint[], $10::timestamptz[],
            $11::timestamptz[], $12::boolean[], $13::int[], $14::text[], $15::text[], $16::timestamptz[], $17::bigint[],
            $31::timestamptz[]
        ) AS new (
            public_id, person, status, wanted, guests, queued, offer_until, confirmed_at, online, skipped, guest_names,
            listed, approved_at, answered_by, invited_at
        )
        ON CONFLICT (event, person) DO UPDATE SET
            status = excluded.status, wanted = excluded.wanted, guests = excluded.guests,
            queued = excluded.queued, offer_until = excluded.offer_until, confirmed_at = excluded.confirmed_at,
            online = excluded.online, skipped = excluded.skipped, guest_names = excluded.guest_names,
            listed = excluded.listed, approved_at = excluded.approved_at, answered_by = excluded.answered_by,
            invited_at = excluded.invited_at,
            invited_by = CASE WHEN excluded.invited_at IS NULL THEN NULL ELSE rsvps.invited_by END,
            answered_at = CASE
                WHEN (rsvps.status, rsvps.guests, rsvps.online) = (excluded.status, excluded.guests, excluded.online)
                THEN rsvps.answered_at ELSE excluded.answered_at END
        RETURNING *
    ), steps AS (
        INSERT INTO rsvp_changes (rsvp, by, at, from_status, to_status, from_guests, to_guests, to_online, note)
        SELECT answers.id, step.by, $2, from_status, to_status, from_guests, to_guests, to_online, note
        FROM unnest(
            $18::bigint[], $19::bigint[], $20::text[], $21::text[], $22::int[], $23::int[], $24::boolean[], $25::text[]
        ) WITH ORDINALITY AS step (person, by, from_status, to_status, from_guests, to_guests, to_online, note, number)
        JOIN answers ON answers.person = step.person ORDER BY number
        RETURNING id, rsvp
    ), newest AS (
        SELECT person, max(steps.id) AS step FROM steps JOIN answers ON answers.id = steps.rsvp GROUP BY person
    ), work AS (
        SELECT kind, jsonb_build_array(step) AS args
        FROM unnest($26::text[], $27::bigint[]) AS called_for (kind, person) JOIN newest USING (person)
    ), outbox AS (
        {jobs.written_with("work", now="$2", request_id="$3")}
    ), forms AS (
        INSERT INTO sent_forms (rsvp, key, at) SELECT coalesce(known, answers.id), key, $2
        FROM unnest($28::bigint[], $29::bigint[], $30::text[]) AS form (person, known, key)
        LEFT JOIN answers USING (person) WHERE coalesce(known, answers.id) IS NOT NULL
        ON CONFLICT DO NOTHING
    )
    SELECT * FROM answers
"""  # noqa: S608 - our own words


async def _write_steps(opened: Opened, accepted: Sequence[Answer], now: datetime) -> Rows:
    room, changes = opened.room, opened.room.changes()
    forms = [answer for answer in accepted if answer.form]
    if not changes and not forms:
        return {}
    parties = [room.parties[step.after.person] for step in changes]
    work = list(_called_for(room, changes))
    written = await db.rows(
        _WRITE,
        opened.event,
        now,
        jobs.request_id(),
        *_answers(parties),
        *_history([step for step in room.steps if step.tells]),
        [kind for kind, _ in work],
        [person for _, person in work],
        [answer.person for answer in forms],
        [opened.rows[answer.person]["id"] if answer.person in opened.rows else None for answer in forms],
        [answer.form for answer in forms],
        [party.invited_at for party in parties],
    )
    if work:
        await jobs.wake()
    return {row["person"]: row for row in written}


def _answers(parties: Sequence[Party]) -> list[list[object]]:
    return [
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
    ]


def _history(steps: Sequence[Step]) -> list[list[object]]:
    return [
        [step.after.person for step in steps],
        [step.by for step in steps],
        [step.before.status for step in steps],
        [step.after.status for step in steps],
        [step.before.guests for step in steps],
        [step.after.guests for step in steps],
        [step.after.online for step in steps],
        [step.note for step in steps],
    ]


def _called_for(room: Room, changes: Iterable[Step]) -> Iterable[tuple[str, int]]:
    """The due work that each change calls for, and whose change it is. What is not in the history is told to nobody."""
    told = {step.after.person for step in room.steps if step.tells}
    for step in changes:
        if step.after.person in told:
            for hear in listeners.steps:
                yield from ((name_of(job), step.after.person) for job in hear(step))


async def _write_skips(opened: Opened) -> None:
    """Tell everybody who still waits and was passed over how often it has been."""
    room, before = opened.room, opened.parties
    known = [p for p in room.parties.values() if p.queued is not None]
    more = [p for p in known if p.skipped > (before[p.person].skipped if p.person in before else 0)]
    rows = await db.rows(
        """
        WITH passed AS (
            SELECT rsvps.id, least(skipped + count(*), $7)::int AS skipped FROM rsvps
            JOIN unnest($2::boolean[], $3::bigint[], $8::int[]) AS pass (online, place, seats)
                ON pass.online = rsvps.online AND rsvps.queued < pass.place AND rsvps.guests < pass.seats
            WHERE event = $1 AND queued IS NOT NULL AND NOT person = ANY($4)
            GROUP BY rsvps.id
            UNION ALL
            SELECT rsvps.id, these.skipped FROM unnest($5::bigint[], $6::int[]) AS these (person, skipped)
            JOIN rsvps ON rsvps.event = $1 AND rsvps.person = these.person
        )
        UPDATE rsvps SET skipped = passed.skipped FROM passed WHERE rsvps.id = passed.id
        RETURNING rsvps.id, rsvps.skipped
        """,
        opened.event,
        [online for online, _ in room.passes],
        [place for _, place in room.passes],
        [p.person for p in known],
        [p.person for p in more],
        [p.skipped for p in more],
        waitlist.MOST_SKIPS,
        [room.all_seats(online) for online, _ in room.passes],
    )
    for hear in listeners.skips:
        await later_for_each(hear, [[row["id"], row["skipped"]] for row in rows])


async def _write_reserving(opened: Opened) -> None:
    """Remember in the pools whether free chairs are saved, so that the event's page says what is true."""
    room = opened.room
    if room.closed:
        return
    reserving = [waitlist.reserving(room, online) for online in room.lines()]
    if reserving != list(room.reserving[: len(reserving)]):
        await pools.reserve(opened.event, reserving)
    if room.kept and room.newcomers_took != room.newcomers_noted:
        await pools.note_newcomers(opened.event, room.newcomers_took)


# What else is written of answers, beside what was decided


async def invite(event: int, people: Sequence[int], *, by: int) -> dict[int, int]:
    """Write down invitations and tell their steps. Returns the answers' ids, and whose they are, of those that are new.

    People typed in by somebody and never confirmed count as new, and so do people taken off.
    """
    now = clock.now()
    rows = await db.rows(
        """
        WITH new AS (
            INSERT INTO rsvps (public_id, event, person, status, invited_by, invited_at, answered_at, created_at)
            SELECT public_id, $1, person, 'invited', $2, $3, $3, $3
            FROM unnest($4::text[], $5::bigint[]) AS these (public_id, person) ORDER BY person
            ON CONFLICT (event, person) DO UPDATE SET invited_by = $2, invited_at = $3,
                status = CASE rsvps.status WHEN 'withdrawn' THEN 'invited' ELSE rsvps.status END,
                confirmed_at = NULL, answered_by = NULL
            WHERE rsvps.invited_at IS NULL AND (
                rsvps.confirmed_at IS NULL
                OR (rsvps.status = 'withdrawn' AND rsvps.answered_by IS DISTINCT FROM rsvps.person)
            )
            RETURNING *
        ), noted AS (
            INSERT INTO rsvp_changes (rsvp, by, at, to_status, from_guests, to_guests)
            SELECT id, $2, $3, 'invited', 0, 0 FROM new RETURNING rsvp, id AS step
        )
        SELECT new.*, step FROM new JOIN noted ON noted.rsvp = new.id
        """,
        event,
        by,
        now,
        [tokens.public_id() for _ in people],
        list(people),
    )
    for row in rows:
        after = _party(row)
        await _tell(row["step"], Step(Party(after.person), after, by))
    return {row["id"]: row["person"] for row in rows}


async def walked_in(event: int, person: int) -> tuple[int, bool]:
    """The answer of somebody who came without one: its id, and whether they had confirmed one all the same.

    They answered nothing, so it says nothing but that they may be there, as an invitation does. Takes no seat.
    """
    row = await db.row(
        """
        INSERT INTO rsvps (public_id, event, person, status, invited_at, answered_at, created_at)
        VALUES ($1, $2, $3, 'invited', $4, $4, $4)
        ON CONFLICT (event, person) DO UPDATE SET invited_at = CASE
            WHEN rsvps.confirmed_at IS NULL THEN coalesce(rsvps.invited_at, $4) ELSE rsvps.invited_at
        END
        RETURNING id, confirmed_at IS NOT NULL AS confirmed
        """,
        tokens.public_id(),
        event,
        person,
        clock.now(),
    )
    assert row is not None
    return row["id"], row["confirmed"]


async def _tell(number: int, step: Step) -> None:
    """Tell a step that was written down by itself; those of a batch are told in the batch's own statement."""
    for hear in listeners.steps:
        for job in hear(step):
            await later(job, number)


async def drop_invitation(rsvp: int) -> bool:
    """Delete an unanswered invitation. Returns whether there was one. The event is locked by the caller."""
    gone = (
        await Rsvp.delete()
        .where(Rsvp.id == rsvp, Rsvp.invited_at.is_not_null(), Rsvp.confirmed_at.is_null())
        .returning(Rsvp.id)
    )
    return bool(gone)


async def end_invitations(person: int, events: Sequence[int]) -> None:
    """Somebody is neither invited to these events nor accepted there any more. One query at most."""
    if not events:
        return
    await Rsvp.update({Rsvp.invited_at: None, Rsvp.invited_by: None, Rsvp.approved_at: None}).where(
        Rsvp.person == person,
        among(Rsvp.event, events),
        Rsvp.invited_at.is_not_null() | Rsvp.approved_at.is_not_null(),
    )


async def end_link(rsvp: int, version: int) -> None:
    """End the link of an answer, if this is its version still."""
    await Rsvp.update({Rsvp.link: Rsvp.link + 1}).where(Rsvp.id == rsvp, Rsvp.link == version)


async def note_typed(rsvp: int, until: datetime | None, now: datetime) -> datetime | None:
    """Note until when a seat would be held for what was typed, unless one would be already. Returns what is noted."""
    return await db.value(  # type: ignore[no-any-return]
        """
        UPDATE rsvps SET typed_until = CASE WHEN typed_until > $3 THEN typed_until ELSE $2 END
        WHERE id = $1 RETURNING typed_until
        """,
        rsvp,
        until,
        now,
    )


async def end_hold(rsvp: int, now: datetime) -> None:
    """End the time for which a seat is held for what was typed: the next decision gives it back.

    The event is locked by the caller.
    """
    await Rsvp.update({Rsvp.typed_until: None}).where(Rsvp.id == rsvp)
    await Rsvp.update({Rsvp.offer_until: now}).where(
        Rsvp.id == rsvp, Rsvp.status == "offered", Rsvp.confirmed_at.is_null()
    )


async def hold_offers(event: int, until: datetime) -> None:
    """Hold seats that are offered until then at least. The event is locked by the caller."""
    await Rsvp.update({Rsvp.offer_until: until}).where(
        Rsvp.event == event, Rsvp.confirmed_at.is_not_null(), Rsvp.offer_until < until
    )


async def forget_typed(rsvp: int) -> None:
    """Delete what somebody typed for an address, and nobody confirmed. The event is locked by the caller."""
    await Rsvp.delete().where(Rsvp.id == rsvp, Rsvp.confirmed_at.is_null(), Rsvp.invited_at.is_null())


async def forget_unconfirmed(before: datetime) -> list[int]:
    """Delete what was typed before then and never confirmed. Returns whose it was, by their ids."""
    gone = (
        await Rsvp.delete()
        .where(
            Rsvp.status == "invited",
            Rsvp.confirmed_at.is_null(),
            Rsvp.invited_at.is_null(),
            Rsvp.answered_at < before,
        )
        .returning(Rsvp.person)
    )
    return [row["person"] for row in gone]


async def forget_forms(before: datetime) -> None:
    """Delete the keys of forms that were sent before then."""
    await SentForm.delete().where(SentForm.at < before)


async def forget_guest_names(had_its_time: str, now: datetime) -> None:
    """Delete guests' names where their time is over: `had_its_time` says so of a row of `events`, with $1 as now."""
    await db.run(
        f"""
        UPDATE rsvps SET guest_names = '' FROM events, answer_policies
        WHERE guest_names <> '' AND events.id = rsvps.event AND {had_its_time}
        """,  # noqa: S608 - a condition of our own
        now,
    )


async def tell_of_change(event: int, change: int) -> list[int]:
    """Note that these answers have been told of a change; those that had not been, by their ids. One query."""
    told = (
        await Rsvp.update({Rsvp.told_change: change})
        .where(queries.concerned(event), Rsvp.told_change.is_null() | (Rsvp.told_change < change))
        .returning(Rsvp.id)
    )
    return [row["id"] for row in told]


async def tell_of_cancellation(event: int, now: datetime) -> list[int]:
    """The same for its cancellation. One query."""
    told = (
        await Rsvp.update({Rsvp.told_cancelled_at: now})
        .where(queries.concerned(event), Rsvp.told_cancelled_at.is_null())
        .returning(Rsvp.id)
    )
    return [row["id"] for row in told]


async def tell_of_many(
    people: Sequence[int],
    *,
    changes: Sequence[int],
    cancelled: Sequence[int],
    back: Sequence[int],
    now: datetime,
) -> dict[int, list[int]]:
    """The same of many changes and cancellations, and of what is `back`, to these people: their answers, by whose
    they are. What is on by now, or off again, they are not told to be otherwise. One query."""
    rows = await db.rows(
        f"""
        UPDATE rsvps SET told_change = coalesce(news.change, told_change),
            told_cancelled_at = CASE news.kind WHEN 'off' THEN $4 WHEN 'back' THEN NULL ELSE told_cancelled_at END
        FROM (
            SELECT event, id AS change, 'moved' AS kind FROM event_changes WHERE id = ANY($2)
            UNION ALL SELECT id, NULL, 'off' FROM events WHERE id = ANY($3) AND status = 'cancelled'
            UNION ALL SELECT id, NULL, 'back' FROM events WHERE id = ANY($5) AND status = 'published'
        ) AS news
        WHERE rsvps.event = news.event AND person = ANY($1) AND ({queries.ANSWERED} OR {queries.SILENT})
            AND CASE news.kind WHEN 'off' THEN told_cancelled_at IS NULL
                WHEN 'back' THEN told_cancelled_at IS NOT NULL
                ELSE told_change IS NULL OR told_change < news.change END
        RETURNING person, rsvps.id
        """,  # noqa: S608 - our own words
        list(people),
        list(changes),
        list(cancelled),
        now,
        list(back),
    )
    told: dict[int, list[int]] = {}
    for row in rows:
        told.setdefault(row["person"], []).append(row["id"])
    return told


async def take_over(person: int, guest: int) -> None:
    """Give a guest's answers, and what they did about them, to somebody who has none for the same event."""
    await db.run(
        """
        UPDATE rsvps SET person = $1 WHERE person = $2
            AND NOT EXISTS (SELECT FROM rsvps AS own WHERE own.person = $1 AND own.event = rsvps.event)
        """,
        person,
        guest,
    )
    for table, column in (("rsvps", "answered_by"), ("rsvp_changes", "by"), ("arrivals", "seen_by")):
        await db.run(f"UPDATE {table} SET {column} = $1 WHERE {column} = $2", person, guest)  # noqa: S608


async def claim_reminders(
    now: datetime, *, ahead: datetime, settled: datetime, moved_far: timedelta, most: int
) -> list[int]:
    """Mark up to `most` answers as reminded and return their ids. Two workers never get the same. One query.

    To what begins until `ahead`; not people who answered or were asked after `settled`, nor those already reminded,
    unless that was longer than `moved_far` before the start as it is now.
    """
    rows = await db.rows(
        """
        UPDATE rsvps SET reminded_at = $1, moved_far = false FROM (
            SELECT id FROM rsvps
            WHERE begins_at > $1 AND begins_at <= $2 AND status IN ('going', 'maybe') AND answered_at <= $3
                AND (still_asked_at IS NULL OR still_asked_at <= $3)
                AND (reminded_at IS NULL OR moved_far)  -- Their index holds none but these.
                AND (reminded_at IS NULL OR reminded_at < begins_at - $4::interval)
            LIMIT $5 FOR NO KEY UPDATE SKIP LOCKED
        ) AS due
        WHERE rsvps.id = due.id RETURNING rsvps.id
        """,
        now,
        ahead,
        settled,
        moved_far,
        most,
    )
    return [row["id"] for row in rows]


async def claim_questions(
    now: datetime,
    *,
    not_before: datetime,
    ahead: datetime,
    settled: timedelta,
    reminded: datetime,
    moved_far: timedelta,
    most: int,
) -> list[int]:
    """The same for those to be asked whether they still come: a counted seat, answered `settled` before the start.

    To what begins after `not_before`; not people who were reminded after `reminded`.
    """
    rows = await db.rows(
        """
        UPDATE rsvps SET still_asked_at = $1 FROM (
            SELECT rsvps.id FROM rsvps JOIN events ON events.id = rsvps.event
            JOIN seat_pools AS pool
                ON pool.event = rsvps.event AND pool.online = (rsvps.online AND events.mode = 'hybrid')
            WHERE rsvps.begins_at > $2 AND rsvps.begins_at <= $3 AND pool.seats IS NOT NULL
                AND rsvps.status = 'going' AND rsvps.answered_at <= rsvps.begins_at - $4::interval
                AND (rsvps.reminded_at IS NULL OR rsvps.reminded_at <= $5)
                AND (rsvps.still_asked_at IS NULL OR rsvps.moved_far)  -- Their index holds none but these.
                AND (rsvps.still_asked_at IS NULL OR rsvps.still_asked_at < rsvps.begins_at - $6::interval)
                -- Who comes to an event without a limit is never asked: that is seen once for all of them.
                AND rsvps.event = ANY (ARRAY(
                    SELECT near.event FROM (
                        SELECT DISTINCT begins_at, event FROM rsvps
                        WHERE begins_at > $2 AND begins_at <= $3
                            AND status = 'going' AND (still_asked_at IS NULL OR moved_far)
                    ) AS near JOIN seat_pools ON seat_pools.event = near.event AND seats IS NOT NULL
                ))
            LIMIT $7 FOR NO KEY UPDATE OF rsvps SKIP LOCKED
        ) AS due
        WHERE rsvps.id = due.id RETURNING rsvps.id
        """,
        now,
        not_before,
        ahead,
        settled,
        reminded,
        moved_far,
        most,
    )
    return [row["id"] for row in rows]
