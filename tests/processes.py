"""Real processes for tests that kill: web servers and workers as an operator runs them, and a mail server.

Everything listens on a port that is free at the moment and ends with the `with` block.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.controller import Controller

from server import embedded
from server.embedded.services import Services
from server.processes import Process, start, stop
from tests.pace import PATIENCE

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    """A TCP port of the loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MailServer:
    """A real SMTP server that keeps what it took, and can be told to say no.

    A letter is read once: who waits for 500 of them would else leave the server no time to take them.
    """

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.receivers: list[list[str]] = []  # of each of them, as the envelope says
        self.ids: Counter[str] = Counter()  # how often each Message-ID arrived
        self.says: str | None = None
        self.says_of_receivers: str | None = None
        self.arrived = threading.Condition()
        self._read: list[EmailMessage] = []

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Take a receiver, or refuse it as `says_of_receivers` tells."""
        if self.says_of_receivers:
            return self.says_of_receivers
        envelope.rcpt_tos.append(address)
        return "250 yes"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take a letter, or refuse it as `says` tells."""
        if self.says:
            return self.says
        letter = envelope.original_content or envelope.content
        name = re.search(rb"^Message-ID:\s*(\S+)", letter, re.IGNORECASE | re.MULTILINE)
        with self.arrived:
            self.taken.append(letter)
            self.receivers.append(envelope.rcpt_tos)
            self.ids[name[1].decode() if name else ""] += 1
            self.arrived.notify_all()
        return "250 taken"

    # No property: aiosmtpd looks at every attribute of its handler, in its own thread, whenever somebody connects.
    def letters(self) -> list[EmailMessage]:
        """What arrived, in order."""
        self._read += [message_from_bytes(each, policy=default) for each in self.taken[len(self._read) :]]
        return list(self._read)

    def wait_for(self, count: int, *, within: float) -> None:
        """Wait until so many letters arrived, repeated ones not counted twice."""
        with self.arrived:
            self.arrived.wait_for(lambda: len(self.ids) >= count, timeout=within)


@contextmanager
def mail_server() -> Iterator[tuple[MailServer, str]]:
    """A mail server, and the SMTP_URL that reaches it."""
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port(), data_size_limit=2**25)
    controller.start()
    try:
        yield server, f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def environment(database: str, **settings: str) -> dict[str, str]:
    """What a process of Kith needs, with settings of one's own."""
    inherited = {k: v for k, v in os.environ.items() if k not in {"DEVELOPMENT", "SMTP_URL"}}
    return {**inherited, "DATABASE_URL": database, "PYTHONPATH": str(ROOT), **settings}


@contextmanager
def kith(*command: str, env: dict[str, str], log: Path, module: str = "server") -> Iterator[Process]:
    """`python -m server ...`, printing to `log`. It ends with the block, or with the tests."""
    process = start([sys.executable, "-m", module, *command], env=env, cwd=ROOT, log=log)
    try:
        yield process
    finally:
        stop(process, grace=10)


@contextmanager
def python(code: str, database: str) -> Iterator[Process]:
    """A process of Kith that does one thing, to be killed while it does."""
    with _log() as log:
        process = start([sys.executable, "-c", code], env=environment(database), cwd=ROOT, log=log)
        try:
            yield process
        finally:
            stop(process, grace=10)
            _show_faults(log)


@contextmanager
def worker(database: str, *, module: str = "server", **settings: str) -> Iterator[Process]:
    """A worker that is ready to do due work."""
    env = environment(database, **settings)
    with _log() as log, kith("worker", env=env, log=log, module=module) as process:
        deadline = time.monotonic() + PATIENCE
        while b"worker ready" not in log.read_bytes():
            if process.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError(f"the worker is not ready: {log.read_text()}")
            time.sleep(0.05)
        try:
            yield process
        finally:
            _show_faults(log)


@contextmanager
def web(
    database: str, *, ready: str = "/readyz", processes: int = 1, module: str = "server", **settings: str
) -> Iterator[tuple[Process, str]]:
    """A web server of so many processes that answers at `ready`, and its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = environment(database, PORT=str(port), **{"BASE_URL": address, **settings})
    with _log() as log, kith("web", f"--workers={processes}", env=env, log=log, module=module) as process:
        wait_until_ready(address + ready)
        try:
            yield process, address
        finally:
            _show_faults(log)


@contextmanager
def own_postgres(*, durable: bool = False) -> Iterator[Services]:
    """A migrated PostgreSQL of one's own, to be killed. `durable`: what it has committed outlives that."""
    with tempfile.TemporaryDirectory(prefix="kith-faults-") as folder:
        Path(folder).chmod(0o755)  # As root, PostgreSQL runs as nobody, who must get there.
        wanted = embedded.Wanted(redis=False, durable=durable)
        with embedded.held(Path(folder) / "data", wanted=wanted) as services:
            env = environment(str(services.urls.database_url))
            subprocess.run([sys.executable, "-m", "server", "migrate"], env=env, cwd=ROOT, check=True)
            yield services


def kill_postgres(services: Services) -> None:
    """PostgreSQL, all at once and without a goodbye."""
    pid = int((services.place.home / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)


@contextmanager
def _log() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kith-log-") as folder:
        yield Path(folder, "log").absolute()


def _show_faults(log: Path) -> None:
    """Print what went wrong in a process, for whoever reads why a test failed."""
    for line in log.read_text(errors="replace").splitlines():
        if any(sign in line for sign in ('"level": "error"', '"level": "warning"', "Traceback")):
            print(line)


def wait_until_ready(address: str, *, within: float = PATIENCE) -> None:
    """Wait until it answers 200. Raises TimeoutError."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if httpx.get(address, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise TimeoutError(f"{address} is not ready")
