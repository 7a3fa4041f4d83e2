"""Covers: a drawn picture for what has none. Each is one of Kith's motifs (`frontend/motifs/*.svg`), in one of its
palettes (`frontend/styles/covers.css`), so it follows the theme.

A motif is drawn on 540 x 250, of which a shape shows the middle: what matters stands between 145 and 395, 35 and 215.
Its classes name colours: `a` the strong one, `b` its pale sister, `c` and `d` two companions, `t` paper, `h` ink, `k`
wood and skin, `g` leaves, `f` fire, `w` and `v` water; `line-a` and so on draw with them.
"""

from functools import cache
from hashlib import sha256
from unicodedata import combining, normalize

from markupsafe import Markup

from server.assets import FRONTEND
from server.languages.messages import Text, pgettext

PALETTES = 3  # Each has a sister, which every second one in a list wears: neighbours are never alike.
SHAPES = {
    "wide": "110 35 320 180",
    "square": "145 0 250 250",
    "band": "0 35 540 180",
    "letter": "90 35 360 180",
}

# Each motif, what it is called, and the words that propose it, in English and in German; "walk~": and what begins so.
MOTIFS: dict[str, tuple[Text, str]] = {
    "table": (
        pgettext("a drawing", "A table"),
        "table~ dinner~ lunch~ breakfast~ supper~ meal~ tafel~ abendessen mittagessen mittagstisch "
        "fruhstuck~ stammtisch~ tea coffee kaffee~ cake kuchen~",
    ),
    "walk": (
        pgettext("a drawing", "A walk"),
        "walk~ hike~ hiking stroll~ forest~ wood woods mountain~ hill hills trail~ wander~ spazier~ wald~ "
        "ausflug~ pilger~ outdoor~ nature",
    ),
    "book": (
        pgettext("a drawing", "A book"),
        "book~ reading reads novel~ poem~ poet~ story stories storytelling literatur~ buch~ bucher~ lese~ "
        "gedicht~ roman~ writing schreib~ language~ sprach~ lesson~ course~ study",
    ),
    "repair": (
        pgettext("a drawing", "Tools"),
        "repair~ mend mending fix fixing tool~ workshop~ hack~ maker~ reparier~ reparatur~ werkstatt~ "
        "bastel~",
    ),
    "song": (
        pgettext("a drawing", "Music"),
        "song~ sing singing sings singalong choir~ chor chore music~ musik~ concert~ konzert~ jam dance~ "
        "dancing tanz~ rehears~ chorprobe lied lieder~ jazz~ karaoke orchest~",
    ),
    "screen": (
        pgettext("a drawing", "A screen"),
        "online call video~ film~ movie~ kino~ cinema~ webinar~ zoom remote digital~ computer~ code "
        "coding program~ linux",
    ),
    "garden": (
        pgettext("a drawing", "A garden"),
        "garden~ plant~ flower~ seed~ compost~ garten~ pflanz~ blume~ saat~ allotment~",
    ),
    "play": (
        pgettext("a drawing", "A game"),
        "game~ play playing boardgame~ chess~ dice cards spiel~ schach~ quiz~ puzzle~ kids children kinder~",
    ),
    "craft": (
        pgettext("a drawing", "Handwork"),
        "craft~ knit~ sew sewing yarn~ crochet~ pottery clay paint painting draw drawing art kunst~ "
        "strick~ nahen nahkurs hakel~ topfer~ malen malkurs zeichn~",
    ),
    "water": (
        pgettext("a drawing", "Water"),
        "swim~ sail~ boat~ lake~ sea beach~ schwimm~ segel~ boot~ ferry strand~ paddle~ kayak~",
    ),
    "talk": (
        pgettext("a drawing", "A talk"),
        "talk~ discuss~ debat~ assembl~ plenum~ meeting~ gesprach~ vortrag~ diskussion~ conversation~ "
        "circle~ forum~ council~",
    ),
    "party": (
        pgettext("a drawing", "A party"),
        "party~ parties birthday~ celebrat~ festival~ feier~ fest geburtstag~ jubil~ silvester~ "
        "anniversar~ welcome~ willkommen~",
    ),
    "fire": (
        pgettext("a drawing", "A fire"),
        "fire fireside campfire~ camp camping grill~ barbecue~ bbq lagerfeuer~ feuer~ winter~ sauna~",
    ),
    "soup": (
        pgettext("a drawing", "A soup"),
        "soup~ cook~ food~ bake baking recipe~ suppe~ koch~ kuche backen~ brunch~ vegan~ bread brot~",
    ),
    "ride": (
        pgettext("a drawing", "A bicycle"),
        "bike~ bicycle~ cycling cycle ride rides fahrrad~ radtour~ radeln velo~",
    ),
}

