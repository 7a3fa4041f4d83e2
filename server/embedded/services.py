"""PostgreSQL and Valkey for one machine, while a `with` block lasts."""

import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import psutil

from server.embedded import postgres, valkey
from server.embedded.account import Account, Programs, account_for, home, programs_for
from server.embedded.folder import Holder, InUse, Lock, Urls, prepare
from server.processes import Process, stop

Step = Callable[[str], AbstractContextManager[None]]
"""`with step("Starting PostgreSQL"):` tells somebody what is going on, and how long it took."""

quietly: Step = lambda _: nullcontext()  # noqa: E731
PATIENCE = 60.0  # How long we wait for somebody else's PostgreSQL to be ready, in seconds.
SHORT_PATH = 60  # A socket's path may have 103 bytes on macOS, 107 on Linux.


@dataclass(frozen=True)
class Wanted:
    """What is to run, and how carefully."""

    database: bool = True
    redis: bool = True
    durable: bool = True


@contextmanager
def services(
    data_dir: Path,
    *,
    wanted: Wanted = Wanted(),
    alone: bool = False,
    step: Step = quietly,
) -> Iterator[Urls]:
    """Run PostgreSQL and Valkey in `data_dir`, or use those that another Kith runs there (not with `alone`).

    Whoever runs them waits at the end until the others are done. First time 1.5 s, later 0.3 s. Raises
    CannotStart with a sentence for the operator, InUse among them.
    """
    lock = Lock(prepare(data_dir))
    try:
        theirs = _take_or_join(lock, alone)
        if theirs:
            with lock.used():
                yield theirs
        else:
            with _running(lock, wanted, step) as ours:
                yield ours
                if not alone:
                    lock.wait_for_others()
    finally:
        lock.close()


def _take_or_join(lock: Lock, alone: bool) -> Urls | None:
    """None when the folder is ours now, else where its holder's services listen."""
    deadline = time.monotonic() + PATIENCE
    while not lock.take():
        holder = lock.holder()
        if holder and holder.urls and psutil.pid_exists(holder.pid) and not alone:
            return holder.urls
        if alone or time.monotonic() > deadline:
            raise InUse(lock.data_dir, holder)
        time.sleep(0.05)
    return None


@contextmanager
def _running(lock: Lock, wanted: Wanted, step: Step) -> Iterator[Urls]:
    _tidy_up(lock.holder())
    account = account_for(lock.data_dir)
    programs = programs_for(account)
    place = home(lock.data_dir, account)
    with _socket_folder(account) as sockets:
        lock.say(sockets)
        processes: list[tuple[Process, signal.Signals]] = []
        try:
            if wanted.redis:
                processes.append((valkey.launch(place, sockets, programs, account), signal.SIGTERM))
            if wanted.database:
                _make_database(place, programs, account, wanted.durable, step)
                started = postgres.launch(place, sockets, programs, account, durable=wanted.durable)
                processes.append((started, signal.SIGINT))
                with step("Starting PostgreSQL"):
                    postgres.wait(place, started)
            if wanted.redis:
                with step("Starting Valkey"):
                    valkey.wait(place, sockets, processes[0][0])
            urls = Urls(
                postgres.url(sockets) if wanted.database else None,
                valkey.url(sockets) if wanted.redis else None,
            )
            lock.say(sockets, urls)
            yield urls
        finally:
            for process, how in reversed(processes):
                stop(process, how, grace=10.0)


def _make_database(place: Path, programs: Programs, account: Account, durable: bool, step: Step) -> None:
    if not postgres.exists(place):
        with step("Making the database"):
            postgres.make(place, programs, account, durable=durable)


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
