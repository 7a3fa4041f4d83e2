"""Every word of Kith's that a person reads goes through the catalogue: in a language that brackets all of them, no
letter of the alphabet stands outside of the brackets, on no page, in no letter, no calendar and no fault of a form.

What people wrote is Hebrew here.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import httpx
import icalendar
import pytest
import pytest_asyncio

from members.tables import Community, Person
from server import db, mail
from server.languages import catalogues, choosing
from server.languages.language import Language
from server.languages.pseudo import CLOSING, OPENING
from server.settings import settings
from tests.everywhere import Everywhere, still
from tests.ground import text_of
from tests.people import As
from tests.promises import worlds
from tests.promises.test_letters_of_every_kind import live
from tests.test_html import Checked, pages, rename_in_hebrew

pytestmark = pytest.mark.slow

# What is read and is the same in each language: names of things outside of Kith, addresses, the keys of choices.
SAME_EVERYWHERE = re.compile(
    r"\bKith\b|\bkith\b|https?://\S+|\S+@\S+|\b[\w-]+\.(?:example|org|md|ics|csv|test)\b\S*"
    r"|\bUTC\b|\bQR\b|\bCSV\b|\bApple\b|\bThunderbird\b|\bGoogle\b|\bOutlook\b|\bOffice 365\b|\bYahoo\b"
    r"|\bOpenStreetMap\b|/\S+|\b[A-Z][a-z]+/[A-Z]\w+\b"
)
# What hosts write in these worlds, and nothing keeps.
WRITTEN_IN_PASSING = {
    "It is for beginners.", "As you wished.", "The new mill", "Shall we walk again on Sunday?", "Lovely, but loud",
    "Walks of the year", "A walk in March",  # in a calendar that was brought along
}  # fmt: skip
LATIN = re.compile(r"[A-Za-zÀ-ž][a-zà-ž]|[A-Z]{3}")  # Two capitals are somebody's initials.
SAID = {
    "alt",
    "title",
    "placeholder",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "label",
    "summary",
}
# Words that scripts show; what else begins with data- are keys and addresses.
SAID_BY_SCRIPTS = re.compile(r"data-(?:words?|label|said|confirm|copied|share-title|share-text)\b")
UNREAD = {"script", "style", "svg", "template"}


class Read(HTMLParser):
    """What a page has to read, in one stream: so brackets that open before a link close behind it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.attributes: list[str] = []
        self._inside: list[str] = []
        self._of_a_script = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in {"meta", "link", "input", "img", "br", "hr", "path"}:
            self._inside.append(f"{tag} {given.get('class', '')} lang={given.get('lang', '')}")
        for name, value in given.items():
            if name in SAID or SAID_BY_SCRIPTS.match(name):
                self.attributes.append(f"{value} [{tag} {name}]" if value else "")
        self._of_a_script = tag == "script" and given.get("id", "").startswith("words-")
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.attributes.append(given.get("value", ""))
        if tag == "meta" and given.get("name") == "description":
            self.attributes.append(given.get("content", ""))

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop().split()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = [each.split()[0] for each in self._inside]
        if self._of_a_script:
            self.attributes += [f"{words} [script]" for words in _strings(json.loads(data)["words"])]
            self._of_a_script = False
        # In an element of another language stands how that one calls itself.
        other = any(each.partition(" lang=")[2] for each in self._inside if not each.startswith("html "))
        if not UNREAD & set(inside) and not other and "development-bar" not in " ".join(self._inside):
            self.words.append(data)


def _strings(said: Any) -> Iterator[str]:
    """What a script may say: of a word that counts, each of its forms."""
    if isinstance(said, str):
        yield said
    else:
        for each in said.values() if isinstance(said, dict) else said:
            yield from _strings(each)


def outside(text: str) -> str:
    """What stands outside of all brackets."""
    depth, left = 0, []
    for character in text:
        if character == OPENING:
            depth += 1
        elif character == CLOSING:
            depth = max(depth - 1, 0)
            left.append(" ")
        elif not depth:
            left.append(character)
    return "".join(left)


def unsaid(text: str) -> list[str]:
    """The words in it that no catalogue has said, with what stands around them."""
    return [" ".join(line.split()) for line in _lines(outside(text)) if LATIN.search(line)]


def _lines(text: str) -> Iterator[str]:
    for own in reversed(catalogues.offered()):
        text = text.replace(own.name, " ")
    for line in SAME_EVERYWHERE.sub(" ", text).splitlines():
        if line.strip():
            yield line


def faults_of(page: str, theirs: re.Pattern[str]) -> list[str]:
    read = Read(page)
    found = unsaid(theirs.sub("", "".join(read.words)))
    for attribute in (theirs.sub("", each) for each in read.attributes):
        words, _, place = attribute.rpartition(" [")
        found += [f"{word} [{place}" for word in unsaid(words)]
    return found


@pytest_asyncio.fixture(loop_scope="session", params=["en-XA", "ar-XB"])
async def pseudo(request: pytest.FixtureRequest) -> AsyncIterator[Language]:
    """A language that nobody speaks, of this server for a while."""
    before, settings.default_language = settings.default_language, request.param
    _forget()
    yield catalogues.of(request.param)
    settings.default_language = before
    _forget()


def _forget() -> None:
    catalogues.of_server.cache_clear()
    choosing._language.cache_clear()


