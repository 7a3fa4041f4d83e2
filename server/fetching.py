"""Fetching what a stranger's address leads to, and never what lies inside of the network that Kith runs in.

    fetched = await fetching.fetch("webcal://example.org/calendar.ics", most=1_000_000)

Whoever types an address would have us knock wherever they like. So each hop is looked at anew: the address says no more
than a name, a usual port and a path; its name is resolved here, every address that comes of it is a public one, and to
that very address the connection goes (a name that means something else a moment later changes nothing), with TLS still
checked against the name. No proxy, no cookies, no password. What comes is counted while it is unpacked, and all of it
together has an end in time. The only module that fetches.
"""

import asyncio
import re
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import httpcore
import httpx

from server.errors import Refusal
from server.languages.messages import Text, _
from server.settings import settings

SECONDS = 15  # for all of it: names, connections, redirects, the last byte
PATIENCE = 5  # seconds for one of the addresses of a name
MOST_REDIRECTS = 3
MOST_ADDRESSES = 4  # of one name that are tried, one after the other
LONGEST_ADDRESS = 2000
PORTS = {"http": 80, "https": 443}
SCHEMES = {**dict.fromkeys(PORTS, ""), "webcal": "https", "webcals": "https"}  # and what to read them as
PACKED = frozenset({"gzip", "x-gzip"})

# Public by their numbers, and yet they lead somewhere else: a relay, a translator, or a machine behind one.
ELSEWHERE = [
    ip_network(each)
    for each in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20")
]
OUTSIDE = ip_network(
    "2000::/3"
)  # All of IPv6 that is given out. No mapped, translated or local address is in it.

_LABEL = re.compile(r"[a-z0-9_-]{1,63}", re.IGNORECASE)

NO_PAGE = _("Please give an address that begins with https:// or webcal://.")
NO_HOST = _("Please give the whole address, such as https://example.org/calendar.ics.")
TOO_LONG = _("That address is too long. Please look whether it is the right one.")
WITH_PASSWORD = _("That address has a name or a password before its @. Kith reads only what needs none.")
OTHER_PORT = _("That address names a port. Kith asks at the usual ones only, 80 and 443.")
INSIDE = _("That address leads into a private network, where Kith does not go.")
UNKNOWN = _("Nobody on the internet goes by that name. Is the address spelt right?")
SILENT = _("Nobody answers at that address just now.")
NOT_SECURE = _("The certificate at that address is not good, so Kith cannot know who answers there.")
TOO_SLOW = _("The answer from that address takes too long.")
TOO_LARGE = _("What is at that address is larger than what Kith reads.")
IN_CIRCLES = _("That address leads on to another one, and on and on.")
NOT_OPEN = _("What is at that address is not open to everybody who has it. Kith cannot sign in there.")
NOT_THERE = _("There is nothing at that address. It may have moved.")
NOT_NOW = _("The server at that address cannot answer just now.")
NONSENSE = _("The server at that address answers in a way that Kith does not understand.")

Resolve = Callable[[str, int], Awaitable[list[str]]]
Dial = Callable[[str, int, float], Awaitable[httpcore.AsyncNetworkStream]]


class NotFetched(Refusal):
    """It is not fetched, for a reason that somebody can read."""

    field = "address"


class NotModified(Exception):
    """It is what it was when it was fetched last."""


@dataclass(frozen=True)
class Fetched:
    """What an address led to. `etag` and `modified` are for asking again."""

    content: bytes
    etag: str = ""
    modified: str = ""


async def _resolve(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_kind, address in found))


async def _dial(address: str, port: int, seconds: float) -> httpcore.AsyncNetworkStream:
    return await httpcore.AnyIOBackend().connect_tcp(address, port, timeout=seconds)


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True)
class Network(httpcore.AsyncNetworkBackend):
    """How names become addresses and addresses connections: the world's way, unless a test has one of its own."""

    resolve: Resolve = _resolve
    dial: Dial = _dial
    trusted: Callable[[], ssl.SSLContext] = field(default=_trusted)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to one of the addresses of a name, all of which are public. Raises NotFetched."""
        if port not in PORTS.values():
            raise NotFetched(OTHER_PORT)
        addresses = await self._addresses(host, port)
        if not all(is_public(address) for address in addresses):
            raise NotFetched(INSIDE)
        for address in addresses[:MOST_ADDRESSES]:
            try:
                return await self.dial(address, port, timeout or PATIENCE)
            except (httpcore.ConnectError, httpcore.ConnectTimeout, OSError):
                continue
        raise NotFetched(SILENT)

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = await self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NotFetched(UNKNOWN) from error
        if not found:
            raise NotFetched(UNKNOWN)
        return found


WORLD = Network()


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet."""
    try:
        number = ip_address(address)
    except ValueError:
        return False
    if isinstance(number, IPv6Address) and (number.scope_id or number not in OUTSIDE):
        return False
    return number.is_global and not number.is_multicast and not _elsewhere(number)


def _elsewhere(number: IPv4Address | IPv6Address) -> bool:
    return any(number in network for network in ELSEWHERE)


