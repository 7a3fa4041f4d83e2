"""What a letter's HTML asks of mail programs that they do not draw, by caniemail's data (`caniemail/README.md`).

Elements, attributes, properties and their values, units, selectors, media queries, kinds of pictures. What stands in
comments for Outlook alone is not looked at: only Outlook reads it.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

CLIPPED = 102_000  # bytes: of a longer letter Gmail shows the beginning

# What some do not draw and letters may use all the same: what is lost, and why it does not matter.
ENHANCEMENTS = {
    "border-radius": "Outlook draws the corners square",
    "max-height property": "the preview is hidden from Outlook by mso-hide",
    "overflow": "it clips what round corners would cut; and the preview, which is hidden in other ways",
    "opacity": "the preview is hidden in other ways, too",
    "outline": "it takes away a border that only browsers draw around pictures",
    "word-spacing": "it says normal, as it is without",
    "cursor": "an arrow over a button, where there is a pointer",
    "@media (prefers-color-scheme)": "where there is none, the program darkens a letter itself, or leaves it light",
    "@media": "what does not read it shows the wide letter, whose tables shrink by themselves",
    "color-scheme CSS property": "it says what prefers-color-scheme will do",
    "color-scheme meta tag": "it says what prefers-color-scheme will do",
    "Attribute selector": "for Outlook.com, which has names of its own for the dark",
    "Child combinator": "for the dark alone",
    "target attribute": "mail programs open links beside themselves anyway",
    "HTML5 doctype": "Outlook reads every letter in one manner",
}


# Whether an element, with its attributes, is what a feature speaks of.
Uses = Callable[[str, dict[str, str]], bool]


@dataclass(frozen=True)
class Feature:
    """Something that caniemail has tried: in which mail programs of ours it does not work."""

    title: str
    category: str
    missing: tuple[str, ...]


@cache
def features() -> dict[str, Feature]:
    """All of them, by title."""
    data = json.loads((Path(__file__).parent / "caniemail" / "data.json").read_text())
    return {
        title: Feature(
            title,
            each["category"],
            tuple(program for program, answer in each["supports"].items() if answer == "n"),
        )
        for title, each in data["features"].items()
    }


def faults(html: str) -> list[str]:
    """A sentence for each thing that a mail program does not draw, unless it is one of the `ENHANCEMENTS`."""
    found = [
        f"{title}: not in {', '.join(features()[title].missing)}"
        for title in sorted(used(html))
        if features()[title].missing and title not in ENHANCEMENTS
    ]
    if len(html.encode()) > CLIPPED:
        found.append(f"{len(html.encode())} bytes: Gmail clips it")
    return found


def used(html: str) -> set[str]:
    """The titles of all features that it uses, as far as caniemail knows them."""
    page = _Page()
    page.feed(html)
    titles = {title for title, uses in _HTML.items() if any(uses(tag, attrs) for tag, attrs in page.elements)}
    for selector, declarations in page.rules():
        titles |= {title for title, pattern in _SELECTORS.items() if pattern.search(selector)}
        titles |= {title for name, value in declarations for title in _of_declaration(name, value)}
    titles |= {title for rule in page.at_rules() for title in _of_at_rule(rule)}
    titles |= {title for address in page.pictures for title in _of_picture(address)}
    return titles & set(features())


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.pictures: list[str] = []
        self._styles: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.elements.append((tag, known))
        self.pictures += [known[name] for name in ("src", "background") if known.get(name)]
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_decl(self, decl: str) -> None:
        self.elements.append((f"!{decl.lower()}", {}))

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self._styles.append(data)

    def rules(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Each selector with its declarations; those of a style attribute without one."""
        for _, attrs in self.elements:
            if "style" in attrs:
                yield "", _declarations(attrs["style"])
        for style in self._styles:
            for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", style):
                yield selector.rpartition(";")[2].strip(), _declarations(body)

    def at_rules(self) -> Iterator[str]:
        for style in self._styles:
            yield from (each.strip() for each in re.findall(r"@[^{;]+", style))
        yield from (
            f"@media {attrs['media']}" for tag, attrs in self.elements if tag == "style" and "media" in attrs
        )


def _declarations(text: str) -> list[tuple[str, str]]:
    pairs = (each.partition(":") for each in text.split(";") if ":" in each)
    return [(name.strip().lower(), value.strip().lower()) for name, _, value in pairs]


# How what is written is called there. Properties are called by their names, mostly.

