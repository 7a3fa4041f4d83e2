"""A secret that is shown once, on the page after the one that made it, and by nothing else.

It travels there in a signed cookie of its own, for two minutes and for that page's path only.
"""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from server import clock, tokens
from server.errors import LinkExpired, NotFound
from server.settings import settings

FOR = timedelta(minutes=2)


def keep(response: Response, name: str, *parts: str, path: str) -> Response:
    """Give a response the cookie `name`, for the page at `path`."""
    response.set_cookie(
        name,
        tokens.sign(name, *parts, expires=clock.now() + FOR),
        max_age=int(FOR.total_seconds()),
        path=path,
        httponly=True,
        secure=settings.secure,
        samesite="strict",
    )
    return response


def kept(request: Request, name: str) -> tuple[str, ...] | None:
    """The parts, if there is something to be shown."""
    try:
        return tuple(str(part) for part in tokens.read(name, request.cookies.get(name, "")))
    except (NotFound, LinkExpired):
        return None


def forget(response: Response, name: str, *, path: str) -> Response:
    """It has been shown."""
    response.delete_cookie(name, path=path)
    return response
