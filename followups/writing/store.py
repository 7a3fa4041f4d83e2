"""What writing changes in raw SQL: what is decided in one statement, and what takes over a guest's."""

from datetime import datetime

from followups.writing.queries import Correspondence
from members.queries import not_blocked
from members.tables import Person
from server import db


async def hold(between: Correspondence) -> bool:
    """Whether the two are connected still, so that one can write to the other; until the transaction ends they stay
    so. One query."""
    alive = await db.value(
        f"""
        SELECT true FROM connections
        WHERE id = $1 AND ended_at IS NULL AND {not_blocked("low", "high")} FOR SHARE
        """,  # noqa: S608 - our own words
        between.connection,
    )
    return bool(alive)


async def begin_anew(between: Correspondence, now: datetime) -> None:
    """Have the rhythm of both begin anew: both know that one has written to the other."""
    await db.run("UPDATE keepings SET since = $2 WHERE connection = $1", between.connection, now)


async def take_over(person: Person, guest: Person) -> None:
    """A guest turns out to be somebody with an account: what they wrote is theirs, where their connection is."""
    await db.run(
        """
        UPDATE notes_between SET by = $1 FROM connections
        WHERE by = $2 AND connections.id = notes_between.connection AND $1 IN (low, high)
        """,
        person.id,
        guest.id,
    )
