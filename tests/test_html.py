"""Every page and every letter: HTML as the standard has it, and what people wrote in their own direction.

What is checked here needs nothing but Python: where elements may stand, ids, and what a name has to contain. With
`VNU=vnu.jar` (and Java) the W3C's own checker reads all of it as well.
"""

import json
import os
import re
import shutil
import subprocess
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from members.tables import Community, Person
from server import db
from tests.everywhere import Everywhere, still
from tests.ground import text_of
from tests.people import As
from tests.promises.worlds import (
    every_letter_about_a_series_that_moves,
    every_letter_about_answers,
    every_letter_about_choosing,
    every_letter_about_helping,
    letters,
    the_letter_about_being_counted_in,
)

pytestmark = pytest.mark.slow

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
PHRASING = {
    "abbr",
    "b",
    "bdi",
    "button",
    "code",
    "dt",
    "em",
    "label",
    "legend",
    "p",
    "s",
    "span",
    "strong",
    "summary",
    "time",
}
PHRASING |= {"summary", "time", "h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = {
    "address",
    "article",
    "aside",
    "blockquote",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
}
BLOCKS |= {
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
}
BLOCKS |= {"footer", "table", "ul"}
PRESSED = {"a", "button", "input", "select", "textarea", "label", "summary"}
PARENTS = {
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "option": {"select", "optgroup", "datalist"},
}
REFERRING = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "form", "list")
ISOLATED = re.compile("\u2068[^\u2069]*\u2069")
HEBREW = re.compile("[\u0590-\u05ff]")


class Checked(HTMLParser):
    """Reads a page and notes what is wrong with it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._ids: list[str] = []
        self._references: set[str] = set()
        self._shown: list[tuple[int, str, list[str]]] = []
        self.feed(page)
        self.close()
        self._say(bool(self._open), f"never closed: {[tag for tag, _ in self._open]}")
        self.faults += [
            f"id twice: {each}" for each in sorted({x for x in self._ids if self._ids.count(x) > 1})
        ]
        self.faults += [f"nothing has the id {each}" for each in sorted(self._references - set(self._ids))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._say(len(given) < len(attrs), f"attribute twice: {tag} {attrs}")
        self._say(any(name.startswith("hx-") for name in given), f"hx- without data-: {tag}")
        self._stands(tag)
        self._ids += [given["id"]] if "id" in given else []
        self._references |= {each for name in REFERRING for each in given.get(name, "").split()}
        if tag in {"input", "textarea"} and given.get("type", "text") in {"text", "search"}:
            self._say(
                given.get("dir") != "auto" and "readonly" not in given,
                f"no direction: {tag} {given.get('name')}",
            )
        if tag not in VOID:
            self._open.append((tag, given))
            if "aria-label" in given and tag in {"a", "button", "summary"}:
                self._shown.append((len(self._open), given["aria-label"], []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An empty element of SVG."""

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        depth, *_ = self._shown[-1] if self._shown else (0,)
        if depth == len(self._open):
            _, label, shown = self._shown.pop()
            words = " ".join(" ".join(shown).split())
            self._say(words.casefold() not in label.casefold(), f"{label!r} does not say {words!r}")
        last = self._open.pop()[0] if self._open else "nothing"
        self._say(last != tag, f"{tag} closes {last}")

    def handle_data(self, data: str) -> None:
        for _, _, shown in self._shown:
            shown.append(data)
        inside = [tag for tag, _ in self._open]
        # What stands between isolates has a direction of its own.
        if HEBREW.search(ISOLATED.sub("", data)) and not {"title", "style", "script"} & set(inside):
            own = any(tag == "bdi" or given.get("dir") == "auto" for tag, given in self._open)
            self._say(
                not own and not self._is_pressed(),
                f"no direction: {data.strip()[:60]!r} in {'/'.join(inside[-4:])}",
            )

    def _is_pressed(self) -> bool:
        """A button's words, which begin with ours: a box of its own, in our direction."""
        tag, given = self._open[-1]
        return tag == "button" or "btn" in given.get("class", "").split()

    def _stands(self, tag: str) -> None:
        inside = [each for each, _ in self._open]
        if "svg" in inside:
            return
        above = inside[-1] if inside else ""
        self._say(above in PHRASING and tag in BLOCKS and not _heads(above, tag), f"{tag} inside {above}")
        self._say(above in {"ul", "ol"} and tag not in {"li", "template"}, f"{tag} inside {above}")
        self._say(
            tag in PARENTS and above not in {*PARENTS.get(tag, ()), "template"}, f"{tag} inside {above}"
        )
        self._say(tag == "form" and "form" in inside, "form inside form")
        pressed = tag in PRESSED - {"label"} and {"a", "button"} & set(inside)
        self._say(bool(pressed), f"{tag} inside {pressed}")

    def _say(self, wrong: bool, what: str) -> None:
        if wrong:
            self.faults.append(f"{what} (line {self.getpos()[0]})")


def _heads(above: str, tag: str) -> bool:
    return above in {"legend", "summary"} and bool(re.fullmatch("h[1-6]", tag))


