"""PostgreSQL and Valkey for one machine, while a `with` block lasts."""

import shutil
import signal
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import psutil

from server.embedded import postgres, valkey
from server.embedded.account import Account, Place, account_for, home, programs_for
from server.embedded.folder import Holder, InUse, Lock, Urls, prepare
from server.processes import CannotStart, Process, stop

Step = Callable[[str], AbstractContextManager[None]]
"""`with step("Starting PostgreSQL"):` tells somebody what is going on, and how long it took."""

quietly: Step = lambda _: nullcontext()  # noqa: E731
PATIENCE = 60.0  # How long we wait for somebody else's PostgreSQL to be ready, in seconds.
MOST_MENDED, MENDED_WITHIN = 3, 60.0  # times, seconds
SHORT_PATH = 60  # A socket's path may have 103 bytes on macOS, 107 on Linux.


@dataclass(frozen=True)
class Wanted:
    """What is to run, and how carefully."""

    database: bool = True
    redis: bool = True
    durable: bool = True


@contextmanager
def services(data_dir: Path, *, wanted: Wanted = Wanted(), step: Step = quietly) -> Iterator[Urls]:
    """Run PostgreSQL and Valkey in `data_dir`, or use those that another Kith runs there.

    Whoever runs them waits at the end until the others are done. First time 1.5 s, later 0.1 s. Raises
    CannotStart with a sentence for the operator.
    """
    with closing(Lock(prepare(data_dir))) as lock:
        theirs = _take_or_join(lock)
        if theirs:
            with lock.used():
                yield theirs
        else:
            with _running(lock, wanted, step) as ours:
                yield ours.urls
                lock.wait_for_others()


@contextmanager
def held(data_dir: Path, *, wanted: Wanted = Wanted(), step: Step = quietly) -> Iterator["Services"]:
    """Run them in a data folder that nobody else uses. Raises InUse, with a sentence that says who does."""
    with closing(Lock(prepare(data_dir))) as lock:
        if not lock.take():
            raise InUse(lock.data_dir, lock.holder())
        with _running(lock, wanted, step) as ours:
            yield ours


class Services:
    """PostgreSQL and Valkey as our children."""

    def __init__(self, place: Place, wanted: Wanted) -> None:
        self.place = place
        self.wanted = wanted
        self.urls = Urls(
            postgres.url(place.sockets) if wanted.database else None,
            valkey.url(place.sockets) if wanted.redis else None,
        )
        self._postgres: Process | None = None
        self._valkey: Process | None = None
        self._mended: deque[float] = deque(maxlen=MOST_MENDED)

    def start(self, step: Step = quietly) -> None:
        """Start what does not run. Both start at the same time."""
        starting_valkey = self.wanted.redis and not _runs(self._valkey)
        starting_postgres = self.wanted.database and not _runs(self._postgres)
        if starting_valkey:
            self._valkey = valkey.launch(self.place)
        if starting_postgres:
            self._start_postgres(step)
        if starting_valkey and self._valkey:
            with step("Starting Valkey"):
                valkey.wait(self.place, self._valkey)

    def mend(self) -> str:
        """Start again what has ended by itself; its name, or nothing. Raises CannotStart when that goes on and on."""
        ended = [name for name, process in self._processes().items() if not _runs(process)]
        if not ended:
            return ""
        self._mended.append(time.monotonic())
        if len(self._mended) == MOST_MENDED and self._mended[-1] - self._mended[0] < MENDED_WITHIN:
            raise CannotStart(f"{ended[0]} keeps ending; its log is in {self.place.home}.")
        self.start()
        return " and ".join(ended)

    def stop(self) -> None:
        """Stop what runs, in good order."""
        for name, process in self._processes().items():
            stop(process, signal.SIGINT if name == "PostgreSQL" else signal.SIGTERM, grace=10.0)

    def _start_postgres(self, step: Step) -> None:
        if not postgres.exists(self.place):
            with step("Making the database"):
                postgres.make(self.place, durable=self.wanted.durable)
        self._postgres = postgres.launch(self.place, durable=self.wanted.durable)
        with step("Starting PostgreSQL"):
            postgres.wait(self.place, self._postgres)

    def _processes(self) -> dict[str, Process]:
        all_of_them = {"PostgreSQL": self._postgres, "Valkey": self._valkey}
        return {name: process for name, process in all_of_them.items() if process}


def _runs(process: Process | None) -> bool:
    return process is not None and process.poll() is None


def _take_or_join(lock: Lock) -> Urls | None:
    """None when the folder is ours now, else where its holder's services listen."""
    deadline = time.monotonic() + PATIENCE
    while not lock.take():
        holder = lock.holder()
        if holder and holder.urls and psutil.pid_exists(holder.pid):
            return holder.urls
        if time.monotonic() > deadline:
            raise InUse(lock.data_dir, holder)
        time.sleep(0.05)
    return None


@contextmanager
def _running(lock: Lock, wanted: Wanted, step: Step) -> Iterator[Services]:
    _tidy_up(lock.holder())
    account = account_for(lock.data_dir)
    programs = programs_for(account)
    with _socket_folder(account) as sockets:
        ours = Services(Place(home(lock.data_dir, account), sockets, programs, account), wanted)
        lock.say(sockets)
        try:
            ours.start(step)
            lock.say(sockets, ours.urls)
            yield ours
        finally:
            ours.stop()


@contextmanager
def _socket_folder(account: Account) -> Iterator[Path]:
    """A short folder that only the account may enter: being in it is what lets one connect."""
    folder = Path(tempfile.mkdtemp(prefix="kith-", dir=_short_parent()))
    try:
        yield account.own_folder(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tidy_up(last: Holder | None) -> None:
    """Remove the socket folder of a holder that was killed."""
    if last and last.sockets:
        folder = Path(last.sockets)
        if folder.parent == _short_parent() and folder.name.startswith("kith-") and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)


def _short_parent() -> Path:
    parent = tempfile.gettempdir()
    return Path(parent if len(parent) <= SHORT_PATH else "/tmp")  # noqa: S108
