"""What is wrong with the form of a letter, by RFC 5322, 2045, 2047, 2369, 2919, 6047 and 8058."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from typing import cast

from server.settings import settings
from tests.server import mail_programs

ENCODED_WORD = re.compile(rb"=\?[^?\s]+\?[^?\s]\?[^?\s]*\?=")
ONCE = ("Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type")
FURNITURE = {"kith"}  # What HTML adds by itself: the wordmark, which leads home.
PREVIEW = re.compile(r'<div style="display:none.*?</div>', re.DOTALL)
DRAWN = re.compile(r'<table[^>]*aria-hidden="true".*?</table>', re.DOTALL)  # A day as a leaf of a calendar.
ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def faults(raw: bytes) -> list[str]:
    """A sentence for each."""
    letter = cast(EmailMessage, message_from_bytes(raw, policy=default))
    return [
        *_line_faults(raw),
        *_header_faults(raw.partition(b"\r\n\r\n")[0], letter),
        *_list_faults(letter),
        *_part_faults(raw),
        *_twin_faults(letter),
        *_html_faults(letter),
    ]


def _line_faults(raw: bytes) -> list[str]:
    found = []
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        found.append("a line end that is not CRLF")
    if not raw.isascii():
        found.append("octets beyond ASCII")
    return found


def _header_faults(head: bytes, letter: EmailMessage) -> list[str]:
    found = [f"{name} not once" for name in ONCE if len(letter.get_all(name, [])) != 1]
    if len(letter["To"].addresses) != 1:
        found.append("not one receiver")
    for line in head.split(b"\r\n"):
        if not line.strip():
            found.append("an empty line in the head")
        if len(line) > 76 and not re.fullmatch(rb"List-Unsubscribe: <\S+>", line):
            found.append(f"a header line of {len(line)}: {line[:100]!r}")
        found += [f"an encoded word of {len(word)}" for word in ENCODED_WORD.findall(line) if len(word) > 75]
        if line.count(b"=?utf-8?") != len(ENCODED_WORD.findall(line)):
            found.append(f"a broken encoded word: {line!r}")
    for name, value in letter.items():
        if any(not character.isprintable() for character in value):
            found.append(f"{name} has control characters")
    return found


def _list_faults(letter: EmailMessage) -> list[str]:
    leaves, one_click, list_id = (
        letter.get(name) for name in ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id")
    )
    found = []
    if bool(leaves) != bool(one_click):
        found.append("List-Unsubscribe without one click, or the other way round")
    if list_id and not leaves:
        found.append("a list that cannot be left")
    if list_id and not re.fullmatch(r".* ?<[a-z0-9-]+(\.[a-z0-9-]+)+>", str(list_id)):
        found.append(f"List-Id: {list_id}")
    return found


def _part_faults(raw: bytes) -> list[str]:
    found = []
    for part in message_from_bytes(raw).walk():
        if part.is_multipart():
            continue
        encoding = part.get("Content-Transfer-Encoding")
        if encoding not in {"quoted-printable", "base64"}:
            found.append(f"{part.get_content_type()} is {encoding}")
        lines = str(part.get_payload()).splitlines()
        longest = max(map(len, lines), default=0)
        if longest > 76:
            found.append(f"a line of {longest} in {part.get_content_type()}")
        if encoding == "quoted-printable" and any(line.endswith((" ", "\t")) for line in lines):
            found.append(f"white space at the end of a line in {part.get_content_type()}")
    return found


def _twin_faults(letter: EmailMessage) -> list[str]:
    """The plain and the HTML part say the same, but for the heading, which the subject says too."""
    plain = str(letter.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    html = str(letter.get_body(("html",)).get_content())  # type: ignore[union-attr]
    seen = _Seen()
    seen.feed(DRAWN.sub("", PREVIEW.sub("", html)))
    found = []
    if missing := set(seen.links[1:]) - {address.rstrip(".,;)") for address in ADDRESS.findall(plain)}:
        found.append(f"links in HTML alone: {missing}")
    plain_words, html_words = _words(plain), _words(" ".join(seen.words) + " " + " ".join(seen.links))
    numbers = set(re.findall(r"\d+", plain)) if "<ol" in html else set()  # Its reader draws them.
    if missing := plain_words - html_words - numbers:
        found.append(f"words in plain text alone: {sorted(missing)}")
    if missing := _words(" ".join(seen.words)) - plain_words - FURNITURE:
        found.append(f"words in HTML alone: {sorted(missing)}")
    return found


def _html_faults(letter: EmailMessage) -> list[str]:
    """What mail programs do not draw, what is fetched from others, and addresses where words should be."""
    html = str(letter.get_body(("html",)).get_content())  # type: ignore[union-attr]
    seen = _Seen()
    seen.feed(html)
    naked = [word for word in seen.words if re.search(r"https?://", word)]
    fetched = re.findall(r"""(?:src|background)="([^"]*)|url\(([^)]*)|<link[^>]*href="([^"]*)""", html)
    strange = [
        address
        for found in fetched
        for address in found
        if address and not address.startswith(("cid:", f"{settings.base_url}/"))
    ]
    return [
        *mail_programs.faults(html),
        *(f"an address where words should be: {word}" for word in naked),
        *(f"fetched from elsewhere: {address}" for address in strange),
    ]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", ADDRESS.sub(" ", text).lower()))


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"style", "title", "h1"}:
            self._silent += 1
        href = dict(attrs).get("href") or ""
        if href.startswith("http"):
            self.links.append(href)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "title", "h1"}:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        self.words.append(data)
