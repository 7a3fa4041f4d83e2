"""Messages: what is said, before it is known in whose language.

    sentence = _("Please fill this in.")
    sentence = ngettext("%(num)s seat is free.", "%(num)s seats are free.", free)
    label = pgettext("a button", "Open")
    sentence = _("%(name)s is coming, on %(day)s.", name=person.short_name, day=long_date(starts))

They become text where they are read: in a template, by `str`, in another message. Values may be text, numbers, lists
of them, and other words; numbers and lists are written as the language writes them, and text that runs the other way
is isolated. The key is the English sentence; `%` in it is written `%%`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias

from markupsafe import Markup, escape

from server.languages.language import Language, spoken

P = ParamSpec("P")


class Words:
    """What is said in the language of whoever reads it. Equal to all that says the same there."""

    __slots__ = ()

    def said(self, language: Language) -> str:
        """As plain text."""
        raise NotImplementedError

    def drawn(self, language: Language) -> Markup:
        """As HTML."""
        return escape(self.said(language))

    def __str__(self) -> str:
        return self.said(spoken())

    def __html__(self) -> Markup:
        return self.drawn(spoken())

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, Words | str) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))

    def __bool__(self) -> bool:
        return True


Text: TypeAlias = Words | str
"""What is shown: words of ours, or what somebody wrote."""


@dataclass(frozen=True, slots=True, eq=False)
class Message(Words):
    """A sentence of Kith's: its key, the key for several, how many, its context, and the values in it."""

    key: str
    plural: str = ""
    number: int = 1
    context: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def said(self, language: Language) -> str:
        """As plain text."""
        return language.filled(self._found(language), self.values)

    def drawn(self, language: Language) -> Markup:
        """As HTML, with its values escaped that are no Markup."""
        return language.drawn(escape(self._found(language)), self.values)

    def given(self, **values: Any) -> "Message":
        """The same with these values, too."""
        return Message(self.key, self.plural, self.number, self.context, {**self.values, **values})

    def dressed(self, dress: Callable[[str], Text]) -> "Message":
        """The same, with each text in it as `dress` makes it: an element of its own for what people wrote."""
        return self.given(**{name: dress(value) for name, value in self.values.items() if type(value) is str})

    def _found(self, language: Language) -> str:
        return language.found(self.key, self.plural, self.number, self.context)


@dataclass(frozen=True, slots=True, eq=False)
class Sentences(Words):
    """Whole sentences, one after the other. Made by `sentences`."""

    each: tuple[Text, ...]

    def said(self, language: Language) -> str:
        """As plain text."""
        return " ".join(language.value(one) for one in self.each)

    def drawn(self, language: Language) -> Markup:
        """As HTML."""
        return Markup(" ").join(language.shown(one) for one in self.each)


@dataclass(frozen=True, slots=True, eq=False)
class Phrase(Words):
    """What a language writes in its own manner: a day, a time, a number."""

    write: Callable[..., str]
    of: tuple[Any, ...]
    how: Mapping[str, Any]

    def said(self, language: Language) -> str:
        """As plain text."""
        return language.phrased(self.write(language, *self.of, **self.how))


@dataclass(frozen=True, slots=True, eq=False)
class Listed(Words):
    """Several in another style than a plain list, which a message joins by itself: "or", or "unit" (Ana, Bo, Cleo)."""

    items: tuple[Any, ...]
    style: str

    def said(self, language: Language) -> str:
        """As plain text."""
        return language.listed([language.value(item) for item in self.items], self.style)

    def drawn(self, language: Language) -> Markup:
        """As HTML."""
        return Markup(language.listed([language.shown(item) for item in self.items], self.style))  # noqa: S704


def phrase(write: Callable[Concatenate[Language, P], str]) -> Callable[P, Phrase]:
    """Make a function of a language and a thing one that says the thing in the language of whoever reads it."""

    @wraps(write)
    def said_later(*of: P.args, **how: P.kwargs) -> Phrase:
        return Phrase(write, of, how)

    return said_later


def key_of(text: Text) -> str:
    """What is kept of a sentence that has no values: said again by `Message(key)`, in whichever language then."""
    return text.key if isinstance(text, Message) else str(text)


def N_(key: str) -> str:
    """A key for the catalogue that is said later, by `Message(key)`: where no more than text can stand."""
    return key


def _(key: str, **values: Any) -> Message:
    """A sentence."""
    return Message(key, values=values)


def ngettext(one: str, many: str, num: int, **values: Any) -> Message:
    """A sentence about one or several; `%(num)s` in it is how many."""
    return Message(one, many, num, values={"num": num, **values})


def pgettext(context: str, key: str, **values: Any) -> Message:
    """A word alone, with what a translator must know of it."""
    return Message(key, context=context, values=values)


def sentences(*each: Text) -> Text:
    """Whole sentences, one after the other, without those that are empty; empty when all are."""
    said = tuple(one for one in each if one)
    return Sentences(said) if len(said) > 1 else said[0] if said else ""


def npgettext(context: str, one: str, many: str, num: int, **values: Any) -> Message:
    """A word for one or several, with what a translator must know of it."""
    return Message(one, many, num, context, {"num": num, **values})
