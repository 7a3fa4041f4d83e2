"""How often somebody may ask. Counted in Valkey for all processes; in this process while Valkey is gone or silent."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.exceptions import RedisError

from server.errors import Refusal, TooMany
from server.settings import settings
from server.tokens import digest

PATIENCE = 0.25  # seconds for Valkey to answer, connecting included
ABSENCE = 5.0  # Seconds that nobody asks Valkey again after it did not answer: it costs one visitor PATIENCE, not all.
AWAY = (StorageError, RedisError, OSError, TimeoutError)

log = structlog.get_logger()

P = ParamSpec("P")
R = TypeVar("R")

_here = SlidingWindowCounterRateLimiter(MemoryStorage())
_everywhere: SlidingWindowCounterRateLimiter | None = None
_asked_again_at = 0.0


async def limit(what: str, who: str, rate: str, *, cost: int = 1) -> None:
    """Count a try of `what` by `who`, or `cost` of them, against `rate` ("5 per 15 minutes"). Raises TooMany.

    Whoever it is (an address, a person) is kept as a digest only. About 0.2 ms.
    """
    item = parse(rate)
    if not await _hit(item, what, who, cost=cost):
        raise TooMany(retry_after=item.get_expiry())


@asynccontextmanager
async def limited(what: str, who: str, rate: str) -> AsyncIterator[None]:
    """The same around what is limited: a form that has to be mended (a refusal with 422) is not counted."""
    await limit(what, who, rate)
    try:
        yield
    except Refusal as refusal:
        if refusal.status == Refusal.status:
            await _hit(parse(rate), what, who, cost=-1)
        raise


def at_most(
    rate: str, what: str, *, of: Callable[..., object]
) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    """The same around a verb, whoever calls it: a page, an import, a letter's link.

    `of` is given what the verb is given, and says whose tries are counted; None counts nothing.
    """

    def around(verb: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @wraps(verb)
        async def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            who = of(*args, **kwargs)
            if who is None:
                return await verb(*args, **kwargs)
            async with limited(what, str(who), rate):
                return await verb(*args, **kwargs)

        return counted

    return around


def forget() -> None:
    """Begin counting again with the next call, in this process (a test's wish; Valkey's counts stay)."""
    global _everywhere, _here, _asked_again_at
    _everywhere, _asked_again_at = None, 0.0
    _here = SlidingWindowCounterRateLimiter(MemoryStorage())


async def _hit(item: RateLimitItem, what: str, who: str, *, cost: int = 1) -> bool:
    global _asked_again_at
    key = (what, digest(who).hex()[:32])
    if time.monotonic() >= _asked_again_at:
        try:
            async with asyncio.timeout(PATIENCE):
                return await _shared().hit(item, *key, cost=cost)
        except AWAY as error:
            _asked_again_at = time.monotonic() + ABSENCE
            log.warning("Valkey gone, limits are counted here", error=type(error).__name__)
    return await _here.hit(item, *key, cost=cost)


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
