"""Bounds of time that hold on a busy machine too: in seconds of one that has a core for everybody who wants one.

What is awaited is waited for as long as it takes (`until`); whether that was too long is said afterwards (`at_most`).
"""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 120.0  # seconds until what is awaited counts as never coming
LOOKED_AT_EVERY = 0.02  # seconds
_LOAD = Path("/proc/loadavg")


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """What happens inside takes no longer than that, by a clock that runs slower while others want the same cores."""
    begun = time.monotonic()
    with Pace() as pace:
        yield
        took = time.monotonic() - begun
    allowed = pace.here(seconds)
    assert took < allowed, (
        f"it took {took:.2f} s, where {seconds} s (here and now {allowed:.2f} s) are allowed"
    )


async def until(true: Callable[[], Awaitable[object]], *, within: float = PATIENCE) -> None:
    """Wait until something is true. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while not await true():
            await asyncio.sleep(0.05)


class Pace:
    """How fast this machine was inside of the block. Elsewhere than on Linux it counts as quiet."""

    def __init__(self) -> None:
        self._wanted: list[int] = []  # How many wanted to run, each time that we looked.
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def here(self, seconds: float) -> float:
        """What takes so many seconds on a quiet machine takes as many here."""
        wanted = sum(self._wanted) / len(self._wanted) if self._wanted else 1
        return seconds * max(1.0, wanted / (os.cpu_count() or 1))

    def _look(self) -> None:
        while _LOAD.exists() and not self._over.wait(LOOKED_AT_EVERY):
            # Without whoever reads it.
            self._wanted.append(int(_LOAD.read_text().split()[3].partition("/")[0]) - 1)
