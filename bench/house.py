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
        database = re.sub(r"/[a-z_]+\?", "/kith?", str(urls.database_url), count=1)
        os.environ |= {"DATABASE_URL": database, "REDIS_URL": str(urls.redis_url)}
        subprocess.run(
            [sys.executable, "-m", "server", "release"], check=True, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        yield House(database, str(urls.redis_url), folder, quick)
