"""Pagination by place (keyset): a page begins behind a place in its list's order, or ends before one.

Nothing is skipped or counted on the way, so the 400th page costs what the first one costs; and whatever is added or
taken away in the meantime moves nobody off the pages or onto two of them. The place travels in the address, sealed: it
outlives the row it was taken from, and tells nobody what the list is sorted by.

    found = await page(LISTING, community.id, place=asked_place(request.query_params), most=50)
    {{ actions.pagination(found, url("members:communities")) }}
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

import asyncpg

from server import db, tokens
from server.errors import NotFound
from server.languages.alphabets import Alphabet
from server.languages.language import spoken

MOST_COUNTED = 100  # More than that are many.
MOST_SKIPPED = 1_000  # Rows: for addresses that still number the pages.

T = TypeVar("T")
U = TypeVar("U")


class Key(NamedTuple):
    """What a list is sorted by: SQL, and its type in PostgreSQL.

    Where that is what `fold` makes of a `name` (SQL, too), whoever reads in another alphabet gets the order of theirs,
    without an index.
    """

    sql: str
    type: str
    name: str = ""


@dataclass(frozen=True)
class Listing:
    """A list, in SQL: `SELECT columns FROM (SELECT listed source ... LIMIT n) AS listed joins`, by its keys.

    `source` is `FROM ... WHERE ...`, and finds rows in their order by an index; `besides` is such a source of other
    rows, where no one index finds all of them. `joins` add to the few that are shown.
    The keys together are different for each row, or rows get lost between two pages. `name` seals the places.
    `sorted_anew`: no index has the keys, and all rows are read.
    """

    name: str
    keys: tuple[Key, ...]
    listed: str
    source: str
    besides: str = ""
    columns: str = "listed.*"
    joins: str = ""
    descending: bool = False
    sorted_anew: bool = False


@dataclass(frozen=True)
class Place:
    """The page an address asks for: what comes `after` a place or `before` one, or the beginning.

    `number` is that of a page, from addresses that still number them.
    """

    after: str = ""
    before: str = ""
    number: int = 1


START = Place()


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list, and the places of the pages before and after them; empty where there is none."""

    rows: list[T]
    before: str = ""
    after: str = ""

    def of(self, made: Callable[[Any], U]) -> "Page[U]":
        """The same page, with something made of each row."""
        return Page([made(row) for row in self.rows], self.before, self.after)

    @property
    def first(self) -> bool:
        """Whether nothing comes before it."""
        return not self.before


def asked_place(query: Mapping[str, str]) -> Place:
    """Which page of a list an address asks for, by `after` or `before`, or by the `page` of older addresses."""
    number = query.get("page", "")
    sensible = number.isascii() and number.isdigit() and len(number) < 6
    return Place(query.get("after", ""), query.get("before", ""), max(int(number), 1) if sensible else 1)


async def page(listing: Listing, *args: Any, place: Place, most: int) -> Page[asyncpg.Record]:
    """The page at a place, with at most `most` rows. One query.

    A place we never gave is the beginning, and so is the number of a page beyond MOST_SKIPPED rows. Back at the
    beginning the page is filled up, should rows be gone from it: by one more query.
    """
    listing = as_read(listing)
    here = _read(listing, place)
    backwards = bool(here and not place.after)
    skipped = 0 if here else _skipped(place, most)
    rows = await _rows(listing, args, here, backwards, limit=most + 1, skipped=skipped)
    more = len(rows) > most
    if backwards and not more:
        return await page(listing, *args, place=START, most=most)
    rows = rows[:most]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([])
    begun = backwards or bool(here or skipped)
    return Page(
        rows,
        before=_sealed(listing, rows[0]) if begun else "",
        after=_sealed(listing, rows[-1]) if more or backwards else "",
    )


async def first_pages(
    lists: Mapping[T, tuple[Listing, int]], *args: Any
) -> "dict[T, Page[Mapping[str, Any]]]":
    """The first pages of several lists, each with its number of rows at most. One query.

    They have the same arguments, columns and joins, and keys of the same types.
    """
    lists = {name: (as_read(listing), most) for name, (listing, most) in lists.items()}
    parts = [
        f"SELECT {n} AS list, row_number() OVER () AS nth, those.* FROM ({_first(listing, most)}) AS those"  # noqa: S608
        for n, (listing, most) in enumerate(lists.values())
    ]
    # Joined once for all of them: PostgreSQL plans a join of many tables for longer than it runs it.
    one = next(iter(lists.values()))[0]
    statement = f"""
        SELECT list, {_with_places(one)} FROM ({" UNION ALL ".join(parts)}) AS listed {one.joins} ORDER BY list, nth
    """  # noqa: S608 - names and numbers of our own
    rows = await db.rows(statement, *args)
    return {
        name: first_page(listing, [row for row in rows if row["list"] == n], most=most)
        for n, (name, (listing, most)) in enumerate(lists.items())
    }


def first_rows(listing: Listing, *, most: int) -> str:
    """SQL: the first page of a list and one row more, in JSON, within a statement that asks other things too."""
    listing = as_read(listing)
    return f"""(
        SELECT jsonb_agg(to_jsonb(one_of_list.*) ORDER BY {_order(listing, listing.descending)})
        FROM (SELECT listed.*, {_places(listing)} FROM ({_first(listing, most)}) AS listed) AS one_of_list
    )"""  # noqa: S608 - names and numbers of our own


