"""The ground's own addresses: is it alive, its static files, and the pages of development."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from server import about, assets, deliverability, developing, pictures, schema
from server.settings import settings


async def alive(_request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "alive"})


async def ready(_request: Request) -> Response:
    """The database answers and has every migration. Otherwise 503; a database that is gone is one by itself.

    Letters that wait for the mail server are mentioned, but pages do without it.
    """
    missing = await schema.unapplied()
    if missing:
        return JSONResponse(
            {"status": "migrations are missing", "missing": missing}, 503, {"Retry-After": "2"}
        )
    trouble = await deliverability.trouble()
    return JSONResponse({"status": "ready"} | ({"letters": str(trouble)} if trouble else {}))


def same_for_everybody(path: str) -> bool:
    """Whether nobody has to be known to answer here: these answer while the database is away, whoever asks."""
    return path.startswith("/static/") or path in _SAME_FOR_EVERYBODY


_SAME_FOR_EVERYBODY = frozenset({"/healthz", "/readyz", *(f"/{name}" for name in assets.AT_THE_DOOR)})


def routes() -> list[BaseRoute]:
    """All of them; those of development only there."""
    return [
        Route("/healthz", alive, name="alive"),
        Route("/readyz", ready, name="ready"),
        *assets.routes(),
        *pictures.routes,
        *about.routes,
        *(developing.routes if settings.development else []),
    ]
