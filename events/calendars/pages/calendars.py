"""Calendars that programs subscribe to: each community's public one, and everybody's own."""

import asyncio
import gzip
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

import brotli  # type: ignore[import-untyped]
import zstandard
from starlette.requests import Request
from starlette.responses import Response

from events import access
from events.calendars import calendar, entries, feeds, queries
from events.calendars.calendar import Entry, Window
from events.calendars.queries import CalendarFound
from server import clock, tokens
from server.assets import preferred_encoding
from server.errors import NotFound
from server.page_cache import CachedPage, PageCache, Stamp
from server.pages import absolute

MOST = 200  # calendars kept in this process; one of 1,000 events has half a megabyte
A_TURN = 0.005  # seconds of writing before others are let in
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
    """A calendar as this process wrote it. Its `etag` is equal in every process."""

    content: bytes
    etag: str
    written_at: datetime
    encoded: dict[str, bytes] = field(default_factory=dict)


_of_communities: PageCache[Written] = PageCache(MOST)
_personal: OrderedDict[int, Written] = OrderedDict()


async def of_community(request: Request) -> Response:
    """A community's public events. Unchanged, it costs no query."""
    slug, window = request.path_params["community"], calendar.window(clock.now())
    written = _of_communities.fresh(slug, until=window) or await _of_community(slug, window)
    return await _respond(request, written, PUBLIC)


async def personal(request: Request) -> Response:
    """What somebody is part of, at their secret address."""
    found = await queries.feed_by_secret(tokens.digest(request.path_params["secret"]))
    if found is None:
        raise NotFound
    feed, person = found
    await feeds.note_reading(feed)
    content = calendar.feed(
        await _prepared(await feeds.entries(person)),
        name=f"Kith: {feed.name}",
        url=absolute("home"),
        cancelled="keep" if feed.keeps_cancelled else "drop",
    )
    return await _respond(request, _same_or_new(feed.id, content), PERSONAL)


async def _of_community(slug: str, window: Window) -> Written:
    stamp = Stamp()
    found = await queries.community_calendar(slug)
    if found is None:
        raise NotFound
    written = _of_communities.of_version(slug, found.version, until=window)
    if written is None:
        written = _written(await _write(found, slug, window))
    topics = [f"communities:{found.id}", f"calendars:{found.id}"]
    return _of_communities.keep(slug, CachedPage(written, found.version, topics, stamp, until=window))


async def _write(found: CalendarFound, slug: str, window: Window) -> bytes:
    events = await queries.events_in_calendar(found.id, **window._asdict())
    views = await access.views(None, events)
    public = [entries.entry(event, views[event.id], community=found.name, busy=False) for event in events]
    return calendar.feed(
        await _prepared(public),
        name=found.name,
        description=found.summary,
        url=absolute("members:community", community=slug),
        source=absolute("events:community-calendar", community=slug),
    )


async def _prepared(shown: list[Entry]) -> list[Entry]:
    """Each of them written and kept, while others have their turn: a thousand new ones take half a second."""
    begun = time.perf_counter()
    for entry in shown:
        calendar.fragment(entry)
        if time.perf_counter() - begun > A_TURN:
            await asyncio.sleep(0)
            begun = time.perf_counter()
    return shown


def _written(content: bytes) -> Written:
    return Written(content, calendar.etag(content), clock.now().replace(microsecond=0))


def _same_or_new(feed: int, content: bytes) -> Written:
    """What was written before if nothing is different, so that its date stays."""
    before = _personal.get(feed)
    written = before if before and before.content == content else _written(content)
    _personal[feed] = written
    _personal.move_to_end(feed)
    if len(_personal) > MOST:
        _personal.popitem(last=False)
    return written


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
