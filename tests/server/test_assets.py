"""Static files: named by content, small on the wire, kept for ever, and never one that is not meant to be read."""

import gzip
import os
import re
import subprocess
from pathlib import Path

import brotli
import httpx
import pytest
import zstandard

from server import assets
from server.assets import Shelf, static

DECODERS = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": lambda content: zstandard.ZstdDecompressor().decompress(content),
}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A shelf of two files, looked at again on each use."""
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "a.woff2").write_bytes(b"letters")
    (tmp_path / "kith.css").write_text('@font-face { src: url("/static/fonts/a.woff2") } b { color: red }')
    return Shelf([tmp_path], fresh=True)


def test_the_name_holds_what_is_in_the_file() -> None:
    assert re.fullmatch(r"/static/kith\.[0-9a-f]{10}\.css", static("kith.css"))
    assert static("kith.css") == static("kith.css")


def test_another_content_has_another_name_and_so_has_the_style_that_points_to_it(shelf: Shelf) -> None:
    font, style = shelf.asset("fonts/a.woff2"), shelf.asset("kith.css")
    assert font.address.encode() in style.content

    path = shelf.folders[0] / "fonts" / "a.woff2"
    path.write_bytes(b"other letters")
    os.utime(path, (1, 1))
    os.utime(shelf.folders[0] / "kith.css", (1, 1))
    assert shelf.asset("fonts/a.woff2").address != font.address
    assert shelf.asset("kith.css").address != style.address


def test_every_address_in_the_built_styles_is_there() -> None:
    css = assets.shelf().asset("kith.css").content.decode()
    addresses = re.findall(r"url\(([^)]+)\)", css)
    named = {assets.shelf().asset(name).address for name in assets.shelf().names()}
    assert len([address for address in addresses if "/fonts/" in address]) == 4
    assert {address for address in addresses if not address.startswith(("data:", '"data:'))} <= named


def test_a_name_that_is_not_there_is_said() -> None:
    with pytest.raises(assets.MissingAsset, match=r"nothing\.css"):
        static("nothing.css")


async def test_a_file_is_kept_for_ever_and_known_again(client: httpx.AsyncClient) -> None:
    response = await client.get(static("kith.css"))
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"] == "text/css; charset=utf-8"

    again = await client.get(static("kith.css"), headers={"if-none-match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip"])
async def test_it_is_sent_small(client: httpx.AsyncClient, encoding: str) -> None:
    async with client.stream("GET", static("kith.css"), headers={"accept-encoding": encoding}) as response:
        sent = b"".join([part async for part in response.aiter_raw()])
    plain = assets.shelf().asset("kith.css").content
    assert response.headers["content-encoding"] == encoding
    assert response.headers["vary"] == "Accept-Encoding"
    assert DECODERS[encoding](sent) == plain
    assert len(sent) < len(plain) / 3


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("", None),
    ],
)
async def test_only_what_the_browser_reads_is_sent(
    client: httpx.AsyncClient, accepted: str, chosen: str | None
) -> None:
    async with client.stream("GET", static("kith.js"), headers={"accept-encoding": accepted}) as response:
        assert response.headers.get("content-encoding") == chosen


async def test_fonts_are_small_already(client: httpx.AsyncClient) -> None:
    response = await client.get(static("fonts/figtree-latin.woff2"), headers={"accept-encoding": "br"})
    assert response.headers["content-type"] == "font/woff2"
    assert "content-encoding" not in response.headers


async def test_a_page_made_before_a_deployment_still_finds_its_styles(client: httpx.AsyncClient) -> None:
    response = await client.get("/static/kith.0123456789.css")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "address",
    [
        "/static/kith.css",
        "/static/",
        "/static/nothing.0123456789.css",
        "/static/../templates/base.0123456789.html",
        "/static/%2e%2e/templates/base.0123456789.html",
        "/static/..%2ftemplates%2fbase.0123456789.html",
        "/static//etc/passwd.0123456789.txt",
    ],
)
async def test_what_is_no_static_file_is_not_there(client: httpx.AsyncClient, address: str) -> None:
    assert (await client.get(address)).status_code == 404


async def test_nothing_is_written_to_a_static_file(client: httpx.AsyncClient) -> None:
    assert (await client.post(static("kith.css"))).status_code == 405


async def test_what_browsers_look_for_at_the_door_is_there(client: httpx.AsyncClient) -> None:
    for name in assets.AT_THE_DOOR:
        response = await client.get(f"/{name}")
        assert response.status_code == 200, name
        assert response.headers["cache-control"] == "public, max-age=86400"
    manifest = (await client.get("/site.webmanifest")).json()
    for icon in manifest["icons"]:
        assert (await client.get(icon["src"])).headers["content-type"] == icon["type"]


def test_the_watch_writes_where_the_server_reads() -> None:
    arguments = assets.watch_arguments()
    assert Path(arguments[0]).exists()
    assert str(assets.STYLE_SHEET) in arguments
    assert not assets.STYLE_SHEET.is_relative_to(assets.FRONTEND)  # or the watch would see what it writes


def test_a_build_that_fails_says_why_and_leaves_the_old_styles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = assets.ensure_styles().read_bytes()
    broken = tmp_path / "broken.css"
    broken.write_text("@import './nothing-here.css';")
    monkeypatch.setattr(assets, "STYLES", broken)
    with pytest.raises(RuntimeError, match="nothing-here") as raised:
        assets.build_styles()
    assert isinstance(raised.value.__cause__, subprocess.CalledProcessError)
    assert assets.STYLE_SHEET.read_bytes() == before
    assert not list(assets.BUILT.glob("*.tmp"))


def test_a_first_page_weighs_little() -> None:
    shelf = assets.shelf()
    fonts = sum(
        len(shelf.asset(name).content) for name in ("fonts/figtree-latin.woff2", "fonts/gabarito-latin.woff2")
    )
    written = sum(len(shelf.asset(name).encode("br")) for name in ("kith.css", "kith.js", "vendor/htmx.js"))
    assert fonts + written < 100_000  # bytes, which leaves 50 kB of 150 for the page itself
