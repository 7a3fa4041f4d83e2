"""What Piccolo's migrations cannot say by themselves."""

from collections.abc import Mapping, Sequence

from server import db


async def drop_frozen_defaults(columns: Mapping[str, Sequence[str]]) -> None:
    """Drop the database's defaults of columns whose default is made in Python.

    Piccolo calls such a default once, when the table is made, and leaves that one moment (or "random" id) in the
    schema, where a plain INSERT would silently take it. Names are written in migrations, never by people.
    """
    for table, names in columns.items():
        for name in names:
            await db.engine().run_ddl(f'ALTER TABLE "{table}" ALTER COLUMN "{name}" DROP DEFAULT')


async def run_all(statements: Sequence[str]) -> None:
    """Run DDL statements in order."""
    for statement in statements:
        await db.engine().run_ddl(statement)
