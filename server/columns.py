"""Columns that many tables share, with the defaults stated once."""

from typing import Any, Literal

from piccolo.columns import (
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    Text,
    Timestamp,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from server import clock, tokens


def key() -> BigSerial:
    """The number inside: primary key, never shown to people."""
    return BigSerial(primary_key=True)


def public_id() -> Varchar:
    """The name outside: unguessable, unique, in addresses."""
    return Varchar(length=12, default=tokens.public_id, unique=True, null=False)


def secret_name() -> Varchar:
    """A name outside that opens what it names to whoever knows it: 128 bits, unique, in addresses."""
    return Varchar(length=32, default=tokens.secret_name, unique=True, null=False)


def line(length: int = 200, **options: Any) -> Varchar:
    """One line of text, required unless told otherwise."""
    return Varchar(**{"length": length, "default": "", "null": False, **options})


def text(**options: Any) -> Text:
    """Many lines of text, empty by default."""
    return Text(**{"default": "", "null": False, **options})


def number(default: int | None = 0, **options: Any) -> Integer:
    """A whole number."""
    return Integer(**{"default": default, "null": False, **options})


def big_number(default: int | None = None, **options: Any) -> BigInt:
    """A whole number beyond two thousand million."""
    return BigInt(**{"default": default, "null": default is None, **options})


def yes_or_no(default: bool = False) -> Boolean:
    """A choice. Consent is never pre-ticked, so the default is no."""
    return Boolean(default=default, null=False)


def time(**options: Any) -> Timestamptz:
    """A moment that must be given."""
    return Timestamptz(**{"default": None, "null": False, **options})


def optional_time(**options: Any) -> Timestamptz:
    """A moment that has not come yet while it is null."""
    return Timestamptz(**{"default": None, "null": True, **options})


def day() -> Date:
    """A day that must be given, on a calendar on the wall: in which zone, another column says."""
    return Date(default=None, null=False)


def optional_day() -> Date:
    """A day that need not be given."""
    return Date(default=None, null=True)


def optional_wall_clock() -> Timestamp:
    """What a clock on the wall shows, in a zone that another column names; null where there is no such time."""
    return Timestamp(default=None, null=True)


def created() -> Timestamptz:
    """When the row was written, by our clock."""
    return Timestamptz(default=clock.now, null=False)


def belongs_to(table: type[Table], *, goes_with_it: bool = True, index: bool = True) -> ForeignKey[Any]:
    """A required foreign key; the row goes with its owner unless told otherwise.

    It has an index, or is the first column of another one.
    """
    on_delete = OnDelete.cascade if goes_with_it else OnDelete.restrict
    return ForeignKey(table, null=False, default=None, on_delete=on_delete, index=index)


def may_belong_to(table: type[Table]) -> ForeignKey[Any]:
    """An optional, indexed foreign key, emptied when its owner goes."""
    return ForeignKey(table, null=True, default=None, on_delete=OnDelete.set_null, index=True)


def may_go_with(table: type[Table] | Literal["self"]) -> ForeignKey[Any]:
    """An optional foreign key to an owner that takes the row along when it goes; the first column of an index."""
    return ForeignKey(table, null=True, default=None, on_delete=OnDelete.cascade, index=False)


def secret_digest() -> Bytea:
    """The SHA-256 of a secret (`tokens.digest`): unique, so that it can be looked up."""
    return Bytea(default=None, null=False, unique=True)


def digest() -> Bytea:
    """A digest of which several rows may have the same."""
    return Bytea(default=None, null=False)


def maybe_yes_or_no() -> Boolean:
    """A question that may be left open: null until it is answered."""
    return Boolean(default=None, null=True)
