"""Blocking: silent, immediate, both ways, everywhere. Nobody is told, and nothing tells the blocked person.

Whatever shows people to somebody takes that reader, and leaves out by `hidden` or `not_blocked` whom a block hides;
whatever lets one reach another asks `are_blocked`. All three are in `members.queries`, and
`tests/promises/test_every_list_takes_its_reader.py` finds a list that does not.
"""

from members.tables import Person
from server import clock, db, pictures
from server.db import transaction


async def block(person: Person, other: Person) -> None:
    """Not see somebody and not be seen by them. Twice is harmless.

    One's picture gets another name: the other may have kept the old one. (Theirs does not: they would notice.)
    """
    async with transaction():
        await db.run(
            "INSERT INTO blocks (blocker, blocked, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            person.id,
            other.id,
            clock.now(),
        )
        await pictures.rename(await db.value("SELECT picture FROM people WHERE id = $1", person.id))


async def unblock(person: Person, other: Person) -> None:
    """Take one's own block back; theirs, if there is one, stays. Twice is harmless."""
    await db.run("DELETE FROM blocks WHERE blocker = $1 AND blocked = $2", person.id, other.id)
