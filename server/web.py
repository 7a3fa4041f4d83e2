"""The web server: uvicorn, with one process or several, on a port or on a socket that is open already."""

import errno
import multiprocessing
import os
import socket
from typing import TYPE_CHECKING, cast

import uvicorn
from uvicorn.supervisors import Multiprocess, multiprocess

from server.connections import Connection, Server
from server.lazily import undisturbed
from server.processes import CannotStart, die_with

if TYPE_CHECKING:
    from starlette.applications import Starlette

BACKLOG = 2048  # connections that wait to be taken
GRACE = 12  # seconds that requests under way have to end
KEPT_ALIVE = (
    75  # Seconds that a connection waits for the next request: longer than a proxy keeps it (nginx: 60).
)


def serve(listening: socket.socket, *, processes: int = 1) -> None:
    """Serve Kith until told to stop (SIGTERM, SIGINT). Raises SystemExit(3) when it does not start."""
    config = uvicorn.Config(
        "server.web:application",
        factory=True,
        loop="uvloop",
        http=Connection,
        workers=processes,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=KEPT_ALIVE,
        server_header=False,
        access_log=False,  # Every request is logged by us, with its id and without personal data.
        log_config=None,
    )
    if processes > 1:
        Several(config, sockets=[listening]).run()
        return
    server = Server(config)
    server.run(sockets=[listening])
    if not server.started:
        raise SystemExit(3)


class One(multiprocess.Process):
    """A process of several, with our server in it."""

    @property
    def server(self) -> Server:
        """Made in the process itself."""
        if self._server is None:
            self._server = Server(self.config)
        return cast(Server, self._server)


class Several(Multiprocess):
    """Processes that share a port, and whoever watches over them."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        multiprocess.Process = One  # type: ignore[misc]  # There is no other way to say which.
        super().__init__(config, sockets)

    def terminate_all(self) -> None:
        """Tell all to stop. Our own hold on the port would let visitors in whom nobody serves."""
        for each in self.sockets:
            each.close()
        super().terminate_all()


def application() -> "Starlette":
    """What each process serves. One of several ends with the process that started it."""
    if multiprocessing.parent_process():
        die_with(os.getppid())
    from server import logs
    from server.settings import settings

    logs.configure(readable=settings.development)
    with undisturbed():
        from server.app import app  # Imported late: this process may only supervise.

    return app


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on a TCP port. Raises CannotStart when the port is in use or the host is not ours."""
    try:
        return _listen(host, port)
    except OSError as error:
        raise CannotStart(_why_not(host, port, error)) from error


def _listen(host: str, port: int) -> socket.socket:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except BaseException:
        listening.close()
        raise
    return listening


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno != errno.EADDRINUSE:
        return f"HOST {host} with PORT {port} cannot be listened on: {error.strerror}."
    from server.process_table import describe, listening_on  # Loads psutil, which serving does without.

    holder = listening_on(port)
    who = describe(holder) if holder else "another program"
    return (
        f"Port {port} is in use by {who}. Stop that one first, "
        f"or choose another port and data folder: PORT={port + 1} DATA_DIR=.data-2"
    )
