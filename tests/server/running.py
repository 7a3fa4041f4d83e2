"""Kith as a process of its own, for tests: started, asked, stopped, and looked after for what it leaves."""

import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import httpx
import psutil
import pytest

from server.embedded.account import Account
from server.settings import Settings
from tests.pace import PATIENCE
from tests.processes import ROOT, free_port

MARK = "KITH_TEST_MARK"


class Running:
    """A command of Kith's that runs, what it has said so far, and all the processes that belong to it."""

    def __init__(self, process: "subprocess.Popen[str]", env: Mapping[str, str]) -> None:
        self.process = process
        self.mark = env[MARK]
        self.folder = env["DATA_DIR"]
        self.url = f"http://127.0.0.1:{env['PORT']}"
        self.said = ""
        self._lines: queue.Queue[str] = queue.Queue()
        assert process.stdout
        self._listening = threading.Thread(target=self._listen, args=[process.stdout], daemon=True)
        self._listening.start()

    def _listen(self, stdout: IO[str]) -> None:
        for line in stdout:
            self._lines.put(line)

    def wait_for(self, words: str, *, within: float = PATIENCE) -> str:
        """The line with these words, as soon as it is said."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            try:
                line = self._lines.get(timeout=0.2)
            except queue.Empty:
                if self.process.poll() is not None:
                    break
                continue
            self.said += line
            if words in line:
                return line
        raise AssertionError(f"{words!r} was not said within {within} s, but:\n{self.said}")

    def ready(self) -> "Running":
        """Wait until it says where it is."""
        self.wait_for("Kith is at")
        return self

    def ends(self, *, within: float = PATIENCE) -> int:
        """Its exit status; the rest of what it said is in `said`."""
        status = self.process.wait(within)
        self._listening.join(1)  # What it has left behind might keep it open.
        while not self._lines.empty():
            self.said += self._lines.get()
        return status

    def get(self, path: str) -> httpx.Response:
        """Ask its web server."""
        return httpx.get(self.url + path, timeout=PATIENCE)

    def answers(self) -> bool:
        """Whether its web server answers yet."""
        try:
            return self.get("/healthz").status_code == 200
        except httpx.HTTPError:
            return False

    def family(self) -> list[psutil.Process]:
        """Every process that it started, however far removed. PostgreSQL is known by where it works."""
        return [each for each in _living() if self._marked(each) or _folder(each).startswith(self.folder)]

    def end(self) -> None:
        """Kill it and what it left, but nothing of another Kith that works in the same folder."""
        self.process.kill()
        self.process.wait()
        for each in _living():
            if self._marked(each):
                with suppress(psutil.Error):
                    each.kill()

    def _marked(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(MARK) == self.mark
        except psutil.Error:
            return False

    def member(self, words: str) -> psutil.Process:
        """The one process of the family whose command line has these words."""
        return next(process for process in self.family() if words in " ".join(process.cmdline()))


def _living() -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _status(process) != psutil.STATUS_ZOMBIE]


def _status(process: psutil.Process) -> str:
    try:
        return str(process.status())
    except psutil.Error:
        return psutil.STATUS_ZOMBIE


def _folder(process: psutil.Process) -> str:
    try:
        return str(process.cwd())
    except psutil.Error:
        return ""


@contextmanager
def running(
    *command: str,
    folder: Path,
    port: int | None = None,
    cwd: Path = ROOT,
    uid: int | None = None,
    **settings: str,
) -> Iterator[Running]:
    """Run a command of Kith's with settings of its own, in a session of its own, and end it afterwards."""
    env = environment(DATA_DIR=str(folder), PORT=str(port or free_port()), **settings)
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        user=uid,
        extra_groups=None if uid is None else [],
    )
    run = Running(process, env)
    try:
        yield run
    finally:
        run.end()


def kith(*arguments: str, python: str = sys.executable) -> Sequence[str]:
    """`python -m server ...`"""
    return [python, "-m", "server", *arguments]


def environment(**settings: str) -> dict[str, str]:
    """Our environment without any setting of Kith's, with these, and with a mark that children inherit."""
    ours = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {MARK: uuid.uuid4().hex, "PYTHONUNBUFFERED": "1"} | settings


def soon(true: Callable[[], bool], *, within: float = PATIENCE) -> bool:
    """Whether something becomes true."""
    deadline = time.monotonic() + within
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


@contextmanager
def public_folder(prefix: str = "kith test ") -> Iterator[Path]:
    """A temporary folder that everybody can reach, with a space in its path."""
    with tempfile.TemporaryDirectory(prefix=prefix) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def python_for(uid: int) -> str:
    """A Python like ours, with our packages, that another user can run. Skips the test when there is none."""
    for candidate in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        if Account(uid).can(
            candidate, "-c", f"import sys; sys.path[:0] = {sys.path!r}; import asyncpg, click"
        ):
            return candidate
    pytest.skip("no Python here, with our packages, that another user can run")


def python_path() -> str:
    """What makes another interpreter find our packages."""
    return os.pathsep.join(path for path in sys.path if path)
