"""Fetching from strangers' addresses. Names are made up and every server is on the loopback: nobody else is asked."""

import asyncio
import gzip
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import httpcore
import pytest

from server import fetching
from server.fetching import Network, NotFetched, NotModified
from server.languages.messages import Text
from tests.pace import at_most

PUBLIC = "93.184.215.14"
CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
MOST = 1_000_000

HOSTILE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "192.0.0.8", "198.18.0.1", "192.88.99.1", "240.0.0.1",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::a00:1", "2002:7f00:1::",
    "2001:0:7f00:1::", "2001:db8::1", "3fff::1", "100::1", "nonsense",
]  # fmt: skip

ADDRESSES = [
    "http://127.0.0.1/", "http://127.0.0.1./", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://017700000001/", "http://[::1]/", "http://[::ffff:10.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[fe80::1%25eth0]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
    "http://localhost/", "http://localhost./", "http://LOCALHOST/", "http://redis/", "http://169.254.169.254/latest/",
    "http://0/", "http://0.0.0.0/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://example.org:22/",
    "https://example.org:80/", "http://example.org:6379/", "http://ana:secret@example.org/", "http://ana@127.0.0.1/",
    "http://example.org\\@127.0.0.1/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/",
    "javascript:alert(1)", "//example.org/", "example.org", "", "https://", "https:///x", "http://[::1", "http://[]/",
    "https://example.org\r\nHost: inside/", "https://" + "a" * 3000 + ".org/",
]  # fmt: skip

Say = Callable[[bytes, asyncio.StreamWriter], object]


@cache
def trusting(certificate: Path | None) -> ssl.SSLContext:
    """Who believes this certificate, or what this machine does. Reading all of that takes longer than a test."""
    return ssl.create_default_context(cafile=certificate)


