"""A load client for HTTP/1.1 over kept connections: raw bytes out, status and latency in.

The same client asks Kith and what Kith is compared with. It does little, so that it measures the server.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit


@dataclass
class Load:
    """What a load saw: how long it took (seconds), each request's latency (seconds), statuses."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    body: bytes = b""

    @property
    def rate(self) -> float:
        """Requests answered a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency that `share` of the requests stayed under, in seconds."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def get(url: str, **headers: str) -> bytes:
    """A GET, ready to be sent. Header names with `_` for `-`."""
    return _request("GET", url, headers, b"")


def post(url: str, form: dict[str, str], **headers: str) -> bytes:
    """A form's POST, ready to be sent."""
    body = urlencode(form).encode()
    headers = {
        "content_type": "application/x-www-form-urlencoded",
        "content_length": str(len(body)),
        **headers,
    }
    return _request("POST", url, headers, body)


async def load(url: str, requests: Iterable[bytes], *, connections: int) -> Load:
    """Send each request once, `connections` at a time; stop when they are used up."""
    seen, waiting = Load(), iter(requests)
    begun = time.perf_counter()
    await asyncio.gather(*(_one_connection(url, waiting, seen) for _ in range(connections)))
    seen.seconds = time.perf_counter() - begun
    return seen


async def load_for(url: str, request: bytes, *, connections: int, seconds: float) -> Load:
    """Send the same request over and over for a while."""
    deadline = time.perf_counter() + seconds

    def again() -> Iterator[bytes]:
        while time.perf_counter() < deadline:
            yield request

    return await load(url, again(), connections=connections)


async def _one_connection(url: str, waiting: Iterator[bytes], seen: Load) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**22)
    try:
        for request in waiting:
            begun = time.perf_counter()
            writer.write(request)
            status, seen.body = await _answer(reader)
            seen.latencies.append(time.perf_counter() - begun)
            seen.statuses[status] += 1
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lower = head.lower()
    if b"transfer-encoding: chunked" in lower:
        return status, await _chunks(reader)
    _, found, rest = lower.partition(b"content-length: ")
    if not found or status == 304:
        return status, b""
    return status, await reader.readexactly(int(rest.partition(b"\r\n")[0]))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(body)


def _request(method: str, url: str, headers: dict[str, str], body: bytes) -> bytes:
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {path} HTTP/1.1", f"host: {parts.netloc}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
