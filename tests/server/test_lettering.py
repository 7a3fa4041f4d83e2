"""What a letter says: one template for its subject, its HTML and its plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from events.card import Card
from server import composition, lettering, mail
from server.languages.language import speaking
from server.languages.pseudo import RightToLeft
from server.mail import Address

composition.compose()  # Whatever letters there are.
HOSTS = {
    "unsubscribe": None,
    "to": Address("Bo", "bo@example.org"),
    "by": "Ana <b> & Co",
    "title": "Soup & stories",
    "card": Card("Soup & stories", where="The old mill"),
    "community": "Walkers",
    "page": "https://kith.example/events/abc",
    "hosts": "https://kith.example/events/abc/hosts",
    "series": False,
}


def test_the_words_are_the_same_in_both_and_escaped_in_html_alone() -> None:
    words = lettering.write("events/co_host", HOSTS)
    assert words.subject == "You host Soup & stories with Ana <b> & Co"
    assert '<span dir="auto">Ana &lt;b&gt; &amp; Co</span> made you a co-host of' in words.html
    assert "Ana <b> & Co made you a co-host of" in words.text
    assert "<title>You host Soup &amp; stories with Ana &lt;b&gt; &amp; Co</title>" in words.html


def test_a_release_compiles_all_letters() -> None:
    assert lettering.compile_letters() >= len(mail.kinds)
    names = lettering._html().list_templates(filter_func=lettering._is_letter)
    assert "rsvps/invitation.jinja" in names and "parts.jinja" not in names


def test_an_address_stands_on_a_line_of_its_own() -> None:
    lines = lettering.write("events/co_host", HOSTS).text.splitlines()
    assert lines[lines.index("Open the gathering:") + 1] == HOSTS["page"]
    at = lines.index(HOSTS["hosts"])
    assert " ".join(lines[at - 2 : at]).endswith(
        "step down. It takes one press, and nobody gets a letter about it:"
    )
    assert lines.count(str(HOSTS["page"])) == 1, "the card leaves it to the button"


def test_paragraphs_are_apart_by_one_blank_line() -> None:
    text = lettering.write("events/co_host", HOSTS).text
    assert "\n\n\n" not in text
    assert text.startswith("Hello Bo,\n\nAna")


def test_what_a_letter_is_not_given_is_noticed() -> None:
    with pytest.raises(UndefinedError):
        lettering.write("events/co_host", {name: HOSTS[name] for name in HOSTS if name != "by"})


def test_a_letter_is_mirrored_for_a_language_that_runs_from_the_right() -> None:
    """Mail programs know no logical sides, so each is named, and is the other one there."""
    from_the_left = lettering.write("events/co_host", HOSTS).html
    with speaking(RightToLeft()):
        from_the_right = lettering.write("events/co_host", HOSTS).html
    for left, right in (
        ("direction:ltr", "direction:rtl"),
        ("text-align:left", "text-align:right"),
        ('align="left"', 'align="right"'),
        ("border-radius:20px 20px 20px 7px", "border-radius:20px 20px 7px 20px"),
    ):
        assert from_the_left.count(left) == from_the_right.count(right) > 0, left
        assert right not in from_the_left and left not in from_the_right
    assert lettering.turned('style="padding:3px 20px 5px 0;"') == 'style="padding:3px 0 5px 20px;"'
    assert (
        lettering.turned('style="border-left:4px solid #dc7ba5;"')
        == 'style="border-right:4px solid #dc7ba5;"'
    )
    assert lettering.turned('style="padding:0 36px 14px;"') == 'style="padding:0 36px 14px;"'


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\t\r\n"), max_size=400))
def test_a_paragraph_is_wrapped_and_loses_no_word(words: str) -> None:
    lines = lettering.wrapped(words).split("\n")
    assert all(len(line) <= lettering.WIDTH or " " not in line for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
