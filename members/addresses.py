"""E-mail addresses as people type and paste them: one, or a whole list in whatever shape it was copied.

    pasted('1. "Ruiz, Ana" <ana@example.org>; bo@example.org (Bo), eve at work')
    Pasted(people=(Addressee("Ana Ruiz", "ana@example.org"), Addressee("Bo", "bo@example.org")),
           unread=(Unread("eve at work", NO_ADDRESS),))

It never guesses whom somebody meant: what looks mistyped is unread, with a proposal. Nothing that was pasted gets lost
between the two, but the numbers and dashes of a list, the words before a colon ("To:", "E-mail:"), and those columns
of a table that hold neither names nor addresses.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from server.languages.messages import Text, _
from server.lazily import lazily

if TYPE_CHECKING:
    import email_validator
else:
    email_validator = lazily("email_validator")

# Translators: why something that was pasted is not understood as an address: "“Bo Berg”: no address in it"
NO_ADDRESS = _("no address in it")
# Translators: why something that was pasted is not understood as an address
NOT_WHOLE = _("not a whole address")
# Translators: why something that was pasted is not understood as an address
MISTYPED = _("looks mistyped")
LONGEST_NAME = 100  # characters; what is longer is no name
MOST_NAMES = 6  # words of a name


class Addressee(NamedTuple):
    """Somebody as their address was written: with a name, where there was one."""

    name: str
    email: str

    @property
    def written(self) -> str:
        """As `pasted` reads it again: "Ana Ruiz <ana@example.org>"."""
        return f"{self.name} <{self.email}>" if self.name else self.email


class Unread(NamedTuple):
    """A bit of what was pasted that is no address, as it was typed, and why; with an address it may have meant.

    `whole`: it is an address that letters could go to, just not one that many people have.
    """

    words: str
    why: Text
    proposal: str = ""
    whole: bool = False


class Pasted(NamedTuple):
    """Who was understood, each address once, in the order in which they were pasted; and all that was not."""

    people: tuple[Addressee, ...] = ()
    unread: tuple[Unread, ...] = ()


def email_address(value: str) -> str:
    """An address that letters can reach, in lower case, its domain as mail servers write it. Raises ValueError.

    It may have a name, brackets or `mailto:` around it.
    """
    return addressee(value).email


def addressee(value: str) -> Addressee:
    """The same with the name that is around it. Raises ValueError."""
    if email := _valid(value):
        return Addressee("", email)
    found = pasted(value, trusting=True)
    if len(found.people) != 1 or found.unread or "\\" in value:
        raise ValueError(_("That does not look like an e-mail address. It should be like ana@example.org."))
    return found.people[0]


def pasted(text: str, *, trusting: bool = False) -> Pasted:
    """All addresses of a text. About 0.1 ms each. `trusting`: what looks mistyped is meant.

    Names are "First Last", also where they were written "Last, First".
    """
    text = _plain(text)
    reading = _Reading(trusting)
    if (rows := _table(text)) is not None:
        reading.table(rows)
    else:
        reading.lines(text)
    return reading.result()


# What is written in many ways becomes one. Names keep the joiners that their script needs; addresses have none.

_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # ＠ ， ； ＜ ＞ and letters
_OTHERS = str.maketrans({
    "、": ",", "。": ".", "｡": ".", "〈": "<", "〉": ">", "《": "<", "》": ">", "‹": "<", "›": ">", "⟨": "<", "⟩": ">",
    "【": "[", "】": "]", "﹫": "@", "\u2028": "\n", "\u2029": "\n", "\r": "\n", "\v": "\n", "\f": "\n", "\x85": "\n",
})  # fmt: skip
_SPACES = re.compile(r"[^\S\n\t]+")
_MARKDOWN = re.compile(r"\[([^\[\]\n]{0,200})\]\(\s*([^\s()<>]{1,320})\s*\)")
_MAILTO = re.compile(r"(?<!\w)mailto:\s?([^\s?<>,;\"()\[\]]{0,320})(?:\?[^\s<>\"()\[\]]*)?", re.IGNORECASE)
_HTML_LINK = re.compile(
    r"<a\b[^<>]{0,200}?mailto:([^\"'?<>\s]{1,320})[^<>]{0,200}>([^<>]{0,200})</a>", re.IGNORECASE
)
_TAG = re.compile(r"</?(?:a|br|p|li|ul|ol|div|span)\b[^<>@]{0,200}>", re.IGNORECASE)


def _plain(text: str) -> str:
    text = text.replace("\r\n", "\n").translate(_WIDE).translate(_OTHERS).translate(_INVISIBLE)
    text = _SPACES.sub(" ", text)
    text = _HTML_LINK.sub(r"\2 <\1>", text)
    text = _MAILTO.sub(lambda link: unquote(link[1]).translate(_INVISIBLE), text)
    text = _MARKDOWN.sub(lambda link: f"{link[1]} <{link[2]}>" if "@" in link[2] else link[0], text)
    return _TAG.sub(" ", text)


# A table out of a spreadsheet or an address book

_MAIL_COLUMN = re.compile(
    r"\be?-?mails?\b|\bmail\b|mailadress|correo|courriel|e-post|адрес|邮箱|メール", re.IGNORECASE
)
_WHOLE_NAMES = {
    "name",
    "full name",
    "display name",
    "anzeigename",
    "member",
    "participant",
    "nombre completo",
}
_FIRST_NAMES = {"first name", "firstname", "given name", "first", "vorname", "nombre", "prénom", "prenom"}
_LAST_NAMES = {
    "last name",
    "lastname",
    "surname",
    "family name",
    "last",
    "nachname",
    "apellido",
    "apellidos",
    "nom",
}


def _table(text: str) -> list[list[str]] | None:
    """The rows of a text whose first line names its columns, one of them the addresses; None of any other."""
    head = next((line for line in text.split("\n") if line.strip()), "")
    if "@" in head or not _MAIL_COLUMN.search(head):
        return None
    for delimiter in ("\t", ";", ","):
        if delimiter in head:
            try:
                rows = list(csv.reader(text.strip("\n").split("\n"), delimiter=delimiter))
            except csv.Error:
                return None
            return [row for row in rows if any(cell.strip() for cell in row)]
    return None


# One line: bits between separators, which do not count within quotes and brackets

_QUOTES = ('""', "“”", "„“", "„”", "«»", "»«", "‘’", "‚‘", "‚’", "「」", "『』")
_QUOTED = "|".join(f"{both[0]}[^{both[1]}<>\n]{{0,200}}{both[1]}" for both in _QUOTES)
_PIECE = re.compile(
    rf"(?P<within>{_QUOTED}|(?<!\w)'[^'<>\n]{{1,200}}'(?!\w)|<[^<>\n]{{0,320}}>|\([^()\n]{{0,320}}\))"
    r"|(?P<cut>[,;\t|])|(?P<other>.)",
    re.DOTALL,
)
_MARK = re.compile(
    r"\s*(?:(?:\d{1,4}[.)\]:]|\(\d{1,4}\)|[a-zA-Z]\)|[-*+>•·●○▪◦‣–—]|\[[ xX]?\])(?=\s|[^\w\s]|\Z)\s*)+"
)
_ATEXT = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~."
_ADDRESS = re.compile(
    rf"([{_ATEXT}\u200c\u200d-]{{1,90}})@((?:[^\W_]|[\u200c\u200d])(?:[\w.\u200c\u200d-]{{0,250}}[^\W_])?)"
)
_OPENS, _CLOSES = "<([{\"'“„«»‘‚「『*_`", ">)]}\"'”“»«’‘」』*_`"
_EDGES = " \t\n,;:.|/\\-–—=*_`<>()[]{}\"“”„«»‘’‚「」『』'•·&+#!?"
# Those that are names as well, such as "An" and "De", are labels at the beginning alone.
_LABEL = re.compile(
    r"\b(?:e-?mail|mail|address|name)\s*:|^[\W\d_]*(?:to|cc|bcc|from|reply-to|an|von|para|de|à)\s*:",
    re.IGNORECASE,
)
_GLUE = {"and", "und", "y", "et", "e", "or", "oder", "&", "+", "mailto", "via", "at"}
_NUMBER = re.compile(r"\d{1,4}[.):]?")


@dataclass
class _Bit:
    """What is between two separators, whom it names, and what of it is left over. `after`: the separator before it."""

    words: str
    after: str
    people: list[Addressee] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    bracketed: bool = False  # Its first address is within < >.


class _Reading:
    """A text while it is read."""

    def __init__(self, trusting: bool) -> None:
        self.trusting = trusting
        self.people: dict[str, Addressee] = {}
        self.unread: dict[str, Unread] = {}

    def result(self) -> Pasted:
        return Pasted(tuple(self.people.values()), tuple(self.unread.values()))

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        head = [cell.strip().casefold() for cell in rows[0]]
        for row in rows[1:]:
            bits = [_bit(cell, "") for cell in row]
            people = list(chain.from_iterable(bit.people for bit in bits))
            cells = dict(zip(head, row, strict=False))
            name = (
                _first(cells, _WHOLE_NAMES) or f"{_first(cells, _FIRST_NAMES)} {_first(cells, _LAST_NAMES)}"
            )
            for person in people:
                self._take(Addressee(_name(name) or person.name, person.email))
            broken = [bit for bit in bits if "@" in "".join(bit.left)]
            for bit in broken:
                self._leave(bit.words)
            if not people and not broken:
                self._leave(", ".join(cell.strip() for cell in row if cell.strip()))

    def lines(self, text: str) -> None:
        lines = [bits for line in text.split("\n") if (bits := _bits(line))]
        shapes = Counter(len(bits) for bits in lines if _one(bits) and len(bits) > 2)
        for bits in lines:
            if not self._row(bits, tabular=shapes[len(bits)] > 1):
                self._list(bits)

    def _row(self, bits: Sequence[_Bit], *, tabular: bool) -> bool:
        """One address and cells around it that make up its name: "Ruiz; Ana; ana@example.org"."""
        others = [bit for bit in bits if not bit.people]
        if not _one(bits) or not others or any("@" in bit.words for bit in others):
            return False
        (own,) = (bit for bit in bits if bit.people)
        names = [name for bit in others if (name := _name(bit.words))]
        if own.bracketed or own.left or own.people[0].name or not (tabular or len(names) == len(others) == 1):
            return False
        self._take(Addressee(_name(" ".join(names)), own.people[0].email))
        return True

    def _list(self, bits: Sequence[_Bit]) -> None:
        waiting: _Bit | None = None  # It may be the "Ruiz" of "Ruiz, Ana <ana@example.org>".
        for bit in bits:
            if waiting and not (bit.bracketed and bit.after == ","):
                self._leave_bit(waiting)
                waiting = None
            if bit.people:
                first, *rest = bit.people
                if waiting and first.name:
                    first = Addressee(_name(f"{first.name} {waiting.words}"), first.email)
                elif waiting:
                    first = Addressee(_name(waiting.words), first.email)
                for person in (first, *rest):
                    self._take(person)
                waiting = None
            if bit.people or not _name(bit.words):
                self._leave_bit(bit)
            else:
                waiting = bit
        if waiting:
            self._leave_bit(waiting)

    def _take(self, person: Addressee) -> None:
        proposal = "" if self.trusting else _mistyped(person.email)
        if proposal:
            meant = Addressee(person.name, proposal).written
            self.unread.setdefault(person.email, Unread(person.written, MISTYPED, meant, whole=True))
            return
        known = self.people.get(person.email)
        if known is None or not known.name:
            self.people[person.email] = person

    def _leave_bit(self, bit: _Bit) -> None:
        for words in bit.left:
            self._leave(words)

    def _leave(self, words: str) -> None:
        words = " ".join(words.split())
        proposal = _meant(words)
        why = NOT_WHOLE if "@" in words or proposal else NO_ADDRESS
        self.unread.setdefault(words, Unread(words, why, proposal))


def _bits(line: str) -> list[_Bit]:
    """What a line has between its separators, but for its number or dash."""
    line = line[mark.end() :] if (mark := _MARK.match(line)) else line
    words, after, found = "", "", []
    for piece in _PIECE.finditer(line):
        if piece["cut"]:
            found.append(_bit(words, after))
            words, after = "", piece["cut"]
        else:
            words += piece[0]
    found.append(_bit(words, after))
    return [bit for bit in _mended(found) if bit.people or bit.left]


def _mended(bits: Sequence[_Bit]) -> Iterable[_Bit]:
    """The same, with "ana@example" and "org" as one again where a comma was typed for a full stop."""
    bits = list(bits)
    for number, bit in enumerate(bits[1:], 1):
        before = bits[number - 1]
        if bit.after == "," and before.left and re.fullmatch(r"\S+@\S+", before.words.strip()):
            joined = f"{before.words.strip()},{bit.words}"
            if not bit.words.startswith(" ") and _valid(joined.replace(",", ".")):
                bits[number - 1] = _Bit("", before.after)
                bits[number] = _Bit(joined, before.after, left=[joined])
    return bits


def _bit(words: str, after: str) -> _Bit:
    """Whom a bit names, and what of it is neither a name nor an address."""
    bit, texts, end = _Bit(words, after), [], 0
    for found in _ADDRESS.finditer(words) if "@" in words else ():
        begin, last = found.span()
        local = found[1].lstrip("'*.-`/_" if words[last : last + 1] == "_" else "'*.-`/")
        begin += len(found[1]) - len(local)
        if (email := _valid(f"{local}@{found[2]}")) and words[last : last + 1] != "@":
            begin, last = _widened(words, begin, last)
            texts.append(words[end:begin])
            bit.people.append(Addressee("", email))
            bit.bracketed = bit.bracketed or (len(bit.people) == 1 and words[begin] == "<")
            end = last
    texts.append(words[end:])
    _name_them(bit, texts)
    return bit


def _widened(words: str, begin: int, end: int) -> tuple[int, int]:
    """An address with the brackets and quotes that are around it."""
    while begin > 0 and end < len(words) and words[begin - 1] in _OPENS and words[end] in _CLOSES:
        begin, end = begin - 1, end + 1
    return begin, end


def _name_them(bit: _Bit, texts: Sequence[str]) -> None:
    """Give the texts around a bit's addresses to those whom they name; what names nobody is left over."""
    last = len(texts) - 1
    for number, text in enumerate(texts):
        name, before, after = _name(text), number > 0, number < last
        follows = before and (text.strip().startswith("(") or not after)
        whose = number - 1 if follows else number
        if name and whose < last and not bit.people[whose].name:
            bit.people[whose] = Addressee(name, bit.people[whose].email)
        elif not _is_nothing(text):
            bit.left.append(text.strip())


