"""Calendars that programs subscribe to: each community's public one, and everybody's own."""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

import brotli  # type: ignore[import-untyped]
import zstandard
from starlette.requests import Request
from starlette.responses import Response

from events import access, calendar, entries, feeds, queries
from events.calendar import Window
from events.queries import CalendarFound
from server import clock, tokens
from server.assets import preferred_encoding
from server.errors import NotFound
from server.pages import absolute

MOST = 200  # calendars kept in this process; one of 1,000 events has half a megabyte
PERSONAL = {"Cache-Control": "private, no-cache"}
PUBLIC = {"Cache-Control": "public, no-cache"}

# Quick ones: a calendar is compressed anew after each change.
_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, mode=brotli.MODE_TEXT, quality=5),
    "zstd": lambda content: zstandard.ZstdCompressor(level=6).compress(content),
    "gzip": lambda content: gzip.compress(content, compresslevel=6, mtime=0),
}


@dataclass
class Written:
    """A calendar as this process wrote it, and of what version. Its `etag` is equal in every process."""

    version: tuple[object, ...]
    content: bytes
    etag: str
    written_at: datetime
    encoded: dict[str, bytes] = field(default_factory=dict)


_written: OrderedDict[str, Written] = OrderedDict()


async def of_community(request: Request) -> Response:
    """A community's public events. Unchanged, it costs one query by key."""
    slug = request.path_params["community"]
    found = await queries.community_calendar(slug)
    if found is None:
        raise NotFound
    window = calendar.window(clock.now())
    version = (*found.version, window.since)
    written = _written.get(slug)
    if written is None or written.version != version:
        written = _keep(slug, version, await _of_community(found, slug, window))
    return await _respond(request, written, PUBLIC)


async def personal(request: Request) -> Response:
    """What somebody is part of, at their secret address."""
    found = await queries.feed_by_secret(tokens.digest(request.path_params["secret"]))
    if found is None:
        raise NotFound
    feed, person = found
    await feeds.note_reading(feed)
    content = calendar.feed(
        await feeds.entries(person),
        name=f"Kith: {feed.name}",
        url=absolute("home"),
        cancelled="keep" if feed.keeps_cancelled else "drop",
    )
    return await _respond(request, _same_or_new(f"{feed.id}", content), PERSONAL)


async def _of_community(found: CalendarFound, slug: str, window: Window) -> bytes:
    events = await queries.events_in_calendar(found.id, **window._asdict())
    sights = await access.sights(None, events)
    return calendar.feed(
        [entries.entry(event, sights[event.id], community=found.name, busy=False) for event in events],
        name=found.name,
        description=found.summary,
        url=absolute("members:community", community=slug),
        source=absolute("events:community-calendar", community=slug),
    )


def _keep(name: str, version: tuple[object, ...], content: bytes) -> Written:
    written = Written(version, content, calendar.etag(content), clock.now().replace(microsecond=0))
    _written[name] = written
    _written.move_to_end(name)
    if len(_written) > MOST:
        _written.popitem(last=False)
    return written


def _same_or_new(name: str, content: bytes) -> Written:
    before = _written.get(name)
    return before if before and before.content == content else _keep(name, (), content)


async def _respond(request: Request, written: Written, headers: dict[str, str]) -> Response:
    headers = {**headers, "ETag": written.etag, "Vary": "Accept-Encoding"}
    if written.written_at < clock.now().replace(microsecond=0):
        # Within its second there may be a newer one, which this date would not tell from it.
        headers["Last-Modified"] = format_datetime(written.written_at, usegmt=True)
    if _has_it(request, written):
        return Response(status_code=304, headers=headers)
    encoding = preferred_encoding(request.headers)
    if encoding is None:
        return Response(written.content, headers=headers, media_type="text/calendar")
    if encoding not in written.encoded:
        written.encoded[encoding] = await asyncio.to_thread(_ENCODERS[encoding], written.content)
    headers["Content-Encoding"] = encoding
    return Response(written.encoded[encoding], headers=headers, media_type="text/calendar")


def _has_it(request: Request, written: Written) -> bool:
    known = request.headers.get("if-none-match")
    if known is not None:
        return calendar.unchanged(known, written.etag)
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return written.written_at <= since
    except (ValueError, TypeError):
        return False
