"""What people write in Markdown, on a page and as plain text."""

import re
from html.parser import HTMLParser
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.markdown import html, plain

REL = 'rel="ugc nofollow noopener"'


class Reader(HTMLParser):
    """A page as somebody reads it: its words, with the numbers a browser puts before items, and its links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words = ""
        self.links: list[str] = []
        self._numbers: list[int | None] = []
        self.feed(str(page))  # Markup would escape each piece once more.
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"ol", "ul"}:
            self._numbers.append(int(given.get("start") or 1) if tag == "ol" else None)
        elif tag == "li":
            number = self._numbers[-1]
            if number is not None:
                number = int(given.get("value") or number)
                self._numbers[-1] = number + 1
            self.words += f" {number}. " if number is not None else " - "
        elif tag == "a":
            self.links.append(given["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ol", "ul"}:
            self._numbers.pop()

    def handle_data(self, data: str) -> None:
        self.words += data


def links(text: str) -> list[str]:
    return Reader(html(text)).links


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def test_marks_become_html() -> None:
    assert html("Bring *water* and **bread**") == "<p>Bring <em>water</em> and <strong>bread</strong></p>\n"


def test_headings_stay_below_those_of_the_page_and_skip_no_step() -> None:
    assert html("# Big") == html("#### Big") == "<h3>Big</h3>\n"
    assert html("## a\n### b\n## c") == "<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>\n"
    assert html("### a\n# b\n###### c") == "<h3>a</h3>\n<h3>b</h3>\n<h4>c</h4>\n"
    assert "<h6" not in html("# a\n## b\n### c\n#### d\n##### e")


def test_no_script_gets_through() -> None:
    for hostile in (
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "[x](data:text/html,<script>)",
        "<a href='#' onclick='x()'>y</a>",
    ):
        made = html(hostile).lower()
        assert "<script" not in made and "<img" not in made and 'href="javascript' not in made
        assert "<a href='#'" not in made and 'href="data' not in made


def test_a_picture_from_elsewhere_is_a_link() -> None:
    assert 'href="https://a.example/b.png"' in html("![a cat](https://a.example/b.png)")
    assert "<img" not in html("![a cat](https://a.example/b.png)")


# Lines


@pytest.mark.parametrize(
    "line",
    [
        "12. Dezember",
        "24. + 25. Mai",
        "3. Advent",
        "1. Mai",
        "2024. Ein Jahr",
        "5) vor acht",
        "- 5 Grad",
        "* vegan",
        "+ 1 Gast",
        "+49 30 1234567",
        "> 18 Jahre",
        ">18",
        "#kith",
        "-- Ana",
        "[x] done",
        "12. Dezember\n19. Dezember",
        "1. Mai\n1. Juni",
        "Teilnehmer*innen, Helfer*innen",
        "Wir sehen uns am\n12. Dezember",
        "3. b\n2. c\n1. a",
        "See you there\n--\nAna",
        "Freund*innen und Gäst*innen",
        "2*3*4 and 5 * 6 * 7",
        "Ana`s and Bo`s",
        "snake_case_name",
    ],
)
def test_what_only_looks_like_a_mark_is_shown_as_typed(line: str) -> None:
    assert plain(line) == line
    read = Reader(html(line))
    assert read.words.strip() == line
    assert html(line).startswith("<p>") and html(line).count("<p>") == 1 and "<em>" not in html(line)


def test_numbered_steps_stay_numbered() -> None:
    assert html("1. Mix\n2. Bake") == "<ol>\n<li>Mix</li>\n<li>Bake</li>\n</ol>\n"
    assert plain("1. Mix\n2. Bake") == "1. Mix\n2. Bake"
    assert plain("1) Mix\n\n2) Bake\n\n   slowly") == "1) Mix\n\n2) Bake\n\n   slowly"
    assert "<li>Mix<br>\nwell</li>" in html("1. Mix\nwell\n2. Bake")


def test_no_number_is_counted_anew() -> None:
    assert '<ol start="3">' in html("3. Eat\n4. Wash up")
    assert '<ol start="0">' in html("0. Rest\n1. Rise")
    assert '<li value="24">' in html("12. Dezember\n13. Dezember\n24. Dezember")
    assert plain("12. Dezember\n13. Dezember\n24. Dezember") == "12. Dezember\n13. Dezember\n24. Dezember"


def test_lists_keep_their_shape_as_text() -> None:
    text = "Bring:\n\n- bread\n- cheese\n  - soft\n  - hard\n- wine\n\nThen\n\n1. eat\n   - slowly\n   - well\n2. rest"
    assert plain(text) == text


def test_plain_text_keeps_what_is_said() -> None:
    assert plain("Bring *water*.\n\n- one\n- [two](https://a.example)\n\n# Then\n\n1 < 2 & so") == (
        "Bring water.\n\n- one\n- two (https://a.example)\n\nThen\n\n1 < 2 & so"
    )
    assert plain("https://a.example/x") == "https://a.example/x"
    assert plain("At ~~19:00~~ 20:00") == "At ~~19:00~~ 20:00"
    assert plain("> Come\n> all\n\nsaid Ana") == "> Come\n> all\n\nsaid Ana"
    assert plain("a  \nb\\\nc\nd") == "a\nb\nc\nd"
    assert plain("1\\. Mai \\*really\\*") == "1. Mai *really*"
    assert plain("one\n\n* * *\n\ntwo") == "one\n\n---\n\ntwo"
    assert plain("```\n  kept\n   so\n```") == "kept\n   so"
    assert plain("![a cat](https://a.example/b.png)") == "a cat (https://a.example/b.png)"


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "https://meet.example.org/_kith_/room",
        "https://meet.example.org/_kith_",
        "https://en.example.org/wiki/Walking_(sport)",
        "https://a.example/x_y_z",
        "https://a.example/*b*/~~c~~",
        "https://a.example/__init__",
        "https://a.example/?a=1&copy=2#d_e_f",
        "http://a.example:8080/~bo/",
        "HTTPS://A.example/B",
    ],
)
@pytest.mark.parametrize(
    "sentence",
    [
        "{}",
        "({})",
        "See {}.",
        "See {}, or not",
        "“{}”",
        "„{}“",
        "请看{}。",
        "（{}）",
        "{}—then",
        "{}، ثم",
        "'{}'!",
        "\u200e{}\u200e",
        "\u2066{}\u2069 \u062b\u0645",
        "\u200f{}\u200f.",
        "\ufeff{}\u200b",
        "<{}>",
        "- {}\n- two",
        "1. {}\n2. two",
        "[here]({})",
        "# {}",
        "> {}",
        "Zoom: {} (from seven)",
        "{}: {}",
        "[1]: {}",
        "_at seven_ {} _sharp_",
    ],
)
def test_an_address_leads_where_it_says(address: str, sentence: str) -> None:
    text = sentence.replace("{}", address)
    assert set(links(text)) == {address}
    assert address in plain(text)


@pytest.mark.parametrize("mark", ["*", "_", "**", "__", "~~", "***", "*_"])
def test_marks_around_an_address_are_none_of_it(mark: str) -> None:
    address = "https://a.example/x_y"
    for text in (f"{mark}{address}{mark[::-1]}", f"{mark}see {address}{mark[::-1]}, yes"):
        assert links(text) == [address]
        assert re.search(r"<(em|strong|s)>", html(text))


def test_addresses_without_a_scheme_are_links_too() -> None:
    assert links("www.example.org/_a_, meet.example.org/_kith_/room.") == [
        "https://www.example.org/_a_",
        "https://meet.example.org/_kith_/room",
    ]
    assert links("anna_b_c@example.org or _bo@example.org_ or <cleo@example.org>") == [
        "mailto:anna_b_c@example.org",
        "mailto:bo@example.org",
        "mailto:cleo@example.org",
    ]
    assert plain("Ask anna_b_c@example.org or <cleo@example.org>") == (
        "Ask anna_b_c@example.org or cleo@example.org"
    )
    assert links("und/oder, z.B./d.h., a.m./p.m., 3.5/4, @ana@social.example, https://, http://...") == []


@pytest.mark.parametrize(
    "typed",
    [
        "[x](//elsewhere)",
        "[x](///elsewhere)",
        "[x](/\\elsewhere)",
        "[x](\\\\elsewhere)",
        "[x](</\t/elsewhere>)",
        "[x](&#47;/elsewhere)",
        "[x](/%09/elsewhere)",
        "[x](https:elsewhere)",
        "[x](https:/elsewhere)",
        "[x](https:\\\\elsewhere)",
        "[x](https:///elsewhere)",
        "[x](elsewhere)",
        "[x](/settings)",
        "[x](?next=elsewhere)",
        "[x](#)",
        "[x]()",
        "[x](javascript:alert)",
        "[x](JaVaScRiPt:alert)",
        "[x](java&#10;script:alert)",
        "[x](&#106;avascript:alert)",
        "[x](vbscript:a)",
        "[x](data:text/html,a)",
        "[x](file:///etc/passwd)",
        "![x](//elsewhere)",
        "<javascript:alert>",
        "[x][1]\n\n[1]: //elsewhere",
    ],
)
def test_only_an_address_of_its_own_makes_a_link(typed: str) -> None:
    assert "<a" not in html(typed)


def test_links_of_people_are_marked_as_theirs() -> None:
    assert html("https://a.example/x_y_z") == (
        f'<p><a href="https://a.example/x_y_z" {REL}>https://a.example/x_y_z</a></p>\n'
    )
    assert REL in html("[x](https://a.example)") and REL in html("<https://a.example>")
    assert html("`https://a.example`").count("<a") == 0
    assert html("[here https://b.example/_c_](https://a.example)").count("<a") == 1


# All of it


@given(st.text(max_size=300))
def test_anything_may_be_written(text: str) -> None:
    assert isinstance(plain(text), str)


ADDRESSES = st.sampled_from(
    [
        "https://meet.example.org/_kith_/room",
        "https://en.example.org/wiki/Walking_(sport)",
        "https://a.example/x_y_z",
        "bo_b@example.org",
    ]
)
WORDS = st.sampled_from(
    ["Brot", "19:00", "Café", "王", "שלום", "a-b", "5", "12.", "3)", "*", "so*so", "(und", "ja)", "&"]
)
STARTS = st.sampled_from(
    ["", "", "1. ", "2. ", "3. ", "12. ", "1) ", "2) ", "- ", "* ", "+ ", "> ", "# ", "  - ", "   1. "]
)


@given(st.lists(st.tuples(STARTS, st.lists(WORDS | ADDRESSES, min_size=1, max_size=4)), max_size=7))
def test_page_and_text_say_the_words_and_addresses_that_were_typed(
    lines: list[tuple[str, list[str]]],
) -> None:
    text = "\n".join(start + " ".join(pieces) for start, pieces in lines)
    page = Reader(html(text))
    assert words(page.words) == words(plain(text)) == words(text)
    typed = [each for _, pieces in lines for each in pieces if "example" in each]
    assert [link.removeprefix("mailto:") for link in page.links] == typed
    assert all(each in plain(text) for each in typed)


@pytest.mark.parametrize(
    "much",
    [
        "[",
        "*a",
        "_a ",
        "`",
        "> ",
        "- ",
        "1. a\n",
        "1. a\n2. b\n",
        "- 1. a\n",
        "https://a.example/_",
        "a@",
        "a.",
        "www.",
    ],
)
def test_nothing_takes_long(much: str) -> None:
    began = process_time()
    html(much * (20_000 // len(much)))
    assert process_time() - began < 5


@pytest.mark.parametrize("text", ["- a\n  - b\n- c", "1. a\n   - b\n2. c", "- a\n\n  - b\n- c"])
def test_a_single_dash_within_a_list_is_a_list(text: str) -> None:
    assert html(text).count("<ul>") + html(text).count("<ol>") == 2
    assert plain(text) == text
