"""The house that is measured: a database with fsync on, Kith's own processes, and the bare server beside them."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from server.processes import start, stop
from tests.processes import ROOT, environment, free_port, wait_until_ready


@dataclass(frozen=True)
class House:
    """Where things are while it stands: a migrated database, Valkey, and a folder for the bare server."""

    database_url: str
    redis_url: str
    folder: Path
    quick: bool

    @property
    def runs(self) -> int:
        """How often each figure is measured."""
        return 3 if self.quick else 5

    @property
    def seconds(self) -> float:
        """How long one run of a load lasts."""
        return 1.0 if self.quick else 3.0

    async def another_database(self, name: str) -> str:
        """A database beside ours, migrated and empty. Returns its address."""
        connection = await asyncpg.connect(self.database_url)
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()
        url = _named(name, self.database_url)
        _release(url)
        return url

    @contextmanager
    def bare(self, *, content: bytes = b"", media_type: str = "text/html") -> Iterator[str]:
        """The bare server, answering `content` at /bytes. Yields its address."""
        (self.folder / "bytes").write_bytes(content)
        (self.folder / "type").write_text(media_type)
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", "bench.bare:app", "--port", str(port)]
        command += ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
        env = environment(self.database_url, BENCH_FOLDER=str(self.folder))
        process = start(command, env=env, cwd=ROOT)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/readyz")
            yield f"http://127.0.0.1:{port}"
        finally:
            stop(process)


@contextmanager
def built(*, quick: bool) -> Iterator[House]:
    """Build it, with everything migrated; tear it down afterwards."""
    from server import embedded

    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="kith-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)  # As root, PostgreSQL runs as nobody, who must get there.
        urls = stack.enter_context(embedded.services(folder / "data"))
        database = _named("kith", str(urls.database_url))
        os.environ |= {"DATABASE_URL": database, "REDIS_URL": str(urls.redis_url)}
        _release(database)
        yield House(database, str(urls.redis_url), folder, quick)


def _named(name: str, url: str) -> str:
    return re.sub(r"/[a-z_]+\?", f"/{name}?", url, count=1)


def _release(database: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "server", "release"],
        check=True,
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database},
        stdout=subprocess.DEVNULL,
    )
