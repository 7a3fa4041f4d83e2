"""Markdown that people write: as HTML that harms nobody, and as plain text for letters and calendars.

CommonMark with ~~struck out~~ text; line breaks are kept; bare addresses become links. Raw HTML is shown as
it was typed. Pictures become links to them: a page of ours fetches nothing from elsewhere.
"""

import re
from functools import lru_cache
from html.parser import HTMLParser
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

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
    "h3",
    "h4",
    "h5",
    "code",
    "pre",
    "hr",
}
_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]]")
_HIGHEST, _DEEPEST = 3, 5  # A page has its own h1 and h2.
_LONGEST = 20_000  # characters: what one may write anywhere, and more


@lru_cache(maxsize=512)
def html(text: str) -> Markup:
    """The text as HTML to stand in a page. Headings begin at h3. About 0.3 ms for a page, kept for a while."""
    rendered = _parser().render(text[:_LONGEST])
    clean = nh3.clean(rendered, tags=_TAGS, attributes={"a": {"href"}}, link_rel="nofollow noopener")
    return Markup(clean)  # noqa: S704 - just cleaned


@lru_cache(maxsize=2048)
def plain(text: str) -> str:
    """The text without its marks, paragraphs apart by an empty line, links with their address behind them.

    About 0.7 ms for a page, kept for a while: a calendar asks it of each of its events.
    """
    reader = _Plain()
    # A plain str: the parser takes it apart letter by letter, which Markup would escape each time.
    reader.feed(str(html(text)))
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.pieces)).strip()


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).enable(
        "strikethrough"
    )
    parser.core.ruler.push("own", _make_our_own)
    return parser


def _make_our_own(state: StateCore) -> None:
    _step_headings([token for token in state.tokens if token.type in {"heading_open", "heading_close"}])
    for token in state.tokens:
        if token.children:
            token.children = _linked(token.children)


def _step_headings(tokens: list[Token]) -> None:
    """The largest that is used becomes h3, and none is more than a step below the one before it."""
    ranks = sorted({token.tag for token in tokens})
    before = _HIGHEST - 1
    for begin, end in pairwise(tokens):
        if begin.type == "heading_open":
            before = min(_HIGHEST + ranks.index(begin.tag), before + 1, _DEEPEST)
            begin.tag = end.tag = f"h{before}"


def _linked(tokens: list[Token]) -> list[Token]:
    result: list[Token] = []
    inside = 0
    for token in tokens:
        inside += (token.type == "link_open") - (token.type == "link_close")
        if token.type == "image":
            result += _link(str(token.attrs.get("src", "")), token.content or "picture")
        elif token.type == "text" and not inside:
            result += _split(token.content)
        else:
            result.append(token)
    return result


def _split(text: str) -> list[Token]:
    pieces, last = [], 0
    for match in _ADDRESS.finditer(text):
        pieces += [_text(text[last : match.start()]), *_link(match[0], match[0])]
        last = match.end()
    return [*pieces, _text(text[last:])]


def _link(address: str, words: str) -> list[Token]:
    return [
        Token("link_open", "a", 1, attrs={"href": address}),
        _text(words),
        Token("link_close", "a", -1),
    ]


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


class _Plain(HTMLParser):
    """Reads our own clean HTML back as text."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._address = ""
        self._words = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._address, self._words = dict(attrs).get("href") or "", len(self.pieces)
        if tag == "li":
            self.pieces.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address not in ("", "".join(self.pieces[self._words :])):
            self.pieces.append(f" ({self._address})")
        if tag in {"p", "ul", "ol", "h3", "h4", "h5", "pre", "blockquote"}:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
