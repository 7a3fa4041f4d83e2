"""Whom somebody met, and with whom they would like to stay in touch. Only they may ever know."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from followups import queries
from followups.queries import Asked
from server import db
from server.errors import Refusal

MOST_WISHES = 12


class TooManyWishes(Refusal):
    """More than twelve at once are a mailing list, not a wish."""

    sentence = f"You can wish to stay in touch with up to {MOST_WISHES} people from one gathering. Please untick some."
    field = "wish"


@dataclass(frozen=True)
class Marks:
    """What a page's list said: whose names it showed, and whom its reader ticked. Keys of this follow-up."""

    shown: Collection[str] = field(default_factory=tuple)
    met: Collection[str] = field(default_factory=tuple)
    wished: Collection[str] = field(default_factory=tuple)


async def mark(asked: Asked, marks: Marks, now: datetime) -> None:
    """Keep the marks about those whose names were shown; all others stay as they are. Raises TooManyWishes.

    Who cannot be found (any more) is passed over without a word, so that a form cannot be used to ask.
    """
    if not (marks.shown and asked.sees_names):
        return
    known = await queries.names_by_key(asked, marks.shown)
    people = {key: name.person for key, name in known.items() if not name.connected}
    wished = [key for key in people if key in marks.wished]
    met = [key for key in people if key in marks.met or key in marks.wished]
    await _forget_whom_nobody_finds(asked)
    if await queries.wishes_beside(asked, people.values()) + len(wished) > MOST_WISHES:
        raise TooManyWishes
    await _unmark(asked, [person for key, person in people.items() if key not in met])
    await _mark(asked, [people[key] for key in met], [key in wished for key in met], now)


async def forget(asked: Asked) -> None:
    """Take back everything that somebody marked after this event."""
    await db.run("DELETE FROM met_marks WHERE follow_up = $1 AND by = $2", asked.follow_up, asked.person.id)


async def withdraw_wishes(asked: Asked) -> None:
    """Take back the wishes, and keep who was met. For a list that is too short to be shown any more."""
    await db.run(
        "UPDATE met_marks SET wished_at = NULL WHERE follow_up = $1 AND by = $2",
        asked.follow_up,
        asked.person.id,
    )


async def _forget_whom_nobody_finds(asked: Asked) -> None:
    # A wish that its author cannot see any more must not count among the twelve.
    await db.run(
        f"""
        DELETE FROM met_marks WHERE follow_up = $1 AND by = $2
            AND about NOT IN (SELECT person FROM ({queries.FINDABLE}) AS findable)
        """,  # noqa: S608 - our own words
        asked.follow_up,
        asked.person.id,
    )


async def _unmark(asked: Asked, people: list[int]) -> None:
    await db.run(
        "DELETE FROM met_marks WHERE follow_up = $1 AND by = $2 AND about = ANY($3)",
        asked.follow_up,
        asked.person.id,
        people,
    )


async def _mark(asked: Asked, people: list[int], wished: list[bool], now: datetime) -> None:
    """A wish that stands keeps its time, so that saving again does not put it off to the next day's batch."""
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
        people,
        wished,
        now,
    )
