"""Whatever is sent to whichever address, by whomever: Kith answers kindly, and never breaks.

Hypothesis makes the rubbish: on top of a form that is right, some fields are not, or the body is no form at all.
Each request is undone, so that all of them meet the same world.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.tables import Person
from server.forms import Fields
from tests.everywhere import Everywhere, still, undone
from tests.people import As

pytestmark = pytest.mark.slow

MEASURED = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

NASTY = [
    "\0",
    "a\0b",
    "\ud800",
    "👩‍👩‍👧‍👦" * 200,
    "\u202eesrever\u2066",
    "\u200b",
    "x" * 100_000,
    "9" * 40,
    "-1",
    "0",
    "1e400",
    "NaN",
    "٣",
    "9223372036854775808",
    "9999-12-31",
    "0001-01-01",
    "2026-02-30",
    "25:61",
    "24:00",
    "Mars/Olympus",
    "../../etc/passwd",
    "localtime",
    "a\r\nBcc: everybody@example.org",
    "ana@example.org\nBcc: x@example.org",
    '"<x@y>"@example.org',
    "ü@exämple.org",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "%s%n%(x)s{0.__class__}",
    "javascript:alert(1)",
    "http://[",
    "https://" + "a" * 300 + ".example",
    "//evil.example",
    "[](javascript:alert(1))" * 50,
    "[" * 5000,
    ">" * 5000,
    "&" + "amp;" * 1000,
    "true",
    "on",
    "null",
    "[]",
]
RIGHT = {
    "address": "Mill Lane 4",
    "about": "Bring *water*.",
    "act": "save",
    "answer": "going",
    "begins": "18:00",
    "body": "Bring a spoon.",
    "date": "2026-11-20",
    "email": "somebody@example.org",
    "emails": "one@example.org two@example.org",
    "ends": "21:00",
    "guest_names": "Zoe",
    "guests": "1",
    "guests_allowed": "2",
    "join_url": "https://meet.example/room",
    "kind-1": "choice",
    "last_day": "2026-11-20",
    "mode": "hybrid",
    "name": "Somebody",
    "options-1": "Lentil\nPumpkin",
    "phone": "+49 30 1234567",
    "places": "2",
    "prompt-1": "Which soup?",
    "question-1": "Vegan",
    "role": "member",
    "ref": "abcdefghjkmn",
    "seats": "12",
    "subject": "Spoons",
    "then": "publish",
    "time": "18:30",
    "title": "A walk",
    "visibility": "public",
    "was_there": "yes",
    "website": "kith.example",
    "zone": "Europe/Berlin",
}
CHARSETS = ["", *(f"; charset={name}" for name in ("unicode_escape", "undefined", "idna", "utf-7", "\x01"))]
TYPES = ["application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", ""]


def _fields(form: type[Fields] = Fields) -> Iterator[str]:
    yield from form.model_fields
    for more in form.__subclasses__():
        yield from _fields(more)


NAMES = sorted({*_fields(), *RIGHT, "rsvp", "q", "page"} - {"step"})

texts = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=[]), max_size=40))
wrong = st.dictionaries(st.sampled_from(NAMES), texts, max_size=3)


@dataclass(frozen=True)
class Body:
    """What is sent: bytes and what they are said to be."""

    content: bytes
    kind: str


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def form_body(fields: list[tuple[str, str]]) -> Body:
    pairs = [(name, _encoded(value)) for name, value in fields]
    return Body(urlencode(pairs).encode(), "application/x-www-form-urlencoded")


def parts_body(fields: list[tuple[str, str]], files: set[str], charset: str) -> Body:
    lines = []
    for name, value in fields:
        file = '; filename="x.png"\r\nContent-Type: image/png' if name in files else ""
        head = f'--cut\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        escaped = value.encode("unicode_escape") if "escape" in charset else _encoded(value)
        lines.append(head.encode() + escaped + b"\r\n")
    return Body(b"".join(lines) + b"--cut--\r\n", f"multipart/form-data; boundary=cut{charset}")


@st.composite
def bodies(draw: st.DrawFn) -> Body:
    """A form that is right but for some fields, or none at all."""
    fields = [(name, value) for name, value in {**RIGHT, **draw(wrong)}.items()]
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=3)):
        fields.append((name, draw(texts)))
    how = draw(st.sampled_from(["form", "form", "parts", "files", "bytes"]))
    if how == "form":
        return form_body(fields)
    if how == "parts":
        return parts_body(fields, set(), draw(st.sampled_from(CHARSETS)))
    if how == "files":
        return parts_body(fields, set(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5))), "")
    content = draw(st.one_of(st.binary(max_size=60), st.just(json.dumps(RIGHT).encode())))
    return Body(content, draw(st.sampled_from(TYPES)))


WHO = ("nobody", "bo", "ana")


@pytest.fixture
async def people(
    everywhere: Everywhere, client: httpx.AsyncClient, ana: Person, bo: Person, signed_in: As
) -> dict[str, httpx.AsyncClient]:
    with still():
        return dict(zip(WHO, (client, await signed_in(bo), await signed_in(ana)), strict=True))


def judge(answer: httpx.Response, *said: Any) -> None:
    """What every answer must be, whatever was asked."""
    assert answer.status_code < 500, said
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert "content-security-policy" in answer.headers, said
        assert "UploadFile" not in answer.text, said


async def send(browser: httpx.AsyncClient, method: str, address: str, **how: Any) -> httpx.Response:
    """One request, undone."""
    before = dict(browser.cookies)
    async with undone():
        answer = await browser.request(method, address, **how)
    browser.cookies = httpx.Cookies(before)
    return answer


@MEASURED
@given(who=st.sampled_from(WHO), body=bodies())
async def test_rubbish_in_forms(
    everywhere: Everywhere, people: dict[str, httpx.AsyncClient], who: str, body: Body
) -> None:
    headers = {"content-type": body.kind}
    with still():
        for address in everywhere.addresses("POST"):
            answer = await send(people[who], "POST", address, content=body.content, headers=headers)
            judge(answer, who, address, body)


QUERIES = ("q", "page", "from", "to", "online", "next", "like", "rsvp", "status", "words")
HEADERS = (
    "host", "origin", "referer", "accept", "accept-encoding", "if-none-match", "if-modified-since", "cookie",
    "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "range", "user-agent", "content-length", "hx-request",
)  # fmt: skip
ODD = [
    "http://[", "[", "\x00", "http://evil.example", "a" * 5000, "kith=\xff; notice=x", "*", "gzip;q=x, br;q=", "W/\"",
    "Mon, 01 Jan 0001 00:00:00 -9999", "Fri, 31 Dec 9999 23:59:59 +2400", "bytes=9-1", "application/json", "null",
    "kith=\"\\777\"", "1" * 400,
]  # fmt: skip


@MEASURED
@given(
    who=st.sampled_from(WHO),
    query=st.dictionaries(st.sampled_from(QUERIES), texts, max_size=4),
    header=st.sampled_from(HEADERS),
    odd=st.one_of(st.sampled_from(ODD), st.text(st.characters(max_codepoint=255), max_size=30)),
)
async def test_rubbish_in_queries_and_headers(
    everywhere: Everywhere,
    people: dict[str, httpx.AsyncClient],
    who: str,
    query: dict[str, str],
    header: str,
    odd: str,
) -> None:
    asked = urlencode({name: _encoded(value)[:6000] for name, value in query.items()})
    with still():
        for address in everywhere.addresses("GET"):
            headers = [(header.encode(), odd.encode("latin-1"))]
            answer = await send(people[who], "GET", f"{address}?{asked}", headers=headers)
            judge(answer, who, address, query, header, odd)


ODD_PARTS = [
    "%00", "%ff", "..", "%2e%2e%2f%2e%2e", "%F0%9F%8D%B2", "x" * 3000, "9" * 30, "-1", "%27%22%3C",
    "a%0d%0aSet-Cookie:x", "%ED%A0%80", "٣",
]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_rubbish_in_addresses(
    everywhere: Everywhere, people: dict[str, httpx.AsyncClient], method: str
) -> None:
    with still():
        for part in ODD_PARTS:
            odd = replace(everywhere, parts=dict.fromkeys(everywhere.parts, part))
            for address in odd.addresses(method):
                if part not in address:
                    continue
                judge(await send(people["ana"], method, address), method, address)