async def written() -> list[str]:
    """What people wrote, the longest first."""
    columns = await db.rows(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')"
        " AND table_name IN ('people', 'communities', 'events', 'volunteer_roles', 'questions', 'doors', 'walk_ins',"
        " 'rsvps', 'host_letters', 'notes_between', 'asks', 'follow_up_replies', 'feeds', 'pictures')"
    )
    found: set[str] = set()
    for column in columns:
        sql = f"SELECT DISTINCT {column['column_name']} AS said FROM {column['table_name']}"
        found |= {str(row["said"]) for row in await db.rows(sql) if row["said"]}
    plain = {text.replace("*", "") for text in found}
    lines = {line.strip() for text in found | plain for line in text.splitlines() if len(line.strip()) > 2}
    names = {str(row["name"]).split()[0] for row in await db.rows("SELECT name FROM people WHERE name <> ''")}
    lines |= WRITTEN_IN_PASSING
    return sorted(lines | names, key=len, reverse=True)


async def everybody_speaks(code: str) -> None:
    await db.run("UPDATE people SET language = $1", code)


def speaking(browser: httpx.AsyncClient, code: str) -> httpx.AsyncClient:
    browser.headers["Accept-Language"] = code
    return browser


@pytest_asyncio.fixture(loop_scope="session")
async def browsers(
    pseudo: Language,
    everywhere: Everywhere,
    client: httpx.AsyncClient,
    ana: Person,
    bo: Person,
    signed_in: As,
) -> dict[str, httpx.AsyncClient]:
    """Whoever reads, in a world where everybody has chosen that language."""
    await rename_in_hebrew()
    await everybody_speaks(pseudo.code)
    await db.run("UPDATE communities SET language = $1", pseudo.code)
    with still():
        return {
            "an organiser": speaking(await signed_in(ana), pseudo.code),
            "a member": speaking(await signed_in(bo), pseudo.code),
            "a stranger": speaking(client, pseudo.code),
        }


async def test_every_page_is_said_by_the_catalogue(
    pseudo: Language, everywhere: Everywhere, browsers: dict[str, httpx.AsyncClient]
) -> None:
    found = await pages(everywhere, browsers)
    assert len(found) > 90
    theirs = re.compile("|".join(map(re.escape, await written())))
    said = [
        f"{where}: {fault}"
        for where, page in found.items()
        for fault in faults_of(page, theirs)
        if "/dev/" not in where
    ]
    wrong = [f"{where}: {fault}" for where, page in found.items() for fault in _unsound(page, pseudo)]
    assert not said + wrong, "\n".join(said + wrong)
    opened = f'<html lang="{pseudo.code}" dir="{pseudo.direction}"'
    assert not [where for where, page in found.items() if opened not in page and "/dev/" not in where]


async def test_every_calendar_and_every_table_is_said_by_the_catalogue(
    everywhere: Everywhere, browsers: dict[str, httpx.AsyncClient]
) -> None:
    theirs = re.compile("|".join(map(re.escape, await written())))
    wrong, kinds = [], set()
    with still():
        for browser in browsers.values():
            for address in everywhere.addresses("GET"):
                answer = await browser.get(address)
                kind = answer.headers.get("content-type", "").partition(";")[0]
                if kind == "text/calendar" and answer.content:
                    kinds.add(kind)
                    wrong += [f"{address}: {fault}" for fault in faults_of_calendar(answer.text, theirs)]
                if kind == "text/csv":
                    kinds.add(kind)
                    wrong += [f"{address}: {fault}" for fault in unsaid(theirs.sub("", answer.text))]
    assert kinds == {"text/calendar", "text/csv"}
    assert not wrong, "\n".join(wrong)


def _unsound(page: str, language: Language) -> list[str]:
    # A label says what its button says, but in brackets of its own; and Hebrew runs with a page that is read from
    # the right.
    meant = ["does not say", *(["no direction"] if language.direction == "rtl" else [])]
    return [fault for fault in Checked(page).faults if not any(each in fault for each in meant)]


async def test_every_letter_is_said_by_the_catalogue(
    pseudo: Language,
    walkers: Community,
    client: httpx.AsyncClient,
    ana: Person,
    bo: Person,
    dev: Person,
    cleo: Person,
) -> None:
    await everybody_speaks(pseudo.code)
    await live(walkers, ana, bo, dev, cleo, speaking(client, pseudo.code))
    theirs = re.compile("|".join(map(re.escape, await written())))
    letters = await worlds.letters()
    assert set(letters) == set(mail.kinds)
    wrong = [f"{kind}: {fault}" for kind, each in letters.items() for fault in faults_of_letter(each, theirs)]
    assert not wrong, "\n".join(wrong)


def faults_of_letter(letter: EmailMessage, theirs: re.Pattern[str]) -> Iterator[str]:
    yield from (f"subject: {fault}" for fault in unsaid(theirs.sub("", str(letter["Subject"]))))
    yield from (f"text: {fault}" for fault in unsaid(theirs.sub("", text_of(letter))))
    yield from (f"HTML: {fault}" for fault in faults_of(text_of(letter, "text/html"), theirs))
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            yield from (f"calendar: {fault}" for fault in faults_of_calendar(part.get_content(), theirs))


def faults_of_calendar(calendar: str, theirs: re.Pattern[str]) -> Iterator[str]:
    for each in icalendar.Calendar.from_ical(calendar).walk():
        for name in ("SUMMARY", "DESCRIPTION", "COMMENT"):
            if name in each:
                yield from (f"{name}: {fault}" for fault in unsaid(theirs.sub("", str(each[name]))))
