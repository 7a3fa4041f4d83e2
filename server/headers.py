"""Header fields of letters, written out and folded: RFC 5322, and RFC 2047 for what is not ASCII.

Written here and not by Python's e-mail package, which (in 3.11) folds names with commas wrongly and breaks long
addresses of the web by encoding them. No line is longer than 76 characters but for an address that cannot be cut.
"""

import re
from base64 import b64encode
from collections.abc import Callable

_ROOM = 76  # characters in a line (RFC 2047 section 2)
_WORD = 75  # characters in an encoded word
_AROUND = len("=?utf-8?b?" + "?=")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
# What the Q encoding may show as itself in any place, a name's included (RFC 2047 section 5).
_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/"
_Q = ["_" if octet == 0x20 else chr(octet) if octet in _PLAIN else f"={octet:02X}" for octet in range(256)]


def one_line(text: str) -> str:
    """Text without line ends, control characters and halves of characters, white space made single blanks."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def text(name: str, value: str) -> str:
    """The value of an unstructured field, such as Subject."""
    clean = one_line(value)
    return _folded(name, clean.split(" ") if _stands_as_it_is(name, clean) else _encoded(name, clean))


def mailbox(name: str, display: str, email: str) -> str:
    """The value of a field that holds one mailbox, such as To; or one list, such as List-Id (RFC 2919)."""
    clean = one_line(display)
    return _folded(name, [*_phrase(name, clean), f"<{email}>"]) if clean else email


def _phrase(name: str, clean: str) -> list[str]:
    if not _stands_as_it_is(name, clean):
        return _encoded(name, clean)
    if _ATOMS.fullmatch(clean):
        return clean.split(" ")
    quoted = clean.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'.split(" ")


def _stands_as_it_is(name: str, clean: str) -> bool:
    # What looks like an encoded word would be read as one.
    if not clean.isascii() or "=?" in clean:
        return False
    # Twice as long, if all of it were to be escaped, and quotation marks.
    first, *others = (
        2 * len(word) + 2 if '"' in word or "\\" in word else len(word) + 2 for word in clean.split(" ")
    )
    return first <= _first_room(name) and all(other < _ROOM for other in others)


def _encoded(name: str, clean: str) -> list[str]:
    """Encoded words of at most 75 characters, none of which ends inside a character; the shorter of both ways."""
    by_q = [f"=?utf-8?q?{_q(piece)}?=" for piece in _pieces(name, clean, lambda piece: len(_q(piece)))]
    by_b = [f"=?utf-8?b?{_b(piece)}?=" for piece in _pieces(name, clean, lambda piece: len(_b(piece)))]
    return min(by_q, by_b, key=lambda words: sum(map(len, words)))


def _pieces(name: str, clean: str, length: Callable[[str], int]) -> list[str]:
    pieces, piece = [], ""
    room = min(_WORD, _first_room(name)) - _AROUND
    for character in clean:
        if length(piece + character) > room:
            pieces.append(piece)
            piece, room = "", _WORD - _AROUND
        piece += character
    return [*pieces, piece]


def _q(piece: str) -> str:
    return "".join(_Q[octet] for octet in piece.encode())


def _b(piece: str) -> str:
    return b64encode(piece.encode()).decode()


def _first_room(name: str) -> int:
    return _ROOM - len(f"{name}: ")


def _folded(name: str, words: list[str]) -> str:
    """Words with a blank between them, in lines of at most 76 characters."""
    lines, line, room = [], words[0], _first_room(name)
    for word in words[1:]:
        if len(line) + 1 + len(word) > room:
            lines.append(line)
            line, room = word, _ROOM - 1
        else:
            line = f"{line} {word}"
    return "\r\n ".join([*lines, line])
