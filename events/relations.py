"""What makes somebody something to an event, as packages to the right know it and `events` does not.

`server/composition.py` fills `facts`; the statement that finds an event asks them all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from events.view import Relation


@dataclass(frozen=True)
class RelationFact:
    """Something known of a person and an event.

    `sql`: (SQL for the person's id) -> an expression over the row of `events`; null where there is nothing to know.
    `means`: what its value, as JSON has it, makes them.
    """

    sql: Callable[[str], str]
    means: Callable[[Any], Relation]


facts: list[RelationFact] = []


def sql(person: str = "people.id") -> str:
    """SQL: all facts of a person and the event of a row of `events`, in JSON, for `relation_from`."""
    return f"jsonb_build_array({', '.join(fact.sql(person) for fact in facts)})"


def relation_from(values: Sequence[Any]) -> Relation:
    """What the facts, in their order, make somebody together."""
    known = zip(facts, values, strict=True)
    return reduce(or_, (fact.means(value) for fact, value in known if value is not None), Relation.STRANGER)
