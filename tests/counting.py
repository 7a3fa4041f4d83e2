"""Counting what a page asks of the database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server import db

# A savepoint is no question.
_NOT_COUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
# Nor is what the driver asks once of each connection: what a type is that it meets there for the first time.
_OF_THE_DRIVER = ("typeinfo_tree", "current_setting('jit')", "set_config('jit'")


@asynccontextmanager
async def counted() -> AsyncIterator[list[str]]:
    """The statements that run on the test's connection while this is open. Read them afterwards."""
    statements: list[str] = []
    current = db.engine().current_transaction.get()
    assert current, "count inside the transaction of a test"

    def note(record: object) -> None:
        statement = str(record.query).strip()  # type: ignore[attr-defined]
        if not statement.startswith(_NOT_COUNTED) and not any(own in statement for own in _OF_THE_DRIVER):
            statements.append(statement)

    with current.connection.query_logger(note):
        yield statements
        await asyncio.sleep(0.01)  # The connection tells its loggers a little later.
