"""Waking a worker: after a commit arq is asked to. If Valkey is away, the next sweep finds the work."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError, RedisError, TimeoutError

from server.settings import settings

WAKE = "wake"
PAUSE = 0.02  # seconds between two wake-ups
SILENCE = (
    5.0  # Seconds without a word after which a connection to Valkey is given up, so that a new one is tried.
)
# A wake-up is due at once, by whoever's clock, and of no use a minute later.
AT_ONCE, USEFUL_FOR = datetime(2000, 1, 1, tzinfo=UTC), timedelta(minutes=1)
TRIES = 5  # while an earlier wake-up is still being answered

log = structlog.get_logger()
_pool: ArqRedis | None = None
_connecting = asyncio.Lock()
_waking: asyncio.Task[None] | None = None
_once_more = False


def redis_settings(*, patient: bool) -> RedisSettings:
    """How to reach Valkey. A worker is patient; a page never waits for it."""
    found = RedisSettings.from_dsn(settings.redis_url or "redis://127.0.0.1:6379/0")
    found.conn_retries = 60 if patient else 0
    if patient:
        found.retry = Retry(ExponentialBackoff(cap=1, base=0.05), 30)
        found.retry_on_error = [ConnectionError, TimeoutError]
    return found


async def connect(*, patient: bool) -> ArqRedis:
    """A pool of connections to Valkey that notice when it falls silent. Raises RedisError, OSError."""
    pool = await create_pool(
        redis_settings(patient=patient), job_serializer=to_bytes, job_deserializer=json.loads
    )
    # arq has no word for it. The existing connection is replaced by one with it.
    pool.connection_pool.connection_kwargs["socket_timeout"] = SILENCE
    await pool.connection_pool.disconnect()
    return pool


async def wake_worker() -> None:
    """Have a worker woken, without waiting for it. While that is under way, all who ask share one more wake-up.

    Never raises: the work is in PostgreSQL, and a sweep comes each second.
    """
    global _waking, _once_more
    if _is_waking():
        _once_more = True
    else:
        _waking = asyncio.create_task(_wake())


def _is_waking() -> bool:
    # What a loop that has ended left behind never ends.
    return bool(_waking and not _waking.done() and _waking.get_loop() is asyncio.get_running_loop())


async def _wake() -> None:
    global _once_more
    _once_more = False
    await _wake_once()
    while _once_more:
        # Under load a worker is at work anyway.
        await asyncio.sleep(PAUSE)
        _once_more = False
        await _wake_once()


async def _wake_once() -> None:
    try:
        async with asyncio.timeout(0.5):
            await _until_heard(await _connected())
    except (RedisError, OSError, TimeoutError) as error:
        log.warning("no wake-up", error=type(error).__name__)


async def _until_heard(pool: ArqRedis) -> None:
    # One wake-up at a time is in the air. A worker may have answered that one before this commit, so we try again.
    for _ in range(TRIES):
        if await pool.enqueue_job(WAKE, _job_id=WAKE, _defer_until=AT_ONCE, _expires=USEFUL_FOR):
            return
        await asyncio.sleep(PAUSE)


async def close() -> None:
    """Let go of Valkey."""
    global _pool
    if _waking and _is_waking():
        await _waking
    pool, _pool = _pool, None
    if pool:
        with suppress(RedisError, OSError):
            await pool.aclose()


def to_bytes(job: dict[str, object]) -> bytes:
    """arq's own envelope, as JSON instead of pickle; of an exception, its kind."""
    return json.dumps(job, default=lambda each: type(each).__name__).encode()


async def _connected() -> ArqRedis:
    global _pool
    async with _connecting:
        if _pool is None:
            _pool = await connect(patient=False)
        return _pool
