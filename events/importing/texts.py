"""Texts of other people's calendars, as Kith can take them: HTML read, Markdown that nobody meant made harmless.

And the links by which one joins a call, which are taken out of texts that everybody reads. Pure.
"""

import html
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

from server.plain_text import paragraphs

_LOOKS_LIKE_HTML = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|hr|html|i|img|li|ol|p|span|strong|table|td|tr|u|ul)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}\d{0,2}|#\d{2,7}|#x[0-9a-f]{2,6});", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"\s*\(\s*\)")
_NEVER_LAST = ".,;:!?)]}'»”"
_LINE_BEGINS = re.compile(r"^(\s{0,3})([#>])", re.MULTILINE)
_MARKS = re.compile(r"[\\`\[]|(?<!\w)[*_~]|[*_~](?!\w)")
_MAP = re.compile(
    r"https?://(?:maps\.|(?:www\.)?(?:google\.[a-z.]{2,6}/maps|goo\.gl/maps|bing\.com/maps|openstreetmap\.org|osm\.org"
    r"|waze\.com|what3words\.com|w3w\.co))",
    re.IGNORECASE,
)
_TOO_EMPTY = re.compile(r"\n{3,}")

# Hosts under which people meet: a link to one is for those who come.
_CALLS = re.compile(
    r"(?:^|\.)(?:zoom\.us|zoom\.com|zoomgov\.com|meet\.google\.com|teams\.microsoft\.com|teams\.live\.com|meet\.jit\.si"
    r"|whereby\.com|webex\.com|gotomeeting\.com|gotomeet\.me|bluejeans\.com|discord\.gg|skype\.com|senfcall\.de"
    r"|meet\.ffmuc\.net|jitsi\.[a-z.]{2,40}|bbb\.[a-z0-9.-]{2,60}|meet\.[a-z0-9-]{2,60}\.[a-z]{2,12})$",
    re.IGNORECASE,
)
_ONLINE = re.compile(
    r"\W*(?:online(?:[ -](?:event|meeting|treffen))?|virtual|virtuell|zoom|google meet|jitsi|webinar"
    r"|(?:microsoft )?teams(?:[ -]meeting)?|microsoft teams-besprechung|video ?call|videokonferenz)\W*",
    re.IGNORECASE,
)


def read(text: str) -> str:
    """A text as somebody wrote it, whether they or their program did so in HTML."""
    if _LOOKS_LIKE_HTML.search(text):
        reader = _Reader()
        reader.feed(text)
        reader.close()
        text = reader.text
    else:
        text = unescaped(text)
    return _TOO_EMPTY.sub("\n\n", paragraphs(text))


def unescaped(text: str) -> str:
    """A text without the entities that websites leave in their calendars: "Rock &amp; Roll", "Ana&#8217;s"."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def as_markdown(text: str) -> str:
    """A plain text so that Markdown says the same: what only looks like a mark stays what was typed."""
    found, after = [], 0
    for address in _ADDRESS.finditer(text):
        found += [_MARKS.sub(r"\\\g<0>", text[after : address.start()]), address[0]]
        after = address.end()
    found.append(_MARKS.sub(r"\\\g<0>", text[after:]))
    return _LINE_BEGINS.sub(r"\1\\\2", "".join(found))


def is_call(address: str) -> bool:
    """Whether an address leads into a call."""
    try:
        return bool(_CALLS.search(urlsplit(address).hostname or ""))
    except ValueError:
        return False


def is_map(address: str) -> bool:
    """Whether an address shows where something is."""
    return bool(_MAP.match(address))


def is_address(text: str) -> bool:
    """Whether a text is the address of a page, and nothing else."""
    return bool(_ADDRESS.fullmatch(text))


def means_online(place: str) -> bool:
    """Whether a place is none: "Online", "Zoom"."""
    return bool(_ONLINE.fullmatch(place))


def without_calls(text: str) -> tuple[str, str]:
    """A text without the links that lead into a call, and the first of these; empty for none."""
    calls = [whole for each in _ADDRESS.findall(text) if is_call(whole := each.rstrip(_NEVER_LAST))]
    for call in calls:
        text = text.replace(call, "")
    return text, calls[0] if calls else ""


def without_addresses(text: str) -> tuple[str, list[str]]:
    """A text without the addresses of pages in it, and these."""
    found = [each.rstrip(_NEVER_LAST) for each in _ADDRESS.findall(text)]
    text = _ADDRESS.sub(lambda each: each[0][len(each[0].rstrip(_NEVER_LAST)) :], text)
    return _EMPTY_BRACKETS.sub("", text), found


class _Reader(HTMLParser):
    """The text of a piece of HTML: lines where it has them, addresses of links behind their words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._unseen = 0

    @property
    def text(self) -> str:
        """What has been read."""
        lines = (" ".join(line.split()) for line in "".join(self._parts).split("\n"))
        return "\n".join(lines)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        if tag in {"script", "style", "head", "title"}:
            self._unseen += 1
        elif tag == "br":
            self._parts.append("\n")
        elif tag == "li":
            self._parts.append("\n- ")
        elif tag in {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"}:
            self._parts.append("\n\n")
        elif tag in {"div", "tr"}:
            self._parts.append("\n")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._parts)))

    def handle_endtag(self, tag: str) -> None:
        """A tag closes."""
        if tag in {"script", "style", "head", "title"}:
            self._unseen = max(self._unseen - 1, 0)
        elif tag in {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"}:
            self._parts.append("\n")
        elif tag == "a" and self._links:
            address, since = self._links.pop()
            words = "".join(self._parts[since:]).strip()
            if is_address(address) and words != address:
                self._parts.append(f" ({address})" if words else address)

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if not self._unseen:
            self._parts.append(data.replace("\n", " ").replace("\r", " "))
