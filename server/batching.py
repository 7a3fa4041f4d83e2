"""Batching: what many ask for at the same moment is done together, and nobody waits who is alone.

Those who ask while one batch is being done are gathered; the next batch takes all of them, in the order in
which they came. Each process gathers its own.

    people = Batching(_load)            # async def _load(event: int, take: Take[int]) -> Sequence[Person]
    bo = await people.ask(event.id, 7)
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterator, Sequence
from contextvars import copy_context
from typing import Generic, TypeVar

from server import db

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")
Result = TypeVar("Result")
Take = Callable[[], Sequence[Item]]


class Batching(Generic[Key, Item, Result]):
    """`do` gets a key and `take`, and returns a result, or the exception to raise, for each that it took.

    `take()` says who is in the batch: whoever has asked until it is called for the first time, at most `most`, and
    of those that are `alike` only one. What `do` itself raises is raised to all of them. The next batch begins when
    this one is done; with `ahead`, as soon as it has taken: it queues for a lock, and takes when its turn has come.
    Inside an open transaction nothing is gathered: it is done there, at once. While PostgreSQL is gone, or others hold
    the lock for too long, all who wait are told at the same time, not one batch after the other.
    """

    def __init__(
        self,
        do: Callable[[Key, Take[Item]], Awaitable[Sequence[Result | BaseException]]],
        *,
        most: int = 256,
        ahead: bool = False,
        alike: Callable[[Item], Hashable] | None = None,
    ) -> None:
        self._do = do
        self._most = most
        self._ahead = ahead
        self._alike = alike
        self._queues: dict[Key, deque[_Asked[Item, Result]]] = {}
        self._at_work: set[asyncio.Task[None]] = set()

    async def ask(self, key: Key, item: Item) -> Result:
        """The result for one item. About 20 µs on top of what `do` takes."""
        if db.in_transaction():
            return _result((await self._do(key, lambda: [item]))[0])
        asked: _Asked[Item, Result] = _Asked(item)
        queue = self._queues.get(key)
        if queue is not None:
            queue.append(asked)
        else:
            self._queues[key] = deque([asked])
            self._begin(key)
        # Who goes away does not take the others' batch along.
        return await asked.answer

    def _begin(self, key: Key) -> None:
        context = self._queues[key][0].context
        task = asyncio.get_running_loop().create_task(self._work(key), context=context)
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def _work(self, key: Key) -> None:
        queue, batch = self._queues[key], list[_Asked[Item, Result]]()

        def take() -> list[Item]:
            if not batch:
                batch.extend(self._next(queue))
                if self._ahead:
                    self._go_on(key)
            return [asked.item for asked in batch]

        try:
            results = await self._do(key, take)
            for asked, result in zip(batch, results, strict=True):
                asked.settle(result)
        except BaseException as error:
            if isinstance(error, db.DatabaseGone) and not (batch and self._ahead):
                # Whoever is behind them, and not at work yet, would wait as long, and for nothing.
                batch.extend(queue)
                queue.clear()
                if self._ahead:
                    self._go_on(key)
            take()
            for asked in batch:
                asked.settle(error)
        if not self._ahead:
            self._go_on(key)

    def _next(self, queue: "deque[_Asked[Item, Result]]") -> "Iterator[_Asked[Item, Result]]":
        seen: set[Hashable] = set()
        while queue and len(seen) < self._most:
            own = self._alike(queue[0].item) if self._alike else len(seen)
            if own in seen:
                return
            seen.add(own)
            yield queue.popleft()

    def _go_on(self, key: Key) -> None:
        # Nothing is awaited between looking and going on: whoever asks is seen now, or begins again.
        if self._queues[key]:
            self._begin(key)
        else:
            del self._queues[key]


class _Asked(Generic[Item, Result]):
    """One item, whoever waits for it, and in which context (its request's id, for the log)."""

    __slots__ = ("answer", "context", "item")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.context = copy_context()
        self.answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()

    def settle(self, result: Result | BaseException) -> None:
        if self.answer.done():
            return
        if isinstance(result, BaseException):
            self.answer.set_exception(result)
        else:
            self.answer.set_result(result)


def _result(result: Result | BaseException) -> Result:
    if isinstance(result, BaseException):
        raise result
    return result
