"""What others see of a name: never more than a first name and an initial, never a title, never an address.

A name is one field, written as people write it: "Schmidt, Anna", "Dr. Jana Novák", 王小明. What cannot be told
apart errs on the side of showing less; people who want to be called something else say so (`Person.called`).

* Nothing is shown of an address, a handle or a number. "anna.schmidt" and "anna_schmidt" are two words.
* Titles go from the front and letters after a name from its end; what is in brackets or quotation marks goes.
* Before a comma comes the family name.
* Written without blanks in Chinese, Japanese or Korean, the family name comes first: one character, two of four
  or more. The given name is shown, without an initial, which would be all of the family name.
"""

import re
import unicodedata
from functools import lru_cache

from server.languages.messages import Text, pgettext
from server.presentation import first_letter

NOBODY = pgettext("instead of a name", "Somebody")
_LONGEST = 30  # characters of a first name
_EDGES = ".-–—:()[]<>\"'“”„«»‘’*#"


def _these(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _these("""
    dr prof professor professorin doktor magister dipl dipl-ing diplom-ingenieur pd priv-doz privatdozent dozent drs
    herr frau fräulein mr mrs ms mx miss mister madam sir dame lord lady reverend pfarrer pfarrerin pfr mme mlle
    monsieur madame mademoiselle maître sra srta señor señora señorita senhor senhora dra profa dott dottssa signor
    signora mudr judr phdr rndr mvdr thdr paeddr shri smt д-р проф г-н г-жа
    博士 教授 先生 女士 小姐 さん 様 씨 님 박사 교수
""")
# Titles after another one or with a full stop, names without: Phil, Nat.
_PARTS_OF_TITLES = _these("""
    med phil nat rer jur iur theol oec pol habil hc h c mult univ dent vet techn agr sc ing mag ir hr fr rev pater p
    sr sig avv mgr bc doc hon capt lt col gen sgt me m a b et د
""")
_BEHIND = _these("""
    jr sr jun sen junior senior ii iii iv phd md mba llm llb msc bsc esq dphil dds rn mph frs obe mbe cbe
    csc drsc dis bakk mphil edd psyd thd artd
    博士 教授 先生 女士 小姐 さん 様 씨 님 박사 교수
""")
_ADDRESS = re.compile(r"\S*(?:[@＠﹫]|://|\bwww\.)\S*|\bmailto:\S*", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\d[\d\s()/.-]{4,}\d")
_IN_BRACKETS = re.compile(r"\([^)]*\)|（[^）]*）|\[[^]]*\]|<[^>]*>")
_IN_QUOTES = re.compile(r"\"[^\"]*\"|[“„«][^”“»]*[”“»]|(?<!\w)'[^']*'(?!\w)")
_WORD = re.compile(r"[^\s._/|\\·•・]+\.?")
_COMMA = re.compile(r"[,;，、،；]")
_WITHOUT_BLANKS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々ぁ-ゟ\uac00-\ud7af]+")
_SYLLABLES = re.compile(r"[ぁ-ゟ]{1,4}")
_GIVEN_FIRST = re.compile(r"[·•・]")
_HONORIFIC = re.compile(r"(?<=.)(?:博士|教授|先生|女士|小姐|さん|様|씨|님|박사|교수)$")


def short(name: str, called: str = "") -> Text:
    """As others see somebody: "Ana R.", "小明"; where nothing of it can be shown NOBODY, in the language of who reads.

    The whole of a name is for hosts, for the door and for connections.
    """
    return shown(name, called) or NOBODY


@lru_cache(maxsize=8192)
def shown(name: str, called: str = "") -> str:
    """The same; empty where nothing of it can be shown. Some 20 microseconds, kept for a while."""
    return _short(called, whole=called != name) or _short(name)


@lru_cache(maxsize=8192)
def first(name: str, called: str = "") -> str:
    """As one greets somebody, and as lists of first names show them. May be empty."""
    for text, whole in ((called, called != name), (name, False)):
        if words := _words(text):
            return _given(words, whole=whole)
    return ""


def whole(name: str, called: str = "") -> Text:
    """As a reader who may know all of it sees it: as typed, unless it has an address in it."""
    return short(name, called) if _ADDRESS.search(name) else name


def _short(text: str, *, whole: bool = False) -> str:
    words = _words(text)
    if not words:
        return ""
    given = _given(words, whole=whole)
    if len(words) == 1 or _WITHOUT_BLANKS.match(words[-1]):
        return given
    return f"{given} {_initial(words[-1])}."


def _initial(word: str) -> str:
    letter = first_letter(word[next(place for place, each in enumerate(word) if each.isalpha()) :])
    return letter.upper() if len(letter.upper()) == len(letter) else letter


def _given(words: list[str], *, whole: bool) -> str:
    """The first name. `whole`: a single word in characters is one already."""
    word = words[0][:_LONGEST]
    if (
        whole
        or len(words) > 1
        or len(word) < 2
        or not _WITHOUT_BLANKS.fullmatch(word)
        or _SYLLABLES.fullmatch(word)
    ):
        return word
    return word[2 if len(word) > 3 else 1 :]


def _words(text: str) -> list[str]:
    """The words of a name, first name first, without what others need not see."""
    text = "".join(each for each in unicodedata.normalize("NFC", text) if _is_seen(each))
    text = _NUMBER.sub(" ", _ADDRESS.sub(" ", text))
    for aside, fewest in ((_IN_BRACKETS, 1), (_IN_QUOTES, 2)):
        text = aside.sub(" ", text) if len(_of_a_name(aside.sub(" ", text))) >= fewest else text
    first_part, *rest = _COMMA.split(text)
    given = next((words for part in rest if (words := _of_a_name(part, least=0))), [])
    family = _of_a_name(first_part)
    if not given and _WITHOUT_BLANKS.match(text.strip()) and not _GIVEN_FIRST.search(text):
        return family[::-1]
    return [*given, *family]


def _of_a_name(part: str, *, least: int = 1) -> list[str]:
    """Its words without titles before, letters behind, and what has no letter in it."""
    words = _bare(part.split(), least=least)
    words = _bare([piece for word in words for piece in _WORD.findall(word)], least=least)
    return [word if len(word) == 2 else _HONORIFIC.sub("", word.strip(_EDGES)) for word in words]


def _bare(words: list[str], *, least: int) -> list[str]:
    words = [word for word in words if any(map(str.isalpha, word))]
    begin, end = 0, len(words)
    while begin < end and _is_title(words[begin], after=begin > 0):
        begin += 1
    while end - begin > least and _is_behind(words[end - 1]):
        end -= 1
    return words[begin:end]


def _is_title(word: str, *, after: bool) -> bool:
    dotted = len(word) > 2 and word.endswith(".")
    return _key(word) in _TITLES or (_key(word) in _PARTS_OF_TITLES and (after or dotted))


def _is_behind(word: str) -> bool:
    """Jr., PhD, and any M.Sc. or B.A."""
    pieces = word.strip(_EDGES).split(".")
    return _key(word) in _BEHIND or (len(pieces) > 1 and all(len(piece) < 4 for piece in pieces))


def _key(word: str) -> str:
    return word.replace(".", "").strip(_EDGES).casefold()


def _is_seen(character: str) -> bool:
    """Not the invisible ones that turn text around; joiners hold letters together."""
    return (
        character.isspace()
        or character == "\u200d"
        or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )
