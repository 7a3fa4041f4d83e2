"""Transactions that nest, pools that stay whole, and what happens after a commit."""

import asyncio

import asyncpg
import pytest

from server import db
from server.tables import DeadAddress

pytestmark = pytest.mark.slow


async def note(email: str) -> None:
    await DeadAddress(email=email, reason="test").save()


async def known() -> set[str]:
    return {row["email"] for row in await db.rows("SELECT email FROM dead_addresses")}


async def test_an_inner_block_that_fails_undoes_only_itself(committed: str) -> None:
    async with db.transaction():
        await note("outer@example.org")
        with pytest.raises(ValueError, match="no"):
            async with db.transaction():
                await note("inner@example.org")
                raise ValueError("no")
        await note("after@example.org")
    assert await known() == {"outer@example.org", "after@example.org"}


async def test_an_outer_block_that_fails_undoes_everything(committed: str) -> None:
    with pytest.raises(ValueError, match="no"):
        async with db.transaction():
            async with db.transaction():
                await note("inner@example.org")
            raise ValueError("no")
    assert await known() == set()


async def test_a_commit_that_fails_gives_its_connection_back(committed: str) -> None:
    await db.run("CREATE TABLE later (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)")
    for _ in range(50):  # More often than the pool has connections.
        with pytest.raises(asyncpg.UniqueViolationError):
            async with db.transaction():
                await db.run("INSERT INTO later VALUES (1), (1)")
    assert not db.in_transaction()
    assert await db.value("SELECT count(*) FROM later") == 0


async def test_a_cancelled_transaction_gives_its_connection_back(committed: str) -> None:
    async def dawdle() -> None:
        async with db.transaction():
            await db.run("SELECT pg_sleep(10)")

    for _ in range(45):
        task = asyncio.create_task(dawdle())
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert await db.value("SELECT 1") == 1


async def test_a_killed_backend_says_that_the_database_is_gone(committed: str) -> None:
    with pytest.raises(db.DatabaseGone):
        async with db.transaction():
            await db.run("SELECT pg_terminate_backend(pg_backend_pid())")
    assert await db.value("SELECT 1") == 1


async def test_calls_after_commit_wait_for_the_outermost_block(committed: str) -> None:
    heard = []

    async def hear() -> None:
        heard.append(db.in_transaction())

    async with db.transaction():
        async with db.transaction():
            db.after_commit(hear)
        assert heard == []
    assert heard == [False]


async def test_calls_of_a_block_that_was_undone_are_dropped(committed: str) -> None:
    heard = []

    async def hear(name: str) -> None:
        heard.append(name)

    async with db.transaction():
        db.after_commit(lambda: hear("outer"))
        with pytest.raises(ValueError, match="no"):
            async with db.transaction():
                db.after_commit(lambda: hear("inner"))
                raise ValueError("no")
    assert heard == ["outer"]


async def test_two_tasks_have_transactions_of_their_own(committed: str) -> None:
    async def write(email: str) -> None:
        async with db.transaction():
            await note(email)
            await asyncio.sleep(0.01)

    await asyncio.gather(*(write(f"{n}@example.org") for n in range(20)))
    assert len(await known()) == 20
