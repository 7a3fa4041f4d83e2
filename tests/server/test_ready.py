"""A process is ready soon after it was started: a web process answers, a worker looks for what is due."""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psutil
import pytest

from server.processes import Process
from tests.processes import web, worker

pytestmark = pytest.mark.slow

NOWHERE = "postgresql:///kith?host=/nowhere&user=kith"
LIBRARIES = "import jinja2, piccolo.table, pydantic_settings, starlette.applications, uvicorn"
# By the work of loading these libraries, which takes 0.4 s on a quiet core: neighbours slow down both.
AT_MOST = 2.5


@contextmanager
def a_web_process() -> Iterator[Process]:
    with web(NOWHERE, ready="/healthz", SMTP_URL="smtp://127.0.0.1:1") as (process, _address):
        yield process


@contextmanager
def a_worker() -> Iterator[Process]:
    with worker(NOWHERE, SMTP_URL="smtp://127.0.0.1:1") as process:
        yield process


@pytest.mark.parametrize("starting", [a_web_process, a_worker])
def test_a_process_is_ready_soon_after_its_start(
    starting: Callable[[], AbstractContextManager[Process]],
) -> None:
    found = []
    for _ in range(4):  # The first one may have to compile.
        before = _loading_libraries()
        with starting() as process:
            times = psutil.Process(process.pid).cpu_times()
        found.append((times.user + times.system) / min(before, _loading_libraries()))
        if found[-1] < AT_MOST:
            return
    pytest.fail(f"a start takes {found} times the work of loading libraries")


def _loading_libraries() -> float:
    """Seconds of work in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
