"""What a visitor may send before they are answered, and how a web process stops: nobody is cut off."""

import asyncio
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from server.connections import LARGEST_HEAD
from tests.pace import PATIENCE, at_most, until
from tests.processes import web

pytestmark = pytest.mark.slow

NOWHERE = "smtp://127.0.0.1:1"
STOPS_WITHIN = 15.0
ASK = b"GET /healthz HTTP/1.1\r\nHost: kith\r\n\r\n"


# Nothing that is asked here needs one.
NO_DATABASE = "postgresql:///kith?host=/nowhere&user=kith"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with web(NO_DATABASE, ready="/healthz", SMTP_URL=NOWHERE) as (_, address):
        yield int(address.rpartition(":")[2])


def said(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """All that is answered to what is sent, until the connection is closed or nothing comes for 2 s."""
    heard = b""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
        except ConnectionError:
            pass
        try:
            while more := connection.recv(65536):
                heard += more
        except (ConnectionError, TimeoutError):
            pass
    return heard


def test_headers_beyond_64_kb_are_431(port: int) -> None:
    large = b"GET /healthz HTTP/1.1\r\nHost: kith\r\nX-Large: " + b"x" * (LARGEST_HEAD + 1000) + b"\r\n\r\n"
    assert said(port, large).startswith(b"HTTP/1.1 431 ")
    many = b"GET /healthz HTTP/1.1\r\nHost: kith\r\n" + b"X-Many: x\r\n" * 8000 + b"\r\n"
    assert said(port, many).startswith(b"HTTP/1.1 431 ")
    address = b"GET /" + b"x" * (LARGEST_HEAD + 1000) + b" HTTP/1.1\r\nHost: kith\r\n\r\n"
    assert said(port, address).startswith(b"HTTP/1.1 431 ")
    assert said(port, ASK, large, pause=0.2).count(b"HTTP/1.1 431 ") == 1


def test_what_is_refused_is_said_in_the_language_that_was_asked_for(port: int) -> None:
    large = b"X-Large: " + b"x" * (LARGEST_HEAD + 1000) + b"\r\n\r\n"
    for headers, language, sentence in (
        (b"", b"en", "The headers of this request are too large."),
        (b"Accept-Language: de\r\n", b"de", "Die Kopfzeilen dieser Anfrage sind zu groß."),
    ):
        heard = said(port, b"GET /healthz HTTP/1.1\r\nHost: kith\r\n" + headers + large)
        assert b"content-language: " + language + b"\r\n" in heard
        assert b"content-length: %d\r\n" % len(sentence.encode()) in heard
        assert heard.endswith(b"\r\n\r\n" + sentence.encode())


def test_headers_without_an_end_are_431(port: int) -> None:
    endless = [b"GET /healthz HTTP/1.1\r\nHost: kith\r\nX-Endless: ", *[b"x" * 65536] * 100]
    assert said(port, *endless).startswith(b"HTTP/1.1 431 ")


def test_large_headers_below_the_limit_are_taken(port: int) -> None:
    fine = b"GET /healthz HTTP/1.1\r\nHost: kith\r\nConnection: close\r\nX: " + b"x" * 60_000 + b"\r\n\r\n"
    assert said(port, fine).startswith(b"HTTP/1.1 200 ")


def test_a_large_body_is_no_large_head(port: int) -> None:
    body = b"email=" + b"x" * 150_000
    head = b"POST /sign-in HTTP/1.1\r\nHost: kith\r\nConnection: close\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert said(port, head + body).startswith(b"HTTP/1.1 422 ")


def test_a_body_in_chunks_is_bounded_too(port: int) -> None:
    head = b"POST /sign-in HTTP/1.1\r\nHost: kith\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    assert said(port, head, *[chunk] * 14, b"0\r\n\r\n").startswith(b"HTTP/1.1 413 ")


def test_requests_behind_each_other_are_all_answered(port: int) -> None:
    assert said(port, ASK * 3).count(b"HTTP/1.1 200 ") == 3


class Visitors:
    """Many who ask all the time, on connections that they keep or on new ones each time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: Counter[str] = Counter()

    async def are_many(self) -> bool:
        """Whether enough were answered for a crowd."""
        return self.answers["200"] > 100

    async def keep_asking(self, path: str = "/sign-in") -> None:
        """On one connection, until told that it closes, and then on the next; ends when nobody listens any more."""
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                return
            try:
                while await self._ask(reader, writer, path):
                    await asyncio.sleep(0.005)
            finally:
                writer.close()

    async def ask_anew(self, path: str = "/sign-in") -> None:
        """Each time on a new connection; ends when nobody listens any more."""
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                return
            try:
                await self._ask(reader, writer, path, close=True)
            finally:
                writer.close()

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, *, close: bool = False
    ) -> bool:
        """Whether the connection may be used again. Counts the answer, or that there was none."""
        wish = "Connection: close\r\n" if close else ""
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: kith\r\n{wish}\r\n".encode())
            await writer.drain()
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = head.partition("content-length: ")[2].partition("\r\n")[0]
            await reader.readexactly(int(length))
        except (OSError, EOFError) as error:
            self.answers[f"cut ({type(error).__name__})"] += 1
            return False
        self.answers[head[9:12]] += 1
        return "connection: close" not in head


@pytest.mark.parametrize("processes", [1, 2])
async def test_told_to_stop_it_answers_everybody_who_came(processes: int) -> None:
    with web(NO_DATABASE, ready="/healthz", SMTP_URL=NOWHERE, processes=processes) as (process, address):
        visitors = Visitors(int(address.rpartition(":")[2]))
        asking = [asyncio.create_task(visitors.keep_asking()) for _ in range(20)]
        asking += [asyncio.create_task(visitors.ask_anew()) for _ in range(10)]
        await until(visitors.are_many)
        with at_most(STOPS_WITHIN):
            process.send_signal(signal.SIGTERM)
            await asyncio.gather(*asking)
            await asyncio.to_thread(process.wait, PATIENCE)
    assert set(visitors.answers) == {"200"}


async def test_a_connection_without_a_request_does_not_keep_it_from_stopping() -> None:
    with web(NO_DATABASE, ready="/healthz", SMTP_URL=NOWHERE) as (process, address):
        port = int(address.rpartition(":")[2])
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
        idle[0].sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        with at_most(STOPS_WITHIN):
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.wait, PATIENCE)
        for each in idle:
            each.close()