_ANYTHING = ("table", "talk", "party", "garden", "fire")
_ONE_WAY = {"song"}  # Notes in a mirror are no notes.


def cover(key: object, shape: str = "wide", *, motif: str = "", words: str = "") -> Markup:
    """A picture for what has none, decorative, about 2 kB. The same key always gives the same.

    `motif` is the one somebody chose; without one, `words` (a title, a name) propose it. `shape` is "wide" (16:9),
    "square", "band" (3:1) or "letter" (2:1).
    """
    motif, palette = chosen(key, motif=motif, words=words)
    seed = _seed(key)
    turned = seed // 64 % 2 == 1 and motif not in _ONE_WAY
    return _svg(motif, palette, shape, turned=turned, sun=230 + seed // 256 % 80)


def every_cover(shape: str) -> list[tuple[str, Markup]]:
    """Every motif in each of its palettes: its name, "walk-0", and its drawing."""
    return [
        (f"{motif}-{palette}", _svg(motif, palette, shape)) for motif in MOTIFS for palette in range(PALETTES)
    ]


def _svg(motif: str, palette: int, shape: str, *, turned: bool = False, sun: int = 270) -> Markup:
    drawing = _drawing(motif)
    if turned:
        drawing = f'<g transform="matrix(-1 0 0 1 540 0)">{drawing}</g>'
    head = f'<svg class="cover cover-{palette}" viewBox="{SHAPES[shape]}"'
    fit = 'preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false"'
    behind = f'<circle class="cover-sun" cx="{sun}" cy="122" r="118"/>'
    return Markup(f"{head} {fit}>{behind}{drawing}</svg>")  # noqa: S704 - our own drawings and numbers


def chosen(key: object, *, motif: str = "", words: str = "") -> tuple[str, int]:
    """The motif and the palette of a cover. What is called the same has the same motif: the evenings of a series."""
    anything = _ANYTHING[_seed(_plain(words).strip() or key) % len(_ANYTHING)]
    return motif or proposed(words) or anything, _seed(key) // 8 % PALETTES


def drawn(key: object, *, motif: str = "", words: str = "") -> bytes:
    """A cover as a square of 640 pixels, by day, for where nobody draws SVG: a WebP that `make pictures` made."""
    return _drawn(f"{named(key, motif=motif, words=words)}.webp")


def drawn_for_letters(name: str) -> bytes:
    """A cover by its name, twice as wide as high, by day: a PNG, which every mail program draws. Raises KeyError."""
    motif, _, palette = name.rpartition("-")
    if motif not in MOTIFS or palette not in map(str, range(PALETTES)):
        raise KeyError(name)
    return _drawn(f"{name}-letter.png")


def named(key: object, *, motif: str = "", words: str = "") -> str:
    """A cover's name: "walk-0"."""
    return "{}-{}".format(*chosen(key, motif=motif, words=words))


@cache
def _drawn(name: str) -> bytes:
    return (FRONTEND / "motifs" / "drawn" / name).read_bytes()


def motifs() -> list[tuple[str, Text]]:
    """All there are, to choose from: name and label."""
    return [(motif, label) for motif, (label, _words) in MOTIFS.items()]


def proposed(words: str) -> str:
    """The motif that these words make one think of, by the first of them that does; "" if none does."""
    for word in _plain(words).split():
        for motif, whole, beginnings in _proposing():
            if word in whole or word.startswith(beginnings):
                return motif
    return ""


@cache
def _proposing() -> list[tuple[str, frozenset[str], tuple[str, ...]]]:
    return [(motif, *_split(words.split())) for motif, (_label, words) in MOTIFS.items()]


def _split(words: list[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    whole = frozenset(word for word in words if not word.endswith("~"))
    return whole, tuple(word.removesuffix("~") for word in words if word.endswith("~"))


def _plain(words: str) -> str:
    letters = (letter for letter in normalize("NFKD", words.casefold()) if not combining(letter))
    return "".join(letter if letter.isalnum() else " " for letter in letters)


@cache
def _drawing(motif: str) -> str:
    whole = (FRONTEND / "motifs" / f"{motif}.svg").read_text()
    return whole.partition(">")[2].rpartition("</svg>")[0].replace("\n", "")


def _seed(key: object) -> int:
    return int.from_bytes(sha256(str(key).encode()).digest()[:8], "big")
