"""Invalidation: what has changed, told by PostgreSQL to every web process, so that nothing old is shown from memory.

A trigger announces each changed row as `table:id` on one channel when its transaction commits; each process
listens on a connection of its own. A page that was rendered at `moment()` holds while none of its topics was
announced since. While nobody can say (no connection, or no sign of life from it for a while), nothing holds and
pages are rendered again: slower, never wrong. An announcement takes about a millisecond to arrive.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import structlog

from server import db

CHANNEL = "kith_changes"
MOST_TOPICS = 50_000
SIGN_OF_LIFE = 1.0  # Seconds between two signs of life of the connection.
SILENCE = 3.0  # Seconds without one after which nothing holds.

log = structlog.get_logger()


class Invalidations:
    """The announcements one process has heard. `now` counts them."""

    def __init__(self) -> None:
        self._now = 0
        self._changed: OrderedDict[str, int] = OrderedDict()
        self._floor = 0  # What was rendered before this may have changed without our remembering it.
        self._alive_at = float("-inf")

    def moment(self) -> int | None:
        """The present, to be taken before reading what shall be kept; None if nothing may be kept."""
        return self._now if self._listening else None

    def holds(self, moment: int, topics: Iterable[str]) -> bool:
        """Whether nothing of this has changed since. About a microsecond."""
        if moment < self._floor or not self._listening:
            return False
        changed = self._changed
        for topic in topics:  # noqa: SIM110 - A generator costs 1 µs.
            if changed.get(topic, 0) > moment:
                return False
        return True

    def hear(self, topic: str) -> None:
        """Something has changed."""
        self._now += 1
        self._changed[topic] = self._now
        self._changed.move_to_end(topic)
        if len(self._changed) > MOST_TOPICS:
            self._floor = self._changed.popitem(last=False)[1]

    def lose(self) -> None:
        """Nobody knows what has changed in the meantime: nothing in the caches holds."""
        self._alive_at = float("-inf")
        self._now += 1
        self._floor = self._now

    async def listen(self) -> None:
        """Listen for as long as the process lives, coming back whenever PostgreSQL does."""
        while True:
            try:
                await self._listen_once()
            except Exception as error:
                # Whatever it is: a process that no longer listens would go on showing old pages, or cache none.
                log.warning("nobody tells of changes", error=type(error).__name__)
            finally:
                self.lose()
            await asyncio.sleep(SIGN_OF_LIFE)

    @property
    def _listening(self) -> bool:
        return time.monotonic() - self._alive_at < SILENCE

    async def _listen_once(self) -> None:
        connection = await db.engine().get_new_connection()
        try:
            await connection.add_listener(CHANNEL, self._on_notice)
            self.lose()
            while True:
                await connection.execute("SELECT 1", timeout=SILENCE)
                self._alive_at = time.monotonic()
                await asyncio.sleep(SIGN_OF_LIFE)
        finally:
            with suppress(Exception):
                await connection.close(timeout=0.5)

    def _on_notice(self, _connection: Any, _pid: int, _channel: str, topic: str) -> None:
        self.hear(topic)


invalidations = Invalidations()
