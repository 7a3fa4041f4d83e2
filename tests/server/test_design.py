"""The design holds: readable in both themes, everything shown on /dev/components, nothing named that is not there."""

import math
import re

import httpx
import pytest

from server import composition, mail
from server.assets import FRONTEND

composition.compose()  # Whatever letters there are.

TEMPLATES = FRONTEND / "templates"
COMPONENTS = TEMPLATES / "components"
TOKENS = (FRONTEND / "styles" / "tokens.css").read_text()

Colour = tuple[float, float, float]


def _pairs() -> dict[str, tuple[Colour, ...]]:
    found = re.findall(r"--color-([a-z0-9-]+): light-dark\((.*)\);", TOKENS)
    return {
        name: tuple(
            (float(lightness), float(chroma), float(hue))
            for lightness, chroma, hue in re.findall(r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)", value)
        )
        for name, value in found
    }


COLOURS = _pairs()


def _luminance(colour: Colour) -> float:
    """Relative luminance (WCAG) of an OKLCH colour, by way of linear sRGB (https://bottosson.github.io/posts/oklab)."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(1.0, max(0.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, theme: int) -> float:
    """The contrast of two tokens by day (0) or by night (1)."""
    lighter, darker = sorted(
        (_luminance(COLOURS[one][theme]), _luminance(COLOURS[other][theme])), reverse=True
    )
    return (lighter + 0.05) / (darker + 0.05)


READ_ON = [
    *(
        (ink, ground)
        for ground in ("paper", "surface", "sunken", "raised", "wash")
        for ink in ("ink", "ink-soft", "accent-ink", "danger-ink")
    ),
    *((f"{state}-ink", f"{state}-wash") for state in ("go", "wait", "danger")),
    *(("ink", f"{state}-wash") for state in ("go", "wait", "danger")),
    *((f"tint-{number}-ink", f"tint-{number}") for number in range(6)),
    *(("on-accent", filled) for filled in ("accent", "accent-hover")),
    *(("on-danger", filled) for filled in ("danger", "danger-hover")),
]
SEEN_ON = [
    (edge, ground)
    for ground in ("paper", "surface", "sunken", "raised")
    for edge in ("line-strong", "focus", "accent")
]


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
def test_whatever_is_read_is_readable(theme: int) -> None:
    poor = {pair: round(contrast(*pair, theme), 2) for pair in READ_ON if contrast(*pair, theme) < 4.5}
    assert not poor


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
def test_whatever_has_a_meaning_is_seen(theme: int) -> None:
    poor = {pair: round(contrast(*pair, theme), 2) for pair in SEEN_ON if contrast(*pair, theme) < 3}
    assert not poor


async def test_every_component_is_shown(client: httpx.AsyncClient) -> None:
    """On the page of components, by itself or within another."""
    assert (await client.get("/dev/components")).status_code == 200
    pages = [TEMPLATES / "base.html", TEMPLATES / "dev" / "components.html", *COMPONENTS.glob("*.html")]
    shown = "".join(page.read_text().split("#}", 1)[1] for page in pages)
    macros = set(re.findall(r"\{%-? macro ([a-z]\w*)\(", shown))
    used = set(re.findall(r"(?<!macro )\b(\w+)\(", shown))
    assert not macros - used


def test_every_macro_says_how_it_is_called() -> None:
    for file in COMPONENTS.glob("*.html"):
        top, rest = file.read_text().split("#}", 1)
        for macro in re.findall(r"\{%-? macro ([a-z]\w*)\(", rest):
            assert f"{macro}(" in top or macro in {"look", "hidden"}, f"{file.name}: {macro} is not explained"


def test_every_icon_that_is_named_is_drawn() -> None:
    drawn = set(re.findall(r'^  "([a-z0-9-]+)": ', (COMPONENTS / "icons.html").read_text(), re.MULTILINE))
    for file in TEMPLATES.rglob("*.html"):
        for named in re.findall(r'(?:icon|draw)\("([a-z0-9-]+)"|icon="([a-z0-9-]+)"', file.read_text()):
            assert set(named) - {""} <= drawn, f"{file.name}: {named}"


def test_pages_leave_looks_to_components() -> None:
    """No inline styles, scripts or handlers anywhere (the CSP refuses them), and no dash that shouts.

    Linked data is no script: browsers do not run it.
    """
    for file in TEMPLATES.rglob("*.html"):
        text = file.read_text()
        assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", text), file
        assert not re.search(r'<script(?![^>]*(nonce|type="application/ld\+json"))', text), file
        assert "—" not in text, file


def test_what_the_guide_names_is_there() -> None:
    guide = (FRONTEND.parent / "docs" / "design.md").read_text()
    layout = "".join(path.read_text() for path in (FRONTEND / "styles").glob("*.css"))
    table = guide.split("## Laying out")[1].split("## Colour")[0]
    for name in re.findall(
        r"`([a-z-]+)`", "\n".join(line for line in table.splitlines() if line.startswith("| `"))
    ):
        assert name == "width" or f"@utility {name} " in layout, name
    for file in re.findall(r"^\| `(\w+\.html)`", guide, re.MULTILINE):
        assert (COMPONENTS / file).exists(), file


def test_what_letters_are_made_of_is_there_for_both_ways_of_showing_them() -> None:
    html, text = (
        {macro.split("(")[0]: macro for macro in re.findall(r"{% macro (.*?) %}", path.read_text())}
        for path in (FRONTEND / "letters" / way for way in ("html/parts.mjml", "text/parts.jinja"))
    )
    named = [name for name in html if name[0] != "_" and name != "wordmark"]
    assert [html[name] for name in named] == [text[name] for name in named]


@pytest.mark.parametrize("letter", sorted(mail.kinds))
def test_a_letter_is_made_of_parts_alone(letter: str) -> None:
    source = (FRONTEND / "letters" / f"{letter}.jinja").read_text()
    assert re.findall(r"{% block (\w+) %}", source) == ["subject", "preview", "main", "why"]
    assert not re.findall(r"</?[a-z]", source), "markup of its own"


def test_no_template_is_left_of_a_letter_that_is_gone() -> None:
    folder = FRONTEND / "letters"
    letters = {str(path.relative_to(folder).with_suffix("")) for path in folder.glob("*/*.jinja")}
    shared = {"text/frame", "text/parts", "rsvps/pieces", "volunteers/pieces"}
    assert letters - shared == set(mail.kinds)


# What has a left and a right side stands on the wrong one where people read from the right. What a picture keeps in
# view has sides of its own.
_SIDED = re.compile(
    r"\b(margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right)\b"
    r"|\b(text-align|float|clear): *(left|right)"
    r"|^\s*(left|right):(?! var\(--point)",
    re.MULTILINE,
)
_FOUR = re.compile(r"^\s*(padding|margin|inset|border-radius): ([^;]+);", re.MULTILINE)


def _values(shorthand: str) -> list[str]:
    return re.findall(r"(?:[^\s(]|\((?:[^()]|\([^()]*\))*\))+", shorthand)


@pytest.mark.parametrize("sheet", sorted((FRONTEND / "styles").glob("*.css")), ids=lambda sheet: sheet.name)
def test_styles_know_starts_and_ends_and_no_left_and_right(sheet):
    text = sheet.read_text()
    assert not [found.group() for found in _SIDED.finditer(text)]
    for name, shorthand in _FOUR.findall(text):
        values = _values(shorthand)
        if name == "border-radius":
            assert len(values) != 4 or values[0] == values[1], shorthand
        else:
            assert len(values) != 4 or values[1] == values[3], shorthand
