"""The data folder: one Kith at a time runs PostgreSQL and Valkey in it, others may use them at the same time.

`lock` is held (flock) by the one that runs them and says who that is and where they listen; `users` is held,
shared, by everyone who uses them. The kernel lets go of both when a process dies, however it dies.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from server import clock
from server.process_table import describe
from server.processes import CannotStart
from server.progress import complain


@dataclass(frozen=True)
class Urls:
    """Where PostgreSQL and Valkey listen; None: not run here."""

    database_url: str | None
    redis_url: str | None


@dataclass(frozen=True)
class Holder:
    """Who runs PostgreSQL and Valkey in a data folder, and where they listen once they are ready."""

    pid: int
    since: str
    sockets: str | None = None
    urls: Urls | None = None


class InUse(CannotStart):
    """Another Kith holds the data folder."""

    def __init__(self, folder: Path, holder: Holder | None) -> None:
        who = f"{describe(holder.pid)}, since {holder.since}" if holder else "another Kith"
        super().__init__(
            f"The data folder {folder} is in use by {who}. Stop that one first, "
            "or set DATA_DIR to another folder (and PORT to another port)."
        )


def prepare(data_dir: Path) -> Path:
    """The absolute path of the data folder, made if need be. A new one belongs to whom the folder above belongs to,
    so that `sudo` leaves nothing behind that only root can use."""
    data_dir = data_dir.absolute()
    if not data_dir.exists():
        data_dir.mkdir(parents=True)
        data_dir.chmod(0o755)
        above = data_dir.parent.stat()
        if os.geteuid() == 0:
            os.chown(data_dir, above.st_uid, above.st_gid)
    return data_dir


class Lock:
    """The lock of a data folder, open in this process. `take` it to run the services, or `join` its holder."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._lock = _open(data_dir / "lock")
        self._users = _open(data_dir / "users")

    def take(self) -> bool:
        """Hold the folder, unless somebody else does. Says at once who holds it."""
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def holder(self) -> Holder | None:
        """What the folder's holder, or its last one, wrote down."""
        self._lock.seek(0)
        try:
            said = json.loads(self._lock.read())
            urls = said.pop("urls")
            return Holder(**said, urls=Urls(**urls) if urls else None)
        except (ValueError, KeyError, TypeError):  # Nobody yet, or just being written.
            return None

    def say(self, sockets: Path, urls: Urls | None = None) -> None:
        """Write down who we are, and where the services listen."""
        since = clock.now().astimezone().strftime("%H:%M")
        text = json.dumps(asdict(Holder(pid=os.getpid(), since=since, sockets=str(sockets), urls=urls)))
        self._lock.seek(0)
        self._lock.truncate()
        self._lock.write(text)
        self._lock.flush()

    @contextmanager
    def used(self) -> Iterator[None]:
        """Count as one who uses the services."""
        fcntl.flock(self._users, fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(self._users, fcntl.LOCK_UN)

    def wait_for_others(self) -> None:
        """Wait until nobody else uses the services."""
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            complain("Waiting for other commands that use the same data folder ...")
            fcntl.flock(self._users, fcntl.LOCK_EX)

    def close(self) -> None:
        """Let go of the folder."""
        self._users.close()
        self._lock.close()


def _open(path: Path) -> IO[str]:
    try:
        existed = path.exists()
        path.touch(0o644)
        file = path.open("r+", encoding="utf-8")
    except PermissionError as error:
        raise CannotStart(
            f"The data folder {path.parent} belongs to {_owner(path)}: "
            "run Kith as that user, or set DATA_DIR to another folder."
        ) from error
    if not existed and os.geteuid() == 0:
        above = path.parent.stat()
        os.chown(path, above.st_uid, above.st_gid)
    return file


def _owner(path: Path) -> str:
    return (path if path.exists() else path.parent).owner()
