"""PostgreSQL in the data folder: made once, started on a unix socket, stopped cleanly."""

import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from server.embedded.account import Account, Place
from server.process_table import end_all, living_in
from server.processes import CannotStart, Process, start, wait_until

MAJOR = "18"
READY_WITHIN = 60.0  # After a crash with much to recover.
LOG_LIMIT = 5_000_000  # bytes

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # No line of the log may tell what people wrote: neither statements nor the values in an error's detail.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
INITDB = [
    *("--username=kith", "--auth-local=trust", "--auth-host=reject"),
    *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
]
# For tests. Most of theirs is rolled back: statistics would say that tables are empty, and plans read them from end
# to end, dead rows and all.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def exists(place: Place) -> bool:
    """Whether the database has been made."""
    return (place.home / "postgres" / "PG_VERSION").exists()


def make(place: Place, *, durable: bool) -> None:
    """Make the database: all of it, or nothing. About 1 s. Raises CannotStart."""
    unfinished = place.home / "postgres.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    place.account.own_folder(unfinished)
    _run(place, [place.programs.initdb, "-D", unfinished, *INITDB, *([] if durable else ["--no-sync"])])
    _run(place, [place.programs.postgres, "--single", "-D", unfinished, "postgres"], "CREATE DATABASE kith\n")
    unfinished.rename(place.home / "postgres")


def launch(place: Place, *, durable: bool) -> Process:
    """Start PostgreSQL; it is `ready` a little later. Raises CannotStart when the data cannot be used."""
    data = place.home / "postgres"
    _check(data, place.account)
    _end_orphans(data)
    settings = SETTINGS if durable else SETTINGS | CARELESS
    options = [f"--{name}={value}" for name, value in settings.items()]
    return start(
        [place.programs.postgres, "-D", data, "-k", place.sockets, *options],
        uid=place.account.uid,
        gid=place.account.gid,
        log=place.account.own_file(_fresh(place.home / "postgres.log")),
        end_signal=signal.SIGINT,
    )


def wait(place: Place, process: Process) -> None:
    """Wait until PostgreSQL takes connections. Raises CannotStart with the end of its log."""
    if not wait_until(lambda: _status(place.home) == "ready", within=READY_WITHIN, process=process):
        log = place.home / "postgres.log"
        raise CannotStart(f"PostgreSQL did not start. The end of {log}:\n{tail(log)}")


def url(sockets: Path) -> str:
    """Where it listens."""
    return f"postgresql:///kith?{urlencode({'host': sockets, 'user': 'kith'}, safe='/')}"


def tail(log: Path, lines: int = 8) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def _status(home: Path) -> str:
    """What PostgreSQL last wrote about itself, as pg_ctl reads it: the eighth line of its pid file."""
    try:
        return (home / "postgres" / "postmaster.pid").read_text().splitlines()[7].strip()
    except (OSError, IndexError):
        return ""


def _check(data: Path, account: Account) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != MAJOR:
        raise CannotStart(
            f"The data in {data} was made by PostgreSQL {made_by}, and this is {MAJOR}: "
            "dump it with the former and load it with this one, as docs/operators.md explains."
        )
    if account.name != data.owner():
        raise CannotStart(f"The data in {data} belongs to {data.owner()}: run Kith as that user or as root.")


def _end_orphans(data: Path) -> None:
    """End a PostgreSQL whose Kith was killed, and forget its pid file, whose number may be another's by now.

    We hold the folder's lock, so nobody needs it; every process of a PostgreSQL works in its data folder.
    """
    end_all(living_in(data, "postgres"), signal.SIGINT, grace=10.0)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _fresh(log: Path) -> Path:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.unlink()
    return log


def _run(place: Place, command: Sequence[str | Path], said: str = "") -> None:
    done = subprocess.run(
        command,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=place.account.uid,
        group=place.account.gid,
        extra_groups=None if place.account.uid is None else [],
        start_new_session=True,
    )
    if done.returncode:
        raise CannotStart(f"The database could not be made:\n{(done.stderr or done.stdout).strip()}")