def first_page(listing: Listing, rows: list[Mapping[str, Any]], *, most: int) -> "Page[Mapping[str, Any]]":
    """The first page, of rows that are one more than `most` if the list goes on: those of `first_rows`, say."""
    listing = as_read(listing)
    return Page(rows[:most], after=_sealed(listing, rows[most - 1]) if len(rows) > most else "")


def as_read(listing: Listing) -> Listing:
    """The list in the order of whoever reads. A place in it means nothing to another alphabet: it is the beginning."""
    alphabet = spoken().alphabet
    return _sorted(listing, alphabet) if alphabet.line else listing


@lru_cache(500)
def _sorted(listing: Listing, alphabet: Alphabet) -> Listing:
    if not any(key.name for key in listing.keys):
        return listing
    keys = tuple(
        Key(alphabet.order(key.sql, name=key.name), key.type) if key.name else key for key in listing.keys
    )
    return replace(listing, name=f"{listing.name} in {alphabet.name}", keys=keys, sorted_anew=True)


async def count(listing: Listing, *args: Any) -> int:
    """How many rows there are, up to MOST_COUNTED; one more means many. One query."""
    many = MOST_COUNTED + 1
    each = " UNION ALL ".join(f"(SELECT 1 {source} LIMIT {many})" for source in _sources(listing))
    found: int = await db.value(f"SELECT least(count(*), {many}) FROM ({each}) AS few", *args)  # noqa: S608
    return found


async def _rows(
    listing: Listing,
    args: tuple[Any, ...],
    here: tuple[str, ...],
    backwards: bool,
    *,
    limit: int,
    skipped: int,
) -> list[asyncpg.Record]:
    falling = listing.descending != backwards
    beyond = ""
    if here:
        keys = [f"key_{n}" if listing.sorted_anew else key.sql for n, key in enumerate(listing.keys)]
        place = (f"${len(args) + 1 + n}::text::{key.type}" for n, key in enumerate(listing.keys))
        beyond = f"({', '.join(keys)}) {'<' if falling else '>'} ({', '.join(place)})"
    statement = _select(listing, beyond, falling=falling, limit=limit, skipped=skipped)
    return await db.rows(statement, *args, *here)


def _first(listing: Listing, most: int) -> str:
    return _listed(listing, falling=listing.descending, limit=most + 1)


def _select(listing: Listing, beyond: str = "", *, falling: bool, limit: int, skipped: int = 0) -> str:
    rows = _listed(listing, beyond, falling=falling, limit=limit, skipped=skipped)
    return f"""
        SELECT {_with_places(listing)} FROM ({rows}) AS listed {listing.joins} ORDER BY {_order(listing, falling)}
    """  # noqa: S608 - names and numbers of our own


def _with_places(listing: Listing) -> str:
    return f"{listing.columns}, {_places(listing)}"


def _places(listing: Listing) -> str:
    return ", ".join(f"key_{n}::text AS place_{n}" for n in range(len(listing.keys)))


def _order(listing: Listing, falling: bool) -> str:
    return ", ".join(f"key_{n} {'DESC' if falling else 'ASC'}" for n in range(len(listing.keys)))


def _listed(listing: Listing, beyond: str = "", *, falling: bool, limit: int, skipped: int = 0) -> str:
    """The rows of a list by themselves, in order."""
    first, *others = _sources(listing)
    if not others:
        return _of_source(listing, first, beyond, falling=falling, limit=limit, skipped=skipped)
    each = [
        _of_source(listing, source, beyond, falling=falling, limit=limit + skipped)
        for source in (first, *others)
    ]
    every = " UNION ALL ".join(f"({rows})" for rows in each)
    return f"""
        SELECT * FROM ({every}) AS every ORDER BY {_order(listing, falling)} LIMIT {limit:d} OFFSET {skipped:d}
    """  # noqa: S608 - names and numbers of our own


def _sources(listing: Listing) -> list[str]:
    return [source for source in (listing.source, listing.besides) if source]


def _of_source(
    listing: Listing, source: str, beyond: str, *, falling: bool, limit: int, skipped: int = 0
) -> str:
    direction = "DESC" if falling else "ASC"
    keys = [key.sql for key in listing.keys]
    rows = f"SELECT {listing.listed}, {', '.join(f'{key} AS key_{n}' for n, key in enumerate(keys))} {source}"
    if listing.sorted_anew:  # Each key is made once.
        keys = [f"key_{n}" for n in range(len(keys))]
        rows = f"SELECT * FROM ({rows} OFFSET 0) AS every {beyond and 'WHERE'} {beyond}"  # noqa: S608 - the same
    else:
        rows = f"{rows} {beyond and 'AND'} {beyond}"
    order = ", ".join(f"{key} {direction}" for key in keys)
    return f"{rows} ORDER BY {order} LIMIT {limit:d} OFFSET {skipped:d}"


def _read(listing: Listing, place: Place) -> tuple[str, ...]:
    """The keys of a place; none for the beginning, and for what was never a place of this list."""
    token = place.after or place.before
    try:
        keys = tokens.unseal(listing.name, token) if token else ()
    except NotFound:
        return ()
    return keys if len(keys) == len(listing.keys) else ()


def _skipped(place: Place, most: int) -> int:
    skipped = (place.number - 1) * most
    return skipped if skipped <= MOST_SKIPPED else 0


def _sealed(listing: Listing, row: Mapping[str, Any]) -> str:
    return tokens.seal(listing.name, *(row[f"place_{n}"] for n in range(len(listing.keys))))
