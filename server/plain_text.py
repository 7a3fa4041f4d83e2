"""Text and addresses from anywhere, as a calendar can carry them (RFC 5545, 3986, 6068).

What a parser could take for more than a letter (line ends of every kind, control characters, halves of characters)
is taken out here; everything else, in every script, stays as it is.
"""

import re
from urllib.parse import quote

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_NOT_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_NOT_URI = re.compile(r"[\s\x00-\x20\x7f-\x9f\"<>\\^`{|}\ud800-\udfff]")
_OF_URIS = "!#$%&'()*+,/:;=?@[]~"


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
    """An e-mail address as a URI. What is special in a mailto (RFC 6068) is percent-encoded."""
    return "mailto:" + quote(one_line(email), safe="@+!$*=~'")
