"""How often somebody may ask. Counted in Valkey for all processes; in this process while Valkey is gone."""

from limits import parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.exceptions import RedisError

from server.errors import TooMany
from server.settings import settings
from server.tokens import digest

_here = SlidingWindowCounterRateLimiter(MemoryStorage())
_everywhere: SlidingWindowCounterRateLimiter | None = None


async def limit(what: str, who: str, rate: str) -> None:
    """Count one try of `what` by `who` against `rate` ("5 per 15 minutes"). Raises TooMany.

    Whoever it is (an address, a person) is kept as a digest only. About 0.2 ms.
    """
    item = parse(rate)
    key = (what, digest(who).hex()[:32])
    try:
        allowed = await _shared().hit(item, *key)
    except (StorageError, RedisError, OSError):
        allowed = await _here.hit(item, *key)
    if not allowed:
        raise TooMany(retry_after=item.get_expiry())


def forget() -> None:
    """Begin counting anew with the next call, in this process (a test's wish; Valkey's counts stay)."""
    global _everywhere, _here
    _everywhere = None
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
    return RedisStorage(f"async+{family}://{rest}", implementation="redispy")
