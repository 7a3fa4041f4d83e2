"""The one clock. Everything that asks for the time asks here, so that tests can travel."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_set_back: ContextVar[timedelta] = ContextVar("set_back", default=timedelta())


def now() -> datetime:
    """This moment, in UTC and aware of it."""
    return datetime.now(UTC) - _set_back.get()


@contextmanager
def set_back_to(moment: datetime) -> Iterator[None]:
    """Inside, and in this context only, it is that moment, and time goes on from there.

    For the demonstration, which lives through some weeks in a few seconds.
    """
    token = _set_back.set(datetime.now(UTC) - moment)
    try:
        yield
    finally:
        _set_back.reset(token)
