"""Calendars that programs subscribe to: each community's public one, and everybody's own."""

import asyncio
import gzip
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property, partial

import brotli  # type: ignore[import-untyped]
import zstandard
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from events import access
from events.calendars import calendar, entries, feeds, queries
from events.calendars.calendar import Alarm, Entry, Fragment, Window
from events.calendars.queries import CalendarFound
from members.letters.receivers import language_of
from server import clock, tokens
from server.assets import preferred_encoding
from server.errors import NotFound
from server.languages import catalogues
from server.languages.language import Language, speaking, spoken
from server.page_cache import COMPRESSED_FROM, VARY, CachedAnswer, CachedPage, Header, PageCache, Stamp
from server.pages import absolute

MOST = 200  # calendars kept in this process; one of 1,000 events has half a megabyte
A_TURN = 0.005  # seconds of writing before others are let in
PERSONAL, PUBLIC = b"private, no-cache", b"public, no-cache"
_AFTER = "/calendar.ics"
# Whose calendars there are: where their addresses begin, and what the log calls them.
_COMMUNITY, _SERIES = "/communities/", "/series/"
_ROUTES = {
    _COMMUNITY: Route(f"{_COMMUNITY}{{community}}{_AFTER}", lambda _request: Response()),
    _SERIES: Route(f"{_SERIES}{{series}}{_AFTER}", lambda _request: Response()),
}

# Quick ones: a calendar is compressed anew after each change.
_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, mode=brotli.MODE_TEXT, quality=5),
    "zstd": lambda content: zstandard.ZstdCompressor(level=6).compress(content),
    "gzip": lambda content: gzip.compress(content, compresslevel=6, mtime=0),
}


@dataclass
class Written:
    """A calendar as this process wrote it, in whose language. Its `etag` is equal in every process.

    `written_at`: a date that no other content of it has, as far as it has passed. A personal one's is equal in every
    process, too.
    """

    content: bytes
    language: Language
    etag: str
    written_at: datetime
    encoded: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def last_modified(self) -> list[Header]:
        """The header that says when it was written."""
        return [(b"last-modified", format_datetime(self.written_at, usegmt=True).encode())]

    async def encode(self, encoding: str) -> None:
        """Compress it, by another thread, unless that is done."""
        if encoding not in self.encoded:
            self.encoded[encoding] = await asyncio.to_thread(_ENCODERS[encoding], self.content)


_public: PageCache[Written] = PageCache(MOST)  # by their address, up to `_AFTER`
_personal: OrderedDict[int, Written] = OrderedDict()


async def of_community(request: Request) -> Response:
    """A community's public events, in its language, whoever asks. Unchanged, it costs no query."""
    slug = request.path_params["community"]
    return await _answered(request, _COMMUNITY + slug, partial(queries.community_calendar, slug))


async def of_series(request: Request) -> Response:
    """The events of a series that are for everybody, as those of a community."""
    public_id = request.path_params["series"]
    return await _answered(request, _SERIES + public_id, partial(queries.series_calendar, public_id))


def cached(scope: Scope) -> CachedAnswer | None:
    """A public calendar as it is kept: what `of_community` or `of_series` would answer, to whoever asks."""
    path = scope["path"]
    if not path.endswith(_AFTER):
        return None
    written = _public.fresh(path.removesuffix(_AFTER), until=calendar.window(clock.now()))
    if written is None:
        return None
    route = _ROUTES[_SERIES if path.startswith(_SERIES) else _COMMUNITY]
    return _answer(written, Headers(scope=scope), PUBLIC, route)


async def personal(request: Request) -> Response:
    """What somebody is part of, at their secret address, in their language."""
    found = await queries.feed_by_secret(tokens.digest(request.path_params["secret"]))
    if found is None:
        raise NotFound
    feed, person = found
    await feeds.note_reading(feed)
    with speaking(catalogues.of(await language_of(person))):
        shown = await feeds.shown(feed, person)
        content = calendar.assemble(await _fragments(shown), name=f"Kith: {feed.name}", url=absolute("home"))
        etag = calendar.etag(content, spoken().code)
        written = _same_or_new(feed.id, content, etag, await feeds.given_since(feed, etag))
    return await _respond(request, written, PERSONAL)


async def _answered(
    request: Request, name: str, find: Callable[[], Awaitable[CalendarFound | None]]
) -> Response:
    window = calendar.window(clock.now())
    written = _public.fresh(name, until=window) or await _kept(name, window, find)
    return await _respond(request, written, PUBLIC)


