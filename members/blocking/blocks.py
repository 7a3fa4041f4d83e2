"""Blocking: silent, immediate, both ways, everywhere. Nobody is told, and nothing tells the blocked person.

Whatever shows people to somebody takes that reader, and leaves out by `hidden` or `not_blocked` whom a block hides;
whatever lets one reach another asks `are_blocked`. All three are in `members.queries`, and
`tests/promises/test_every_list_takes_its_reader.py` finds a list that does not.
"""

from members.tables import Block, Person
from server import pictures
from server.db import transaction
from server.rows import value_of


async def block(person: Person, other: Person) -> None:
    """Not see somebody and not be seen by them. Twice is harmless.

    One's picture gets another name: the other may have kept the old one. (Theirs does not: they would notice.)
    """
    async with transaction():
        await Block.insert(Block(blocker=person.id, blocked=other.id)).on_conflict(action="DO NOTHING")
        await pictures.rename(await value_of(Person.select(Person.picture).where(Person.id == person.id)))


async def unblock(person: Person, other: Person) -> None:
    """Lift one's own block; the other's, if there is one, stays. Twice is harmless."""
    await Block.delete().where((Block.blocker == person.id) & (Block.blocked == other.id))
