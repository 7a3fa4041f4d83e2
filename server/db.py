"""PostgreSQL: the engine, transactions that nest, and what happens after a commit.

Piccolo's own transaction ignores nesting and loses its connection when COMMIT fails; this engine turns
an inner block into a savepoint and always gives the connection back. A transaction rides a context
variable: never start a task or a `gather` inside one.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Any, Literal, Self, cast

import asyncpg
import structlog
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString

log = structlog.get_logger()

AfterCommit = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Patience:
    """How long this process waits for PostgreSQL, and PostgreSQL for this process, in seconds; 0 is without limit.

    `connection`: for a free or new one. `lock`: for a row that others hold. `statement`: until it is done; a little
    later we stop listening, should nothing come back at all. `idle`: how long we may do something else in the middle of
    a transaction, before PostgreSQL undoes it and gives its locks to others: we may have been frozen.
    """

    connection: float
    lock: float
    statement: float
    idle: float

    @property
    def settings(self) -> dict[str, str]:
        """The part that PostgreSQL keeps, as settings of a connection."""
        return {
            "lock_timeout": f"{self.lock * 1000:.0f}",
            "statement_timeout": f"{self.statement * 1000:.0f}",
            "idle_in_transaction_session_timeout": f"{self.idle * 1000:.0f}",
        }

    @property
    def silence(self) -> float | None:
        """After how many seconds without a word PostgreSQL counts as gone."""
        return self.statement + 0.5 if self.statement else None


# A person waits at most 5 s for others: first for a connection, then for a lock. Who froze with a lock loses it before
# those who wait for it are told to come back.
OF_PAGES = Patience(connection=2, lock=2.5, statement=4.5, idle=2)
OF_JOBS = Patience(connection=5, lock=5, statement=60, idle=5)
# For migrations, the demonstration, and whoever sits in front of it.
OF_COMMANDS = Patience(connection=10, lock=600, statement=0, idle=0)

# For `transaction(first=...)`: what is due is little, and found from one index to the next. PostgreSQL knows how much
# there is, not how little of it is still to do, and would rather read whole tables. It plans once: to weigh the hour
# and the zones anew each minute takes longer than to look.
BY_INDEX = (
    "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off;"
    "SET LOCAL plan_cache_mode = force_generic_plan"
)

GOODBYE = 1  # Seconds to close what is open.

# What asyncpg raises when PostgreSQL is not there, went away, is coming back, or cannot take anything (a full disk).
UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionTimeoutError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)

# Others were in the way for too long.
HELD_UP = (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError)

# Two crossed each other's way, and PostgreSQL undid one of them.
COLLIDED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)

# What a request spoke of (an account, a community) was deleted while it was under way.
REFERS_TO_NOTHING = asyncpg.ForeignKeyViolationError


class DatabaseGone(Exception):
    """PostgreSQL is away for the moment. Its cause is what asyncpg raised; the page is a 503."""


class DatabaseBusy(DatabaseGone):
    """It is there, and what was asked took too long: somebody else holds a lock. The page is a 503 as well."""


@contextmanager
def _noticing_absence() -> Iterator[None]:
    """The one place that maps asyncpg's many ways of saying "not there" to DatabaseGone."""
    try:
        yield
    except HELD_UP as error:
        raise DatabaseBusy from error
    except UNAVAILABLE as error:
        raise DatabaseGone from error