async def _kept(name: str, window: Window, find: Callable[[], Awaitable[CalendarFound | None]]) -> Written:
    stamp = Stamp()
    found = await find()
    if found is None:
        raise NotFound
    written = _public.of_version(name, found.version, until=window)
    if written is None:
        with speaking(catalogues.of(found.language)):
            content = await _write(found, window)
            etag = calendar.etag(content, spoken().code)
            written = Written(content, spoken(), etag, clock.now().replace(microsecond=0))
    return _public.keep(name, CachedPage(written, found.version, found.topics, stamp, until=window))


async def _write(found: CalendarFound, window: Window) -> bytes:
    events = await queries.events_in_calendar(found, **window._asdict())
    views = await access.views(None, events)
    public = [
        entries.entry(event, view, community=found.community_name, busy=False)
        for event in events
        if (view := views[event.id]).sees_it
    ]
    page, source = _addresses(found)
    return calendar.assemble(
        await _fragments(calendar.shown(public)),
        name=found.name,
        description=found.summary,
        url=page,
        source=source,
    )


def _addresses(found: CalendarFound) -> tuple[str, str]:
    """Of the page that a calendar belongs to, and its own."""
    if found.series is not None:
        series = found.series_address
        return absolute("events:series", series=series), absolute("events:series-calendar", series=series)
    slug = found.slug
    return absolute("members:community", community=slug), absolute(
        "events:community-calendar", community=slug
    )


async def _fragments(shown: Iterable[tuple[Entry, tuple[Alarm, ...]]]) -> list[Fragment]:
    """Each of them written and kept, while others have their turn: a thousand new ones take half a second."""
    begun = time.perf_counter()
    fragments = []
    for entry, alarms in shown:
        fragments.append(calendar.fragment(entry, alarms))
        if time.perf_counter() - begun > A_TURN:
            await asyncio.sleep(0)
            begun = time.perf_counter()
    return fragments


def _same_or_new(feed: int, content: bytes, etag: str, since: datetime) -> Written:
    """What was written before if nothing is different, so that it need not be compressed again."""
    before = _personal.get(feed)
    same = before and (before.etag, before.written_at) == (etag, since)
    written = before if before and same else Written(content, spoken(), etag, since)
    _personal[feed] = written
    _personal.move_to_end(feed)
    if len(_personal) > MOST:
        _personal.popitem(last=False)
    return written


async def _respond(request: Request, written: Written, kept: bytes) -> Response:
    if encoding := preferred_encoding(request.headers):
        await written.encode(encoding)
    answer = _answer(written, request.headers, kept)
    assert answer is not None  # It has just been compressed.
    response = Response(answer.body, answer.status)
    # Of what is large and not compressed here, the middleware says it, and may compress it.
    said_later = answer.status == 200 and not encoding and len(answer.body) >= COMPRESSED_FROM
    response.raw_headers = [*answer.headers] if said_later else [*answer.headers, VARY]
    return response


def _answer(
    written: Written, asked: Headers, kept: bytes, route: Route = _ROUTES[_COMMUNITY]
) -> CachedAnswer | None:
    """What a request like this gets; None if it is not compressed yet in the way they want."""
    headers = [(b"cache-control", kept), (b"etag", written.etag.encode()), written.language.header]
    if written.written_at < clock.now().replace(microsecond=0):
        # Within its second there may be a newer one, which this date would not tell from it.
        headers += written.last_modified
    if _has_it(asked, written):
        return CachedAnswer(route, 304, headers)
    encoding = preferred_encoding(asked) if "accept-encoding" in asked else None
    if encoding:
        if encoding not in written.encoded:
            return None
        headers.append((b"content-encoding", encoding.encode()))
    body = written.encoded[encoding] if encoding else written.content
    headers += [(b"content-type", b"text/calendar; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    return CachedAnswer(route, 200, headers, body)


def _has_it(asked: Headers, written: Written) -> bool:
    known = asked.get("if-none-match")
    if known is not None:
        return calendar.unchanged(known, written.etag)
    if "if-modified-since" not in asked:
        return False
    try:
        # This very date: a later one is another process's, of what may have been otherwise between then and now.
        return written.written_at == parsedate_to_datetime(asked["if-modified-since"])
    except (ValueError, TypeError):
        return False
