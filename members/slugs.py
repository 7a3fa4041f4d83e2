"""An address made of a name, in the letters that every keyboard has.

Unicode's own names say what a Latin letter is at heart: "Ł" is an L with a stroke. So none is lost, and no table of
languages is needed. What is written in other scripts gives nothing; callers then fall back.
"""

import re
import unicodedata
from functools import cache

LONGEST = 60

# Letters that two stand for, and those that Unicode calls by a name.
_BY_NAME = {
    "SHARP S": "ss", "AE": "ae", "OE": "oe", "THORN": "th", "ETH": "d", "ENG": "ng", "DOTLESS I": "i", "DOTLESS J": "j",
    "IJ": "ij", "KRA": "k", "SCHWA": "e", "OPEN E": "e", "OPEN O": "o", "LONG S": "s", "EZH": "z", "ALPHA": "a",
    "IOTA": "i", "UPSILON": "u", "AFRICAN D": "d", "LJ": "lj", "NJ": "nj", "DZ": "dz",
}  # fmt: skip
_LATIN = re.compile(
    r"LATIN (?:(?:SMALL|CAPITAL) )?(?:LETTER|LIGATURE) (?:SMALL CAPITAL |TURNED |REVERSED )?(.+?)(?: WITH .+)?"
)


def slug_of(name: str) -> str:
    """ "Straßenfest in Łódź" gives "strassenfest-in-lodz". Empty where no letter of it can be kept."""
    plain = "".join(map(_plain, unicodedata.normalize("NFKD", re.sub(r"['’ʼ`´]", "", name))))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")


@cache
def _plain(letter: str) -> str:
    """A letter in a to z, a digit, nothing for the marks of other letters, and a gap for all else."""
    if letter.isascii():
        return letter.lower()
    if unicodedata.combining(letter):
        return ""
    found = _LATIN.fullmatch(unicodedata.name(letter, ""))
    at_heart = found[1] if found else ""
    return _BY_NAME.get(at_heart) or (at_heart.lower() if len(at_heart) == 1 else "-")
