"""Letters: well formed whatever people are called, sent once, and quiet towards dead addresses."""

import re
from email import message_from_bytes, message_from_string
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server import headers, jobs, mail
from server.mail import Address, CalendarPart, Letter


@pytest.fixture(autouse=True)
def _a_piece_of_work() -> None:
    jobs.current_work.set(7)


def written(name: str = "Ana", **parts: object) -> bytes:
    context = {"link": "http://127.0.0.1:8000/sign-in/x", "lasts": "20 minutes"}
    jobs.current_work.set(7)
    return mail.compose(
        "members/sign_in",
        Letter(to=Address(name, "ana@example.org"), context=context, **parts),  # type: ignore[arg-type]
    ).content


def compose(name: str = "Ana", **parts: object) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(written(name, **parts), policy=default))


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_name_makes_one_receiver_and_whole_headers(name: str) -> None:
    assert [address.addr_spec for address in compose(name)["To"].addresses] == ["ana@example.org"]
    head = written(name).partition(b"\r\n\r\n")[0]
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert head.lower().count(b"\r\nto:") + head.lower().startswith(b"to:") == 1


@pytest.mark.parametrize(
    "name", ["a\r\nBcc: x@evil.example", '"<x@y>"', "Ana, Bo", "👋 مرحبا", "x" * 5000, ""]
)
def test_hostile_names_stay_names(name: str) -> None:
    message = compose(name)
    assert message["Bcc"] is None
    assert len(message["To"].addresses) == 1


def test_a_letter_has_a_plain_and_an_html_part() -> None:
    kinds = [part.get_content_type() for part in compose().walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_a_calendar_stands_as_an_alternative_and_as_a_file() -> None:
    message = compose(calendar=CalendarPart("REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"))
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"


def test_unsubscribing_is_one_click() -> None:
    message = compose(unsubscribe="http://127.0.0.1:8000/letters/x/unsubscribe")
    assert message["List-Unsubscribe"] == "<http://127.0.0.1:8000/letters/x/unsubscribe>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_message_id_is_the_same_at_every_attempt() -> None:
    assert compose()["Message-ID"] == compose()["Message-ID"]


def test_the_message_id_does_not_say_how_many_letters_there_were_before() -> None:
    assert re.fullmatch(r"<[0-9a-f]{32}@127\.0\.0\.1>", compose()["Message-ID"])


@given(st.text(max_size=300))
@settings(deadline=None)
def test_a_name_and_a_subject_come_back_as_they_were(words: str) -> None:
    clean = headers.one_line(words)
    raw = (
        f"Subject: {headers.text('Subject', words)}\r\n"
        f"To: {headers.mailbox('To', words, 'ana@example.org')}\r\n"
    )
    assert all(len(line) <= 76 for line in raw.split("\r\n"))
    read = message_from_string(raw, policy=default)
    assert read["Subject"] == clean
    (address,) = read["To"].addresses
    assert address.addr_spec == "ana@example.org"
    # Python's own reader puts blanks between encoded words of a name; RFC 2047 section 6.2 takes them out.
    whole = str(make_header(decode_header(raw.partition("To: ")[2].strip())))
    assert parseaddr(whole)[0] == clean or whole.startswith(f"{clean} ")
