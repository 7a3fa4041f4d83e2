"""QR codes: an address to be read by a phone's camera, for a page or for a letter."""

import zlib
from functools import lru_cache
from struct import pack

import segno
from markupsafe import Markup

# Any of the eight masks can be read. Trying all of them for the prettiest takes five times as long as the code.
MASK = 3
SCALE, BORDER = 6, 4  # Pixels of a module, and modules of quiet around them.
_BITS = 7  # of a character in ASCII
COLOURS = {"dark": "#1d1020", "light": "#ffffff"}  # In every theme: cameras want dark on light.


@lru_cache(maxsize=1_000)  # 2 ms each, and people look at theirs again.
def svg(text: str) -> Markup:
    """An inline SVG, about 4 kB."""
    drawn = _code(text).svg_inline(border=2, omitsize=True, svgclass="qr", lineclass="qr-ink", **COLOURS)
    return Markup(drawn)  # noqa: S704 - segno writes it; the text is drawn, not quoted


def png(text: str, *, own: int) -> bytes:
    """A PNG of half a kilobyte, about 250 pixels wide. `own` characters at the end are of this code alone.

    0.2 ms when one with the same beginning was made before, since a code is linear: what a bit of its text turns over
    in the picture depends on no other bit. Else a quarter of a second.
    """
    head, tail = text[:-own], text[-own:]
    size, drawn, turned_over = _linear(head, own)
    for place, character in enumerate(tail.encode("ascii")):
        for bit in range(_BITS):
            if character >> bit & 1:
                drawn ^= turned_over[place][bit]
    return _png(f"{drawn:0{size * size}b}", size)


@lru_cache(maxsize=8)
def _linear(head: str, own: int) -> tuple[int, int, list[list[int]]]:
    """The code of `head` and nothing after it: its size, its modules as bits, and those that each further bit turns."""
    nothing = "\0" * own
    code = _code(head + nothing)
    drawn = _modules(code)
    turned_over = [
        [
            drawn ^ _modules(_code(head + nothing[:place] + chr(1 << bit) + nothing[place + 1 :]))
            for bit in range(_BITS)
        ]
        for place in range(own)
    ]
    return len(code.matrix), drawn, turned_over


def _modules(code: segno.QRCode) -> int:
    return int("".join(str(module) for row in code.matrix for module in row), 2)


def _png(modules: str, size: int) -> bytes:
    """One bit for each pixel: nothing that a camera or a mail program needs is lost, and nothing is quicker."""
    quiet = "0" * BORDER
    width = (size + 2 * BORDER) * SCALE
    empty = _row("0" * (size + 2 * BORDER)) * (BORDER * SCALE)
    rows = [_row(f"{quiet}{modules[at : at + size]}{quiet}") * SCALE for at in range(0, size * size, size)]
    palette = bytes.fromhex(COLOURS["light"][1:] + COLOURS["dark"][1:])
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", pack(">IIBBBBB", width, width, 1, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette),
            _chunk(b"IDAT", zlib.compress(b"".join([empty, *rows, empty]), 3)),
            _chunk(b"IEND", b""),
        ]
    )


def _row(modules: str) -> bytes:
    pixels = modules.replace("0", "0" * SCALE).replace("1", "1" * SCALE)
    whole = pixels.ljust(-(-len(pixels) // 8) * 8, "0")
    return b"\0" + int(whole, 2).to_bytes(len(whole) // 8, "big")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", mask=MASK, mode="byte")
