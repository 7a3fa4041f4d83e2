"""What people type, as Kith takes it: cleaned of what nobody can see or store, and otherwise as it is."""

import httpx
import pytest

from server.forms import Fields, Line, OptionalLine, Prose, check


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
