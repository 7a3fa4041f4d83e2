"""What we ask about people and communities. Reads only."""

from datetime import datetime

import asyncpg

from members.tables import Person
from server import db


async def person_of_session(secret: bytes, *, now: datetime) -> tuple[Person, int, datetime] | None:
    """Who is signed in by the session with this digest, its id, and when it was last seen. One query."""
    found = await db.row(
        """
        SELECT people.*, sessions.id AS session, sessions.seen_at FROM sessions
        JOIN people ON people.id = sessions.person
        WHERE sessions.secret = $1 AND sessions.expires_at > $2
        """,
        secret,
        now,
    )
    return (person_from(found), found["session"], found["seen_at"]) if found else None


async def person_by_email(email: str) -> Person | None:
    """Whoever has this address."""
    return await Person.objects().where(Person.email == email.lower()).first()


async def person_by_id(person: int) -> Person | None:
    """Somebody, if they still exist."""
    return await Person.objects().where(Person.id == person).first()


def person_from(row: asyncpg.Record) -> Person:
    """A Person from a row that carries at least the columns of `people`."""
    person = Person(**{column._meta.name: row[column._meta.name] for column in Person._meta.columns})
    person._exists_in_db = True
    return person
