"""Processes that never outlive us: a session of their own, and the end of their parent is their end.

A child in its own session does not get the terminal's Ctrl-C, so that whoever started it decides when and
how it stops. On Linux the kernel ends it even when its parent is killed with SIGKILL.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

Process = subprocess.Popen[bytes]

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class CannotStart(Exception):
    """Something that Kith needs does not start. Its text is for the operator: what, why, and what to do."""


def start(
    command: Sequence[str | Path],
    *,
    uid: int | None = None,
    gid: int | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    log: Path | None = None,
    end_signal: signal.Signals = signal.SIGTERM,
    keep_open: Sequence[int] = (),
) -> Process:
    """Start a child that gets `end_signal` when we die. Returns at once.

    Call it from the main thread: for Linux the parent is the thread, not the process. `log` takes what the
    child prints; without it, it prints where we print. `keep_open` are file descriptors to inherit.
    """
    parent = os.getpid()
    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            [os.fspath(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env=env,
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
            pass_fds=tuple(keep_open),
            start_new_session=True,
            # Runs after the change of user, which would clear the wish.
            preexec_fn=lambda: die_with(parent, end_signal),
        )
    finally:
        if output:
            output.close()


def die_with(parent: int, end_signal: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send us `end_signal` when `parent` dies; leave at once if it is dead already."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(end_signal))
    if os.getppid() != parent:
        os._exit(1)


def stop(process: Process, how: signal.Signals = signal.SIGTERM, *, grace: float = 5.0) -> None:
    """Ask a child to end, wait up to `grace` seconds, then kill it and whatever it left in its session."""
    with suppress(ProcessLookupError):
        process.send_signal(how)
    with suppress(subprocess.TimeoutExpired):
        process.wait(grace)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Inside, the first SIGINT, SIGTERM or SIGHUP raises SystemExit, so that every `finally` runs; later ones do
    nothing, because stopping is bounded in time. Main thread only."""

    received = signal.SIGINT

    def leave(number: int, _frame: FrameType | None) -> NoReturn:
        nonlocal received
        received = signal.Signals(number)
        for each in before:
            signal.signal(each, _nothing)
        raise SystemExit(128 + number)

    wanted = {signal.SIGINT, signal.SIGTERM}
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # As nohup asks.
        wanted.add(signal.SIGHUP)
    before = {each: signal.signal(each, leave) for each in wanted}
    try:
        yield
    except KeyboardInterrupt:  # What watchfiles makes of any exception from a handler.
        raise SystemExit(128 + received) from None
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def wait_until(true: Callable[[], bool], *, within: float, process: Process | None = None) -> bool:
    """Look every 10 ms until `true()`; False when the time (seconds) is over or the process has ended."""
    deadline = time.monotonic() + within
    while not true():
        if time.monotonic() > deadline or (process and process.poll() is not None):
            return False
        time.sleep(0.01)
    return True


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """A handler rather than SIG_IGN: children would inherit that."""
