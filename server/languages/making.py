"""The catalogues of translators: extracted from the code, brought up to date, checked. `make languages`.

    frontend/languages/kith.pot                   every message, for a new language
    frontend/languages/de/LC_MESSAGES/kith.po     one language

English is in the code itself. Messages that the code no longer says are taken out; one that it says otherwise comes
back as it was, marked as doubtful ("fuzzy"), and is not used until somebody has looked at it.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from server.languages import catalogues
from server.languages.catalogues import DOMAIN, FOLDER, ROOT, path

TEMPLATE = FOLDER / f"{DOMAIN}.pot"
COMPLETE = ("de",)  # What is offered as whole: nothing in it may be missing.
HEADER = "# Kith, AGPL-3.0-or-later. How to translate: docs/translators.md"
WIDTH = 100  # characters in a line of a catalogue

_METHODS = [
    ("*/piccolo_migrations/**.py", "ignore"),
    ("server/demo/**.py", "ignore"),
    ("frontend/templates/dev/**.html", "ignore"),
    ("server/**.py", "python"),
    ("members/**.py", "python"),
    ("events/**.py", "python"),
    ("rsvps/**.py", "python"),
    ("volunteers/**.py", "python"),
    ("followups/**.py", "python"),
    ("frontend/templates/**.html", "jinja2"),
    ("frontend/letters/**.jinja", "jinja2"),
    ("frontend/letters/**.mjml", "jinja2"),
]
_OPTIONS = {method: {"trimmed": "true", "silent": "false"} for method, kind in _METHODS if kind == "jinja2"}
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_FOLDERS = ("server", "members", "events", "rsvps", "volunteers", "followups", "frontend")
_LEFT_OUT = tuple(
    f'"{name}'.encode()
    for name in (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\)s|%)|(%)")
_TAG = re.compile(r"<[^>]*>")


def extract() -> Catalog:
    """Every message that the code and the templates say."""
    catalog = Catalog(project="Kith", header_comment=HEADER, charset="utf-8", fuzzy=False)
    for folder in _FOLDERS:
        for file, line, message, comments, context in extract_from_dir(
            ROOT / folder,
            method_map=[(method.removeprefix(f"{folder}/"), kind) for method, kind in _METHODS],
            options_map={method.removeprefix(f"{folder}/"): each for method, each in _OPTIONS.items()},
            keywords=_KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        ):
            catalog.add(
                message,
                None,
                [(f"{folder}/{file}", line)],
                flags=["python-format"] if "%" in str(message) else [],
                auto_comments=comments,
                context=context,
            )
    return catalog


def make() -> list[str]:
    """Extract all messages and bring every catalogue up to date. What is left to do, a line for each language."""
    template = extract()
    _write(TEMPLATE, template)
    return [_update(code, template) for code in catalogues.translated()]


def begin(code: str) -> Path:
    """A catalogue for one more language, with nothing translated. Raises ValueError for a code that CLDR knows not."""
    locale = Locale.parse(code, sep="-")
    file = path(code)
    file.parent.mkdir(parents=True, exist_ok=True)
    catalog = Catalog(locale=locale, project="Kith", header_comment=HEADER, fuzzy=False)
    catalog.update(extract())
    _write(file, catalog)
    return file


def faults() -> list[str]:
    """What is wrong with the catalogues as they stand, a sentence each: not up to date, incomplete, broken."""
    template = extract()
    found = [] if _same(TEMPLATE, template) else ["kith.pot is not up to date: run `make languages`."]
    for code in catalogues.translated():
        catalog = _read(path(code))
        found += [f"{code}: {fault}" for fault in _faults_of(catalog, template, complete=code in COMPLETE)]
    return found


def _faults_of(catalog: Catalog, template: Catalog, *, complete: bool) -> Iterator[str]:
    if {_key(entry) for entry in catalog if entry.id} != {_key(entry) for entry in template if entry.id}:
        yield "its messages are not those of the code: run `make languages`."
    for entry in catalog:
        if not entry.id or entry.fuzzy:
            if entry.id and complete:
                yield f"{_first(entry)!r} is marked as doubtful."
            continue
        said = _translations(entry)
        if not any(said):
            if complete:
                yield f"{_first(entry)!r} is not translated."
        elif not all(said) or (entry.pluralizable and len(said) != catalog.num_plurals):
            yield f"{_first(entry)!r} lacks a plural form."
        else:
            yield from _broken(entry, said)


def _broken(entry: Entry, said: list[str]) -> Iterator[str]:
    keys = entry.id if isinstance(entry.id, list | tuple) else (entry.id,)
    known = set().union(*(_placeholders(key) for key in keys))
    # Of a single form the number may be left out: "one seat".
    needed = set.intersection(*(_placeholders(key) for key in keys)) - (
        {"num"} if entry.pluralizable else set()
    )
    for text in said:
        if "%" in _PLACEHOLDER.sub("", text) or any(stray for _, stray in _PLACEHOLDER.findall(text)):
            yield f"{text!r} has a % that is no placeholder: write it twice."
        elif unknown := _placeholders(text) - known:
            yield f"{text!r} has a placeholder that nothing fills: {', '.join(sorted(unknown))}."
        elif missing := needed - _placeholders(text):
            yield f"{text!r} leaves out {', '.join(sorted(missing))}."
        elif sorted(_TAG.findall(text)) != sorted(_TAG.findall(keys[-1])):
            yield f"{text!r} has other tags than {keys[-1]!r}."
        elif '"' in _TAG.sub("", text):
            yield f'{text!r} has a plain ", which would end what it stands in: write the quotes of your language.'


def _placeholders(text: str) -> set[str]:
    return {name for name, _ in _PLACEHOLDER.findall(text) if name}


def _translations(entry: Entry) -> list[str]:
    said = entry.string if isinstance(entry.string, list | tuple) else [entry.string]
    return [str(each or "") for each in said]


def _first(entry: Entry) -> str:
    return entry.id[0] if isinstance(entry.id, list | tuple) else entry.id


def _key(entry: Entry) -> tuple[str, str, bool]:
    return entry.context or "", _first(entry), entry.pluralizable


def _update(code: str, template: Catalog) -> str:
    catalog = _read(path(code))
    catalog.update(template, no_fuzzy_matching=False, update_header_comment=False)
    catalog.obsolete.clear()
    _write(path(code), catalog)
    entries = [entry for entry in catalog if entry.id]
    done = sum(not entry.fuzzy and all(_translations(entry)) for entry in entries)
    return f"{code}: {done} of {len(entries)} messages are translated."


def _read(file: Path) -> Catalog:
    with file.open("rb") as source:
        return read_po(source)


def _write(file: Path, catalog: Catalog) -> None:
    content = _content(catalog)
    if not file.exists() or file.read_bytes() != content:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _same(file: Path, catalog: Catalog) -> bool:
    if not file.exists():
        return False
    there = _read(file)
    return {_key(entry) for entry in there if entry.id} == {_key(entry) for entry in catalog if entry.id}


def _content(catalog: Catalog) -> bytes:
    # Without dates, line numbers and stand-ins for names: they would change with every edit, and nobody needs them.
    written = BytesIO()
    write_po(written, catalog, width=WIDTH, sort_by_file=True, include_lineno=False)
    lines = written.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_LEFT_OUT))
