"""Texts of other people's calendars: HTML is read, and what was no Markdown stays what it was."""

import pytest

from events.importing import texts
from server import markdown


def test_html_becomes_lines_and_addresses() -> None:
    html = (
        "<p>Hi <b>you</b>&nbsp;&amp; me</p><ul><li>one<li>two</ul>"
        '<a href="https://a.example/x">here</a><br>on<script>alert(1)</script>'
    )
    assert texts.read(html) == "Hi you & me\n\n- one\n- two\nhere (https://a.example/x)\non"


def test_what_is_no_html_stays_as_it_is() -> None:
    for text in ("2 < 3 and <ana@example.org>", "a & b &c; d", "one\n\ntwo", "x <y> z"):
        assert texts.read(text) == text


def test_entities_that_websites_leave_are_what_they_stand_for() -> None:
    assert texts.read("Ana&#8217;s &amp; Bo&rsquo;s, 2 &lt; 3, R&D;") == "Ana’s & Bo’s, 2 < 3, R&D;"


@pytest.mark.parametrize(
    "text",
    ["Bring *water*", "snake_case and _this_", "# no heading", "> no quotation", "[x](https://a.example)", "`tick`",
     "~~struck~~", "a\\b", "5 * 3 * 2", "https://a.example/_b_/*c*", "**", "Freund*innen", "- one\n- two"],
)  # fmt: skip
def test_what_only_looks_like_markdown_is_read_as_it_was_typed(text: str) -> None:
    written = texts.as_markdown(text)
    html = str(markdown.html(written))
    assert not any(tag in html for tag in ("<em", "<strong", "<h", "<blockquote", "<code", "<s>"))
    if not text.startswith("- "):
        assert markdown.plain(written) == text


@pytest.mark.parametrize(
    ("address", "is_call"),
    [
        ("https://us02web.zoom.us/j/123?pwd=x", True),
        ("https://meet.google.com/abc", True),
        ("https://teams.microsoft.com/l/meetup-join/1", True),
        ("https://www.meetup.com/walks", False),
        ("https://zoom.us.example.org/", False),
        ("https://[", False),
    ],
)
def test_calls_are_known_by_their_hosts(address: str, is_call: bool) -> None:
    assert texts.is_call(address) is is_call


def test_links_into_calls_are_taken_out_of_what_everybody_reads() -> None:
    text = "Join (https://zoom.us/j/1), or see https://example.org."
    assert texts.without_calls(text) == ("Join (), or see https://example.org.", "https://zoom.us/j/1")


def test_places_that_are_none() -> None:
    assert all(map(texts.means_online, ("Online", "zoom", " Microsoft Teams-Besprechung ", "Online event")))
    assert not any(map(texts.means_online, ("Zoom Café", "The online shop", "Mill")))
