"""The morning after: asking those who were there, once, and keeping what they say until it closes.

Nothing here writes to anybody because of what somebody said about somebody else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import asyncpg

from followups import encounters, mail
from followups.days import first_reveal, zones_by_day
from followups.queries import Asked
from server import clock, db, tokens
from server.db import transaction
from server.errors import LinkExpired
from server.jobs import later_for_each

AFTER = timedelta(hours=2)  # How long after its end an event is asked about.
LASTS = timedelta(days=14)
NOT_ASKED_AFTER = timedelta(days=7)  # A worker that was away so long does not ask any more.
EVENTS_AT_ONCE = 50
LETTERS_AT_ONCE = 1000

T = TypeVar("T")

CLOSED = "This follow-up has closed. What you said is kept as you left it."


@dataclass(frozen=True)
class Reply:
    """What somebody said on their page, apart from whom they met."""

    was_there: bool | None
    findable: bool
    shows_picture: bool
    felt_welcome: str | None
    message: str
    message_to: str
    signed: bool
    note: str


async def open_due(now: datetime | None = None) -> int:
    """Open the follow-ups of events that are over since two hours, by daylight. Returns how many were opened.

    Each event is opened once, whoever else tries: with its replies and their letters, or not at all.
    """
    now = now or clock.now()
    opened = 0
    async with transaction(first=db.BY_INDEX):
        over = await _over(now)
    for due in over:
        async with transaction():
            opened += await _open(due["id"], due["zone"], now)
    return opened


async def remind_due(now: datetime | None = None) -> int:
    """Remind, once, by daylight, those who have neither answered nor dismissed. Returns how many."""
    now = now or clock.now()
    reminded = 0
    while claimed := await _claim_reminders(now):
        reminded += claimed
    return reminded


async def answer(asked: Asked, said: Reply, marks: encounters.Marks) -> None:
    """Keep what somebody said, their arrival and whom they met, all or nothing.

    Raises LinkExpired when it has closed, TooManyWishes.
    """
    now = clock.now()
    async with transaction():
        await _still_open(asked, now)
        await _keep(asked, said, now)
        await _keep_arrival(asked, said.was_there, now)
        if said.was_there:
            await encounters.mark(asked, marks, now)
        else:
            await encounters.forget(asked)


async def dismiss(asked: Asked) -> None:
    """No more letters about this event. What was said stays, and the page stays open. Twice is harmless."""
    now = clock.now()
    async with transaction():
        await _still_open(asked, now)
        await db.run(
            "UPDATE follow_up_replies SET dismissed_at = coalesce(dismissed_at, $2) WHERE id = $1",
            asked.id,
            now,
        )


async def forget_note(person: int, key: str) -> None:
    """Take a note to oneself away, whether its follow-up is open or not."""
    await db.run("UPDATE follow_up_replies SET note = '' WHERE public_id = $2 AND person = $1", person, key)


async def forget_old(now: datetime | None = None) -> None:
    """Delete what has had its time: marks a month after closing, messages a year after."""
    now = now or clock.now()
    await db.run(
        """
        DELETE FROM met_marks USING follow_ups
        WHERE follow_ups.id = met_marks.follow_up AND follow_ups.closes_at < $1
        """,
        now - timedelta(days=30),
    )
    await db.run(
        """
        UPDATE follow_up_replies AS replies SET message = '', felt_welcome = NULL FROM follow_ups
        WHERE follow_ups.id = replies.follow_up AND follow_ups.closes_at < $1
            AND (message <> '' OR felt_welcome IS NOT NULL)
        """,
        now - timedelta(days=365),
    )


# Opening


async def _over(now: datetime) -> list[asyncpg.Record]:
    return await db.rows(
        """
        SELECT events.id, zone FROM events LEFT JOIN follow_ups ON follow_ups.event = events.id
        WHERE follow_ups.id IS NULL AND status = 'published'
            -- The first two lines are for the index, the next one is exact.
            AND coalesce(ends_at, starts_at) > $1::timestamptz - $3::interval - interval '3 hours'
            AND coalesce(ends_at, starts_at) <= $1::timestamptz - $2::interval
            AND coalesce(ends_at, starts_at + interval '3 hours')
                BETWEEN $1::timestamptz - $3::interval AND $1::timestamptz - $2::interval
            AND zone = ANY($4::text[])
        ORDER BY coalesce(ends_at, starts_at), events.id LIMIT $5
        """,
        now,
        AFTER,
        NOT_ASKED_AFTER,
        zones_by_day(now),
        EVENTS_AT_ONCE,
    )


async def _open(event: int, zone: str, now: datetime) -> int:
    follow_up = await db.value(
        """
        INSERT INTO follow_ups (event, opened_at, closes_at, reveals_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (event) DO NOTHING RETURNING id
        """,
        event,
        now,
        now + LASTS,
        first_reveal(now, zone),
    )
    if follow_up is None:
        return 0
    for people in _in_bunches(await _those_who_were_coming(event)):
        await later_for_each(mail.invitation, [[reply] for reply in await _ask(follow_up, people, now)])
    return 1


async def _those_who_were_coming(event: int) -> list[int]:
    found = await db.rows(
        """
        SELECT person FROM rsvps WHERE event = $1
            AND (status = 'going' OR EXISTS (SELECT FROM arrivals WHERE arrivals.rsvp = rsvps.id))
        ORDER BY id
        """,
        event,
    )
    return [row["person"] for row in found]


async def _ask(follow_up: int, people: list[int], now: datetime) -> list[int]:
    found = await db.rows(
        """
        INSERT INTO follow_up_replies (
            public_id, follow_up, person, was_there, findable, shows_picture, message, message_to, signed, note,
            link, created_at
        )
        SELECT public_id, $1, person, NULL, false, false, '', 'nobody', false, '', 0, $4
        FROM unnest($2::text[], $3::bigint[]) AS asked (public_id, person)
        ON CONFLICT DO NOTHING RETURNING id
        """,
        follow_up,
        [tokens.public_id() for _ in people],
        people,
        now,
    )
    return [row["id"] for row in found]


def _in_bunches(things: list[T]) -> Iterator[list[T]]:
    for begin in range(0, len(things), LETTERS_AT_ONCE):
        yield things[begin : begin + LETTERS_AT_ONCE]


# Reminding


async def _claim_reminders(now: datetime) -> int:
    async with transaction(first=db.BY_INDEX):
        claimed = await db.rows(
            """
            UPDATE follow_up_replies SET reminded_at = $1 FROM (
                SELECT replies.id FROM follow_up_replies AS replies
                JOIN follow_ups ON follow_ups.id = replies.follow_up JOIN events ON events.id = follow_ups.event
                WHERE reminded_at IS NULL AND answered_at IS NULL AND dismissed_at IS NULL
                    AND follow_ups.closes_at > $1 AND follow_ups.opened_at <= $1::timestamptz - $2::interval
                    AND events.zone = ANY($3::text[])
                ORDER BY replies.id LIMIT $4 FOR UPDATE OF replies SKIP LOCKED
            ) AS due WHERE due.id = follow_up_replies.id RETURNING follow_up_replies.id
            """,
            now,
            mail.REMINDED_AFTER,
            zones_by_day(now),
            LETTERS_AT_ONCE,
        )
        await later_for_each(mail.reminder, [[row["id"]] for row in claimed])
    return len(claimed)


# Answering


async def _still_open(asked: Asked, now: datetime) -> None:
    """Lock the follow-up against the daily batch, then one's own reply against one's own second tab."""
    closes_at = await db.value("SELECT closes_at FROM follow_ups WHERE id = $1 FOR SHARE", asked.follow_up)
    if closes_at is None or closes_at <= now:
        raise LinkExpired(CLOSED)
    await db.run("SELECT FROM follow_up_replies WHERE id = $1 FOR UPDATE", asked.id)


async def _keep(asked: Asked, said: Reply, now: datetime) -> None:
    findable = bool(said.was_there) and said.findable
    await db.run(
        """
        UPDATE follow_up_replies SET was_there = $2, findable = $3, shows_picture = $4, felt_welcome = $5,
            message = $6, message_to = $7, signed = $8, note = $9, answered_at = coalesce(answered_at, $10)
        WHERE id = $1
        """,
        asked.id,
        said.was_there,
        findable,
        findable and said.shows_picture,
        said.felt_welcome,
        said.message,
        said.message_to,
        said.signed and said.message_to == "organisers",
        said.note,
        now,
    )


async def _keep_arrival(asked: Asked, was_there: bool | None, now: datetime) -> None:
    """Their word sets and removes their own arrival; what a host saw, or did not see, is the host's to change."""
    if was_there:
        await db.run(
            """
            INSERT INTO arrivals (rsvp, seen_by, arrived_at)
            SELECT rsvps.id, rsvps.person, $3 FROM rsvps JOIN follow_up_replies AS replies
                ON replies.id = $4 AND replies.person = rsvps.person AND replies.not_seen_by IS NULL
            WHERE rsvps.event = $1 AND rsvps.person = $2 ON CONFLICT (rsvp) DO NOTHING
            """,
            asked.event.id,
            asked.person.id,
            now,
            asked.id,
        )
    else:
        await db.run(
            """
            DELETE FROM arrivals USING rsvps
            WHERE rsvps.id = arrivals.rsvp AND event = $1 AND person = $2 AND seen_by = $2
            """,
            asked.event.id,
            asked.person.id,
        )
