"""Ending a connection, for both and without a word, and taking that back.

A block hides a connection from both for as long as it lasts, and keeps a new one from being made; like everything
about a block, it is asked when something is shown (`queries`), so that it holds at once.

What the two wrote to each other, and what each kept about it, is out of sight at once, too, and deleted when an ending
cannot be taken back any more: whoever takes one back finds everything as it was, and the other notices nothing.
"""

from datetime import timedelta

from followups.connections import store
from followups.tables import Connection, Keeping, MetMark, NoteBetween
from members.tables import Person
from server import clock
from server.db import transaction
from server.errors import NotFound
from server.jobs import job, later

UNDO_WITHIN = timedelta(minutes=30)


async def end(person: Person, public_id: str) -> None:
    """End a connection, for both, silently. Raises NotFound.

    All wishes between the two go with it: they are connected again only if both wish it again.
    """
    own = (Connection.low == person.id) | (Connection.high == person.id)
    async with transaction():
        ended = (
            await Connection.update({Connection.ended_at: clock.now(), Connection.ended_by: person.id})
            .where((Connection.public_id == public_id) & own & Connection.ended_at.is_null())
            .returning(Connection.id, Connection.low, Connection.high)
        )
        if not ended:
            raise NotFound
        await _forget_wishes(ended[0]["low"], ended[0]["high"])
        await later(forget_what_ended, ended[0]["id"], at=clock.now() + UNDO_WITHIN)


async def undo_end(person: Person, public_id: str) -> None:
    """Take an ending back, for half an hour and only by the person who ended it. Raises NotFound."""
    if not await store.undo_end(public_id, by=person.id, since=clock.now() - UNDO_WITHIN):
        raise NotFound


@job("followups.forget_what_ended")
async def forget_what_ended(connection: int) -> None:
    """Delete what the two wrote and kept, unless the ending was taken back, or is fresh again. Twice is harmless."""
    ended = (Connection.id == connection) & (Connection.ended_at <= clock.now() - UNDO_WITHIN)
    async with transaction():
        if await Connection.exists().where(ended):
            await NoteBetween.delete().where(NoteBetween.connection == connection)
            await Keeping.delete().where(Keeping.connection == connection)


async def _forget_wishes(low: int, high: int) -> None:
    one_way = (MetMark.by == low) & (MetMark.about == high)
    other_way = (MetMark.by == high) & (MetMark.about == low)
    await MetMark.update({MetMark.wished_at: None}).where(one_way | other_way)
