"""The least that could do the same: bare Starlette routes on the same server, driven by a folder of files.

`BENCH_FOLDER` holds `bytes` and `headers.json` (what `/bytes` answers), `queries.pickle` (what `/page` asks) and
`page.html` (the template it renders).
"""

import asyncio
import os
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bench.rows import insert_batch

FOLDER = Path(os.environ["BENCH_FOLDER"])
CONTENT = (FOLDER / "bytes").read_bytes() if (FOLDER / "bytes").exists() else b""
TYPE = (FOLDER / "type").read_text() if (FOLDER / "type").exists() else "text/html"
QUERIES = (
    pickle.loads((FOLDER / "queries.pickle").read_bytes()) if (FOLDER / "queries.pickle").exists() else []
)
TEMPLATES = Environment(loader=FileSystemLoader(FOLDER), autoescape=True)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=4, max_size=10)
    yield
    await app.state.pool.close()


async def ready_bytes(_request: Request) -> Response:
    """The same bytes from memory."""
    return Response(CONTENT, media_type=TYPE)


async def page(request: Request) -> Response:
    """The queries that it was given, and a template with fifty items."""
    answers = [await request.app.state.pool.fetch(sql, *args) for sql, args in QUERIES]
    return Response(TEMPLATES.get_template("page.html").render(answers=answers), media_type="text/html")


class Batches:
    """Whoever comes while a batch is being written is in the next one."""

    def __init__(self) -> None:
        self.waiting: list[tuple[int, asyncio.Future[None]]] = []
        self.writer: asyncio.Task[None] | None = None

    async def insert(self, pool: asyncpg.Pool, person: int) -> None:
        """Back when the rows are committed."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((person, written))
        if self.writer is None:
            self.writer = asyncio.create_task(self._write(pool))
        await written

    async def _write(self, pool: asyncpg.Pool) -> None:
        while self.waiting:
            batch, self.waiting = self.waiting, []
            async with pool.acquire() as connection:
                await insert_batch(connection, [person for person, _ in batch])
            for _, written in batch:
                written.set_result(None)
        self.writer = None


batches = Batches()


async def answer(request: Request) -> Response:
    """One answer written down, nothing decided: read the form, insert the rows with others', redirect."""
    form = await request.form()
    await batches.insert(request.app.state.pool, int(str(form["person"])))
    return RedirectResponse("/", 303)


app = Starlette(
    routes=[
        Route("/bytes", ready_bytes),
        Route("/page", page),
        Route("/answer", answer, methods=["POST"]),
        Route("/readyz", ready_bytes),
    ],
    lifespan=lifespan,
)
