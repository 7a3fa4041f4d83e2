"""A language: its catalogue, and how it writes numbers, lists and what runs the other way. And which is spoken now.

Which language is spoken is the one thing that is ambient: each request and each letter has its own, set where it is
found out (`choosing`, `server.mail`), so that no sentence has to carry its reader through all that makes it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from gettext import NullTranslations
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from server.lazily import lazily

if TYPE_CHECKING:
    from babel import Locale, lists, numbers

    from server.languages.alphabets import Alphabet
else:
    lists, numbers = lazily("babel.lists"), lazily("babel.numbers")

_CONTEXT = "\x04"  # between a context and its key, as gettext has it
_ISOLATE, _END = "\u2068", "\u2069"
_BETWEEN = "\ufdd0"  # No character: what nobody can have written.
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_WHOLE_ATTRIBUTE = re.compile(r'="%\((\w+)\)s"')  # such as the address of a link


class Language:
    """One language: `code` is what HTML calls it (BCP 47), `locale` what CLDR knows of it."""

    def __init__(
        self, code: str, locale: "Locale", catalogue: NullTranslations, *, edition: str = ""
    ) -> None:
        """`edition` changes with the catalogue."""
        self.edition = edition
        self.header = (b"content-language", code.encode())
        self.code = code
        self.locale = locale
        self._catalogue = catalogue

    def __repr__(self) -> str:
        return f"Language({self.code!r})"

    @cached_property
    def name(self) -> str:
        """What it is called by those who speak it: "Deutsch"."""
        name = self.locale.get_language_name(self.locale) or self.code
        _, _, region = self.code.partition("-")
        return name[:1].upper() + name[1:] + (f" ({region})" if region else "")

    @cached_property
    def direction(self) -> str:
        """How it runs: "ltr" or "rtl"."""
        return self.locale.text_direction

    @cached_property
    def territorial(self) -> str:
        """As OpenGraph wants it, with where it is mostly spoken: "de_DE"."""
        return "_".join(filter(None, (self.locale.language, self._somewhere.territory)))

    @cached_property
    def first_weekday(self) -> int:
        """With which day a week begins (0: Monday) where it is mostly spoken."""
        return int(self._somewhere.first_week_day)

    @cached_property
    def _somewhere(self) -> "Locale":
        """Its locale, with where it is mostly spoken."""
        from babel.core import Locale, get_global

        likely = get_global("likely_subtags").get(self.locale.language, "")
        return self.locale if self.locale.territory or not likely else Locale.parse(likely)

    @cached_property
    def alphabet(self) -> "Alphabet":
        """In which order it has names."""
        from server.languages import alphabets

        return alphabets.of(self.locale)

    @cached_property
    def _latin_digits(self) -> bool:
        return bool(self.locale.default_numbering_system == "latn")

    # Messages

    def found(self, key: str, plural: str = "", number: int = 1, context: str = "") -> str:
        """What the catalogue says for a message, with its placeholders; the English where it says nothing."""
        if not plural:
            return self._catalogue.pgettext(context, key) if context else self._catalogue.gettext(key)
        if context:
            return self._catalogue.npgettext(context, key, plural, number)
        return self._catalogue.ngettext(key, plural, number)

    def filled(self, text: str, values: Mapping[str, Any]) -> str:
        """A message with its values in it, as plain text. Raises KeyError for one that is missing."""
        return text % {name: self.value(value) for name, value in values.items()}

    def drawn(self, text: str, values: Mapping[str, Any]) -> Markup:
        """The same as HTML. `text` is HTML, and so are values that are Markup."""
        if self.direction != "ltr":  # Only there is an address isolated, which leads nowhere then.
            values = {**values, **{name: escape(values[name]) for name in _WHOLE_ATTRIBUTE.findall(text)}}
        # As plain text: Markup would escape each value once more, at twice the price.
        return Markup(str.__mod__(text, {name: self.shown(value) for name, value in values.items()}))  # noqa: S704

    def value(self, value: Any) -> str:
        """One value, as plain text."""
        if isinstance(value, str):
            return self.isolated(value)
        if hasattr(value, "said"):
            return str(value.said(self))
        if isinstance(value, list | tuple):
            return self.listed([self.value(each) for each in value])
        if isinstance(value, int | float):
            return self.number(value)
        return str(value)

    def shown(self, value: Any) -> Markup:
        """One value, as HTML."""
        kind = type(value)
        if kind is Markup:
            return value  # type: ignore[no-any-return]
        if kind is str:
            return escape(self.isolated(value))
        if hasattr(value, "drawn"):
            return Markup(value.drawn(self))  # noqa: S704
        if isinstance(value, list | tuple):
            return Markup(self.listed([self.shown(each) for each in value]))  # noqa: S704
        return escape(self.value(value))

    # How it is written

    def number(self, number: float) -> str:
        """1,234; in German 1.234."""
        if self._latin_digits and isinstance(number, int) and -1000 < number < 1000:
            return str(number)
        return numbers.format_decimal(number, locale=self.locale)

    def listed(self, items: Sequence[str], style: str = "standard") -> str:
        """Ana, Bo and Cleo. With `style` "or" it is Ana, Bo or Cleo."""
        marks = [f"{_BETWEEN}{place}{_BETWEEN}" for place in range(len(items))]
        pattern = lists.format_list(marks, style=style, locale=self.locale)  # type: ignore[arg-type]
        pieces = pattern.split(_BETWEEN)
        pieces[1::2] = [str(items[int(place)]) for place in pieces[1::2]]
        return "".join(pieces)

    def phrased(self, text: str) -> str:
        """What this language has written in its own manner, such as a day, as it goes into a page."""
        return text

    def isolated(self, text: str) -> str:
        """What somebody wrote, kept from turning the sentence around it when it runs the other way."""
        if not text or (text.isascii() and self.direction == "ltr"):
            return text
        return f"{_ISOLATE}{text}{_END}" if _runs(text) != self.direction else text


def _runs(text: str) -> str:
    """The direction of a text: of its first letter that has one. A text without letters runs with numbers, "ltr"."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in _RIGHT_TO_LEFT:
            return "rtl"
    return "ltr"


_spoken: ContextVar[Language] = ContextVar("spoken")


def spoken() -> Language:
    """The language of whoever reads what is written now; outside of requests and letters the server's."""
    try:
        return _spoken.get()
    except LookupError:
        from server.languages import catalogues  # It makes languages.

        return catalogues.of_server()


def speak(language: Language) -> None:
    """Speak it from now on, in this request or work."""
    _spoken.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[Language]:
    """Speak it within the block."""
    before = _spoken.set(language)
    try:
        yield language
    finally:
        _spoken.reset(before)
