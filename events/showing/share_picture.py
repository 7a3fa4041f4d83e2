"""The picture of an event for previews elsewhere: its title, day and place beside its own picture or its cover."""

import asyncio
import io
from dataclasses import dataclass
from functools import cache, lru_cache

from PIL import Image, ImageDraw, ImageFont, ImageOps
from PIL.ImageFont import FreeTypeFont

from server.assets import FRONTEND

SIZE = WIDTH, HEIGHT = 1200, 630  # What OpenGraph's readers show whole.
LEFT, RIGHT = 72, 640  # The words stand between them, the picture after them.
PAPER, INK, SOFT, ACCENT = "#fcf6f7", "#2b1127", "#6a5264", "#8f1650"
FONTS = FRONTEND / "static" / "fonts"
KEPT = 200  # pictures of some 60 kB in each process

# One at a time in each process: each takes 50 ms of CPU.
_at_work = asyncio.Semaphore(1)


@dataclass(frozen=True)
class Said:
    """What a share picture says, and `picture`: the event's own, as a file, or its cover. `point`: see `Event`."""

    title: str
    day: str
    place: str
    community: str
    picture: bytes
    point: tuple[int, int] = (50, 50)


async def png(said: Said) -> bytes:
    """It as a PNG. What is kept costs nothing, the others wait for each other."""
    async with _at_work:
        return await asyncio.to_thread(_png, said)


@lru_cache(maxsize=KEPT)
def _png(said: Said) -> bytes:
    canvas = Image.new("RGB", SIZE, PAPER)
    x, y = said.point
    side = (WIDTH - RIGHT, HEIGHT)
    with Image.open(io.BytesIO(said.picture)) as picture:
        shown = ImageOps.fit(
            picture.convert("RGB"), side, Image.Resampling.LANCZOS, centering=(x / 100, y / 100)
        )
    canvas.paste(shown, (RIGHT, 0))
    draw = ImageDraw.Draw(canvas)
    lines, size = _title(said.title) if can_be_written(said.title) else ([], 0)
    top = 84.0
    for line in lines:
        _write(draw, top, line, "gabarito", size, 700, INK)
        top += size * 1.12
    top += 28
    for words, most, size, weight, colour in ((said.day, 2, 34, 600, ACCENT), (said.place, 1, 32, 400, SOFT)):
        for line in _wrapped(words, "figtree", size, weight)[:most]:
            _write(draw, top, line, "figtree", size, weight, colour)
            top += size * 1.4
    _write(draw, HEIGHT - 96, _shortened(said.community, "figtree", 30, 600), "figtree", 30, 600, INK)
    content = io.BytesIO()
    canvas.save(content, "PNG")
    return content.getvalue()


def _title(words: str) -> tuple[list[str], int]:
    """In as large letters as fit into four lines."""
    words = _writable(words)
    for size in (84, 72, 62, 54):
        lines = _wrapped(words, "gabarito", size, 700)
        whole = " ".join(lines) == words
        if whole and len(lines) * size * 1.12 <= 270:
            return lines, size
    return [*lines[:3], _shortened(" ".join(lines[3:]), "gabarito", 54, 700)], 54


def _writable(words: str) -> str:
    """Without the letters and signs that no font of ours has."""
    fonts = _fonts("gabarito", 54, 700)
    return " ".join("".join(one if any(_has(font, one) for font in fonts) else " " for one in words).split())


def _wrapped(words: str, family: str, size: int, weight: int) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _length(longer, family, size, weight) > RIGHT - LEFT - 24:
            lines.append(word)
        else:
            lines[-1] = longer
    return [_shortened(line, family, size, weight) for line in lines]


def _shortened(line: str, family: str, size: int, weight: int) -> str:
    if _length(line, family, size, weight) <= RIGHT - LEFT - 24:
        return line
    while line and _length(f"{line}…", family, size, weight) > RIGHT - LEFT - 24:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _length(line: str, family: str, size: int, weight: int) -> float:
    return sum(font.getlength(run) for run, font in _runs(line, family, size, weight))


def _write(
    draw: ImageDraw.ImageDraw, top: float, line: str, family: str, size: int, weight: int, colour: str
) -> None:
    left = float(LEFT)
    for run, font in _runs(line, family, size, weight):
        draw.text((left, top + size), run, colour, font, anchor="ls")
        left += font.getlength(run)


def _runs(line: str, family: str, size: int, weight: int) -> list[tuple[str, FreeTypeFont]]:
    """The line, cut by which of the family's files has its letters. What none of them has is left out."""
    runs: list[tuple[str, FreeTypeFont]] = []
    for letter in line:
        font = next((font for font in _fonts(family, size, weight) if _has(font, letter)), None)
        if font is None:
            continue
        if runs and runs[-1][1] is font:
            runs[-1] = (runs[-1][0] + letter, font)
        else:
            runs.append((letter, font))
    return runs


@cache
def _fonts(family: str, size: int, weight: int) -> tuple[FreeTypeFont, ...]:
    fonts = tuple(
        ImageFont.truetype(FONTS / f"{family}-{part}.woff2", size, layout_engine=ImageFont.Layout.BASIC)
        for part in ("latin", "latin-ext")
    )
    for font in fonts:
        font.set_variation_by_axes([weight])
    return fonts


@lru_cache(maxsize=10_000)
def _has(font: FreeTypeFont, letter: str) -> bool:
    if not letter.isprintable():
        return False
    return letter == " " or bytes(font.getmask(letter)) != bytes(font.getmask("\U0010fffe"))


def can_be_written(words: str) -> bool:
    """Whether Kith's own fonts have most of the letters of these words: they know Latin ones only."""
    letters = [letter for letter in words if letter.isalnum()]
    known = sum(any(_has(font, letter) for font in _fonts("gabarito", 54, 700)) for letter in letters)
    return known * 10 >= len(letters) * 9
