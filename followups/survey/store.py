"""What the survey writes in raw SQL: many rows at once, claims, and what is decided in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from followups.survey.queries import FINDABLE, Asked
from members.queries import not_away
from server import db, tokens
from server.rows import values_of


async def open_for(
    moments: Mapping[int, tuple[datetime, datetime]], *, opened_at: datetime, closes_at: datetime
) -> list[int]:
    """Begin the follow-ups of those of these events that have none: by event, the first batch, and when those who host
    are told. Returns their ids."""
    begun = db.rows(
        """
        INSERT INTO follow_ups (event, opened_at, closes_at, reveals_at, tells_at)
        SELECT event, $4, $5, reveals_at, tells_at
        FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) AS over (event, reveals_at, tells_at)
        ORDER BY event ON CONFLICT DO NOTHING RETURNING id
        """,
        [*moments],
        [reveals_at for reveals_at, _ in moments.values()],
        [tells_at for _, tells_at in moments.values()],
        opened_at,
        closes_at,
    )
    return await values_of(begun)


async def ask(pages: Sequence[tuple[int, int]], now: datetime, *, reminded_after: timedelta) -> list[int]:
    """Begin a page for each of these (follow-up, person) who has none. Returns the ids of the pages whose letter may go
    out now: that to somebody who is away waits. Who says nothing is reminded so long after the opening."""
    begun = db.rows(
        f"""
        WITH begun AS (
            INSERT INTO follow_up_replies (
                public_id, follow_up, person, was_there, findable, shows_picture, message, message_to, signed, note,
                first_time_told, step, link, created_at, waits, reminds_at
            )
            SELECT public_id, follow_up, person, NULL, false, false, '', 'nobody', false, '', false, '', 0, $4,
                NOT {not_away("person", "$4")}, opened_at + $5::interval
            FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS asked (public_id, follow_up, person)
            JOIN follow_ups ON follow_ups.id = follow_up
            ON CONFLICT DO NOTHING RETURNING id, waits
        ) SELECT id FROM begun WHERE NOT waits
        """,  # noqa: S608 - our own words
        [tokens.public_id() for _ in pages],
        [follow_up for follow_up, _ in pages],
        [person for _, person in pages],
        now,
        reminded_after,
    )
    return await values_of(begun)


async def claim_waiting(now: datetime, zones: list[str], *, most: int) -> list[int]:
    """The pages whose people are back before they close, in these zones; each is claimed once, and not reminded of."""
    claimed = db.rows(
        f"""
        UPDATE follow_up_replies SET waits = false, reminded_at = $1 FROM (
            SELECT replies.id FROM follow_up_replies AS replies
            JOIN follow_ups ON follow_ups.id = replies.follow_up JOIN events ON events.id = follow_ups.event
            WHERE waits AND answered_at IS NULL AND dismissed_at IS NULL
                AND follow_ups.closes_at > $1 AND events.zone = ANY($2::text[]) AND {not_away("replies.person", "$1")}
            ORDER BY replies.id LIMIT $3 FOR UPDATE OF replies SKIP LOCKED
        ) AS due WHERE due.id = follow_up_replies.id RETURNING follow_up_replies.id
        """,  # noqa: S608 - our own words
        now,
        zones,
        most,
    )
    return await values_of(claimed)


async def let_wait(reply: int) -> None:
    """Have the letter that asks somebody come once they are back: they have gone away since it was written down."""
    await db.run("UPDATE follow_up_replies SET waits = true WHERE id = $1", reply)


async def claim_reminders(now: datetime, zones: list[str], *, late: timedelta, most: int) -> list[int]:
    """The pages that wait for a first word and are to be reminded of by now, in these zones; each is claimed once.

    None that has closed, and so none that was due longer than `late` ago.
    """
    claimed = db.rows(
        f"""
        UPDATE follow_up_replies SET reminded_at = $1 FROM (
            SELECT replies.id FROM follow_up_replies AS replies
            JOIN follow_ups ON follow_ups.id = replies.follow_up JOIN events ON events.id = follow_ups.event
            WHERE reminds_at > $1::timestamptz - $2::interval AND reminds_at <= $1
                AND reminded_at IS NULL AND answered_at IS NULL AND dismissed_at IS NULL AND NOT waits
                AND follow_ups.closes_at > $1 AND events.zone = ANY($3::text[]) AND {not_away("replies.person", "$1")}
            ORDER BY replies.id LIMIT $4 FOR UPDATE OF replies SKIP LOCKED
        ) AS due WHERE due.id = follow_up_replies.id RETURNING follow_up_replies.id
        """,  # noqa: S608 - our own words
        now,
        late,
        zones,
        most,
    )
    return await values_of(claimed)


async def claim_notes(now: datetime, zones: list[str], *, most: int) -> list[int]:
    """The notes that come back by now, to people in these zones; each is claimed once. A guest's is the event's."""
    claimed = db.rows(
        """
        UPDATE follow_up_replies SET note_sent_at = $1 FROM (
            SELECT replies.id FROM follow_up_replies AS replies
            JOIN people ON people.id = replies.person
            JOIN follow_ups ON follow_ups.id = replies.follow_up JOIN events ON events.id = follow_ups.event
            WHERE note_back_at <= $1 AND note_sent_at IS NULL
                AND CASE WHEN people.signed_in_at IS NULL THEN events.zone ELSE people.zone END = ANY($2::text[])
            ORDER BY note_back_at, replies.id LIMIT $3 FOR UPDATE OF replies SKIP LOCKED
        ) AS due WHERE due.id = follow_up_replies.id RETURNING follow_up_replies.id
        """,
        now,
        zones,
        most,
    )
    return await values_of(claimed)


async def forget_whom_nobody_finds(asked: Asked) -> None:
    """Take back their marks about people who can no longer be found."""
    await db.run(
        f"""
        DELETE FROM met_marks WHERE follow_up = $1 AND by = $2
            AND about NOT IN (SELECT person FROM ({FINDABLE}) AS findable)
        """,  # noqa: S608 - our own words
        asked.follow_up,
        asked.person.id,
    )


async def mark(asked: Asked, met: Mapping[int, bool], now: datetime) -> None:
    """Mark these people (by id), and whether they would like to stay in touch.

    A wish made earlier keeps its time, so that saving again does not put it off to the next day's batch.
    """
    await db.run(
        """
        INSERT INTO met_marks (follow_up, by, about, wished_at, created_at)
        SELECT $1, $2, about, CASE WHEN wished THEN $5::timestamptz END, $5
        FROM unnest($3::bigint[], $4::boolean[]) AS marked (about, wished)
        ON CONFLICT (follow_up, by, about) DO UPDATE
        SET wished_at = CASE WHEN excluded.wished_at IS NOT NULL
            THEN coalesce(met_marks.wished_at, excluded.wished_at) END
        """,
        asked.follow_up,
        asked.person.id,
        [*met],
        [*met.values()],
        now,
    )