async def rename_in_hebrew() -> None:
    """Whatever people wrote is Hebrew from now on."""
    for statement in (
        "UPDATE people SET name = 'גיל ' || CASE id % 2 WHEN 0 THEN 'לוי' ELSE 'כהן' END, called = ''",
        "UPDATE communities SET name = 'הולכים', summary = 'הולכים ביחד', about = 'על **כולם**', place = 'ירושלים'",
        "UPDATE events SET title = 'טיול', summary = 'על הנהר', about = 'להביא *מים*'",
        "UPDATE events SET place = 'הטחנה', address = 'רחוב 4'",
        "UPDATE volunteer_roles SET title = 'דלת', about = 'לומר שלום'",
        "UPDATE doors SET name = 'שער'",
        "UPDATE walk_ins SET name = 'תמר' WHERE name <> ''",
        "ALTER TABLE questions DISABLE TRIGGER USER",  # They are answered, and stand for good.
        "UPDATE questions SET prompt = 'מה תביאו?', options = CASE kind WHEN 'text' THEN '' ELSE E'מרק\\nלחם' END",
        "UPDATE questions SET kind = 'text', options = '' WHERE position = 1",
        "UPDATE follow_up_replies SET message = 'היה יפה', message_to = 'organisers', signed = true, note = 'פתק'",
        "INSERT INTO host_letters (public_id, event, by, to_whom, subject, body, sent_to, created_at)"
        " SELECT 'hebrew' || id, id, created_by, 'going', 'מה להביא', 'להביא *מים*', 3, created_at FROM events"
        " WHERE created_by IS NOT NULL",
        "UPDATE rsvps SET guest_names = 'דן' WHERE guests > 0",
    ):
        await db.run(statement)


async def pages(everywhere: Everywhere, browsers: dict[str, httpx.AsyncClient]) -> dict[str, str]:
    """Every page there is, as each of these sees it; and forms that were sent empty, with what is wrong beside."""
    found = {}
    with still():
        for who, browser in browsers.items():
            for address in everywhere.addresses("GET"):
                answer = await browser.get(address)
                if answer.headers.get("content-type", "").startswith("text/html"):
                    found[f"{who} {address}"] = answer.text
            for address in everywhere.addresses("POST"):
                answer = await browser.post(address) if who == "an organiser" else None
                if answer and answer.status_code == 422 and "text/html" in answer.headers["content-type"]:
                    found[f"{who} wrong {address}"] = answer.text
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def all_pages(
    everywhere: Everywhere, client: httpx.AsyncClient, ana: Person, bo: Person, signed_in: As
) -> dict[str, str]:
    await rename_in_hebrew()
    with still():
        browsers = {
            "an organiser": await signed_in(ana),
            "a member": await signed_in(bo),
            "a stranger": client,
        }
    return await pages(everywhere, browsers)


@pytest_asyncio.fixture(loop_scope="session")
async def all_letters(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person, everywhere: Everywhere
) -> dict[str, EmailMessage]:
    await rename_in_hebrew()
    await every_letter_about_answers(walkers, ana, bo, dev, cleo)
    await every_letter_about_choosing(walkers, ana, bo, dev, cleo)
    await every_letter_about_helping(walkers, bo, dev)
    await the_letter_about_being_counted_in(walkers, ana, bo, dev)
    await every_letter_about_a_series_that_moves(walkers, ana, bo, dev)
    return await letters()


def faults(found: dict[str, str]) -> list[str]:
    return [f"{where}: {fault}" for where, page in found.items() for fault in Checked(page).faults]


def by_the_w3c(found: dict[str, str], folder: Path) -> list[str]:
    """What vnu finds; nothing where it is not."""
    if not os.environ.get("VNU") or not shutil.which("java"):
        return []
    for where, page in found.items():
        (folder / f"{re.sub(r'[^a-z0-9]+', '-', where.lower())[:120]}.html").write_text(page)
    command = ["java", "-jar", os.environ["VNU"], "--format", "json", "--errors-only", str(folder)]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stderr)
    return [
        f"{Path(each['url']).name}: {each['message']} {each.get('extract', '')}" for each in said["messages"]
    ]


async def test_every_page_is_sound(all_pages: dict[str, str], tmp_path: Path) -> None:
    assert len(all_pages) > 90
    found = faults(all_pages) + by_the_w3c(all_pages, tmp_path)
    assert not found, "\n".join(found)
    assert all('<html lang="en" dir="ltr"' in page for page in all_pages.values())


async def test_every_letter_is_sound(all_letters: dict[str, EmailMessage], tmp_path: Path) -> None:
    found = {kind: text_of(letter, "text/html") for kind, letter in all_letters.items()}
    assert len(found) > 20
    wrong = faults(found) + by_the_w3c(found, tmp_path)
    assert not wrong, "\n".join(wrong)
    assert all('<html lang="en" dir="ltr"' in page for page in found.values())


def test_the_frame_of_pages_keeps_its_own_names() -> None:
    """What it sets overrides what a page was given: a door that is `new` was a word of its menu."""
    frame = Path("frontend/templates/base.html").read_text()
    set_there = set(re.findall(r"{%-? set (\w+)", frame.partition("#}")[2]))
    assert {name for name in set_there if not name.startswith("frame_")} == {"bare"}
