"""Whose language: of one request, until it is known who asks.

In this order: what the person has chosen for good (`members`, who speak it once they know who asks), the address
(`?lang=de`, which search engines are told of), what was chosen in this browser, what the browser asks for, the
server's.
"""

from functools import lru_cache

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.languages import catalogues
from server.languages.language import Language, speak, spoken
from server.settings import settings

COOKIE = "language"
PARAMETER = "lang"
_OUR_COOKIE = f"{COOKIE}=".encode()
_PARAMETER, _COOKIE = PARAMETER.encode(), COOKIE.encode()
LONGEST_CODE, LONGEST_HEADER = 35, 200  # characters (RFC 5646 asks for 35)
KEPT_FOR = 365 * 24 * 3600  # seconds
VARY = "Accept-Language, Cookie"  # What a reader's language depends on.
_VARY = (b"vary", VARY.encode())
_IN_A_LANGUAGE = (b"text/html", b"text/calendar", b"text/csv", b"application/problem+json")


class Languages:
    """Finds the language of each request, and says in which language its answer is. About 5 µs.

    Answers that are kept come before it: each was written with what it says of its language.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        speak(of_request(scope))

        async def send_in_language(message: Message) -> None:
            if message["type"] == "http.response.start":
                _say_which(message.setdefault("headers", []))
            await send(message)

        await self.app(scope, receive, send_in_language)


def of_reader(scope: Scope, chosen: str) -> Language:
    """The language of somebody who has chosen one for good, or, with "", the one of their request."""
    return catalogues.by_code().get(chosen.lower()) or of_request(scope)


def choose(response: Response, code: str) -> None:
    """Have this browser be spoken to in a language from now on."""
    response.set_cookie(
        COOKIE, code, max_age=KEPT_FOR, path="/", secure=settings.secure, httponly=True, samesite="lax"
    )


def said_in(language: Language, *, whoever_asks: bool = False) -> dict[str, str]:
    """The headers of an answer in this language, also where it is a 304; `whoever_asks`: the same for everybody."""
    return {"Content-Language": language.code} | ({} if whoever_asks else {"Vary": VARY})


def headers_in(language: Language) -> tuple[tuple[bytes, bytes], tuple[bytes, bytes]]:
    """The same, as ASGI has them."""
    return language.header, _VARY


def without_language(path: str) -> str:
    """The same address, for whatever language has been chosen."""
    page, _, query = path.partition("?")
    kept = [pair for pair in query.split("&") if pair and not pair.startswith(f"{PARAMETER}=")]
    return f"{page}?{'&'.join(kept)}" if kept else page


def of_request(scope: Scope) -> Language:
    """The language of a request, by its address and its headers. About 1 µs."""
    query, cookies, accepted = scope["query_string"], b"", b""
    for name, value in scope["headers"]:
        if name == b"cookie":
            # Some proxies hand each cookie on in a header of its own.
            cookies = cookies + b"; " + value if cookies else value
        elif name == b"accept-language":
            accepted = value
    return _language(
        _said(query, b"&", _PARAMETER) if b"lang=" in query else b"",
        _said(cookies, b";", _COOKIE) if b"language=" in cookies else b"",
        accepted[:LONGEST_HEADER],
    )


def says_no_more(scope: Scope) -> bool:
    """Whether the cookies of a request say a language at most. Under 1 µs."""
    for name, value in scope["headers"]:
        if name == b"cookie" and (b";" in value or not value.startswith(_OUR_COOKIE)):
            return False
    return True


def _say_which(headers: list[tuple[bytes, bytes]]) -> None:
    kind = b""
    for name, value in headers:
        if name == b"content-type":
            kind = value
        elif name == b"content-language":
            return
    if kind.startswith(_IN_A_LANGUAGE):
        headers += headers_in(spoken())


@lru_cache(1_000)
def _language(query: bytes, cookie: bytes, accepted: bytes) -> Language:
    # Kept under what is short and says nothing of anybody: neither whole cookies nor headers of any length.
    chosen = (query.decode("latin-1"), cookie.decode("latin-1"), *_wanted(accepted.decode("latin-1")))
    return next((found for code in chosen if (found := _nearest(code))), catalogues.of_server())


def _said(given: bytes, between: bytes, name: bytes) -> bytes:
    """The first value of this name, if it is as short as codes of languages are."""
    for pair in given.split(between):
        found, _, value = pair.strip().partition(b"=")
        if found == name:
            return value if len(value) <= LONGEST_CODE else b""
    return b""


def _nearest(code: str) -> Language | None:
    """A language that is offered: this very one, or the one without its region: de for de-AT."""
    wanted, offered = code.strip().replace("_", "-").lower(), catalogues.by_code()
    while wanted:
        if wanted in offered:
            return offered[wanted]
        wanted = wanted.rpartition("-")[0]
    return None


def _wanted(accepted: str) -> list[str]:
    """The languages of an Accept-Language header (RFC 9110), the most wanted first."""
    found = []
    for place, each in enumerate(accepted.split(",")[:20]):
        code, _, weight = each.partition(";")
        if (wanted := _weight(weight)) > 0 and code.strip() not in {"", "*"}:
            found.append((-wanted, place, code))
    return [code for _, _, code in sorted(found)]


def _weight(weight: str) -> float:
    try:
        return float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0
