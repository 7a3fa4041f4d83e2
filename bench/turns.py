"""Measuring in turns: what is compared meets the same moods of the machine."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

T = TypeVar("T")

Side = Callable[[], Awaitable[T]]


async def in_turns(rounds: int, sides: Mapping[str, Side[T]]) -> dict[str, list[T]]:
    """What each side says, once a round, for so many rounds.

    Every other round goes the other way about: a machine that slows down or warms up meanwhile favours nobody.
    """
    seen: dict[str, list[T]] = {name: [] for name in sides}
    order = list(sides)
    for _ in range(rounds):
        for name in order:
            seen[name].append(await sides[name]())
        order.reverse()
    return seen
