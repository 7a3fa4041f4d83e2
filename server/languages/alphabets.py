"""In which order names stand for whoever reads them: å comes after z in Swedish, and is an a in German.

Most languages sort their letters as the database's `fold` spells them; accents make no difference. Those that have
letters of their own are in OWN, one line each, and the database's `sort_key` gives their order.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from string import ascii_lowercase
from typing import TYPE_CHECKING
from unicodedata import normalize

from server.folding import fold

if TYPE_CHECKING:
    from babel import Locale

_LATIN = ascii_lowercase
_CYRILLIC = "аәбвгғдђеєжзѕиіјкқлљмнңњоөпрстћуүұфхһцчџшщъыьэюя"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"

# What differs from these: in each part, after a letter, those that follow it; "=" joins what counts as one. The script
# that a line begins in stands before the others. From the tailorings of CLDR 48 (common/collation), and held to them,
# as a browser knows them, by tests/journeys/test_alphabets.py.
_CROATIAN = "c č ć, d dž đ, l lj, n nj, s š, z ž"
_NORWEGIAN = "y=ü=ű, z æ=ä=ę ø=ö=ő=œ å=aa"
OWN = {
    "az": "c ç, e ə, g ğ, h x ı, k q, o ö, s ş, u ü, z w",
    "be": "е ё, і й, у ў",
    "bg": "і й",
    "bs": _CROATIAN,
    "cs": "c č, h ch, r ř, s š, z ž",
    "cy": "c ch, d dd, f ff, g ng, l ll, p ph, r rh, t th",
    "da": "y=ü=ű, z æ=ä ø=ö=ő å=aa",
    "dsb": "c č ć, e ě, h ch, k ł, n ń, r ŕ, s š ś, z ž ź",
    "el": "α",
    "eo": "c ĉ, g ĝ, h ĥ, j ĵ, s ŝ, u ŭ",
    "es": "n ñ",
    "et": "s š z ž, w õ ä ö ü",
    "fi": "y=ü, z å ä=æ ö=ø",
    "fil": "n ñ ng",
    "fo": _NORWEGIAN,
    "gl": "n ñ",
    "hr": _CROATIAN,
    "hsb": "c č ć, e ě, h ch, k ł, r ř, s š, z ž ź",
    "hu": "c cs, d dz dzs, g gy, l ly, n ny, o ö=ő, s sz, t ty, u ü=ű, z zs",
    "is": "a á, d ð, e é, i í, o ó, u ú, y ý, z þ æ=ä ö=ø å",
    "kk": "е ё, и й, у ұ ү, ы і",
    "lt": "c č, i=y, s š, z ž",
    "lv": "c č, g ģ, i y, k ķ, l ļ, n ņ, r ŗ, s š, z ž",
    "mk": "ђ ѓ, ћ ќ",
    "nb": _NORWEGIAN,
    "nn": _NORWEGIAN,
    "no": _NORWEGIAN,
    "pl": "a ą, c ć, e ę, l ł, n ń, o ó, s ś, z ź ż",
    "ro": "a ă â, i î, s ș=ş, t ț=ţ",
    "ru": "і й",
    "sk": "a ä, c č, h ch, o ô, r ř, s š, z ž",
    "sl": "c č ć, d đ, s š, z ž",
    "sq": "c ç, d dh, e ë, g gj, l ll, n nj, r rr, s sh, t th, x xh, z zh",
    "sr": "а",
    "sr-Latn": _CROATIAN,
    "sv": "y=ü=ű, z å ä=æ=ę ö=ø=ő=œ=ô",
    "tr": "c ç, g ğ, h ı, o ö, s ş, u ü",
    "uk": "г ґ, і ї й",
    "vi": "a ă â, d đ, e ê, o ô ơ, u ư",
}

# Letters that no name is written in, which `fold` leaves as they are: each stands for a place in an alphabet.
_PLACES = [chr(0x13000 + number) for number in range(200)]
# In the end each place is one of these, which sort as they stand: after digits, before other scripts.
_SORTED = [chr(0x100 + number) for number in range(200)]
_ACCENTED = [chr(code) for start, end in ((0xC0, 0x250), (0x1E00, 0x1F00)) for code in range(start, end)]


@dataclass(frozen=True)
class Alphabet:
    """An order of letters: its `name`, and its line in OWN; empty where `fold` sorts."""

    name: str = ""
    line: str = ""

    @cached_property
    def tailoring(self) -> list[str]:
        """What `sort_key` needs to know of it.

        Letters and the places that they stand for; then places in their order, and what sorts so; then pairs of
        several letters and their place.
        """
        if not self.line:
            return []
        order = _order(self.line)
        at = {
            letter: _place(letters[0], number) for number, letters in enumerate(order) for letter in letters
        }
        own = {letter: place for letter, place in at.items() if letter != place}
        single = {letter: place for letter, place in own.items() if len(letter) == 1 and not letter.isascii()}
        several = sorted(own.keys() - single.keys(), key=lambda letters: (-len(letters), letters))
        forms = {form: place for letter, place in single.items() for form in _forms(letter)}
        in_order = "".join(at[letters[0]] for letters in order)
        spelt = str.maketrans(single)
        return [
            "".join(forms),
            "".join(forms.values()),
            in_order,
            "".join(_SORTED[: len(in_order)]),
            *(each for letters in several for each in (letters.translate(spelt), own[letters])),
        ]

    def key(self, words: str) -> str:
        """What a name is sorted by, letter by letter; the same as in the database. About 15 µs."""
        if not self.line:
            return fold(words)
        forms, places, in_order, sorted_as, *several = self.tailoring
        key = fold(normalize("NFC", words).translate(_table(forms, places)))
        for together, place in zip(several[::2], several[1::2], strict=True):
            key = key.replace(together, place)
        return key.translate(_table(in_order, sorted_as))

    def order(self, folded: str, *, name: str) -> str:
        """SQL: what a name is sorted by. `folded` is what `fold` made of it, which may be kept and have an index."""
        if not self.line:
            return folded
        tailoring = ",".join(self.tailoring)
        return f"""sort_key({name}, '{{{tailoring}}}'::text[]) COLLATE "C\""""


