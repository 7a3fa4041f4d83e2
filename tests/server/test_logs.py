"""In production every line is JSON, whoever says it, and nothing is said that nobody asked for."""

import asyncio
import json
import random
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench import seed
from server import logs, waking
from tests.ground import connected_to
from tests.pace import PATIENCE, until
from tests.processes import ROOT, environment, free_port, kill_postgres, kith, own_postgres, wait_until_ready
from tests.rsvps.seating.crowds import GONE, members

NOWHERE = "smtp://127.0.0.1:1"


def lines_of(said: str) -> list[dict[str, Any]]:
    """Each line as what it says. Fails when one is no JSON."""
    return [json.loads(line) for line in said.splitlines()]


def in_production(code: str) -> list[dict[str, Any]]:
    """What a process says, on both of its outputs, that logs as in production and runs this code."""
    done = subprocess.run(
        [sys.executable, "-c", f"from server import logs; logs.configure()\n{code}"],
        cwd=ROOT,
        env=environment("postgresql:///nowhere"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    return lines_of(done.stdout)


CODE = """
import asyncio, logging, threading, warnings
logging.getLogger("uvicorn.error").error("Exception in ASGI application\\n", exc_info=ValueError("ana@example.org"))
logging.getLogger("arq.worker").warning("%s of %s", "one", 2)
logging.getLogger("odd").warning("%s %s", "one")
warnings.warn("something is old")
async def fails(): raise ValueError("ana@example.org")
async def main():
    asyncio.create_task(fails())
    await asyncio.sleep(0.1)
asyncio.run(main())
thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()
raise KeyError("ana@example.org")
"""


@pytest.mark.slow
def test_libraries_warnings_tasks_threads_and_what_nobody_caught_speak_json() -> None:
    said = in_production(CODE)
    events = [line["event"] for line in said]
    assert "Exception in ASGI application" in events
    assert "one of 2" in events
    assert any("something is old" in event for event in events)
    assert "Task exception was never retrieved" in events
    assert "a line could not be logged" in events
    assert events.count("nobody caught this") == 2
    assert all({"timestamp", "level"} <= set(line) for line in said)
    assert "ana@example.org" not in json.dumps(said)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["web", "worker"])
def test_what_cannot_start_says_so_in_a_line(command: str) -> None:
    with socket.socket() as taken, tempfile.TemporaryDirectory() as folder:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        where = Path(folder) / "no-folder"
        where.write_text("a file")
        settings = {"PORT": port, "DATA_DIR": str(where)}
        if command == "worker":
            settings["REDIS_URL"] = ""
        done = subprocess.run(
            [sys.executable, "-m", "server", command],
            cwd=ROOT,
            env=environment("postgresql:///kith?host=/nowhere&user=kith", SMTP_URL=NOWHERE, **settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    assert done.returncode
    assert lines_of(done.stdout)[-1]["level"] == "critical"


def test_an_exception_that_arq_wants_kept_is_kept_by_its_kind() -> None:
    assert json.loads(waking.to_bytes({"r": ValueError("ana@example.org")})) == {"r": "ValueError"}


@pytest.mark.slow
async def test_losing_the_database_under_load_leaves_lines_that_can_be_read(committed: str) -> None:
    with own_postgres(durable=True) as services, tempfile.TemporaryDirectory(prefix="kith-log-") as folder:
        url, port = str(services.urls.database_url), free_port()
        address = f"http://127.0.0.1:{port}"
        env = environment(url, PORT=str(port), BASE_URL=address, SMTP_URL=NOWHERE)
        said = [Path(folder, name) for name in ("web", "worker")]
        with kith("web", env=env, log=said[0]) as web, kith("worker", env=env, log=said[1]) as worker:
            wait_until_ready(f"{address}/readyz")
            async with connected_to(url):
                everybody = await members(200)
                event = await seed.event(await seed.community("lost"), seats=100)
                crowd = everybody.crowd(event, [address])
                answering = asyncio.create_task(crowd.answer())
                await asyncio.sleep(0.3)
                kill_postgres(services)
                await _hang_up_often(port)
                await asyncio.to_thread(services.start)
                await answering
                await asyncio.sleep(2)
            for process in (web, worker):
                process.send_signal(signal.SIGTERM)
            for process in (web, worker):
                await asyncio.to_thread(process.wait, PATIENCE)
        for log in said:
            events = [line["event"] for line in lines_of(log.read_text())]
            assert not {"fault", "Task exception was never retrieved", "nobody caught this"} & set(events)
            assert not [event for event in events if "never retrieved" in event or "ASGI" in event]


async def _hang_up_often(port: int) -> None:
    """Visitors who go away in the middle of what they send."""
    for _ in range(20):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST /sign-in HTTP/1.1\r\nHost: kith\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: 9000\r\n\r\nemail="
        )
        await writer.drain()
        await asyncio.sleep(random.random() / 20)
        writer.transport.abort()


async def _noted(log: Path, words: str) -> bool:
    return words in log.read_text()


@pytest.mark.slow
async def test_who_hangs_up_is_no_fault() -> None:
    with tempfile.TemporaryDirectory(prefix="kith-log-") as folder:
        port, log = free_port(), Path(folder, "web")
        env = environment("postgresql:///kith?host=/nowhere&user=kith", PORT=str(port), SMTP_URL=NOWHERE)
        with kith("web", env=env, log=log) as process:
            wait_until_ready(f"http://127.0.0.1:{port}/healthz")
            await _hang_up_often(port)
            async with httpx.AsyncClient(timeout=0.001) as hasty:
                for _ in range(10):
                    try:
                        await hasty.get(f"http://127.0.0.1:{port}/sign-in")
                    except GONE:
                        continue
            await until(lambda: _noted(log, '"status":499'))
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.wait, PATIENCE)
        said = lines_of(log.read_text())
    hung_up = [line for line in said if line.get("status") == 499]
    assert hung_up
    assert not [line for line in said if line["level"] in {"error", "critical"} or line.get("status") == 500]


def test_only_the_first_line_of_what_a_library_says_is_repeated() -> None:
    assert logs._first_line("it failed\nfor ana@example.org") == "it failed"
    assert (
        logs._first_line("Traceback (most recent call last):\n  x\nValueError: ana@example.org")
        == "ValueError"
    )
