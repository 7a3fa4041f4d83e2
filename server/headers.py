"""Header fields of letters, written out and folded: RFC 5322, and RFC 2047 for what is not ASCII.

Written here and not by Python's e-mail package, which (in 3.11) folds names with commas wrongly and breaks long
addresses of the web by encoding them. No line is longer than 76 characters but for an address that cannot be cut.
"""

import re
from base64 import b64encode

_ROOM = 76  # characters in a line (RFC 2047 section 2)
_WORD_ROOM = 75 - len("=?utf-8?b?" + "?=")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
# What the Q encoding may show as itself in any place, a name's included (RFC 2047 section 5).
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")


def one_line(text: str) -> str:
    """Text without line ends, control characters and halves of characters, white space made single blanks."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def text(name: str, value: str) -> str:
    """The value of an unstructured field, such as Subject."""
    clean = one_line(value)
    return _folded(name, clean.split(" ") if _stands_as_it_is(clean) else _encoded(clean))


def mailbox(name: str, display: str, email: str) -> str:
    """The value of a field that holds one mailbox, such as To."""
    clean, address = one_line(display), f"<{email}>" if display.strip() else email
    if not clean:
        return _folded(name, [email])
    if not _stands_as_it_is(clean):
        return _folded(name, [*_encoded(clean), address])
    if _ATOMS.fullmatch(clean):
        return _folded(name, [*clean.split(" "), address])
    quoted = clean.replace("\\", "\\\\").replace('"', '\\"')
    return _folded(name, [*f'"{quoted}"'.split(" "), address])


def list_id(name: str, display: str, list_name: str) -> str:
    """The value of List-Id (RFC 2919): how a kind of letters is called, for people and for filters."""
    return mailbox(name, display, list_name)


def web_address(name: str, address: str) -> str:
    """An address in angle brackets, on one line, for it cannot be cut."""
    return _folded(name, [f"<{address}>"])


def _stands_as_it_is(clean: str) -> bool:
    # What looks like an encoded word would be read as one.
    return clean.isascii() and "=?" not in clean and all(len(word) < _ROOM - 3 for word in clean.split(" "))


def _encoded(clean: str) -> list[str]:
    """Encoded words of at most 75 characters, none of which ends inside a character; the shorter of both ways."""
    ways = (_q_words(clean), _b_words(clean))
    return min(ways, key=lambda words: sum(map(len, words)))


def _q_words(clean: str) -> list[str]:
    words, word = [], ""
    for character in clean:
        more = _q(character)
        if len(word) + len(more) > _WORD_ROOM:
            words.append(word)
            word = ""
        word += more
    return [f"=?utf-8?q?{each}?=" for each in [*words, word]]


def _q(character: str) -> str:
    if character == " ":
        return "_"
    return "".join(chr(octet) if octet in _PLAIN else f"={octet:02X}" for octet in character.encode())


def _b_words(clean: str) -> list[str]:
    words, word = [], b""
    for character in clean:
        more = character.encode()
        if len(word) + len(more) > _WORD_ROOM // 4 * 3:
            words.append(word)
            word = b""
        word += more
    return [f"=?utf-8?b?{b64encode(each).decode()}?=" for each in [*words, word]]


def _folded(name: str, words: list[str]) -> str:
    """Words with a blank between them, in lines of at most 76 characters where words allow it."""
    lines, line = [], words[0]
    room = _ROOM - len(name) - 2
    if len(line) > room:
        lines.append("")
        room = _ROOM - 1
    for word in words[1:]:
        if len(line) + 1 + len(word) > room:
            lines.append(line)
            line, room = word, _ROOM - 1
        else:
            line = f"{line} {word}"
    return "\r\n ".join([*lines, line])
