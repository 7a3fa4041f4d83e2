"""Markdown that people write: as HTML that harms nobody, and as plain text for letters and calendars.

CommonMark with ~~struck out~~ text, read with the care of `markdown_rules`; line breaks are kept; bare addresses
become links. Raw HTML is shown as it was typed. Pictures become links to them: our pages fetch nothing from
elsewhere. Whatever somebody typed means the same on every surface, so each of them asks one of the two here.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

from server import markdown_rules
from server.languages.messages import pgettext

_TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "s",
    "a",
    "ul",
    "ol",
    "li",
    "blockquote",
    "h2",
    "h3",
    "h4",
    "h5",
    "code",
    "pre",
    "hr",
}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "li": {"value"}}
_SCHEMES = {"http", "https", "mailto"}
_REL = "ugc nofollow noopener"
_HIGHEST, _DEEPEST = 3, 5  # A page has its own h1 and h2.
_QUOTED = "> "
_LONGEST = 20_000  # characters: what one may write anywhere, and more


# Translators: the words of a link to a picture that has none of its own
_PICTURE = pgettext("link", "picture")


def html(text: str, highest: int = 3) -> Markup:
    """The text as HTML for a page. Its headings begin at h3, or at h2 where the text is the page.

    About 0.3 ms for a page, kept for a while.
    """
    return _html(text, highest, str(_PICTURE))


@lru_cache(maxsize=512)
def _html(text: str, highest: int, picture: str) -> Markup:
    rendered = _parser().render(text[:_LONGEST], {"highest": highest, "picture": picture})
    clean = nh3.clean(rendered, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=_REL)
    return Markup(clean)  # noqa: S704 - just cleaned


def plain(text: str) -> str:
    """The text without its marks, paragraphs apart by an empty line, links with their address behind them.

    Numbers of lists stay as typed. About 0.2 ms for a page, kept for a while: a calendar asks it of each of its
    events.
    """
    return _plain(text, str(_PICTURE))


@lru_cache(maxsize=2048)
def _plain(text: str, picture: str) -> str:
    return _Plain().read(_parser().parse(text[:_LONGEST], {"picture": picture}))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).enable(
        "strikethrough"
    )
    markdown_rules.install(parser)
    parser.core.ruler.push("own", _make_our_own)
    return parser


def _make_our_own(state: StateCore) -> None:
    headings = [token for token in state.tokens if token.type in {"heading_open", "heading_close"}]
    _step_headings(headings, state.env.get("highest", _HIGHEST))
    _keep_numbers(state.tokens)
    for token in state.tokens:
        if token.children:
            pictureless = [
                each for child in token.children for each in _without_picture(child, state.env["picture"])
            ]
            token.children = list(_without_empty_links(pictureless))


def _step_headings(tokens: list[Token], highest: int) -> None:
    """The largest that is used becomes the highest, and none is more than a step below the one before it."""
    ranks = sorted({token.tag for token in tokens})
    before = highest - 1
    for begin, end in pairwise(tokens):
        if begin.type == "heading_open":
            before = min(highest + ranks.index(begin.tag), before + 1, _DEEPEST)
            begin.tag = end.tag = f"h{before}"


def _keep_numbers(tokens: list[Token]) -> None:
    """A list counts on from its first number; where another was typed, its item says so."""
    expected: list[int] = []
    for token in tokens:
        if token.type == "ordered_list_open":
            expected.append(int(token.attrs.get("start", 1)))
        elif token.type == "ordered_list_close":
            expected.pop()
        elif token.type == "list_item_open" and token.info:
            if int(token.info) != expected[-1]:
                token.attrs["value"] = int(token.info)
            expected[-1] = int(token.info) + 1


def _without_picture(token: Token, picture: str) -> Iterable[Token]:
    if token.type != "image":
        return [token]
    words = Token("text", "", 0, content=token.content or picture)
    return [
        Token("link_open", "a", 1, attrs={"href": token.attrs["src"]}),
        words,
        Token("link_close", "a", -1),
    ]


def _without_empty_links(tokens: list[Token]) -> Iterable[Token]:
    """`[x]()` leads nowhere, which the parser does not ask."""
    empty = False
    for token in tokens:
        if token.type == "link_open":
            empty = not token.attrs["href"]
        if not (empty and token.type in {"link_open", "link_close"}):
            yield token


class _Plain:
    """Writes what the parser has read as text, each line below its marks: "1. ", "- ", "> "."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._margins: list[str] = []  # what goes before each line: "> ", or blanks below a number
        self._first = ""  # what goes before the next line alone: "1. "

    def read(self, tokens: list[Token]) -> str:
        for token in tokens:
            self._block(token)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip()

    def _block(self, token: Token) -> None:
        if token.type == "inline":
            self._write(_words(token.children or []))
        elif token.type in {"fence", "code_block"}:
            self._write(token.content.rstrip("\n"))
        elif token.type == "hr":
            self._write("---")
        elif token.type == "list_item_open":
            self._begin_item(f"{token.info}{token.markup} ")
        elif token.type == "blockquote_open":
            self._begin_quotation()
        elif token.type == "blockquote_close":
            self._end_quotation()
        elif token.type == "list_item_close":
            self._end_item()
        if _stands_apart(token, in_item=bool(self._margins) and self._margins[-1] != _QUOTED):
            self._space()

    def _begin_quotation(self) -> None:
        self._first += _QUOTED if self._first else ""
        self._margins.append(_QUOTED)

    def _begin_item(self, mark: str) -> None:
        self._first = (self._first or self._margin()) + mark
        self._margins.append(" " * len(mark))

    def _end_item(self) -> None:
        if self._first:  # An item without words.
            self._write("")
        self._margins.pop()

    def _end_quotation(self) -> None:
        while self._lines and self._lines[-1] == self._margin().rstrip():
            self._lines.pop()
        self._margins.pop()

    def _write(self, text: str) -> None:
        for line in text.split("\n"):
            self._lines.append(f"{self._first or self._margin()}{line}".rstrip())
            self._first = ""

    def _space(self) -> None:
        self._lines.append(self._margin().rstrip())

    def _margin(self) -> str:
        return "".join(self._margins)


def _stands_apart(token: Token, *, in_item: bool) -> bool:
    """Whether an empty line follows."""
    if token.type in {"bullet_list_close", "ordered_list_close"}:
        return not in_item
    return not token.hidden and token.type in {
        "paragraph_close",
        "heading_close",
        "blockquote_close",
        "fence",
        "hr",
    }


def _words(tokens: list[Token]) -> str:
    pieces: list[str] = []
    address, begin = "", 0
    for token in tokens:
        if token.type == "link_open":
            address, begin = _address(token), len(pieces)
        elif token.type == "link_close":
            if address not in {"", "".join(pieces[begin:])}:
                pieces.append(f" ({address})")
        elif token.type in {"softbreak", "hardbreak"}:
            pieces.append("\n")
        else:
            pieces.append(token.markup if token.type in {"s_open", "s_close"} else token.content)
    return "".join(pieces)


def _address(link: Token) -> str:
    """What to write behind the words of a link: nothing behind an address that was typed as it is."""
    if "auto" in (link.info, link.markup.removesuffix("link")):
        return ""
    return str(link.attrs["href"]).removeprefix("mailto:")
