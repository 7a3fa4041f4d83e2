"""The web application: its middleware, its errors, what it opens and closes."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette_compress import CompressMiddleware

from members.account.sessions import SessionMiddleware
from server import composition, db, handlers, jobs, lazily, logs, middleware, smtp, watching
from server.farewells import take_leave
from server.invalidation import invalidations
from server.languages.choosing import Languages
from server.page_cache import COMPRESSED_FROM, PageCacheMiddleware
from server.routing import ByShape
from server.settings import settings

if TYPE_CHECKING:
    from server import waking
else:
    waking = lazily.lazily("server.waking")

SETTLED = 2.0  # Seconds after the start at which what no first page needs is loaded.
LARGEST_BODY = 12 * 1024 * 1024  # bytes: a picture from a phone and the form around it


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Open the pool (it connects when first asked, so PostgreSQL may come later), and close what was opened."""
    logs.configure(readable=settings.development)
    await db.engine().start_connection_pool(patience=db.OF_PAGES)
    jobs.wake_by(_wake_worker)
    listening, watch = asyncio.create_task(invalidations.listen()), await watching.begin()
    _spare_what_stays()
    loop = asyncio.get_running_loop()
    loop.call_later(SETTLED, loop.run_in_executor, None, lazily.load_all)
    yield
    listening.cancel()
    watch.cancel()
    await take_leave(listening, watch, waking.close(), smtp.close())
    await db.engine().close_connection_pool()


async def _wake_worker() -> None:
    await waking.wake_worker()


def _spare_what_stays() -> None:
    """What was loaded at the start stays for good: the collector need not look at it again and again (a tenth of all
    time under load). What little is garbage by now stays, too: looking for it would take longer than to connect."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def create() -> Starlette:
    """Kith as an ASGI application."""
    composition.compose()
    return Starlette(
        routes=[ByShape(composition.routes(), small=composition.SMALL)],
        middleware=[
            Middleware(middleware.RequestLog),
            Middleware(middleware.SecurityHeaders),
            Middleware(PageCacheMiddleware, answering=composition.CACHES),
            Middleware(Languages),
            Middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_BODY),
            Middleware(CompressMiddleware, minimum_size=COMPRESSED_FROM),
            Middleware(middleware.Errors),
            Middleware(middleware.FixedHost),
            Middleware(middleware.CsrfCheck),
            Middleware(SessionMiddleware),
        ],
        exception_handlers={HTTPException: handlers.http_error},
        lifespan=lifespan,
    )


app = create()