def _name(text: str) -> str:
    """The name that a text is, as one says it; empty when it is none."""
    text = _LABEL.sub(" ", text) if ":" in text else text
    words = " ".join(text.split()).strip(_EDGES)
    last, comma, first = words.partition(",")
    if comma and "," not in first:
        words = f"{first.strip(_EDGES)} {last.strip(_EDGES)}".strip()
    if len(words) > LONGEST_NAME or len(words.split()) > MOST_NAMES or _meant(words):
        return ""
    if not any(c.isalpha() for c in words) or any(c in "@<>|;,\\\n" for c in words) or "://" in words:
        return ""
    return "" if words.casefold() in _GLUE else words


def _is_nothing(text: str) -> bool:
    """Whether a text says nothing by itself: brackets, numbers of a list, "and", "E-mail:"."""
    words = _LABEL.sub(" ", text).split() if ":" in text else text.split()
    said = [word.strip(_EDGES) for word in words if not _NUMBER.fullmatch(word)]
    return "@" not in text and all(
        word.casefold() in _GLUE or not any(c.isalnum() for c in word) for word in said
    )


def _one(bits: Sequence[_Bit]) -> bool:
    return sum(len(bit.people) for bit in bits) == 1


def _first(cells: dict[str, str], names: set[str]) -> str:
    return next((cell.strip() for head, cell in cells.items() if head in names and cell.strip()), "")


