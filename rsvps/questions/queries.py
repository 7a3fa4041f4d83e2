"""What hosts ask, and what was said to it. Reads only."""

from collections.abc import Sequence

from rsvps.tables import Question
from server import db
from server.rows import loaded


async def questions(event: int) -> list[Question]:
    """What the hosts of an event ask, in their order; a dozen at most. One query."""
    rows = await db.rows("SELECT * FROM questions WHERE event = $1 ORDER BY position", event)
    return [loaded(Question, row) for row in rows]


async def has_answers(event: int) -> bool:
    """Whether anybody has said themselves whether they come. One query."""
    found = await db.value(
        """
        SELECT true FROM rsvps WHERE event = $1 AND confirmed_at IS NOT NULL AND status <> 'invited' LIMIT 1
        """,
        event,
    )
    return bool(found)


async def said(event: int, person: int) -> dict[int, str]:
    """What somebody has said to an event's questions, by question. One query."""
    rows = await db.rows(
        """
        SELECT question, words FROM replies JOIN rsvps ON rsvps.id = replies.rsvp
        WHERE rsvps.event = $1 AND rsvps.person = $2
        """,
        event,
        person,
    )
    return {row["question"]: row["words"] for row in rows}


async def replies_of(event: int, rsvps: Sequence[str]) -> dict[str, dict[int, str]]:
    """What was said with these answers of an event (their public ids), by question. One query."""
    rows = await db.rows(
        """
        SELECT rsvps.public_id AS rsvp, question, words FROM replies JOIN rsvps ON rsvps.id = replies.rsvp
        WHERE rsvps.event = $1 AND rsvps.public_id = ANY($2)
        """,
        event,
        list(rsvps),
    )
    found: dict[str, dict[int, str]] = {}
    for row in rows:
        found.setdefault(row["rsvp"], {})[row["question"]] = row["words"]
    return found


async def portions(event: int) -> dict[int, dict[str, int]]:
    """How many of those who are going chose what, by question and option, as they stand in it. One query."""
    rows = await db.rows(
        """
        SELECT questions.id AS question, option, count(*) AS number
        FROM questions JOIN replies ON replies.question = questions.id
        JOIN rsvps ON rsvps.id = replies.rsvp AND rsvps.status = 'going'
        CROSS JOIN LATERAL string_to_table(replies.words, E'\n') AS option
        WHERE questions.event = $1 AND questions.kind <> 'text' GROUP BY 1, 2
        """,
        event,
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["question"], {})[row["option"]] = row["number"]
    return found
