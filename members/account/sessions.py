"""Who is asking: sessions in browsers. The cookie holds a secret, the database its digest."""

from datetime import timedelta

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from members import queries
from members.tables import Person, Session
from server import clock, tokens
from server.languages.choosing import of_reader
from server.languages.language import speak
from server.routes import same_for_everybody
from server.settings import settings

LASTS = timedelta(days=90)
NOTED_EVERY = timedelta(hours=1)

# The __Host- prefix makes the browser insist on https and on this very host.
COOKIE = "__Host-kith" if settings.secure else "kith"


class SessionMiddleware:
    """Middleware: puts the signed-in Person, or None, where `request.user` finds them.

    At most one query, and none for what is the same for everybody.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["user"], scope["session_id"] = None, None
            if not same_for_everybody(scope["path"]):
                scope["user"], scope["session_id"] = await _asking(Headers(scope=scope))
                if scope["user"] and scope["user"].language:
                    speak(of_reader(scope, scope["user"].language))
        await self.app(scope, receive, send)


async def open_session(person: Person, *, browser: str) -> str:
    """Sign a browser in. Returns the secret for its cookie."""
    secret = tokens.new_secret()
    session = Session(
        person=person.id,
        secret=tokens.digest(secret),
        browser=browser[:120],
        expires_at=clock.now() + LASTS,
    )
    await session.save()
    return secret


async def end(person: Person, session: int) -> None:
    """Sign one of somebody's browsers out."""
    await Session.delete().where((Session.id == session) & (Session.person == person.id))


async def end_all(person: Person) -> None:
    """Sign all of somebody's browsers out."""
    await Session.delete().where(Session.person == person.id)


def remember(response: Response, secret: str) -> Response:
    """Give the browser its session cookie."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )
    return response


def forget(response: Response) -> Response:
    """Take the session cookie back."""
    response.delete_cookie(COOKIE, path="/", secure=settings.secure, httponly=True, samesite="lax")
    return response


def browser_of(request: Request) -> str:
    """What browser this is, in words a person recognises: "Firefox on Android". Nothing finer is kept."""
    agent = request.headers.get("user-agent", "")
    names = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {"Windows": "Windows", "Mac OS": "Mac", "Android": "Android", "Linux": "Linux"}
    systems = {"iPhone": "iPhone", "iPad": "iPad"} | systems
    name = next((name for mark, name in names.items() if mark in agent), "A browser")
    system = next((system for mark, system in systems.items() if mark in agent), "")
    return f"{name} on {system}" if system else name


async def _asking(headers: Headers) -> tuple[Person | None, int | None]:
    secret = _cookie(headers.get("cookie", ""))
    if not secret:
        return None, None
    now = clock.now()
    found = await queries.person_of_session(tokens.digest(secret))
    if not found:
        return None, None
    person, session, seen_at = found
    if seen_at < now - NOTED_EVERY:
        await Session.update({Session.seen_at: now, Session.expires_at: now + LASTS}).where(
            Session.id == session
        )
    return person, session


def _cookie(header: str) -> str | None:
    if COOKIE not in header:
        return None
    return cookie_parser(header).get(COOKIE)
