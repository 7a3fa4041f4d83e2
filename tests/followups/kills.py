"""A worker that dies at the worst moment: it has claimed what is due, and has not written its letters down."""

import signal

import asyncpg

from server import db
from tests.pace import until
from tests.processes import python


async def killed_before_its_letters(code: str, database: str) -> None:
    """Run code of Kith until it has claimed something and wants to write due work down; there it is killed."""
    holder = await asyncpg.connect(database)
    try:
        async with holder.transaction():
            # Reading is free, and so are other tables: it comes as far as this one.
            await holder.execute("LOCK TABLE due_work IN EXCLUSIVE MODE")
            with python(code, database) as victim:
                await until(_waits)
                victim.send_signal(signal.SIGKILL)
                victim.wait(5)
                assert victim.returncode == -signal.SIGKILL, "it was killed too late"
        await until(_nobody_waits)
    finally:
        await holder.close()


async def _waits() -> bool:
    found: bool = await db.value(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'due_work'::regclass AND NOT granted)"
    )
    return found


async def _nobody_waits() -> bool:
    return not await _waits()
