"""Valkey in the data folder: wakes workers and counts for rate limits. What matters is in PostgreSQL."""

import signal
import socket
from pathlib import Path

from server.embedded.account import Place
from server.embedded.postgres import tail
from server.process_table import end_all, living_in
from server.processes import CannotStart, Process, start, wait_until

READY_WITHIN = 30.0  # seconds

# Saved to disk each minute and when it is stopped.
SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "60 1",
    "appendonly": "no",
    "dir": ".",
    "dbfilename": "kith.rdb",
    "daemonize": "no",
    # Also when it cannot save, because the disk is full or the folder is gone.
    "shutdown-on-sigterm": "now force",
    "logfile": "valkey.log",
}


def launch(place: Place) -> Process:
    """Start Valkey; it is ready a little later."""
    data = place.account.own_folder(place.home / "valkey")
    end_all(living_in(data, "valkey-server"), signal.SIGTERM, grace=5.0)
    options = [word for name, value in SETTINGS.items() for word in (f"--{name}", value)]
    return start(
        [place.programs.valkey, "--unixsocket", place.sockets / "valkey.sock", *options],
        uid=place.account.uid,
        gid=place.account.gid,
        cwd=data,
    )


def wait(place: Place, process: Process) -> None:
    """Wait until Valkey answers. Raises CannotStart with the end of its log."""
    if not wait_until(lambda: _answers(place.sockets / "valkey.sock"), within=READY_WITHIN, process=process):
        log = place.home / "valkey" / "valkey.log"
        raise CannotStart(f"Valkey did not start. The end of {log}:\n{tail(log)}")


def url(sockets: Path) -> str:
    """Where it listens."""
    return f"unix://{sockets / 'valkey.sock'}?db=0"


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False
