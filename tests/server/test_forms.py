"""What people type, as Kith takes it: cleaned of what nobody can see or store, and otherwise as it is."""

import re

import httpx
import pytest
from markupsafe import Markup

from server.assets import FRONTEND
from server.forms import Fields, Line, OptionalLine, Prose, WebAddress, blank, check


class Linked(Fields):
    """A form with the address of a page."""

    link: WebAddress = ""


TEMPLATES = FRONTEND / "templates"


class Note(Fields):
    """A form for these tests."""

    title: Line
    subtitle: OptionalLine = ""
    text: Prose = ""


@pytest.mark.parametrize("title", ["\u200b", " \u2060\ufeff ", "\u202e", "\t\n", ""])
def test_a_title_that_nobody_can_see_is_none(title: str) -> None:
    assert "title" in check(Note, {"title": title}).errors


def test_nothing_turns_the_words_after_it_round() -> None:
    form = check(Note, {"title": "Ana \u202emoc.live", "text": "a\u2067b\u0000c"})
    assert form.data and form.data.title == "Ana moc.live"
    assert form.data.text == "abc"


@pytest.mark.parametrize("title", ["👩‍👩‍👧 café", "می‌خواهم", "עברית", "ไทย", "𝔎𝔦𝔱𝔥"])
def test_every_language_stays_as_it_is(title: str) -> None:
    form = check(Note, {"title": title})
    assert form.data and form.data.title == title


def test_a_line_has_no_breaks() -> None:
    form = check(Note, {"title": "Soup\r\nBcc: everybody@example.org"})
    assert form.data and form.data.title == "Soup Bcc: everybody@example.org"


@pytest.mark.parametrize("charset", ["undefined", "unicode_escape", "raw_unicode_escape", "idna"])
async def test_a_charset_that_nobody_uses_breaks_nothing(client: httpx.AsyncClient, charset: str) -> None:
    part = b'--cut\r\nContent-Disposition: form-data; name="email"\r\n\r\n\\ud800@example.org\r\n--cut--\r\n'
    kind = f"multipart/form-data; boundary=cut; charset={charset}"
    answer = await client.post("/sign-in", content=part, headers={"content-type": kind})
    assert answer.status_code == 422


async def test_a_file_where_words_belong_is_no_answer(client: httpx.AsyncClient) -> None:
    answer = await client.post("/sign-in", files={"email": ("ana.txt", b"ana@example.org")})
    assert answer.status_code == 422
    assert "Please fill this in" in answer.text and "UploadFile" not in answer.text


@pytest.mark.parametrize("address", ["ü@example.org", "İ@example.org", "\ufffd@example.org"])
async def test_an_address_that_no_letter_reaches_is_refused_at_once(
    client: httpx.AsyncClient, address: str
) -> None:
    assert (await client.post("/sign-in", data={"email": address})).status_code == 422


async def test_a_domain_of_any_letters_is_reached(client: httpx.AsyncClient) -> None:
    answer = await client.post("/sign-in", data={"email": "Ana@Exämple.org"})
    assert answer.status_code == 200 and "ana@xn--exmple-cua.org" in answer.text


async def test_what_has_to_be_mended_is_said_at_once_by_the_names_of_the_fields(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.post("/sign-in", data={"email": "nobody"})).text
    assert re.search(r'<li><a href="#f-email"><bdi>Your e-mail</bdi>: [^<]+</a></li>', page)
    assert page.index("form-summary") < page.index('id="f-email"')


def test_faults_are_in_the_order_of_the_page_and_lead_where_their_fields_are() -> None:
    form = blank()
    form.errors = {"seats": "Too many.", "title": "Missing.", "": "Not yet.", "elsewhere": "Hm."}
    form.named("title", "Title", "f-title")
    form.named("seats", Markup("Seats<span> in the room</span>"), "f-chairs")
    assert form.faults == [
        ("", "", "Not yet."),
        ("f-title", "Title", "Missing."),
        ("f-chairs", "Seats in the room", "Too many."),
        ("f-elsewhere", "", "Hm."),
    ]


def test_no_browser_stops_at_the_first_of_several_faults() -> None:
    """It would, unless a form that has a summary says that it does not want that."""
    for file in TEMPLATES.rglob("*.html"):
        for form in re.findall(r"<form .*?</form>", file.read_text(), re.DOTALL):
            if "forms.summary(" in form:
                assert "novalidate" in form.partition("\n")[0], (file.name, form[:100])


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("meet.example.org/x", "https://meet.example.org/x"),
        ("  meet.example.org:8443/x ", "https://meet.example.org:8443/x"),
        ("//meet.example.org", "https://meet.example.org"),
        ("www.example.org/?a=b:c", "https://www.example.org/?a=b:c"),
        ("http://example.org", "http://example.org"),
        ("HTTPS://Example.org/x", "HTTPS://Example.org/x"),
        ("https://jitsi/room", "https://jitsi/room"),
        ("пример.рф/комната", "https://пример.рф/комната"),
        ("", ""),
    ],
)
def test_an_address_gets_what_people_leave_out(typed: str, address: str) -> None:
    form = check(Linked, {"link": typed})
    assert form.data and form.data.link == address


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "zoommtg://zoom.us/join",
        "mailto:ana@example.org", "tel:+49301234", "file:///etc/passwd", "blob:https://example.org/1",
        "meet", "our room", "meet.example.org/our room", "https://", "https:meet", "https://[::1", "https://a:b",
        "ana@example.org", "https://ana@evil.example", "https://example.org:0", "...", "https:// example.org",
    ],
)  # fmt: skip
def test_what_opens_no_page_is_refused_with_a_sentence(typed: str) -> None:
    said = str(check(Linked, {"link": typed}).errors["link"])
    assert said.startswith(("Please give the address of a page", "Please give the whole"))