class Transaction(PostgresTransaction):
    """`async with transaction():` An inner one is a savepoint; an error undoes just that block.

    Calls given to `after_commit` run when the outermost block has committed; those of an inner block that
    was rolled back are dropped with it. `first` is SQL without parameters that goes to PostgreSQL in one with the
    BEGIN: a lock, say.
    """

    __slots__ = ("_depth", "_first", "_mark", "after_commit", "outermost")

    def __init__(self, engine: "Engine", allow_nested: bool = True, first: str = "") -> None:
        super().__init__(engine, allow_nested=allow_nested)
        parent = cast(Transaction | None, self._parent)
        self.outermost: Transaction = parent.outermost if parent else self
        self.after_commit: list[AfterCommit] = []
        self._mark = 0
        self._depth: int = parent._depth + 1 if parent else 0
        self._first = first

    async def __aenter__(self) -> Self:
        if self._parent:
            self.connection = self.outermost.connection
            self._mark = len(self.outermost.after_commit)
        else:
            with _noticing_absence():
                self.connection = await self.get_connection()
        try:
            with _noticing_absence():
                begin = f"SAVEPOINT inner_{self._depth}" if self._parent else "BEGIN"
                await self.connection.execute(f"{begin}; {self._first}")
        except BaseException as error:
            try:
                if _is_silent(error):
                    self.connection.terminate()
                with _noticing_absence():
                    await self._roll_back()
            finally:
                await self._give_back()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        try:
            if _is_silent(exception):
                self.connection.terminate()
            with _noticing_absence():
                await (self._roll_back() if exception else self._commit())
        except BaseException as error:
            if _is_silent(error):
                self.connection.terminate()
            del self.outermost.after_commit[self._mark :]
            raise
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._give_back()
        if exception is None and not self._parent:
            _note_commit()
            await _run_all(self.after_commit)
        return False

    async def get_connection(self) -> Any:
        """A connection of the pool, waited for no longer than our patience; a new one when there is no pool."""
        if self.engine.pool:
            return await self.engine.pool.acquire(timeout=engine().patience.connection)
        return await self.engine.get_new_connection()

    async def _commit(self) -> None:
        if self._parent:
            await self.connection.execute(f"RELEASE SAVEPOINT inner_{self._depth}")
        elif await self.connection.execute("COMMIT") == "ROLLBACK":
            raise RuntimeError("a statement of this transaction failed, and nobody was told")

    async def _roll_back(self) -> None:
        del self.outermost.after_commit[self._mark :]
        if not self.connection.is_closed():
            back = f"ROLLBACK TO SAVEPOINT inner_{self._depth}" if self._parent else "ROLLBACK"
            await self.connection.execute(back)

    async def _give_back(self) -> None:
        if self._parent:
            return
        try:
            if self.engine.pool:
                await asyncio.shield(self.engine.pool.release(self.connection))
            else:
                await self.connection.close()
        except UNAVAILABLE as error:
            # The work is done, or has failed for a reason of its own: only the connection is lost.
            log.warning("connection lost", kind=type(error).__name__)


class Engine(PostgresEngine):
    """Piccolo's engine with our transactions and time-outs, JSON as Python values, and no connection on import."""

    patience: Patience = OF_COMMANDS

    def transaction(self, allow_nested: bool = True, first: str = "") -> Transaction:
        """A transaction, or a savepoint inside the one that is open."""
        return Transaction(engine=self, allow_nested=allow_nested, first=first)

    async def check_version(self) -> None:
        """Left to `python -m server check`: importing Kith must not connect."""

    async def prep_database(self) -> None:
        """Extensions are created by migrations, not on import."""

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        """Piccolo's road to the database, with absence noticed."""
        with _noticing_absence():
            return await super().run_querystring(querystring, in_pool)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        """The same for statements without parameters."""
        with _noticing_absence():
            return await super().run_ddl(ddl, in_pool)

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> Any:
        async with self.borrowed() as connection:
            return await connection.fetch(query, *(args or ()))

    @asynccontextmanager
    async def borrowed(self) -> AsyncIterator[Any]:
        """A connection of the pool for one statement. One that has gone silent is thrown away at once."""
        if self.pool is None:
            raise RuntimeError("the connection pool is not open")
        connection = await self.pool.acquire(timeout=self.patience.connection)
        try:
            yield connection
        except (TimeoutError, OSError):
            # Else it would be asked to cancel, and be waited for again.
            connection.terminate()
            raise
        finally:
            await self.pool.release(connection)

    async def start_connection_pool(self, *, patience: Patience = OF_COMMANDS, **kwargs: Any) -> None:
        """Open the pool, with JSON columns read and written as Python values. Connects when first asked."""
        self.patience = patience
        await super().start_connection_pool(
            init=_teach_json,
            min_size=0,
            reset=_leave_as_it_is,
            **{"max_size": 10, **self._manners(), **kwargs},
        )

    async def close_connection_pool(self) -> None:
        """Close it, within GOODBYE: connections that are still in use then are cut."""
        pool, self.pool = self.pool, None
        if pool is not None:
            with suppress(TimeoutError, *UNAVAILABLE):
                async with asyncio.timeout(GOODBYE):
                    await pool.close()
            pool.terminate()

    async def get_new_connection(self) -> Any:
        """A connection beside the pool, with the same patience."""
        return await asyncpg.connect(**{**self._manners(), **self.config})

    def _manners(self) -> dict[str, Any]:
        return {
            "timeout": self.patience.connection,
            "command_timeout": self.patience.silence,
            "server_settings": self.patience.settings,
        }


