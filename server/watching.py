"""What each process asks PostgreSQL, when it starts and every few seconds: what time it is, and whether it forgets.

Clocks of machines differ. What is due is decided by one of them, PostgreSQL's: `clock.now()` follows it. One query.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog

from server import clock, db
from server.settings import settings

EVERY = 10.0  # seconds
AT_THE_START = 1.0  # seconds that a start may wait for the first answer

# What has to be on, and what is lost without it.
MUST_BE_ON = {
    "fsync": "a crash of the machine can destroy the database",
    "synchronous_commit": "a crash can lose answers that people were told are in",
    "full_page_writes": "a crash of the machine can destroy the database",
}

log = structlog.get_logger()


async def begin() -> "asyncio.Task[None]":
    """Look once, unless PostgreSQL keeps us waiting, and go on looking in a task, which ends when it is cancelled."""
    travel()
    with suppress(db.DatabaseGone, TimeoutError):
        async with asyncio.timeout(AT_THE_START):
            await set_the_clock()
    return asyncio.create_task(_go_on())


def travel() -> None:
    """Have it as much later as the settings say."""
    clock.travel(timedelta(seconds=settings.time_ahead))


async def set_the_clock() -> None:
    """Measure how far this machine's clock is from PostgreSQL's."""
    asked = clock.of_this_machine()
    theirs = await db.value("SELECT clock_timestamp()")
    moved = clock.follow(theirs, asked=asked, heard=clock.of_this_machine())
    if abs(moved) >= clock.WORTH_A_LINE:
        log.warning("this machine's clock differs from PostgreSQL's", seconds=round(clock.ahead(), 1))


async def risks() -> list[str]:
    """What of PostgreSQL's settings can lose what it has confirmed, each as a sentence. One query."""
    found = await db.rows("SELECT name, setting FROM pg_settings WHERE name = ANY($1)", list(MUST_BE_ON))
    return [
        f"{row['name']} is off in PostgreSQL: {MUST_BE_ON[row['name']]}"
        for row in found
        if row["setting"] == "off"
    ]


async def _go_on() -> None:
    warned = False
    while True:
        try:
            if not warned:
                for risk in await risks():
                    log.warning(risk)
                warned = True
            await set_the_clock()
        except Exception as error:
            log.warning("nobody says what time it is", error=type(error.__cause__ or error).__name__)
        await asyncio.sleep(EVERY)
