"""What else runs on this machine: who holds a folder or a port, and what a launcher that was killed left behind."""

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil


def living_in(folder: Path, name: str) -> list[psutil.Process]:
    """The processes of this name whose working folder is this one. One look at every process."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.name() == name and process.cwd() == os.path.realpath(folder):
                found.append(process)
    return found


def end_all(found: Sequence[psutil.Process], how: signal.Signals, *, grace: float) -> None:
    """End processes that are not our children, as `stop` does."""
    for step, seconds in ((how, grace), (signal.SIGKILL, 2.0)):
        for process in found:
            with suppress(psutil.Error):
                process.send_signal(step)
        _, found = psutil.wait_procs(found, timeout=seconds)


def describe(pid: int) -> str:
    """`process 4242 (python -m server dev, in /srv/kith)`: what an operator needs to find it."""
    try:
        process = psutil.Process(pid)
        return f"process {pid} ({' '.join(process.cmdline())[:120]}, in {process.cwd()})"
    except psutil.Error:
        return f"process {pid}"


def listening_on(port: int) -> int | None:
    """The process that listens on a TCP port, or its parent when they share it; None when we may not know."""
    with suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            if connection.pid and _listens(connection, port):
                parent = psutil.Process(connection.pid).ppid()
                return parent if _listens_too(parent, port) else connection.pid
    return None


def _listens_too(pid: int, port: int) -> bool:
    try:
        return any(_listens(each, port) for each in psutil.Process(pid).net_connections("tcp"))
    except psutil.Error:
        return False


def _listens(connection: Any, port: int) -> bool:
    return bool(connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,))
