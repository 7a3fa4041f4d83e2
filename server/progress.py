"""What a command tells while it works: what it is doing, and how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 34


@contextmanager
def step(doing: str) -> Iterator[None]:
    """`Starting PostgreSQL ............ 0.3 s`. The first half is printed at once."""
    print(f"  {doing} ".ljust(WIDTH, "."), end=" ", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("no", flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def say(text: str = "") -> None:
    """A line for the operator, at once."""
    print(text, flush=True)


def complain(text: str) -> None:
    """A line about what went wrong."""
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)
