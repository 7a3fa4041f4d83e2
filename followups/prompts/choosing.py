"""What somebody is told this week, of all that could be said: one thing, or nothing.

Pure: no database, no clock. Whoever has not been seen for longest comes first, and nobody twice in a row.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["first_time", "coming", "season"]

# Of one connection, what is news comes before what they would find by themselves.
IN_ORDER: tuple[Kind, ...] = ("first_time", "coming", "season")


@dataclass(frozen=True)
class Candidate:
    """Something that could be said to `person` about a connection of theirs: it leads to `event`.

    `going`: so does the person, as far as they have said. `seen_at`: when the two were last at one gathering, as far as
    Kith knows, or else met.
    """

    person: int
    connection: int
    kind: Kind
    event: int
    starts_at: datetime
    seen_at: datetime
    going: bool = False


def choose(
    candidates: Iterable[Candidate], *, told_last: int | None = None, told: Collection[tuple[int, int]] = ()
) -> Candidate | None:
    """The one thing for one person, or None when there is nothing good to say.

    `told_last`: the connection that they were told about last. `told`: (connection, event) that they have been told of.
    """
    possible = [
        candidate
        for candidate in candidates
        if candidate.connection != told_last and (candidate.connection, candidate.event) not in told
    ]
    return min(possible, key=_order, default=None)


def _order(candidate: Candidate) -> tuple[object, ...]:
    return (
        candidate.seen_at,
        candidate.connection,
        IN_ORDER.index(candidate.kind),
        candidate.starts_at,
        candidate.event,
    )
