"""Covers: the drawn pictures of what has none."""

import re
from xml.etree import ElementTree

import pytest

from server.assets import FRONTEND
from server.covers import MOTIFS, PALETTES, SHAPES, chosen, cover, drawn_for_letters, proposed

STYLES = (FRONTEND / "styles" / "covers.css").read_text()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("motif", MOTIFS)
def test_every_motif_is_a_small_picture_that_holds_no_style(motif: str, shape: str) -> None:
    drawn = cover("k7m2p9x4w8", shape, motif=motif)
    ElementTree.fromstring(drawn)
    assert not re.search(r"style|\bid=|href|fill=|stroke=", drawn)
    assert len(drawn) < 6_000


@pytest.mark.parametrize("motif", MOTIFS)
def test_every_colour_of_a_motif_is_a_class_of_the_styles(motif: str) -> None:
    for name in re.findall(r'class="([^"]+)"', cover("key", motif=motif)):
        for one in name.split():
            assert one == "cover" or f".{one} {{" in STYLES or f".{one}," in STYLES, one


def test_every_motif_was_drawn_for_chats_and_letters() -> None:
    names = {f"{motif}-{palette}" for motif in MOTIFS for palette in range(PALETTES)}
    drawn = {path.name for path in (FRONTEND / "motifs" / "drawn").iterdir()}
    assert drawn == {f"{name}.webp" for name in names} | {f"{name}-letter.png" for name in names}
    assert all(drawn_for_letters(name).startswith(b"\x89PNG") for name in names)


def test_every_drawing_is_a_motif() -> None:
    assert {path.stem for path in (FRONTEND / "motifs").glob("*.svg")} == MOTIFS.keys()
    assert len(MOTIFS) >= 10


def test_a_cover_is_the_same_for_ever() -> None:
    assert cover("k7m2p9x4w8") == cover("k7m2p9x4w8")
    assert len({cover(f"key-{number}") for number in range(40)}) > 20


def test_a_cover_has_the_same_colours_in_every_shape() -> None:
    for key in ("one", "two", "three", "four"):
        assert len({re.findall(r"cover-\d", cover(key, shape))[0] for shape in SHAPES}) == 1


def test_neighbours_in_a_list_wear_colours_that_no_other_place_has() -> None:
    """Every second one in a list has a sister of its palette, and no palette is its own sister."""
    grounds = re.findall(r"cover-(\d) \{\n    background: ([^;]+);", STYLES)
    assert [palette for palette, _ in grounds] == ["0", "1", "2", "0", "1", "2"] or len(
        grounds
    ) == 2 * PALETTES
    assert len({ground for _, ground in grounds}) == 2 * PALETTES
    assert STYLES.count(":nth-child(even) .cover-") == PALETTES


def test_the_key_of_a_cover_is_not_in_it() -> None:
    assert "<script>" not in cover("<script>", words="<script>")


@pytest.mark.parametrize(
    ("title", "motif"),
    [
        ("Full-moon walk on the Teufelsberg", "walk"),
        ("A long walk to the Müggelsee", "walk"),
        ("Wanderung zum See", "walk"),
        ("Repair café, with a sewing table", "repair"),
        ("Kitchen choir", "song"),
        ("The Canal Choir", "song"),
        ("Sing together, no experience needed", "song"),
        ("Bücherabend", "book"),
        ("Knitting for everybody", "craft"),
        ("Grillabend", "fire"),
        ("SPIELEABEND", "play"),
        ("Fahrradtour", "ride"),
        ("Singles’ evening", ""),
        ("Radio for beginners", ""),
        ("Hello", ""),
        ("", ""),
        ("散歩", ""),
    ],
)
def test_a_title_proposes_a_motif(title: str, motif: str) -> None:
    assert proposed(title) == motif


def test_what_is_called_the_same_has_the_same_drawing_in_colours_of_its_own() -> None:
    evenings = [chosen(f"key-{number}", words="Hello") for number in range(20)]
    assert len({motif for motif, _ in evenings}) == 1
    assert len({palette for _, palette in evenings}) == PALETTES
    assert len({chosen("key", words=f"Hello {number}")[0] for number in range(20)}) > 1


def test_what_somebody_chose_counts_more_than_the_title() -> None:
    assert cover("key", motif="song", words="A walk") == cover("key", motif="song")
    assert cover("key", words="A walk") == cover("key", motif="walk")