_commits = 0


def commits() -> int:
    """How many transactions this process has committed. What it knew before its own last one may be old."""
    return _commits


def _note_commit() -> None:
    global _commits
    _commits += 1


@cache
def engine() -> Engine:
    """The one engine, as piccolo_conf names it."""
    from piccolo_conf import DB  # Imported late: piccolo_conf imports this module.

    return DB


def transaction(*, first: str = "") -> Transaction:
    """Begin a transaction, or a savepoint when one is open; `first` is SQL that goes along with it."""
    return engine().transaction(first=first)


def after_commit(call: AfterCommit) -> None:
    """Await `call` once the open transaction has committed. Raises RuntimeError outside a transaction."""
    current = cast(Transaction | None, engine().current_transaction.get())
    if current is None:
        raise RuntimeError("after_commit() needs an open transaction")
    current.outermost.after_commit.append(call)


def in_transaction() -> bool:
    """Whether a transaction is open in this context."""
    return engine().current_transaction.get() is not None


async def plan_once() -> None:
    """Have each statement planned once for the rest of the open transaction, whatever it is asked with.

    For the same few, thousands of times: planning each anew takes longer than doing it.
    """
    await run("SET LOCAL plan_cache_mode = force_generic_plan")


async def rows(sql: str, *args: Any) -> list[asyncpg.Record]:
    """All rows of a statement with $1 placeholders, on the open transaction's connection or the pool's."""
    result: list[asyncpg.Record] = await _call("fetch", sql, args)
    return result


async def row(sql: str, *args: Any) -> asyncpg.Record | None:
    """The first row, or None."""
    result: asyncpg.Record | None = await _call("fetchrow", sql, args)
    return result


async def value(sql: str, *args: Any) -> Any:
    """The first column of the first row, or None."""
    return await _call("fetchval", sql, args)


async def run(sql: str, *args: Any) -> str:
    """Execute a statement; returns PostgreSQL's tag, such as `UPDATE 3`."""
    tag: str = await _call("execute", sql, args)
    return tag


async def copy(table: str, columns: Sequence[str], records: Sequence[Sequence[Any]]) -> None:
    """Write many rows at once by COPY, inside the open transaction."""
    async with transaction() as current:
        with _noticing_absence():
            await current.connection.copy_records_to_table(table, columns=columns, records=records)


async def _call(method: str, sql: str, args: Sequence[Any]) -> Any:
    current = engine().current_transaction.get()
    if current is not None:
        with _noticing_absence():
            return await getattr(current.connection, method)(sql, *args)
    with _noticing_absence():
        async with engine().borrowed() as connection:
            return await getattr(connection, method)(sql, *args)


def _is_silent(error: BaseException | None) -> bool:
    """Whether PostgreSQL did not say a word in time: then it is not asked for anything more on that connection."""
    return isinstance(error, DatabaseGone) and isinstance(error.__cause__, TimeoutError)


async def _leave_as_it_is(_connection: Any) -> None:
    """No reset between two uses of a pooled connection: it would double every query's way to PostgreSQL.

    We set nothing that outlives a transaction (no session settings, locks or LISTEN on these connections); a
    transaction that was left open is rolled back by asyncpg all the same.
    """


async def _teach_json(connection: Any) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=_to_json, decoder=json.loads, schema="pg_catalog")


def _to_json(value: Any) -> str:
    # Piccolo's JSON columns arrive as text already; ours as values.
    return value if isinstance(value, str) else json.dumps(value)


async def _run_all(calls: list[AfterCommit]) -> None:
    for call in calls:
        await call()
