"""QR codes: an address to be read by a phone's camera, for a page or for a letter."""

from functools import lru_cache
from io import BytesIO

import segno
from markupsafe import Markup

# Any of the eight masks can be read. Trying all of them for the prettiest takes five times as long as the code.
MASK = 3
COLOURS = {"dark": "#1d1020", "light": "#ffffff"}  # In every theme: cameras want dark on light.


@lru_cache(maxsize=1_000)  # 2 ms each, and people look at theirs again.
def svg(text: str) -> Markup:
    """An inline SVG, about 4 kB."""
    drawn = _code(text).svg_inline(border=2, omitsize=True, svgclass="qr", lineclass="qr-ink", **COLOURS)
    return Markup(drawn)  # noqa: S704 - segno writes it; the text is drawn, not quoted


def png(text: str) -> bytes:
    """A PNG of half a kilobyte, about 250 pixels wide."""
    content = BytesIO()
    _code(text).save(content, kind="png", scale=6, border=4, **COLOURS)
    return content.getvalue()


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", mask=MASK)
