"""What we ask about what two people write to each other. Reads only.

Who may not be written to is not there: a connection that has ended, or across which there is a block, is none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from followups.tables import NoteBetween
from members.names import NOBODY, first, whole
from members.queries import not_blocked
from members.tables import Person
from server import db
from server.languages.messages import Text
from server.rows import loaded, rows_as, value_of, values_of
from server.statements import Query, prepared

KEPT = timedelta(days=30)
NOTES_SHOWN = 50


@dataclass(frozen=True)
class Correspondence:
    """Two who are connected, as one of them (`me`) writes to the other. `person` is the other's name in addresses."""

    connection: int
    public_id: str
    me: int
    other: int
    person: str
    name: Text
    first_name: Text


_CORRESPONDENCE = f"""
    SELECT connections.id AS connection, connections.public_id, $1::bigint AS me, people.id AS other,
        people.public_id AS person, people.name, people.called
    FROM connections JOIN people ON people.id = CASE WHEN low = $1 THEN high ELSE low END
    WHERE $1 IN (low, high) AND ended_at IS NULL AND {not_blocked("low", "high")}
"""  # noqa: S608 - our own words


async def correspondence(connection: int, person: int) -> Correspondence | None:
    """One side of a living connection, by number. One query."""
    return await _one(f"{_CORRESPONDENCE} AND connections.id = $2", person, connection)


async def correspondence_of(person: Person, public_id: str) -> Correspondence | None:
    """The same by its name in addresses. One query."""
    return await _one(f"{_CORRESPONDENCE} AND connections.public_id = $2", person.id, public_id)


async def _one(statement: str, person: int, connection: int | str) -> Correspondence | None:
    row = await db.row(statement, person, connection)
    if row is None:
        return None
    name, called = row["name"], row["called"]
    return loaded(Correspondence, row, name=whole(name, called), first_name=first(name, called) or NOBODY)


@dataclass(frozen=True)
class Note:
    """What one of two wrote, as one of them reads it."""

    public_id: str
    mine: bool
    words: str
    written_at: datetime


async def thread(connection: int, reader: int, now: datetime) -> list[Note]:
    """What the two wrote to each other in the last thirty days, oldest first; the latest fifty. One query."""
    notes = db.rows(
        """
        SELECT * FROM (
            SELECT id, public_id, by = $2 AS mine, words, written_at FROM notes_between
            WHERE connection = $1 AND written_at > $3 ORDER BY id DESC LIMIT $4
        ) AS latest ORDER BY id
        """,
        connection,
        reader,
        now - KEPT,
        NOTES_SHOWN,
    )
    return await rows_as(Note, notes)


@dataclass(frozen=True)
class Written:
    """One note, for its letter."""

    connection: int
    by: int
    words: str
    written_at: datetime


async def written(note: int) -> Written | None:
    """A note, if it is still kept. One query."""
    found = await rows_as(Written, _written(note))
    return found[0] if found else None


@prepared
def _written(note: int) -> Query:
    return NoteBetween.select(
        NoteBetween.connection, NoteBetween.by, NoteBetween.words, NoteBetween.written_at
    ).where(NoteBetween.id == note)


async def written_to(person: int, *, since: datetime) -> list[int]:
    """What was written to somebody (by id) since then, by number. One query."""
    return await values_of(
        db.rows(
            """
            SELECT notes.id FROM connections JOIN notes_between AS notes ON notes.connection = connections.id
            WHERE $1 IN (low, high) AND notes.by <> $1 AND written_at > $2
            """,
            person,
            since,
        )
    )


async def receiver_of(note: Written) -> int | None:
    """Whom a note is for, by number. One query."""
    receiver: int | None = await value_of(
        db.rows(
            "SELECT CASE WHEN low = $2 THEN high ELSE low END FROM connections WHERE id = $1 AND $2 IN (low, high)",
            note.connection,
            note.by,
        )
    )
    return receiver
