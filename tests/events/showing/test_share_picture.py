"""The picture of an event for previews elsewhere, whatever its words are."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.showing import share_picture
from events.showing.share_picture import Said, can_be_written
from server import covers

SAID = Said("Soup and stories", "Thursday", "Library", "Walkers", covers.drawn("key"))


async def test_the_same_words_make_the_same_picture_and_others_another() -> None:
    first = await share_picture.png(SAID)
    assert await share_picture.png(SAID) == first
    for other in (
        {"title": "Soup"},
        {"day": "Friday"},
        {"place": ""},
        {"community": "Choir"},
        {"point": (0, 0)},
    ):
        assert await share_picture.png(replace(SAID, **other)) != first, other  # type: ignore[arg-type]


@pytest.mark.slow
@given(title=st.text(max_size=120), place=st.text(max_size=120))
@settings(max_examples=25, deadline=None)
def test_any_words_can_be_on_a_share_picture(title: str, place: str) -> None:
    drawn = share_picture._png(replace(SAID, title=title, place=place))
    assert drawn.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("Soup & stories", True),
        ("Łódź, Smørrebrød, Đà", True),
        ("טיול", False),
        ("散歩", False),
        ("🎉", True),
        ("", True),
    ],
)
def test_titles_in_letters_that_our_fonts_lack_are_left_out(words: str, known: bool) -> None:
    assert can_be_written(words) == known
