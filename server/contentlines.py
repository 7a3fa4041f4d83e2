"""Content lines: how iCalendar (RFC 5545 section 3.1) writes a name and a value, whatever they say.

Text may come from anywhere: what a parser could take for more than a letter (line ends of every kind, control
characters, halves of characters) is taken out here; everything else, in every script, stays as it is.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

_ROOM = 75  # octets in a line, without its CRLF
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_NOT_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_NOT_URI = re.compile(r"[\s\x00-\x20\x7f-\x9f\"<>\\^`{|}\ud800-\udfff]")
_OF_URIS = "!#$%&'()*+,/:;=?@[]~"


def joined(lines: Iterable[str]) -> bytes:
    """Lines as they stand in a file; empty ones are left out."""
    return ("\r\n".join(filter(None, lines)) + "\r\n").encode()


def text(name: str, value: str) -> str:
    """A property of type TEXT, folded. Nothing ("") when there is no text."""
    return line(name, escaped(value))


def line(name: str, value: str) -> str:
    """A property whose value is already written as its type asks, folded. Nothing ("") without a value."""
    whole = f"{name}:{value}" if value else ""
    return whole if len(whole) <= _ROOM and whole.isascii() else _folded(whole)


def escaped(value: str) -> str:
    """A value of type TEXT."""
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def paragraphs(value: str) -> str:
    """Clean text that keeps its line breaks, as `\\n`."""
    if _NOT_TEXT.search(value):
        value = _NOT_TEXT.sub("", _LINE_ENDS.sub("\n", value.replace("\t", " ")))
    return value.strip()


def one_line(value: str) -> str:
    """Clean text with single blanks for whatever white space there was."""
    return " ".join(paragraphs(value).split())


def uri(address: str) -> str:
    """An address as RFC 3986 lets it be written: ASCII, no blanks, nothing that could end the line."""
    clean = _NOT_URI.sub("", address)
    return clean if clean.isascii() else quote(clean, safe=_OF_URIS)


def mailto(email: str) -> str:
    """A CAL-ADDRESS. What is special in a mailto (RFC 6068) is percent-encoded."""
    return "mailto:" + quote(one_line(email), safe="@+!$*=~'")


def common_name(name: str) -> str:
    """`;CN="..."` for a person. A quotation mark cannot stand in it, a circumflex is doubled (RFC 6868), and a
    backslash becomes a slash, because some readers take it for an escape."""
    plain = one_line(name).replace('"', "'").replace("\\", "/").replace("^", "^^")
    return f';CN="{plain}"' if plain else ""


def moment(name: str, local: datetime, zone: str) -> str:
    """A date-time property by its zone's clock, or in UTC when no zone is given."""
    return f"{name};TZID={zone}:{_digits(local)}" if zone else f"{name}:{utc(local)}"


def utc(at: datetime) -> str:
    """A date-time in UTC: 20261012T170000Z."""
    return f"{_digits(at.astimezone(UTC))}Z"


def duration(length: timedelta) -> str:
    """A duration in whole hours if it can be, else minutes, else seconds; never negative."""
    seconds = max(int(length.total_seconds()), 0)
    minutes, rest = divmod(seconds, 60)
    if rest:
        return f"PT{seconds}S"
    return f"PT{minutes}M" if minutes % 60 else f"PT{minutes // 60}H"


def _digits(at: datetime) -> str:
    return at.isoformat()[:19].replace("-", "").replace(":", "")


def _folded(whole: str) -> str:
    """In lines of at most 75 octets, none of which ends inside a character."""
    octets = whole.encode()
    pieces, begin, room = [], 0, _ROOM
    while len(octets) - begin > room:
        end = begin + room
        while octets[end] & 0b1100_0000 == 0b1000_0000:
            end -= 1
        pieces.append(octets[begin:end])
        begin, room = end, _ROOM - 1
    return b"\r\n ".join((*pieces, octets[begin:])).decode()
