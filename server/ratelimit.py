"""How often somebody may ask. `tries` counts: in Valkey, or in this process while Valkey is gone or silent."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from server.errors import Refusal, TooMany
from server.lazily import lazily

if TYPE_CHECKING:
    from server import tries
else:
    tries = lazily("server.tries")

P = ParamSpec("P")
R = TypeVar("R")


async def limit(what: str, who: str, rate: str, *, cost: int = 1) -> None:
    """Count a try of `what` by `who`, or `cost` of them, against `rate` ("5 per 15 minutes"). Raises TooMany.

    Whoever it is (an address, a person) is kept as a digest only. About 0.2 ms.
    """
    if not await tries.hit(rate, what, who, cost=cost):
        raise TooMany(retry_after=tries.seconds(rate))


@asynccontextmanager
async def limited(what: str, who: str, rate: str) -> AsyncIterator[None]:
    """The same around what is limited: a form that has to be mended (a refusal with 422) is not counted."""
    await limit(what, who, rate)
    try:
        yield
    except Refusal as refusal:
        if refusal.status == Refusal.status:
            await tries.hit(rate, what, who, cost=-1)
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
