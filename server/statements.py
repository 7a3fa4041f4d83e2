"""Statements in Piccolo that cost no more than raw SQL, and the few words that Piccolo lacks.

Piccolo builds its SQL from scratch each time (0.2 to 0.4 ms of CPU). What pages ask often is prepared: built when first
asked, and from then on only handed its arguments.

    @prepared
    def role_in(person: int, community: int) -> Query:
        return Membership.select(Membership.role).where(
            (Membership.person == person) & (Membership.community == community)
        )

    role = await value_of(role_in(bo.id, walkers.id))
"""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from functools import cache, wraps
from inspect import signature
from typing import Any, Literal, ParamSpec, TypeAlias, TypeVar

import asyncpg
from piccolo.columns import Column
from piccolo.columns.combination import Where
from piccolo.columns.operators.comparison import ComparisonOperator
from piccolo.query import Query as AnyQuery
from piccolo.query.methods import Insert
from piccolo.querystring import QueryString
from piccolo.table import Table

from server import db
from server.rows import row_as, values_of

T = TypeVar("T", bound=Table)
P = ParamSpec("P")
Query: TypeAlias = AnyQuery[Any, Any]
Strength = Literal["UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE"]


class Parameter:
    """The place of an argument in a prepared statement, while that is made."""

    def __init__(self, number: int) -> None:
        self.number = number


def prepared(make: Callable[P, Query]) -> Callable[P, Awaitable[list[asyncpg.Record]]]:
    """Have a function that returns a query build it once; callers get its rows.

    Whatever differs from one time to the next is an argument: the function itself runs once and sees no
    values, so it can neither ask about them nor look at the clock. Raises TypeError where it did, or inserts rows,
    whose defaults would be those of the first.
    """

    names = list(signature(make).parameters)

    @cache
    def made() -> tuple[str, list[Any]]:
        query = make(*map(Parameter, range(len(names))))  # type: ignore[arg-type, call-arg]
        sql, values = query.querystrings[0].compile_string()
        if isinstance(query, Insert) or any(isinstance(value, datetime) for value in values):
            raise TypeError(f"{make.__name__}: what differs from one time to the next has to be an argument")
        return sql, values

    @wraps(make)
    def ask(*args: P.args, **kwargs: P.kwargs) -> Awaitable[list[asyncpg.Record]]:
        sql, values = made()
        if kwargs:
            args = (*args, *(kwargs[name] for name in names[len(args) :]))  # type: ignore[assignment]
        return db.rows(
            sql, *(args[value.number] if isinstance(value, Parameter) else value for value in values)
        )

    return ask


def among(column: Column, values: Collection[Any]) -> Where:
    """That a column has one of these values. None of them when there are none; Piccolo's `is_in` raises then.

    One argument however many there are: PostgreSQL keeps one plan, and its limit of 32,767 arguments is out of reach.
    """
    return Where(column, values=_argument(values), operator=_Among)


def not_among(column: Column, values: Collection[Any]) -> Where:
    """That it has none of these values; nor is it null, unless there are none."""
    return Where(column, values=_argument(values), operator=_NotAmong)


def unless_set(column: Column, value: Any) -> QueryString:
    """For an update: what the column holds already, else this."""
    return QueryString("coalesce({}, {})", column, value)


async def lock_word(word: str, seed: int = 0) -> None:
    """Hold a word, with a number beside it, until the transaction ends: for what has no row yet."""
    await db.run("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", word, seed)


async def lock(table: type[Table], *ids: int, strength: Strength = "NO KEY UPDATE") -> list[int]:
    """Hold these rows until the transaction ends, so that nobody else changes them. Returns those that exist.

    In the order of their ids: two who lock several rows at once must not deadlock. One query, none for no rows.
    """
    if not ids:
        return []
    return await values_of(_locking(table, strength)(list(ids)))


async def locked(table: type[T], id: int, *, strength: Strength = "NO KEY UPDATE") -> T | None:
    """A row as it is now, held until the transaction ends; None when there is none. One query."""
    return await row_as(table, _reading_locked(table, strength)(id))


@cache
def _reading_locked(
    table: type[Table], strength: Strength
) -> Callable[[int], Awaitable[list[asyncpg.Record]]]:
    def statement(id: int) -> Query:
        return table.select().where(table._meta.primary_key == id).lock_rows(strength)

    return prepared(statement)


@cache
def _locking(
    table: type[Table], strength: Strength
) -> Callable[[list[int]], Awaitable[list[asyncpg.Record]]]:
    key = table._meta.primary_key

    def statement(ids: list[int]) -> Query:
        return table.select(key).where(among(key, ids)).order_by(key).lock_rows(strength)

    return prepared(statement)


class _Among(ComparisonOperator):
    template = "{name} = ANY({values})"


class _NotAmong(ComparisonOperator):
    template = "{name} <> ALL({values})"


def _argument(values: Any) -> QueryString:
    return QueryString("{}", values if isinstance(values, Parameter) else list(values))
