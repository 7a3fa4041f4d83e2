"""Hearing what the events announce, as a package to the right would."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from server import jobs

numbers = count(1)


@contextmanager
def hearing(announcement: type) -> Iterator[list[Any]]:
    """What is announced while this is open, once due work is done."""
    heard: list[Any] = []

    async def listen(what: Any) -> None:
        heard.append(what)

    before = list(jobs._listeners.get(announcement, []))
    name = f"tests.hear_{next(numbers)}"
    jobs.on(announcement, name)(listen)
    # Only this listener: what others do upon it is tested where they live.
    jobs._listeners[announcement] = [name]
    try:
        yield heard
    finally:
        jobs._listeners[announcement] = before
