"""Where we read Markdown otherwise than CommonMark: what people type is dates, prices and addresses.

* A number or a dash at a line's beginning makes a list only if the line after it goes on with it: "12. Dezember",
  "24. + 25. Mai" and "- 5 Grad" stay what they are, and no number is ever counted again. "+" begins no list.
* Addresses are found before emphasis: `https://meet.example.org/_kith_/room` leads to that room.
* `*` and backticks between letters are letters: "Freund*innen".
* A link has an address of its own that means the same on a page, in a letter and in a calendar: http, https or
  mailto. `[x](//elsewhere)` and `[x](page)` stay as they were typed. One way to write a link: no references.
* Indented lines are no code, underlined ones no headings, ">18" is no quotation.
"""

import re
from bisect import bisect_left
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_block import StateBlock, blockquote, list_block
from markdown_it.rules_inline import StateInline

_LINK = re.compile(r"(https?://[^\s/?#\\]|mailto:[^\s@]+@[^\s@])", re.IGNORECASE)
# Where an address may begin. Lengths are bounded, so that reading a text takes as long as the text is.
_BEGINNING = re.compile(
    r"(?<![a-z0-9+])https?://"
    r"|(?<![a-z0-9.@/-])(?:www\.|(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,63}/)"
    r"|(?<![a-z0-9@/])[a-z0-9][\w.+'-]{0,63}@(?=[a-z0-9])",
    re.IGNORECASE | re.ASCII,
)
# How far it goes at most: quotation marks and the punctuation of other scripts are none of it.
_REST = re.compile(
    r"(?:\\[!-/:-@\[-`{-~]|[^\s\x00-\x20\x7f<>\"`\\“”„‟«»‹›。、，．！？；：（）「」『』【】《》〈〉…—،؛؟।॥"
    # Signs without a shape: they steer the direction of writing, and come along with what is copied.
    r"\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff])+"
)
_MAILBOX = re.compile(
    r"[a-z0-9][\w.+'-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,63}(?![\w-])", re.IGNORECASE | re.ASCII
)
_NEVER_LAST = ".,;:!?'’‘&([{\\"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_TEXT_ENDS = re.compile(r"[\n!#$%&*+\-:<=>@\[\\\]^_`{}~]")
_BULLET = re.compile(r"([-*])(?:[ \t]|$)")
_NUMBER = re.compile(r"([0-9]{1,9})([.)])(?:[ \t]|$)")
_COMPARISON = re.compile(r">[ \t]?[0-9]")
_STARS = re.compile(r"\*+|`")
_CLOSING = re.compile(r"(?<=[^\s_])_+(?![^\W_])")


def install(parser: MarkdownIt) -> None:
    """Teach a CommonMark parser to read like us."""
    parser.disable(["code", "lheading", "reference"])
    parser.block.ruler.at("list", _list, {"alt": ["paragraph", "blockquote"]})
    parser.block.ruler.at("blockquote", _quotation, {"alt": ["paragraph", "blockquote", "list"]})
    parser.inline.ruler.at("text", _text)
    parser.inline.ruler.before("text", "address", _address)
    parser.inline.ruler.before("text", "within_a_word", _within_a_word)
    parser.validateLink = leads_somewhere  # type: ignore[assignment, method-assign]


def leads_somewhere(address: str) -> bool:
    """Whether this may be the address of a link."""
    return bool(_LINK.match(address))


# Lines


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    # Left of the text around it, it is the next item of a list that has begun: the list asks only then.
    next_item = silent and state.sCount[start] < state.blkIndent
    return (next_item or _goes_on(state, start, end)) and list_block(state, start, end, silent)


def _goes_on(state: StateBlock, start: int, end: int) -> bool:
    """Whether another item follows this one, with the number after its own. A dash within a list needs none."""
    first = _line(state, start)
    if bullet := _BULLET.match(first):
        if state.blkIndent:  # Within an item.
            return True
        after = _next_item(state, start, end, bullet)
        return after is not None and after[1] == bullet[1]
    if number := _NUMBER.match(first):
        after = _next_item(state, start, end, number)
        return after is not None and (int(after[1]), after[2]) == (int(number[1]) + 1, number[2])
    return False


