"""What people write in Markdown."""

from hypothesis import given
from hypothesis import strategies as st

from server.markdown import html, plain


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


def test_bare_addresses_become_links() -> None:
    assert html("See https://a.example/x_y_z, or not") == (
        '<p>See <a href="https://a.example/x_y_z" rel="nofollow noopener">https://a.example/x_y_z</a>, or not</p>\n'
    )
    assert html("`https://a.example`").count("<a") == 0
    assert html("[here](https://a.example)").count("<a") == 1


def test_plain_text_keeps_what_is_said() -> None:
    assert plain("Bring *water*.\n\n- one\n- [two](https://a.example)\n\n# Then\n\n1 < 2 & so") == (
        "Bring water.\n\n- one\n- two (https://a.example)\n\nThen\n\n1 < 2 & so"
    )
    assert plain("https://a.example/x") == "https://a.example/x"


@given(st.text(max_size=300))
def test_anything_may_be_written(text: str) -> None:
    assert isinstance(plain(text), str)