_CALLED = {
    "height": "height property",
    "width": "width property",
    "max-height": "max-height property",
    "min-height": "min-height property",
    "min-width": "min-width property",
    "font": "font shorthand",
    "color-scheme": "color-scheme CSS property",
    **dict.fromkeys(("left", "right", "top", "bottom"), "left, right, top, bottom"),
    **dict.fromkeys(("gap", "column-gap", "row-gap"), "gap, column-gap, row-gap"),
}
_SHORTHANDS = ("background", "border", "font", "list-style", "margin", "outline", "padding")
_UNITS = ("ch", "cm", "em", "ex", "in", "mm", "pc", "pt", "px", "rem", "vh", "vmax", "vmin", "vw")
_FUNCTIONS = {
    "calc": "CSS calc() function",
    "var": "CSS Variables (Custom Properties)",
    "url": "background-image",
    **{
        name: f"{name}()"
        for name in ("clamp", "conic-gradient", "light-dark", "linear-gradient", "max", "min")
    },
    **{name: f"{name}()" for name in ("radial-gradient", "rgb", "rgba")},
    **dict.fromkeys(("lch", "oklch", "lab", "oklab"), "lch(), oklch(), lab(), oklab()"),
}


def _of_declaration(name: str, value: str) -> Iterator[str]:
    value, important, _ = value.partition("!important")
    if name.startswith("--"):
        yield "CSS Variables (Custom Properties)"
    if name in _CALLED or name in features():
        yield _CALLED.get(name, name)
    else:
        yield from (each for each in _SHORTHANDS if name.startswith(f"{each}-"))
    yield from (f"{name}:{value.strip()}", f"{name}: {value.strip()}")
    yield from (f"{unit} unit" for unit in _UNITS if re.search(rf"\d{unit}\b", value))
    yield from (title for called, title in _FUNCTIONS.items() if re.search(rf"(?<![\w-]){called}\(", value))
    if re.search(r"\b(system-ui|ui-\w+)", value):
        yield "system-ui, ui-serif, ui-sans-serif, ui-rounded, ui-monospace"
    if important:
        yield "!important keyword"


def _of_at_rule(rule: str) -> Iterator[str]:
    name, _, condition = rule.partition(" ")
    yield name
    if name == "@media":
        yield from (title for title in features() if title.startswith("@media (") and _asks(condition, title))


def _asks(condition: str, title: str) -> bool:
    return any(feature in condition for feature in re.findall(r"\(([\w-]+)\)", title))


def _of_picture(address: str) -> Iterator[str]:
    if address.startswith("data:"):
        yield "Base 64 image format"
    kinds = {
        "webp": "webP",
        "jpg": "JPG",
        "jpeg": "JPG",
        "png": "PNG",
        "gif": "GIF",
        "svg": "SVG",
        "avif": "AVIF",
    }
    if kind := kinds.get(address.partition("?")[0].rpartition(".")[2].lower()):
        yield f"{kind} image format"


_SELECTORS = {
    "Adjacent sibling combinator": re.compile(r"\+"),
    "Attribute selector": re.compile(r"\["),
    "Chaining selectors": re.compile(r"\.[\w-]+\."),
    "Child combinator": re.compile(r">"),
    "General sibling combinator": re.compile(r"~"),
    "ID selector": re.compile(r"#"),
    "Universal selector *": re.compile(r"\*"),
}
for _title in features():
    if _title.startswith(":"):
        _SELECTORS[_title] = re.compile(rf"(?<!:){re.escape(_title.removesuffix('()'))}(?![\w-])")


def _uses(title: str) -> Uses:
    """Whether an element, with its attributes, is what a title of the category "html" speaks of."""
    if title.endswith(" attribute"):
        name = title.removesuffix(" attribute")
        return lambda tag, attrs: name in attrs
    if pair := re.fullmatch(r'<(\w+) (\w+)="(\w+)"> element', title):
        return lambda tag, attrs: tag == pair[1] and attrs.get(pair[2]) == pair[3]
    tags = set(re.findall(r"<(\w+)>", title)) | _TAGS.get(title, set())
    return lambda tag, attrs: tag in tags


_TAGS = {
    "HTML5 doctype": {"!doctype html"},
    "Image maps": {"map"},
    "Embedded <svg> image": {"svg"},
    "address": {"address"},
    "<h1> to <h6> elements": {f"h{level}" for level in range(1, 7)},
    "HTML5 semantics": {
        "article", "aside", "details", "figcaption", "figure", "footer", "header", "main", "mark", "nav",
        "section", "summary", "time",
    },
}  # fmt: skip
_HTML = {
    title: _uses(title)
    for title, feature in features().items()
    if feature.category == "html" and title not in {"HTML comments", "Local anchors"}
} | {
    "Local anchors": lambda tag, attrs: attrs.get("href", "").startswith("#"),
    "color-scheme meta tag": lambda tag, attrs: tag == "meta" and attrs.get("name") == "color-scheme",
    "mailto: links": lambda tag, attrs: attrs.get("href", "").startswith("mailto:"),
    "srcset and sizes attributes": lambda tag, attrs: bool({"srcset", "sizes"} & set(attrs)),
}
