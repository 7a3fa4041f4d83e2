"""Two languages that nobody speaks. What stands in them outside of ⟦brackets⟧ was said past the catalogues.

For tests and development: one with accents on every letter and a third longer, as German and Finnish are; one that
runs right to left. Placeholders, tags, entities and the name of Kith stay as they are.
"""

import re
from collections.abc import Sequence
from gettext import NullTranslations

from babel import Locale

from server.languages.language import Language

OPENING, CLOSING = "⟦", "⟧"
_KEPT = re.compile(r"(%\(\w+\)s|%%|<[^>]*>|&#?\w+;|\bKith\b)")
_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ",
)
_STOPS = ".!?…"  # They stay at the end, where sentences that may end with a name look for them.
_OVERRIDE, _END = "\u202e", "\u202c"


class _Pseudo(Language):
    def __init__(self, code: str) -> None:
        super().__init__(code, Locale.parse("en_GB"), NullTranslations())

    def found(self, key: str, plural: str = "", number: int = 1, context: str = "") -> str:
        """The English in disguise."""
        text = plural if plural and number != 1 else key
        said = text.rstrip(_STOPS)
        pieces = _KEPT.split(said)
        pieces[::2] = [self._disguised(piece) for piece in pieces[::2]]
        return f"{OPENING}{''.join(pieces)}{self._more(said)}{CLOSING}{text[len(said) :]}"

    def phrased(self, text: str) -> str:
        """What the locale has written, which is no word of the catalogue."""
        return f"{OPENING}{self._disguised(text)}{CLOSING}"

    def listed(self, items: Sequence[str], style: str = "standard") -> str:
        """The words between them are the locale's."""
        return f"{OPENING}{super().listed(items, style)}{CLOSING}"

    def _disguised(self, text: str) -> str:
        raise NotImplementedError

    def _more(self, _text: str) -> str:
        return ""


class Accented(_Pseudo):
    """Šĥöŵš ŵĥåţ îš ñöţ ţŕåñšļåţéð, åñð ŵĥåţ îš çûţ öƒƒ."""

    name = "⟦Åççéñţš⟧"

    def __init__(self) -> None:
        super().__init__("en-XA")

    def _disguised(self, text: str) -> str:
        return text.translate(_ACCENTED)

    def _more(self, text: str) -> str:
        words = ["ļöñĝéŕ", "öñé", "ţĥîŕð", "ţĥåñ"]
        more: list[str] = []
        length = 0
        while length < len(_KEPT.sub("", text)) / 3:
            more.append(words[len(more) % len(words)])
            length += len(more[-1]) + 1
        return f" {' '.join(more)}" if more else ""


class RightToLeft(_Pseudo):
    """Every word of Kith's from the right to the left."""

    name = "⟦tfel ot thgiR⟧"
    direction = "rtl"

    def __init__(self) -> None:
        super().__init__("ar-XB")

    def _disguised(self, text: str) -> str:
        return f"{_OVERRIDE}{text}{_END}" if text.strip() else text
