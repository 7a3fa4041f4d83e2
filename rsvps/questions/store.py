"""Questions and what people say to them: written many at once, and forgotten when their time is over."""

from collections.abc import Sequence
from datetime import datetime

from events.queries import OVER
from server import db

# An event (of `events` and `answer_policies`) keeps what people told its hosts no longer than $1.
HAD_ITS_TIME = f"{OVER} + make_interval(days => replies_kept) < $1 AND answer_policies.event = events.id"


async def copy(event: int, copies: Sequence[int]) -> None:
    """Ask at these events what is asked at another, in its order. One statement, however many."""
    await db.run(
        """
        INSERT INTO questions (event, position, kind, prompt, required, options, preset)
        SELECT copied, position, kind, prompt, required, options, preset
        FROM questions CROSS JOIN unnest($2::bigint[]) AS copies (copied) WHERE event = $1
        ORDER BY copied, position
        """,
        event,
        list(copies),
    )


async def write(replies: Sequence[tuple[int, int, str]]) -> None:
    """Keep what was said: (answer, question, words) each; the last of two counts, and no words take it back.

    What is said to another event's question is not kept. One statement, however many. Belongs into the
    transaction that decides the answers.
    """
    if not replies:
        return
    await db.run(
        """
        WITH said AS (
            SELECT DISTINCT ON (new.rsvp, question) new.rsvp, question, words
            FROM unnest($1::bigint[], $2::bigint[], $3::text[]) WITH ORDINALITY AS new (rsvp, question, words, turn)
            JOIN rsvps ON rsvps.id = new.rsvp
            JOIN questions ON questions.id = question AND questions.event = rsvps.event
            ORDER BY new.rsvp, question, turn DESC
        ), taken_back AS (
            DELETE FROM replies USING said
            WHERE replies.rsvp = said.rsvp AND replies.question = said.question AND said.words = ''
        )
        INSERT INTO replies (rsvp, question, words) SELECT rsvp, question, words FROM said WHERE words <> ''
        ON CONFLICT (question, rsvp) DO UPDATE SET words = excluded.words
        """,
        [rsvp for rsvp, _, _ in replies],
        [question for _, question, _ in replies],
        [words for _, _, words in replies],
    )


async def forget_replies(now: datetime) -> None:
    """Delete what was said at events that no longer keep it."""
    await db.run(
        f"""
        DELETE FROM replies USING questions, events, answer_policies
        WHERE questions.id = replies.question AND events.id = questions.event AND {HAD_ITS_TIME}
        """,  # noqa: S608 - a condition of our own
        now,
    )
