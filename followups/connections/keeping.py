"""What one of two keeps about their connection, for themselves alone: a note, a rhythm, a place at the top.

Nobody else ever knows, and nothing of it changes what anybody else sees: it is read for its writer only.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from followups.connections.queries import Connected
from followups.tables import Keeping
from members.tables import Person
from server import clock
from server.db import transaction
from server.editing import unless_edited
from server.rows import row_as
from server.statements import Query, lock, prepared

Rhythm = Literal["none", "monthly", "seasonal", "yearly"]


@dataclass(frozen=True)
class Wishes:
    """A private note, how often somebody wishes to see the other, and whether prompts leave the other out."""

    note: str = ""
    rhythm: str = "none"
    unprompted: bool = False


async def of(person: Person, connection: Connected) -> Wishes:
    """What somebody keeps; nothing until they do. One query."""
    return await row_as(Wishes, _wishes(person.id, connection.id)) or Wishes()


@prepared
def _wishes(person: int, connection: int) -> Query:
    return Keeping.select(Keeping.note, Keeping.rhythm, Keeping.unprompted).where(
        (Keeping.person == person) & (Keeping.connection == connection)
    )


async def keep(person: Person, connection: Connected, wishes: Wishes, *, seen: str = "") -> None:
    """Keep a note and a rhythm. Another rhythm counts from now. Raises EditedMeanwhile, by oneself elsewhere."""
    async with transaction():
        # The person, not the connection: the other must not wait for it.
        await lock(Person, person.id)
        before = await of(person, connection)
        unless_edited(seen, now=asdict(before), wanted=asdict(wishes))
        anew = wishes.rhythm != before.rhythm
        columns = [Keeping.note, Keeping.rhythm, Keeping.unprompted, *([Keeping.since] if anew else [])]
        since = clock.now() if anew else connection.connected_at
        await _write(person, connection, columns, since=since, **asdict(wishes))


async def pin(person: Person, connection: Connected) -> None:
    """Keep somebody at the top of one's list. Twice is harmless."""
    await _write(
        person, connection, [Keeping.pinned_at], since=connection.connected_at, pinned_at=clock.now()
    )


async def unpin(person: Person, connection: Connected) -> None:
    """Let them go back to their place. Twice is harmless."""
    await Keeping.update({Keeping.pinned_at: None}).where(
        (Keeping.person == person.id) & (Keeping.connection == connection.id)
    )


async def _write(person: Person, connection: Connected, columns: list[Any], **values: Any) -> None:
    """Begin what somebody keeps, or write these columns of it."""
    row = Keeping(person=person.id, connection=connection.id, **values)
    await Keeping.insert(row).on_conflict(
        target=(Keeping.connection, Keeping.person), action="DO UPDATE", values=columns
    )
