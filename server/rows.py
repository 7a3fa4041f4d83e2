"""Rows of our own SQL as Piccolo's tables: what `objects()` gives, for a tenth of its price."""

from functools import cache
from typing import TypeVar

import asyncpg
from piccolo.table import Table

T = TypeVar("T", bound=Table)


def loaded(table: type[T], record: asyncpg.Record, *, prefix: str = "") -> T:
    """A row of `table` from a record that carries at least its columns, each named `prefix` + its name.

    Piccolo's own constructor looks up a default for every column (0.2 ms for a wide table); what the database
    said needs none (2 µs). Raises KeyError when a column is missing.
    """
    row = table.__new__(table)
    row.__dict__.update({name: record[prefix + name] for name in _columns(table)})
    row._exists_in_db = True
    row._was_created = None
    return row


@cache
def _columns(table: type[Table]) -> tuple[str, ...]:
    return tuple(column._meta.name for column in table._meta.columns)
