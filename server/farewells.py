"""How a process takes leave of what it was connected to: of all at the same time, and not for as long as they like."""

import asyncio
from collections.abc import Coroutine
from typing import Any

LONGEST = 1.5  # seconds for all of them together


async def take_leave(*farewells: "asyncio.Task[Any] | Coroutine[Any, Any, Any]") -> None:
    """Wait for all of them, at most LONGEST; what has not ended then is cancelled. Raises nothing of theirs."""
    tasks = [asyncio.ensure_future(farewell) for farewell in farewells]
    _, unheard = await asyncio.wait(tasks, timeout=LONGEST)
    for task in unheard:
        task.cancel()
    if unheard:
        await asyncio.wait(unheard, timeout=LONGEST / 3)
    for task in tasks:
        # Asked, so that nobody is told later that nobody asked.
        if task.done() and not task.cancelled():
            task.exception()