PLAIN = Alphabet()


@cache
def of(locale: "Locale") -> Alphabet:
    """The alphabet of a language."""
    codes = (f"{locale.language}-{locale.script}", locale.language)
    return next((Alphabet(code, OWN[code]) for code in codes if code in OWN), PLAIN)


def _order(line: str) -> list[list[str]]:
    """The letters of an alphabet in order, those together that count as one."""
    parts = [[place.split("=") for place in part.split()] for part in line.split(", ")]
    placed = {letter for part in parts for place in part for letter in place} - {part[0][0] for part in parts}
    script = next(script for script in (_LATIN, _CYRILLIC, _GREEK) if line[0] in script)
    order = [[letter] for letter in dict.fromkeys(script + _LATIN) if letter not in placed]
    for part in parts:
        at = next(number for number, letters in enumerate(order) if letters[0] == part[0][0])
        order[at : at + 1] = part
    return order


def _place(letter: str, number: int) -> str:
    """What stands for a letter where `fold` is done: itself, if that leaves it as it is."""
    return letter if len(letter) == 1 and fold(letter) == letter else _PLACES[number]


def _forms(letter: str) -> list[str]:
    """A letter, its capital, and both with further accents."""
    found = [letter, letter.upper()]
    for form in tuple(found):
        base, *marks = [*normalize("NFD", form)]
        if marks or not base.isascii():
            apart = ((each, [*normalize("NFD", each)]) for each in _ACCENTED)
            found += [each for each, (first, *more) in apart if first == base and set(marks) <= set(more)]
    return found


@cache
def _table(letters: str, places: str) -> dict[int, int]:
    return str.maketrans(letters, places)
