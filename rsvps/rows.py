"""Rows that carry an answer, and the columns they carry it in."""

import asyncpg
from piccolo.table import Table

from rsvps.tables import Rsvp
from server.rows import loaded


def named(*tables: type[Table]) -> str:
    """The columns of several tables for a SELECT, each with its table's name before its own."""
    columns = [
        (table._meta.tablename, column._meta.name) for table in tables for column in table._meta.columns
    ]
    return ", ".join(f'{table}."{column}" AS {table}_{column}' for table, column in columns)


def rsvp_from(row: asyncpg.Record) -> Rsvp:
    """An Rsvp from a row that carries at least the columns of `rsvps`."""
    return loaded(Rsvp, row)