def checked(address: str) -> str:
    """The address as it is fetched: webcal:// becomes https://. Raises NotFetched for one that is not asked at all.

    Looks at what it says; nobody is asked.
    """
    if len(address) > LONGEST_ADDRESS:
        raise NotFetched(TOO_LONG)
    try:
        parts = urlsplit(address.strip())
        port = parts.port
        host = httpx.URL(address.strip()).raw_host.decode()
    except (ValueError, httpx.InvalidURL) as error:
        raise NotFetched(NO_HOST) from error
    if parts.scheme not in SCHEMES:
        raise NotFetched(NO_PAGE)
    scheme = SCHEMES[parts.scheme] or parts.scheme
    if "@" in parts.netloc:
        raise NotFetched(WITH_PASSWORD)
    if port not in (None, PORTS[scheme]):
        raise NotFetched(OTHER_PORT)
    _refuse_host(parts.hostname or "", host)
    return _whole(parts, scheme)


def _refuse_host(typed: str, host: str) -> None:
    """Names of the open internet have a dot and end with letters. All else is an address, however it is written."""
    if not typed or not host:
        raise NotFetched(NO_HOST)
    try:
        ip_address(typed)
    except ValueError:
        labels = host.rstrip(".").split(".")
        if not all(map(_LABEL.fullmatch, labels)):
            raise NotFetched(NO_HOST) from None
        if not labels[-1][0].isalpha() or labels == ["localhost"]:
            raise NotFetched(INSIDE) from None
        if len(labels) == 1:
            raise NotFetched(NO_HOST) from None
    else:
        if not is_public(typed):
            raise NotFetched(INSIDE)


def _whole(parts: SplitResult, scheme: str) -> str:
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return parts._replace(scheme=scheme, netloc=str(host), fragment="").geturl()


async def fetch(
    address: str, *, most: int, etag: str = "", modified: str = "", network: Network | None = None
) -> Fetched:
    """What is at an address, `most` bytes of it at most. Raises NotFetched with a sentence; NotModified.

    `etag` and `modified` are what it said when it was fetched last. Never longer than SECONDS.
    """
    asked = {"If-None-Match": etag} if etag else {"If-Modified-Since": modified} if modified else {}
    try:
        async with asyncio.timeout(SECONDS), _client(network or WORLD) as client:
            return await _follow(client, checked(address), most, asked)
    except TimeoutError as error:
        raise NotFetched(TOO_SLOW) from error
    except httpx.TransportError as error:
        raise NotFetched(_why(error)) from error
    except httpx.InvalidURL as error:
        raise NotFetched(NO_HOST) from error


async def _follow(client: httpx.AsyncClient, address: str, most: int, asked: dict[str, str]) -> Fetched:
    for _hop in range(MOST_REDIRECTS + 1):
        async with client.stream("GET", address, headers=asked) as answer:
            if not answer.has_redirect_location:
                return await _taken(answer, most)
            address = checked(urljoin(address, answer.headers["Location"]))
    raise NotFetched(IN_CIRCLES)


async def _taken(answer: httpx.Response, most: int) -> Fetched:
    if answer.status_code == 304:
        raise NotModified
    if answer.status_code != 200:
        raise NotFetched(_refused(answer.status_code))
    content = bytearray()
    async for part in _unpacked(answer, most):
        content += part
        if len(content) > most:
            raise NotFetched(TOO_LARGE)
    headers = answer.headers
    return Fetched(bytes(content), headers.get("ETag", "")[:200], headers.get("Last-Modified", "")[:100])


async def _unpacked(answer: httpx.Response, most: int) -> AsyncIterator[bytes]:
    """What comes, unpacked by no more than one byte too many: a bomb does not go off in memory."""
    packing = answer.headers.get("Content-Encoding", "").strip().lower()
    if packing not in {"", "identity", *PACKED}:
        raise NotFetched(NONSENSE)
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if packing in PACKED else None
    try:
        async for part in answer.aiter_raw():
            yield unpack.decompress(part, most + 1) if unpack else part
    except zlib.error as error:
        raise NotFetched(NONSENSE) from error


def _client(network: Network) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=_Transport(network),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(SECONDS, connect=PATIENCE),
        headers={
            "User-Agent": f"Kith (+{settings.base_url})",
            "Accept": "text/calendar, */*;q=0.5",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        },
    )


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's own, over our network."""

    def __init__(self, network: Network) -> None:
        context = network.trusted()
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(ssl_context=context, network_backend=network)


def _refused(status: int) -> Text:
    if status in {401, 402, 403, 407, 451}:
        return NOT_OPEN
    if status in {404, 410}:
        return NOT_THERE
    return NOT_NOW if status >= 500 or status == 429 else NONSENSE


def _why(error: BaseException) -> Text:
    if isinstance(error, httpx.TimeoutException):
        return TOO_SLOW
    if isinstance(error, httpx.ProtocolError | httpx.UnsupportedProtocol):
        return NONSENSE
    cause: Any = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NOT_SECURE
        cause = cause.__cause__ or cause.__context__
    return SILENT
