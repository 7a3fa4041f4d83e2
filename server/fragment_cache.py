"""A cache of rendered parts of pages. Each is kept under all the values it was rendered from.

Nothing has to be invalidated: other values are another part. So a kept part is never old, and never shows one reader
what was rendered for another who sees more. Neither the request nor the reader reaches the template. What belongs to
one reader or one response alone (a nonce, a form's key, somebody's name) is a hole in the part, filled each time.

    form = pages.part("rsvps/panel.html", status=status, key=hole("key"))
    html = form.fill(key=tokens.public_id())
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from markupsafe import Markup, escape
from piccolo.table import Table

from server.forms import Form
from server.languages.messages import Message, Words

# Nobody outside of this process knows it, so no text that people write can hold one of these marks.
_SECRET = secrets.token_hex(16)
_MARK = re.compile(f"hole-{_SECRET}-([a-z_]+)-")


def hole(name: str) -> str:
    """What a part holds where `fill` puts something, in lower-case letters and underscores."""
    return f"hole-{_SECRET}-{name}-"


class Part:
    """A rendered part of a page: its text, cut where the holes are."""

    def __init__(self, html: str) -> None:
        self._pieces = _MARK.split(html)
        self._holes = self._pieces[1::2]
        self.size = len(html)

    def fill(self, **what: str) -> Markup:
        """The part with its holes filled. Text is escaped, Markup is not. Raises KeyError if one is not filled."""
        pieces = self._pieces
        if self._holes:
            pieces = pieces.copy()
            pieces[1::2] = [escape(what[name]) for name in self._holes]
        return Markup("".join(pieces))  # noqa: S704 - the template escapes, and so do we


class Cache:
    """The parts one process keeps. Those unused for longest go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._parts: OrderedDict[Hashable, Part] = OrderedDict()

    def get(self, key: Hashable, render: Callable[[], str]) -> Part:
        """The part kept under a key; rendered if there is none."""
        part = self._parts.get(key)
        if part is None:
            part = self._parts[key] = Part(render())
            self._size += part.size
            while self._size > self._most:
                self._size -= self._parts.popitem(last=False)[1].size
        else:
            self._parts.move_to_end(key)
        return part


_freezers: dict[type, Callable[[Any], Hashable]] = {}


def frozen(value: Any) -> Hashable:
    """A value as a key: equal only to those that every template prints alike.

    Raises TypeError for what it does not know.
    """
    kind = type(value)
    if kind is str:
        return str(value)
    freeze = _freezers.get(kind)
    if freeze is None:
        freeze = _freezers[kind] = _freezer(kind)
    return kind, freeze(value)


def _freezer(kind: type) -> Callable[[Any], Hashable]:
    # Equal in Python, and not on a page: True and 1, text and markup, one moment on two clocks. So each goes with its
    # kind, and a moment with its clock.
    if issubclass(kind, datetime):
        return lambda value: (value.replace(tzinfo=None), str(value.tzinfo), value.utcoffset())
    if kind in {int, float, bool, type(None), Markup, date} or issubclass(kind, Enum):
        return lambda value: value
    if kind is Message:  # Not what it says, which takes longer than to compare what it is made of.
        return lambda value: (
            value.key,
            value.plural,
            value.number,
            value.context,
            frozen(value.values) if value.values else None,
        )
    if issubclass(kind, Words):
        return str  # What it says in the language of the part.
    if issubclass(kind, tuple | list):
        return lambda value: tuple(map(frozen, value))
    if issubclass(kind, Mapping):
        return lambda value: tuple((frozen(name), frozen(each)) for name, each in value.items())
    if issubclass(kind, Form):
        return lambda value: (frozen(value.values), frozen(value.errors), frozen(value.meanwhile))
    if issubclass(kind, Table):
        # With whatever was loaded beside its columns; what begins with _ is Piccolo's and our own.
        return lambda value: tuple(
            (name, frozen(each)) for name, each in value.__dict__.items() if name[0] != "_"
        )
    if is_dataclass(kind):
        names = [field.name for field in fields(kind)]
        return lambda value: tuple(frozen(getattr(value, name)) for name in names)
    raise TypeError(f"a part of a page cannot be kept under a {kind.__name__}")
