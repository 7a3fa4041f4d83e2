"""Writing to somebody one is connected with, through Kith. Whoever writes learns that it went, and nothing else."""

from datetime import datetime

from followups.tables import NoteBetween
from followups.writing import mail, store
from followups.writing.queries import Correspondence
from members import strangers
from members.queries import person_by_id
from server import clock
from server.db import transaction
from server.errors import NotFound
from server.jobs import later
from server.ratelimit import at_most
from server.rows import value_of


@at_most("5 per day", "notes to one person", of=lambda between, _: f"{between.connection} {between.me}")
@at_most("10 per day", "notes to connections", of=lambda between, _: between.me)
async def write(between: Correspondence, words: str) -> None:
    """Write to the other: kept for thirty days, and sent as a letter. Raises NotFound when they are not connected any
    more, TooMany.

    For both it counts as having been in touch: their own rhythms begin anew.
    """
    now = clock.now()
    async with transaction():
        me = await person_by_id(between.me)
        if me is None or not await store.hold(between):
            raise NotFound
        await strangers.hear(me)
        note = NoteBetween(connection=between.connection, by=between.me, words=words, written_at=now)
        number = await value_of(NoteBetween.insert(note).returning(NoteBetween.id))
        await store.begin_anew(between, now)
        await later(mail.note, number)


async def forget_old(before: datetime) -> None:
    """Delete what was written before then."""
    await NoteBetween.delete().where(NoteBetween.written_at < before)
