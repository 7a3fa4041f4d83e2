"""Counting how often somebody has tried something: in Valkey for all processes, in this one while Valkey is gone or
silent. What is counted and how often is too often, `ratelimit` says; this is loaded with the first try.
"""

import asyncio
import time

import structlog
from limits import parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.exceptions import RedisError

from server.settings import settings
from server.tokens import digest

PATIENCE = 0.25  # seconds for Valkey to answer, connecting included
ABSENCE = 5.0  # Seconds that nobody asks Valkey again after it did not answer: it costs one visitor PATIENCE, not all.
AWAY = (StorageError, RedisError, OSError, TimeoutError)

log = structlog.get_logger()

_here = SlidingWindowCounterRateLimiter(MemoryStorage())
_everywhere: SlidingWindowCounterRateLimiter | None = None
_asked_again_at = 0.0


async def hit(rate: str, what: str, who: str, *, cost: int = 1) -> bool:
    """Count `cost` tries of `what` by `who`, of whom a digest alone is kept. False when that is more than the rate.

    About 0.2 ms.
    """
    global _asked_again_at
    item, key = parse(rate), (what, digest(who).hex()[:32])
    if time.monotonic() >= _asked_again_at:
        try:
            async with asyncio.timeout(PATIENCE):
                return await _shared().hit(item, *key, cost=cost)
        except AWAY as error:
            _asked_again_at = time.monotonic() + ABSENCE
            log.warning("Valkey gone, limits are counted here", error=type(error).__name__)
    return await _here.hit(item, *key, cost=cost)


def seconds(rate: str) -> int:
    """How long a rate looks back."""
    return int(parse(rate).get_expiry())


def forget() -> None:
    """Begin counting again with the next try, in this process (a test's wish; Valkey's counts stay)."""
    global _everywhere, _here, _asked_again_at
    _everywhere, _asked_again_at = None, 0.0
    _here = SlidingWindowCounterRateLimiter(MemoryStorage())


def _shared() -> SlidingWindowCounterRateLimiter:
    global _everywhere
    if _everywhere is None:
        _everywhere = SlidingWindowCounterRateLimiter(_storage())
    return _everywhere


def _storage() -> Storage:
    if not settings.redis_url:
        return MemoryStorage()
    scheme, _, rest = settings.redis_url.partition("://")
    family = "redis+unix" if scheme == "unix" else scheme
    return RedisStorage(
        f"async+{family}://{rest}",
        implementation="redispy",
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
    )
