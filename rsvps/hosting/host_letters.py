"""What an organiser writes to those who are coming: in their words, signed with their name, one letter each."""

from typing import Literal

from events.tables import Event
from members.queries import hidden
from members.tables import Person
from rsvps.letters import mail
from server import clock, db
from server.db import transaction
from server.jobs import later_for_each
from server.ratelimit import at_most

ToWhom = Literal["going", "maybe", "waitlisted", "everybody"]
EVERYBODY = ("going", "maybe", "waitlisted")


@at_most("6 per day", "letters of an organiser", of=lambda event, **_: event.id)
async def send(
    event: Event, *, by: Person, public_id: str, to_whom: ToWhom, subject: str, body: str, answers_to_me: bool
) -> int:
    """Write to them. The same `public_id` again writes nothing. Returns to how many."""
    async with transaction():
        letter = await db.value(
            """
            INSERT INTO host_letters
                (public_id, event, by, to_whom, subject, body, answers_to_me, sent_to, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT (public_id) DO NOTHING RETURNING id
            """,
            public_id,
            event.id,
            by.id,
            to_whom,
            subject,
            body,
            answers_to_me,
            clock.now(),
        )
        if letter is None:
            return await db.value("SELECT sent_to FROM host_letters WHERE public_id = $1", public_id) or 0
        return await _to_each(letter, event, to_whom, by)


async def receivers(event: Event, to_whom: ToWhom, *, by: Person) -> int:
    """How many would get it. One query."""
    return len(await _receivers(event, to_whom, by))


async def _to_each(letter: int, event: Event, to_whom: ToWhom, by: Person) -> int:
    rsvps = await _receivers(event, to_whom, by)
    await db.run("UPDATE host_letters SET sent_to = $2 WHERE id = $1", letter, len(rsvps))
    await later_for_each(mail.from_organiser, [[letter, rsvp] for rsvp in rsvps])
    return len(rsvps)


async def _receivers(event: Event, to_whom: ToWhom, by: Person) -> list[int]:
    """The answers of those on their author's own list. Whom a block hides from them would get none."""
    rows = await db.rows(
        f"""
        SELECT id FROM rsvps WHERE event = $1 AND status = ANY($2) AND confirmed_at IS NOT NULL
            AND person <> ALL ({hidden("$3")}) ORDER BY id
        """,  # noqa: S608 - our own words
        event.id,
        list(EVERYBODY) if to_whom == "everybody" else [to_whom],
        by.id,
    )
    return [row["id"] for row in rows]