def _next_item(state: StateBlock, start: int, end: int, marker: re.Match[str]) -> re.Match[str] | None:
    """The first line below that begins like this item, unless something else comes between them."""
    inside = state.sCount[start] + marker.end()
    for line in range(start + 1, end):
        if state.isEmpty(line) or state.sCount[line] >= inside:
            continue
        if state.sCount[line] < state.blkIndent:
            return None
        found = marker.re.match(_line(state, line))
        if found or state.isEmpty(line - 1):
            return found
    return None


def _quotation(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    alone = start + 1 >= end or not _line(state, start + 1).startswith(">")
    if alone and _COMPARISON.match(_line(state, start)):
        return False
    return blockquote(state, start, end, silent)


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


# Words


def _text(state: StateInline, silent: bool) -> bool:
    """Text up to where something else may begin: a mark, or an address."""
    ends = _TEXT_ENDS.search(state.src, state.pos, state.posMax)
    end = min(ends.start() if ends else state.posMax, _next_beginning(state.src, state.pos + 1))
    if end <= state.pos:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


def _within_a_word(state: StateInline, silent: bool) -> bool:
    """Stars and backticks between two letters or digits. Not where words are written without blanks."""
    marks = _STARS.match(state.src, state.pos, state.posMax)
    if not marks or marks.start() == 0 or marks.end() >= state.posMax:
        return False
    if not (_in_a_word(state.src[marks.start() - 1]) and _in_a_word(state.src[marks.end()])):
        return False
    if not silent:
        state.append_pending(marks[0])
    state.pos = marks.end()
    return True


def _in_a_word(character: str) -> bool:
    return character.isalnum() and character < "\u0e00"


# Addresses


def _address(state: StateInline, silent: bool) -> bool:
    """A bare address: http(s), www, a host with a path, or a mailbox."""
    if _next_beginning(state.src, state.pos) != state.pos:
        return False
    typed = _extent(state)
    address = _full(unescapeAll(typed))
    if not leads_somewhere(address):
        return False
    if not silent:
        if state.linkLevel:
            state.append_pending(unescapeAll(typed))
        else:
            _push_link(state, address, unescapeAll(typed))
    state.pos += len(typed)
    return True


def _push_link(state: StateInline, address: str, words: str) -> None:
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": state.md.normalizeLink(address)}
    opening.info = "auto"
    state.push("text", "", 0).content = words
    state.push("link_close", "a", -1)


def _full(typed: str) -> str:
    if _MAILBOX.fullmatch(typed):
        return f"mailto:{typed}"
    return typed if "://" in typed else f"https://{typed}"


def _extent(state: StateInline) -> str:
    """All of an address that begins here, without what surrounds it."""
    if mailbox := _MAILBOX.match(state.src, state.pos, state.posMax):
        return mailbox[0]
    rest = _REST.match(state.src, state.pos, state.posMax)
    found = _to_the_bracket(rest[0]) if rest else ""
    for mark, each in ("*", 1), ("~", 2):
        if opened := _opened(state, mark):
            found = found.partition(mark * each * opened)[0]
    found = found.rstrip(_NEVER_LAST)
    if found.endswith("_") and _ends_emphasis(state, state.pos + len(found)):
        found = found[: -min(_opened(state, "_"), len(found) - len(found.rstrip("_")))]
    return found


def _to_the_bracket(text: str) -> str:
    """Up to a closing bracket whose opening one comes before the address."""
    open_ones: list[str] = []
    for place, character in enumerate(text):
        if character in "([{":
            open_ones.append(character)
        elif character in _PAIRS and (not open_ones or open_ones.pop() != _PAIRS[character]):
            return text[:place]
    return text


def _ends_emphasis(state: StateInline, end: int) -> bool:
    """Whether the underscores before `end` close what was opened before, since nothing later does."""
    return bool(_opened(state, "_")) and not _CLOSING.search(state.src, end, state.posMax)


def _opened(state: StateInline, mark: str) -> int:
    """How many of these marks wait to be closed here."""
    waiting = 0
    for each in state.delimiters:
        if each.marker == ord(mark):
            waiting += -1 if each.close and waiting else 1 if each.open else 0
    return waiting


def _next_beginning(text: str, place: int) -> int:
    """Where the next address may begin, from here on; behind the end where none does."""
    beginnings = _beginnings(text)
    return beginnings[bisect_left(beginnings, place)]


@lru_cache(maxsize=8)
def _beginnings(text: str) -> tuple[int, ...]:
    return (*(each.start() for each in _BEGINNING.finditer(text)), len(text) + 1)
