"""How soon after its start a process does its work: a web process answers, a worker claims what is due.

Each is started as an operator starts it, on a database that is there and migrated, one after the other. Beside them,
the least that could do the same: uvicorn with bare routes and a pool of connections.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.house import House
from bench.results import Result, compared
from bench.turns import Side, in_turns
from server.processes import start, stop
from tests.processes import ROOT, environment, free_port

LOOK = 0.005  # seconds between two looks
PATIENCE = 60.0  # seconds


async def measure(house: House) -> list[Result]:
    """Seconds from the start of a process until it answers, or until a worker first looks for what is due.

    `work` is what of that the processor spent on it, which neighbours on a noisy machine change less.
    """
    starts = Starts(house)
    sides: dict[str, Side[Start]] = {"bare": starts.bare, "web": starts.web, "worker": starts.worker}
    await in_turns(1, sides)  # Compiles what has changed.
    seen = await in_turns(house.runs + 2, sides)
    results = []
    for what in ("web", "worker"):
        for part in ("seconds", "work"):
            ours = [getattr(start, part) for start in seen[what]]
            theirs = [getattr(start, part) for start in seen["bare"]]
            case = f"{what} process" + (", work" if part == "work" else "")
            results.append(_compared(case, ours, theirs))
    return results


@dataclass(frozen=True)
class Start:
    """One start: seconds until it was ready, and how many of them a processor worked for it."""

    seconds: float
    work: float


class Starts:
    """Processes as an operator starts them, and the least beside them."""

    def __init__(self, house: House) -> None:
        self.env = environment(
            house.database_url, SMTP_URL="smtp://127.0.0.1:1", BENCH_FOLDER=str(house.folder)
        )
        self.log = house.folder / "worker.log"

    async def web(self) -> Start:
        """`python -m server web`, until it answers at /readyz."""
        port = free_port()
        return _start(["server", "web"], {**self.env, "PORT": str(port)}, lambda: _answers(port))

    async def worker(self) -> Start:
        """`python -m server worker`, until it says that it is ready."""
        self.log.unlink(missing_ok=True)
        return _start(
            ["server", "worker"], self.env, lambda: b"worker ready" in self.log.read_bytes(), log=self.log
        )

    async def bare(self) -> Start:
        """uvicorn with bare routes and a pool."""
        port = free_port()
        options = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
        command = ["uvicorn", "bench.bare:app", "--port", str(port), *options]
        return _start(command, self.env, lambda: _answers(port))


def _start(
    module: list[str], env: Mapping[str, str], is_ready: Callable[[], bool], *, log: Path | None = None
) -> Start:
    begun = time.perf_counter()
    process = start([sys.executable, "-m", *module], env=env, cwd=ROOT, log=log)
    try:
        while not is_ready():
            if process.poll() is not None or time.perf_counter() - begun > PATIENCE:
                raise subprocess.SubprocessError(f"{' '.join(module)} does not become ready")
            time.sleep(LOOK)
        times = psutil.Process(process.pid).cpu_times()
        return Start(time.perf_counter() - begun, times.user + times.system)
    finally:
        stop(process, grace=10)


def _compared(case: str, ours: list[float], theirs: list[float]) -> Result:
    return compared(
        "ready", case, ours, theirs, baseline="bare routes, a pool", unit="s", higher_is_better=False
    )


def _answers(port: int) -> bool:
    """Whether it answers 200 at /readyz. Waits for the answer of a socket that listens already."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as asking:
            asking.sendall(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            return asking.recv(64).startswith(b"HTTP/1.1 200")
    except ConnectionError:
        return False
