"""What the hosts ask whoever comes, and what people say to it. Set for good once somebody has answered."""

from collections.abc import Sequence

from server import db


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
