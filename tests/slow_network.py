"""A network between Kith and PostgreSQL on which every packet takes a while: what races, races there."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from tests.processes import free_port

SHORTEST, LONGEST = 0.003, 0.010  # seconds


@asynccontextmanager
async def slow(url: str) -> AsyncIterator[str]:
    """The address of the same database, by way of a proxy that holds each packet for 3 to 10 ms."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    user, socket = query["user"][0], f"{query['host'][0]}/.s.PGSQL.5432"
    tasks: set[asyncio.Task[None]] = set()

    async def connect(near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        far, far_out = await asyncio.open_unix_connection(socket)
        for reader, writer in ((near, far_out), (far, near_out)):
            task = asyncio.create_task(_carry(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    port = free_port()
    server = await asyncio.start_server(connect, "127.0.0.1", port)
    try:
        yield f"postgresql://{user}@127.0.0.1:{port}{parts.path}?sslmode=disable"
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while packet := await reader.read(65536):
            await asyncio.sleep(random.uniform(SHORTEST, LONGEST))
            writer.write(packet)
            await writer.drain()
    except ConnectionError:
        pass  # One side has gone; the other is told by the closing below.
    finally:
        writer.close()
