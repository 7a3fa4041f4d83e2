"""Counting what a page asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg


@contextmanager
def db_calls() -> Iterator[list[str]]:
    """The statements that are sent meanwhile, savepoints left out."""
    sent: list[str] = []
    originals = {
        name: getattr(asyncpg.Connection, name) for name in ("fetch", "fetchrow", "fetchval", "execute")
    }

    def noting(original: Any) -> Any:
        async def call(self: Any, query: str, *args: Any, **options: Any) -> Any:
            if not query.lstrip().upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")):
                sent.append(" ".join(query.split()))
            return await original(self, query, *args, **options)

        return call

    for name, original in originals.items():
        setattr(asyncpg.Connection, name, noting(original))
    try:
        yield sent
    finally:
        for name, original in originals.items():
            setattr(asyncpg.Connection, name, original)
