"""What hosts ask, and what was said to it. Reads only."""

from collections.abc import Sequence

from rsvps.tables import Question, Reply, Rsvp
from server import db
from server.rows import rows_as, value_of
from server.statements import Query, among, prepared


async def questions(event: int) -> list[Question]:
    """What the hosts of an event ask, in their order; a dozen at most. One query."""
    return await rows_as(Question, _questions(event))


@prepared
def _questions(event: int) -> Query:
    return Question.select().where(Question.event == event).order_by(Question.position)


async def has_answers(event: int) -> bool:
    """Whether anybody has said themselves whether they come. One query."""
    return bool(await value_of(_has_answers(event)))


@prepared
def _has_answers(event: int) -> Query:
    said = Rsvp.confirmed_at.is_not_null() & (Rsvp.status != "invited")
    return Rsvp.exists().where((Rsvp.event == event) & said)


async def said(event: int, person: int) -> dict[int, str]:
    """What somebody has said to an event's questions, by question. One query."""
    return {row["question"]: row["words"] for row in await _said(event, person)}


@prepared
def _said(event: int, person: int) -> Query:
    theirs = (Reply.rsvp.event == event) & (Reply.rsvp.person == person)
    return Reply.select(Reply.question, Reply.words).where(theirs)


async def replies_of(event: int, rsvps: Sequence[str]) -> dict[str, dict[int, str]]:
    """What was said with these answers of an event (their public ids), by question. One query."""
    rows = await Reply.select(Reply.rsvp.public_id.as_alias("rsvp"), Reply.question, Reply.words).where(
        (Reply.rsvp.event == event) & among(Reply.rsvp.public_id, rsvps)
    )
    found: dict[str, dict[int, str]] = {}
    for row in rows:
        found.setdefault(row["rsvp"], {})[row["question"]] = row["words"]
    return found


async def portions(event: int) -> dict[int, dict[str, int]]:
    """How many of those who are going chose what, by question and option, in the sheet's order. One query."""
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
