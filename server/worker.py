"""The worker: a sweeper that does due work, and the timetable. arq is its clock, and wakes it.

PostgreSQL holds the work; a lost wake-up costs a second, and while Valkey is away only the clock stops.
"""

import asyncio
import json
import os
import signal
import socket
from collections import Counter, deque
from contextlib import suppress
from datetime import UTC
from math import inf
from typing import Any

import structlog
import uvloop
from arq import ArqRedis, cron
from arq.typing import WorkerCoroutine
from arq.worker import Worker, func
from redis.exceptions import RedisError

from server import clock, composition, db, jobs, logs, smtp, waking, watching
from server.farewells import take_leave
from server.settings import settings

AT_ONCE = 16  # Pieces of work under way together.
IN_HAND = 48  # Pieces claimed ahead; what a killed worker held is taken up again after jobs.LEASE.
TO_FINISH = (
    12  # Seconds that work under way has to end once the worker is told to; what is cut then is done again.
)
HEARTBEAT = jobs.LEASE.total_seconds() / 3

log = structlog.get_logger()


class Sweeper:
    """Claims and does due work until none is left, then sleeps until it is rung or a second has passed."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[-40:]}-{os.getpid()}"
        self._bell = asyncio.Event()
        self._stopping = False
        self._waiting: deque[jobs.Claimed] = deque()
        self._slow: deque[jobs.Claimed] = deque()  # What waits, too, and is done so many at once.
        self._long: Counter[str] = Counter()  # How much of that is in hand, by its kind.
        self._running: dict[asyncio.Task[None], jobs.Claimed] = {}

    def wake(self) -> None:
        """There may be something to do."""
        self._bell.set()

    def stop(self) -> None:
        """Finish what is under way, at most TO_FINISH, and end."""
        self._stopping = True
        self.wake()
        asyncio.get_running_loop().call_later(TO_FINISH, self._cut)

    async def run(self) -> None:
        """Until `stop`: sweep, sleep, sweep."""
        heart = asyncio.create_task(self._beat())
        while not self._stopping:
            # Cleared before looking, so that a wake-up while looking is not lost.
            self._bell.clear()
            try:
                await self.sweep()
            except db.DatabaseGone as error:
                log.warning("database gone, the sweep waits", error=type(error.__cause__).__name__)
            except Exception:
                # What is claimed comes back when its lease ends.
                log.exception("sweep failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), 1)
        if self._running:
            await asyncio.wait(self._running)
        heart.cancel()
        with suppress(db.DatabaseGone):
            await jobs.give_back([*self._slow, *self._waiting])

    async def sweep(self) -> None:
        """Do all that is due, AT_ONCE at a time, and what becomes so meanwhile."""
        self._ring = asyncio.create_task(self._rung())
        try:
            while not self._stopping:
                try:
                    await self._claim_ahead()
                except db.DatabaseGone:
                    if not self._running:
                        raise  # What is in hand goes on, and is noted once the database is back.
                self._start_some()
                if not self._running:
                    return
                await self._wait_for_one()
            while self._running:
                await self._wait_for_one()
        finally:
            self._ring.cancel()

    async def _rung(self) -> None:
        await self._bell.wait()

    async def _claim_ahead(self) -> None:
        if len(self._waiting) < AT_ONCE:
            most = IN_HAND - len(self._waiting)
            found = await jobs.claim(self.name, most=most, besides=self._in_hand(), without=self._enough())
            for work in found:
                if jobs.most_at_once(work.kind):
                    self._slow.append(work)
                    self._long[work.kind] += 1
                else:
                    self._waiting.append(work)

    def _in_hand(self) -> list[int]:
        return [work.id for work in [*self._running.values(), *self._slow, *self._waiting]]

    def _enough(self) -> list[str]:
        """The kinds of which as many are in hand as are done at once."""
        return [kind for kind, number in self._long.items() if number >= (jobs.most_at_once(kind) or inf)]

    def _start_some(self) -> None:
        for work in [*self._slow]:
            running = sum(each.kind == work.kind for each in self._running.values())
            if len(self._running) < AT_ONCE and running < (jobs.most_at_once(work.kind) or inf):
                self._slow.remove(work)
                self._start(work)
        while self._waiting and len(self._running) < AT_ONCE:
            self._start(self._waiting.popleft())

    def _start(self, work: jobs.Claimed) -> None:
        self._running[asyncio.create_task(jobs.do(work))] = work

    async def _wait_for_one(self) -> None:
        """Until a piece of work has ended, or there may be more of it: what takes seconds is not waited for."""
        if self._ring.done():
            # Cleared before looking, here as well.
            self._bell.clear()
            self._ring = asyncio.create_task(self._rung())
            return
        finished, _ = await asyncio.wait(
            [*self._running, self._ring], timeout=1, return_when=asyncio.FIRST_COMPLETED
        )
        finished.discard(self._ring)
        for task in finished:
            kind = self._running.pop(task).kind
            if kind in self._long:
                self._long[kind] -= 1
        # Each is asked how it ended, before the first that failed ends the sweep.
        for error in [task.exception() for task in finished if not task.cancelled()]:
            if error:
                raise error

    def _cut(self) -> None:
        for task in self._running:
            task.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            try:
                await jobs.hold(self.name, self._in_hand(), until=clock.now() + jobs.LEASE)
            except Exception as error:
                log.warning("no heartbeat", error=type(error.__cause__ or error).__name__)


def main() -> None:
    """Run a worker until it is told to stop (SIGTERM, SIGINT)."""
    logs.configure(readable=settings.development)
    uvloop.run(_run())


async def _run() -> None:
    composition.compose()
    await db.engine().start_connection_pool(patience=db.OF_JOBS)
    jobs.wake_by(waking.wake_worker)
    watch = await watching.begin()
    sweeper = Sweeper()
    clockwork = asyncio.create_task(_keep_time(sweeper))
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, sweeper.stop)
    log.info("worker ready")
    await sweeper.run()
    clockwork.cancel()
    watch.cancel()
    await take_leave(clockwork, watch, smtp.close(), waking.close())
    await db.engine().close_connection_pool()


async def _keep_time(sweeper: Sweeper) -> None:
    """Run arq for as long as the process lives, coming back whenever Valkey does."""
    while True:
        worker: Worker | None = None
        try:
            worker = _arq(sweeper, await waking.connect(patient=True))
            await worker.async_run()
        except (RedisError, OSError) as error:
            log.warning("Valkey gone, the clock waits", error=type(error).__name__)
            await asyncio.sleep(1)
        finally:
            if worker:
                with suppress(RedisError, OSError):
                    await worker.close()


def _arq(sweeper: Sweeper, valkey: ArqRedis) -> Worker:
    async def wake(ctx: dict[Any, Any], *_args: Any, **_options: Any) -> None:
        sweeper.wake()

    return Worker(
        functions=[func(wake, name=waking.WAKE, keep_result=0)],
        cron_jobs=[cron(_timed(each), name=each.name, **each.when) for each in composition.timetable],
        redis_pool=valkey,
        job_serializer=waking.to_bytes,
        job_deserializer=json.loads,
        keep_result=0,
        poll_delay=0.02,
        timezone=UTC,
        handle_signals=False,
        log_results=False,
    )


def _timed(each: composition.Timed) -> WorkerCoroutine:
    async def run(ctx: dict[Any, Any], *_args: Any, **_options: Any) -> None:
        structlog.contextvars.bind_contextvars(job=each.name)
        try:
            await each.function()
        except db.DatabaseGone:
            log.warning("database gone, the timetable waits")
        except Exception:
            # The next tick tries again; the operator sees this line.
            log.exception("timed job failed")

    return run
