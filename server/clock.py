"""The one clock. Everything that asks for the time asks here, so that tests can travel.

Machines' clocks differ, so each process follows PostgreSQL's: `server/watching.py` measures by how much its own is
ahead, and `now()` takes that off. A test that travels moves the machine's clock, and nobody measures there.
A whole Kith travels by TIME_AHEAD: to look at tomorrow morning, or to take pictures of the morning at any hour.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

# Clocks that agree as well as this are left alone, so that time does not jump to and fro.
SAME = timedelta(milliseconds=20)
WORTH_A_LINE = 1.0  # Seconds of difference that an operator should know of.

_set_back: ContextVar[timedelta] = ContextVar("set_back", default=timedelta())
_ahead = timedelta()
_travelled = timedelta()


def now() -> datetime:
    """This moment, in UTC and aware of it, by PostgreSQL's clock."""
    return datetime.now(UTC) - _ahead + _travelled - _set_back.get()


def of_this_machine() -> datetime:
    """What the machine says, right or wrong."""
    return datetime.now(UTC)


def ahead() -> float:
    """By how many seconds this machine's clock is ahead of PostgreSQL's, as far as is known."""
    return _ahead.total_seconds()


def follow(theirs: datetime, *, asked: datetime, heard: datetime) -> float:
    """Follow a clock that said `theirs` between `asked` and `heard` of this machine's.

    Returns by how many seconds that moved ours. A slow answer says little, so it moves nothing it does not contradict.
    """
    global _ahead
    doubt = (heard - asked) / 2
    found = asked + doubt - theirs
    moved = found - _ahead
    if abs(moved) <= abs(doubt) + SAME:
        return 0.0
    _ahead = found
    return moved.total_seconds()


def travel(by: timedelta) -> None:
    """Have it so much later than it is, from now on, wherever in this process somebody asks."""
    global _travelled
    _travelled = by


@contextmanager
def set_back_to(moment: datetime) -> Iterator[None]:
    """Inside, and in this context only, it is that moment, and time goes on from there.

    For the demonstration, which lives through some weeks in a few seconds.
    """
    token = _set_back.set(datetime.now(UTC) - _ahead + _travelled - moment)
    try:
        yield
    finally:
        _set_back.reset(token)
