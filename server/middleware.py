"""What surrounds every request: its id and log line, errors, security headers, and the origin check.

Pure ASGI, in this order, the first one outermost. Sessions are the members' own middleware.
"""

import os
import time
from functools import lru_cache

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import forms, handlers, logs, pages
from server.db import COLLIDED, REFERS_TO_NOTHING, DatabaseGone
from server.errors import Conflict, Forbidden, NotFound, Refusal, TooMany
from server.settings import settings

log = structlog.get_logger()

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Asked every few seconds by whoever watches over the server: not worth a line.
QUIET = frozenset({"/healthz", "/readyz"})
# Under what the log counts those who went away before they had asked: nginx's number for it.
CLIENT_CLOSED_REQUEST = 499
HUNG_UP = "kith.hung_up"

# What is in the pattern of an address that opens to anybody who has it.
SECRET_PARTS = ("{token}", "{secret}")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), microphone=(), payment=(), usb=()",
}


def content_security_policy(nonce: str, *more: str) -> str:
    """What our pages may load and do; `more` directives for the few pages that need them."""
    return "; ".join([CONTENT_SECURITY_POLICY.format(nonce=nonce), *more])


def to_show_letters(nonce: str) -> dict[str, str]:
    """The headers of a page that shows a letter (`words.letter`), whose styles are on its elements."""
    return {"content-security-policy": content_security_policy(nonce, "style-src-attr 'unsafe-inline'")}


class RequestLog:
    """Gives each request an id and writes one line when it is answered: method, route, status, time.

    The line carries the route's pattern, never the address itself: addresses hold tokens.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = os.urandom(8).hex()
        scope["request_id"] = request_id
        # Nothing is cleared before: each request is a task of its own, and so is its context.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status = 500

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", []).append((b"x-request-id", request_id.encode()))
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            if HUNG_UP in scope:
                status = CLIENT_CLOSED_REQUEST
            if scope["path"] not in QUIET:
                ms = round((time.perf_counter() - started) * 1000, 1)
                logs.request(request_id, scope["method"], _pattern(scope), status, ms)


class Errors:
    """Turns whatever is raised into an answer: refusals, a database that is gone, and our own faults."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception as error:
            if isinstance(error, ClientDisconnect):
                scope[HUNG_UP] = True  # Nobody is there to be answered, and nothing is broken.
                return
            if begun:
                raise
            response = await _answer(Request(scope, receive), error)
            await response(scope, receive, send)


class FixedHost:
    """Whatever host a request names, it is ours: no address that we make can lead to another site.

    What no text can hold is not there in a path (404), and not asked for in a query.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        scheme, _, host = settings.base_url.partition("://")
        self._scheme, self._host = scheme, (b"host", host.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if "\0" in scope["path"]:
                raise NotFound
            scope["query_string"] = scope["query_string"].replace(b"%00", b"")
            scope["scheme"] = self._scheme
            scope["headers"] = [self._host, *(pair for pair in scope["headers"] if pair[0] != b"host")]
        await self.app(scope, receive, send)


class SecurityHeaders:
    """A nonce for this response and the headers that make a browser hold to our rules. About 5 µs.

    A page for somebody, or behind a secret address, is kept by no browser: the Back button asks for it again, and
    after signing out finds nothing of theirs. What is behind a secret address is in no search engine.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        hsts = {"strict-transport-security": "max-age=31536000"} if settings.secure else {}
        self._always = [(name.encode(), value.encode()) for name, value in {**HEADERS, **hsts}.items()]
        self._policy = content_security_policy("{nonce}").encode().split(b"{nonce}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["nonce"] = os.urandom(16).hex()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(message.setdefault("headers", []), scope)
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _add(self, headers: list[tuple[bytes, bytes]], scope: Scope) -> None:
        present = dict(headers)
        ours, secret = self._always, _is_secret(_pattern(scope))
        if secret:
            ours = [*ours, (b"x-robots-tag", pages.SECRET["X-Robots-Tag"].encode())]
        if present.get(b"content-type", b"").startswith(b"text/html"):
            policy = (b"content-security-policy", scope["nonce"].encode().join(self._policy))
            kept = b"no-store" if secret or scope.get("user") else b"private, no-cache"
            ours = [*ours, policy, (b"cache-control", kept)]
        headers += [pair for pair in ours if pair[0] not in present]


@lru_cache(maxsize=1_000)
def _is_secret(pattern: str) -> bool:
    """Whether an address of this pattern opens to whoever has it: a letter's link, a feed, a door."""
    return any(part in pattern for part in SECRET_PARTS)


class CsrfCheck:
    """Refuses changes that another site's page asks for, by what the browser says of where they come from.

    Browsers send Sec-Fetch-Site, or at least Origin, with every POST; what sends neither is no browser
    (a mail program's one-click unsubscribe, say) and carries nobody's cookies by accident.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == "http"
            and scope["method"] not in SAFE_METHODS
            and not _from_here(Headers(scope=scope))
        ):
            raise Forbidden(handlers.SENTENCES[403])
        await self.app(scope, receive, send)


def _from_here(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or origin.lower() == settings.base_url.lower()


async def _answer(request: Request, error: Exception) -> Response:
    if isinstance(error, TooMany):
        return handlers.refuse(request, error, kept=await forms.kept(request))
    if isinstance(error, Refusal):
        return handlers.refuse(request, error)
    if isinstance(error, (DatabaseGone, *COLLIDED)):
        log.error(_what_is_missing(error), error=type(error.__cause__ or error).__name__)
        return handlers.respond(request, 503, kept=await forms.kept(request))
    if isinstance(error, REFERS_TO_NOTHING):
        log.warning("gone meanwhile", constraint=getattr(error, "constraint_name", ""))
        return handlers.refuse(request, Conflict())
    log.error("fault", exc_info=error)
    return handlers.respond(request, 500, kept=await forms.kept(request))


def _what_is_missing(error: Exception) -> str:
    return "database gone" if type(error) is DatabaseGone else "database busy"


def _pattern(scope: Scope) -> str:
    route = scope.get("route")
    return getattr(route, "path", None) or "(none)"