class World:
    """An internet of made-up names: which addresses each has, which servers answer, and who was asked."""

    def __init__(self) -> None:
        self.names: dict[str, list[list[str]]] = {}  # each time that it is asked, the last for good
        self.ports: dict[str, int] = {}
        self.resolved: list[str] = []
        self.dialled: list[tuple[str, int]] = []
        self.heard: list[bytes] = []
        self.trusted: Path | None = None

    @property
    def network(self) -> Network:
        return Network(self._resolve, self._dial, self._context)

    def name(self, host: str, *answers: list[str]) -> None:
        self.names[host] = list(answers)

    async def _resolve(self, host: str, _port: int) -> list[str]:
        self.resolved.append(host)
        if host not in self.names:
            raise OSError("no such name")
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def _dial(self, address: str, port: int, seconds: float) -> httpcore.AsyncNetworkStream:
        self.dialled.append((address, port))
        if address not in self.ports:
            raise httpcore.ConnectError("refused")
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self.ports[address], timeout=seconds)

    def _context(self) -> ssl.SSLContext:
        return trusting(self.trusted)

    @asynccontextmanager
    async def server(
        self, say: Say | bytes, *, at: str = PUBLIC, tls: ssl.SSLContext | None = None
    ) -> AsyncIterator[None]:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                request = await reader.readuntil(b"\r\n\r\n")
                self.heard.append(request)
                if isinstance(say, bytes):
                    writer.write(say)
                else:
                    found = say(request, writer)
                    if asyncio.iscoroutine(found):
                        await found
                await writer.drain()
            except (OSError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
        self.ports[at] = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()


@pytest.fixture
def world() -> World:
    world = World()
    world.name("example.org", [PUBLIC])
    return world


def ok(content: bytes, *headers: str) -> bytes:
    head = "\r\n".join(["HTTP/1.1 200 OK", f"Content-Length: {len(content)}", *headers])
    return head.encode() + b"\r\n\r\n" + content


def moved(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


async def sentence(world: World, address: str = "http://example.org/a.ics", *, most: int = MOST) -> Text:
    with pytest.raises(NotFetched) as refused:
        await fetching.fetch(address, most=most, network=world.network)
    assert refused.value.field == "address"
    return refused.value.sentence


async def test_a_calendar_is_fetched_and_what_to_ask_next_time_is_known(world: World) -> None:
    answer = ok(CALENDAR, 'ETag: "v1"', "Last-Modified: Sun, 29 Nov 2026 10:00:00 GMT")
    async with world.server(answer):
        fetched = await fetching.fetch(
            "http://example.org/a.ics?key=1#part", most=MOST, network=world.network
        )
    assert fetched == fetching.Fetched(CALENDAR, '"v1"', "Sun, 29 Nov 2026 10:00:00 GMT")
    assert world.dialled == [(PUBLIC, 80)]
    assert world.heard[0].startswith(b"GET /a.ics?key=1 HTTP/1.1\r\n")
    assert b"host: example.org\r\n" in world.heard[0].lower()
    assert not any(word in world.heard[0].lower() for word in (b"cookie", b"authorization", b"referer"))


async def test_what_has_not_changed_is_not_sent_again(world: World) -> None:
    async with world.server(b"HTTP/1.1 304 Not Modified\r\n\r\n"):
        for asked in (
            {"etag": '"v1"', "modified": "yesterday"},
            {"modified": "Sun, 29 Nov 2026 10:00:00 GMT"},
        ):
            with pytest.raises(NotModified):
                await fetching.fetch("http://example.org/", most=MOST, network=world.network, **asked)
    assert b'if-none-match: "v1"' in world.heard[0].lower()
    assert b"if-modified-since: sun, 29 nov 2026" in world.heard[1].lower()


def test_webcal_is_read_as_https() -> None:
    assert fetching.checked("webcal://example.org/a.ics") == "https://example.org/a.ics"
    assert fetching.checked(" WEBCALS://Example.org/A.ics ") == "https://example.org/A.ics"
    assert fetching.checked("https://example.org:443/a") == "https://example.org/a"
    assert fetching.checked("http://93.184.215.14/a") == "http://93.184.215.14/a"
    assert fetching.checked("http://[2606:2800:21f:cb07::1]/a") == "http://[2606:2800:21f:cb07::1]/a"


@pytest.mark.parametrize("address", ADDRESSES)
async def test_such_an_address_is_refused_before_anybody_is_asked(world: World, address: str) -> None:
    assert await sentence(world, address)
    assert not world.resolved and not world.dialled


@pytest.mark.parametrize(
    "address",
    [
        "https://not an address",
        "https://exa mple.org/a.ics",
        "https://rehearsals",
        "https://example..org/",
        "https://./",
        "https://a<b>.org/",
        "https://" + "a" * 64 + ".org/",
    ],
)
async def test_what_is_no_name_is_not_called_a_private_network(world: World, address: str) -> None:
    assert await sentence(world, address) == fetching.NO_HOST
    assert not world.resolved


@pytest.mark.parametrize(
    "address", ["https://localhost/", "https://2130706433/", "https://127.1/", "https://0x7f.1/"]
)
async def test_what_means_this_machine_is_called_a_private_network(world: World, address: str) -> None:
    assert await sentence(world, address) == fetching.INSIDE


def test_names_in_other_alphabets_are_names() -> None:
    assert fetching.checked("https://bücher.example/a.ics")
    assert fetching.checked("https://kalender_1.example.org./a.ics")


@pytest.mark.parametrize("number", HOSTILE)
async def test_not_one_packet_goes_to_a_name_that_means_such_an_address(world: World, number: str) -> None:
    for answer in ([number], [PUBLIC, number], [number, PUBLIC]):
        world.name("example.org", answer)
        assert await sentence(world) == fetching.INSIDE
    assert not world.dialled


@pytest.mark.parametrize("number", ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07::1", "2a00:1450::1"])
def test_addresses_of_the_open_internet_are_public(number: str) -> None:
    assert fetching.is_public(number)


@pytest.mark.parametrize(
    "to",
    ["http://127.0.0.1/", "http://2130706433/", "http://[::1]/", "//localhost/", "http://inside.example/",
     "http://169.254.169.254/latest/", "file:///etc/passwd", "http://example.org:6379/", "http://a@example.org/"],
)  # fmt: skip
async def test_a_redirect_leads_no_further_than_an_address_would(world: World, to: str) -> None:
    world.name("inside.example", ["10.0.0.1"])
    async with world.server(moved(to)):
        assert await sentence(world)
    assert world.dialled == [(PUBLIC, 80)]


async def test_redirects_are_followed_three_times(world: World) -> None:
    def say(request: bytes, writer: asyncio.StreamWriter) -> None:
        left = int(request.split(b" ")[1].strip(b"/"))
        writer.write(moved(f"/{left - 1}") if left else ok(CALENDAR))

    async with world.server(say):
        found = await fetching.fetch("http://example.org/3", most=MOST, network=world.network)
        assert found.content == CALENDAR
        assert await sentence(world, "http://example.org/4") == fetching.IN_CIRCLES


async def test_a_name_that_means_something_else_a_moment_later_gains_nothing(world: World) -> None:
    world.name("example.org", [PUBLIC], ["127.0.0.1"])
    async with world.server(moved("/again")):
        assert await sentence(world) == fetching.INSIDE
    assert world.resolved == ["example.org"] * 2, "each hop is resolved once, and goes where that leads"
    assert world.dialled == [(PUBLIC, 80)]


async def test_another_address_of_the_name_is_tried_where_one_is_silent(world: World) -> None:
    world.name("example.org", ["2606:2800:21f:cb07::1", PUBLIC])
    async with world.server(ok(CALENDAR)):
        assert (
            await fetching.fetch("http://example.org/", most=MOST, network=world.network)
        ).content == CALENDAR
    assert world.dialled == [("2606:2800:21f:cb07::1", 80), (PUBLIC, 80)]


async def test_nobody_of_that_name_and_nobody_who_answers(world: World) -> None:
    assert await sentence(world, "http://nobody.example/") == fetching.UNKNOWN
    assert await sentence(world) == fetching.SILENT


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, fetching.NOT_OPEN), (403, fetching.NOT_OPEN), (404, fetching.NOT_THERE), (410, fetching.NOT_THERE),
     (429, fetching.NOT_NOW), (500, fetching.NOT_NOW), (503, fetching.NOT_NOW), (204, fetching.NONSENSE),
     (400, fetching.NONSENSE)],
)  # fmt: skip
async def test_a_status_is_said_in_words(world: World, status: int, said: Text) -> None:
    async with world.server(f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n".encode()):
        assert await sentence(world) == said


@pytest.mark.parametrize(
    "answer",
    [b"", b"SSH-2.0-OpenSSH\r\n", b"\0" * 50, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort",
     b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nxyz", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nxyz",
     b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000],
    ids=range(7),
)  # fmt: skip
async def test_nonsense_is_refused(world: World, answer: bytes) -> None:
    async with world.server(answer):
        assert await sentence(world) in {fetching.NONSENSE, fetching.SILENT}


async def test_more_than_is_read_is_refused_whether_or_not_it_is_announced(world: World) -> None:
    async def endless(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            writer.write(b"x" * 10_000)
            await writer.drain()

    for say in (endless, ok(b"x" * 1001)):
        async with world.server(say):
            assert await sentence(world, most=1000) == fetching.TOO_LARGE
    async with world.server(ok(b"x" * 1000)):
        assert (
            len((await fetching.fetch("http://example.org/", most=1000, network=world.network)).content)
            == 1000
        )


async def test_what_is_packed_is_unpacked_and_a_bomb_does_not_go_off(world: World) -> None:
    async with world.server(ok(gzip.compress(CALENDAR), "Content-Encoding: gzip")):
        assert (
            await fetching.fetch("http://example.org/", most=MOST, network=world.network)
        ).content == CALENDAR
    bomb = gzip.compress(bytes(50_000_000))
    async with world.server(ok(bomb, "Content-Encoding: gzip")):
        with at_most(2):
            assert await sentence(world) == fetching.TOO_LARGE


async def test_a_slow_drip_has_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def drip(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def silent(_request: bytes, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3)

    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    for say in (drip, silent):
        async with world.server(say):
            with at_most(2):
                assert await sentence(world) == fetching.TOO_SLOW


async def test_no_proxy_of_the_surroundings_is_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    async with world.server(ok(CALENDAR)):
        assert (
            await fetching.fetch("http://example.org/", most=MOST, network=world.network)
        ).content == CALENDAR


def certificate(folder: Path, host: str) -> tuple[Path, ssl.SSLContext]:
    """A certificate that signs itself, and a server's context with it."""
    cert, key = folder / f"{host}.pem", folder / f"{host}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={host}",
         "-addext", f"subjectAltName=DNS:{host}", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


async def test_tls_is_checked_against_the_name_though_an_address_is_dialled(
    world: World, tmp_path: Path
) -> None:
    world.trusted, right = certificate(tmp_path, "example.org")
    async with world.server(ok(CALENDAR), tls=right):
        found = await fetching.fetch("webcal://example.org/a.ics", most=MOST, network=world.network)
        assert found.content == CALENDAR and world.dialled == [(PUBLIC, 443)]
        world.name("another.example", [PUBLIC])
        assert await sentence(world, "https://another.example/") == fetching.NOT_SECURE
    _cert, unknown = certificate(tmp_path, "example.com")
    async with world.server(ok(CALENDAR), tls=unknown):
        assert await sentence(world, "https://example.org/") == fetching.NOT_SECURE
    assert len(world.heard) == 1, "nothing is asked of whoever cannot prove who they are"


def test_nothing_else_fetches() -> None:
    root = Path(fetching.__file__).parent.parent
    packages = ("server", "members", "events", "rsvps", "volunteers", "followups")
    code = [file for package in packages for file in (root / package).rglob("*.py")]
    ways = ("httpx", "httpcore", "requests", "aiohttp", "urllib.request")
    fetches = [file.name for file in code if any(f"import {way}" in file.read_text() for way in ways)]
    assert fetches == ["fetching.py"]
