"""Connections of visitors: what uvicorn leaves open, bounded; and an end that cuts nobody off.

uvicorn's parser has no limit for the size of a request's head, waits forever for the rest of it, and at its end closes
connections on which the next request may be on its way.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from server.languages import choosing
from server.languages.messages import Message, _

LARGEST_HEAD = 64 * 1024  # bytes of request line and headers
HEAD_WITHIN = 20  # seconds that a head may take to arrive
SILENCE_IN_BODY = 30  # seconds without a byte of a body that has been announced
LINGER = 1.0  # seconds that a connection without a request stays open once the server is told to stop
HEARD_OUT = 2.0  # Seconds that we go on reading what we have refused: else our answer would be lost with it.

TOO_LARGE = _("The headers of this request are too large.")
TOO_SLOW = _("This request took too long to arrive.")

Accepted = Callable[[], asyncio.Protocol]


class Connection(HttpToolsProtocol):
    """One of a visitor's connections."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_head = True
        self._head = 0  # bytes of the head that is arriving
        self._heads = 0  # how many have arrived
        self._began = self._heard = self.loop.time()
        self._refused = self._ending = False

    def data_received(self, data: bytes) -> None:
        """Hand over to the parser what is no more than a head may have."""
        if self._refused:
            return
        self._heard = self.loop.time()
        if self._in_head:
            if not self._head:
                self._began = self._heard
            room = LARGEST_HEAD - self._head
            if len(data) > room:
                heads = self._heads
                super().data_received(data[:room])
                if self._heads == heads:
                    self._refuse(431, TOO_LARGE)
                    return
                data = data[room:]
            else:
                self._head += len(data)
        if not self.transport.is_closing():
            super().data_received(data)

    def on_headers_complete(self) -> None:
        """A head is whole: the request begins. The last one of a connection that ends says so in its answer."""
        self._in_head, self._head = False, 0
        self._heads += 1
        super().on_headers_complete()
        if self._ending and self.cycle is not None:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """What comes next is another head."""
        self._in_head = True
        super().on_message_complete()

    def shutdown(self) -> None:
        """Take one more request, if it is on its way, and no other. uvicorn closes idle connections at once."""
        self._ending = True
        if self._is_idle:
            self.loop.call_later(LINGER, self._close_if_idle)
        else:
            self.cycle.keep_alive = False

    def look(self, now: float) -> None:
        """Disconnect those who do not go on. `now` is the event loop's time."""
        if self.transport.is_closing():
            return
        if self._in_head and (self._head or not self._heads):
            if self._is_idle and now - self._began > HEAD_WITHIN:
                self._refuse(408, TOO_SLOW)
        elif self._waits_for_body and now - self._heard > SILENCE_IN_BODY:
            self.transport.close()

    @property
    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    @property
    def _waits_for_body(self) -> bool:
        return not self._in_head and not self._is_idle and self.cycle.more_body and not self.flow.read_paused

    def _close_if_idle(self) -> None:
        if self._is_idle and not self._head and not self.transport.is_closing():
            self.transport.close()

    def _refuse(self, status: int, sentence: Message) -> None:
        if self.transport.is_closing() or not self._is_idle:
            self.transport.close()
            return
        self._refused = True
        # As far as can be told from what has been read.
        language = choosing.of_request({"query_string": b"", "headers": self.headers or []})
        said = sentence.said(language).encode()
        headers = [
            "content-type: text/plain; charset=utf-8",
            f"content-length: {len(said)}",
            f"content-language: {language.code}",
            "connection: close",
        ]
        head = "".join(f"{header}\r\n" for header in headers).encode()
        self.transport.write(STATUS_LINE[status] + head + b"\r\n" + said)
        self.loop.call_later(HEARD_OUT, self.transport.close)


class Server(uvicorn.Server):
    """uvicorn's server, looking after its connections each second, and stopping without cutting one off."""

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        if counter % 10 == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.look(now)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept those who are already at the door, close it, and finish what is under way."""
        waiting = _at_the_door(sockets or [])
        # Nothing is awaited until the door is closed: anybody who came in the meantime would be cut off without a word.
        for server in self.servers:
            server.close()
        for each in waiting:
            await asyncio.get_running_loop().connect_accepted_socket(self._connection, each)
        await super().shutdown(sockets)

    def _connection(self) -> asyncio.Protocol:
        return Connection(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)


def _at_the_door(listening: Sequence[socket.socket]) -> list[socket.socket]:
    """The connections that the kernel has made and nobody has taken yet: with the last listener they would be reset."""
    taken = []
    for each in listening:
        each.setblocking(False)
        while True:
            try:
                taken.append(each.accept()[0])
            except OSError:  # Nobody is left, or whoever it was has gone.
                break
    return taken
