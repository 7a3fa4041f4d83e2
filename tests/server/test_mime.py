"""MIME written out: whole for whoever reads it, in short lines of ASCII."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from hypothesis import example, given
from hypothesis import strategies as st

from server import mime

HEAD = [("To", "ana@example.org")]


def read(part: str) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(mime.message(HEAD, part), policy=default))


def lines(part: str) -> list[str]:
    return part.split("\r\n")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400))
@example("blanks at the end  \nof a line\t\n")
@example(".\n..\nFrom here\n")
@example("é" * 200)
@example("mixed\rends\r\nof\nlines")
def test_text_comes_back_as_it_was(content: str) -> None:
    part = mime.text("plain", content)
    assert all(len(line) <= 76 and line == line.rstrip(" \t") for line in lines(part))
    assert "\n" not in part.replace("\r\n", "")
    octets = read(part).get_payload(decode=True)
    assert octets == content.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode()


@given(st.binary(max_size=400))
def test_a_file_comes_back_as_it_was(content: bytes) -> None:
    part = mime.file("image/png", content, name="code.png")
    assert all(len(line) <= 76 for line in lines(part))
    assert read(part).get_payload(decode=True) == content
    assert read(part).get_filename() == "code.png"


def test_parts_within_parts_are_told_apart() -> None:
    words = "--=_alternative\r\n--=_mixed--\r\n"
    ways = mime.together("alternative", [mime.text("plain", words), mime.text("html", words)])
    whole = read(mime.together("mixed", [ways, mime.file("application/ics", words.encode(), name="x.ics")]))
    assert [part.get_content_type() for part in whole.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/ics",
    ]  # fmt: skip
    assert all(
        part.get_payload(decode=True) == words.encode() for part in whole.walk() if not part.is_multipart()
    )


def test_a_picture_within_html_is_named_for_it() -> None:
    part = read(mime.file("image/png", b"x", name="code.png", cid="code"))
    assert part["Content-ID"] == "<code>"
    assert part.get_content_disposition() == "inline"
