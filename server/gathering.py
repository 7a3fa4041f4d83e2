"""Gathering: what many ask for at the same moment is done together, and nobody waits who is alone.

While one batch is being done, whoever asks meanwhile is gathered; the next batch takes all of them, in the order in
which they came. Each process gathers its own.

    people = Gathering(_load)            # async def _load(event: int, ids: Sequence[int]) -> Sequence[Person]
    bo = await people.ask(event.id, 7)
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import Context, copy_context
from typing import Generic, TypeVar

from server import db

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")
Result = TypeVar("Result")


class Gathering(Generic[Key, Item, Result]):
    """`do` takes a key and what was asked under it, and returns a result, or the exception to raise, for each.

    At most `most` go into one batch. What `do` itself raises is raised to everybody in the batch. Inside an open
    transaction nothing is gathered: it is done there, at once.
    """

    def __init__(
        self,
        do: Callable[[Key, Sequence[Item]], Awaitable[Sequence[Result | BaseException]]],
        *,
        most: int = 256,
    ) -> None:
        self._do = do
        self._most = most
        self._waiting: dict[Key, deque[_Asked[Item, Result]]] = {}
        self._at_work: set[asyncio.Task[None]] = set()

    async def ask(self, key: Key, item: Item) -> Result:
        """The result for one item. About 20 µs on top of what `do` takes."""
        if db.in_transaction():
            return _result((await self._do(key, [item]))[0])
        asked: _Asked[Item, Result] = _Asked(item)
        waiting = self._waiting.get(key)
        if waiting is not None:
            waiting.append(asked)
        else:
            self._waiting[key] = deque([asked])
            self._begin(key, asked.context)
        # Who goes away does not take the others' batch along.
        return await asked.answer

    def _begin(self, key: Key, context: Context) -> None:
        task = asyncio.get_running_loop().create_task(self._work(key), context=context)
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def _work(self, key: Key) -> None:
        waiting = self._waiting[key]
        batch = [waiting.popleft() for _ in range(min(len(waiting), self._most))]
        try:
            results = await self._do(key, [asked.item for asked in batch])
            for asked, result in zip(batch, results, strict=True):
                asked.settle(result)
        except BaseException as error:
            for asked in batch:
                asked.settle(error)
        # Nothing is awaited between looking and going on: whoever asks is seen now, or begins anew.
        if waiting:
            self._begin(key, waiting[0].context)
        else:
            del self._waiting[key]


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
