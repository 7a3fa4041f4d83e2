"""A web process is ready soon after it was started."""

import time

import psutil
import pytest

from tests.processes import web

pytestmark = pytest.mark.slow

READY_WITHIN = 3.0  # seconds of work: the clock on the wall says what else the machine does


def test_a_web_process_is_ready_within_three_seconds() -> None:
    nowhere = "postgresql:///kith?host=/nowhere&user=kith"
    spent = []
    for _ in range(2):  # The first one may have to compile.
        begun = time.monotonic()
        with web(nowhere, ready="/healthz", SMTP_URL="smtp://127.0.0.1:1") as (process, _address):
            took = time.monotonic() - begun
            times = psutil.Process(process.pid).cpu_times()
            spent.append(min(took, times.user + times.system))
    assert min(spent) < READY_WITHIN