# What is an address, and what was perhaps meant to be one

_AT = re.compile(r"\s*[\[({]\s*(?:at|a|@|ät)\s*[\])}]\s*|\s+(?:at|@|ät)\s+|\s*@\s*", re.IGNORECASE)
_MEANS_AT = re.compile(r"at|ät|@|[\[({]a", re.IGNORECASE)
_DOT = re.compile(
    r"\s*[\[({]\s*(?:dot|punkt|punto|point|\.)\s*[\])}]\s*|\s+(?:dot|punkt|punto)\s+", re.IGNORECASE
)
_COMMON = (
    "gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "protonmail.com",
    "t-online.de", "freenet.de", "posteo.de", "mailbox.org",
)  # fmt: skip


def _valid(value: str) -> str:
    """The address that this is, as `email_address` gives it; empty when it is none."""
    value = value.replace("\u200c", "").replace("\u200d", "")
    try:
        # Without SMTPUTF8, which few mail servers speak: a letter to ü@example.org would never leave.
        checked = email_validator.validate_email(value, check_deliverability=False, allow_smtputf8=False)
    except (email_validator.EmailNotValidError, UnicodeError):
        return ""
    return str(checked.ascii_email).lower()


def _mistyped(email: str) -> str:
    """The address that is one slip away from this one, at a provider that many people have; empty if none is."""
    local, _, domain = email.partition("@")
    if domain in _COMMON:
        return ""
    return next((f"{local}@{common}" for common in _COMMON if _one_slip(domain, common)), "")


def _one_slip(one: str, other: str) -> bool:
    """Whether two words that begin alike differ by one letter, or two that changed places."""
    if one[:1] != other[:1] or abs(len(one) - len(other)) > 1:
        return False
    begin = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(min(one, other, key=len))
    )
    one, other = one[begin:], other[begin:]
    return one[1:] == other[1:] or one[1:] == other or one == other[1:] or (one[1::-1] + one[2:] == other)


def _meant(words: str) -> str:
    """The address that a bit may have been meant to be: "ana [at] example [dot] org", "ana@example,org"."""
    words = words.strip(_EDGES)
    if not _MEANS_AT.search(words) or len(words) > LONGEST_NAME or len(words.split()) > MOST_NAMES:
        return ""
    spelt = re.sub(r"\.{2,}", ".", _DOT.sub(".", _AT.sub("@", words, count=1))).replace(",", ".")
    return _valid(spelt) if spelt != words and "@" in spelt else ""
