"""What is written is true: settings, commands, targets, files, links and addresses that the documents name exist."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from starlette.routing import Match, Route

from docs import pictures
from rsvps.door import doors
from server import composition
from server.__main__ import kith
from server.demo import loading
from server.settings import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
SETTINGS = {name.upper() for name in Settings.model_fields}

# Packages that do not exist: documents use them as examples.
EXAMPLES = ("loans/", "tests/loans/", "frontend/templates/loans/")


def text(path: Path) -> str:
    return path.read_text()


def without_blocks(document: str) -> str:
    """A document without its blocks of code."""
    return re.sub(r"^```.*?^```", "", document, flags=re.M | re.S)


def in_backticks(document: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", without_blocks(document))


def anchors(document: str) -> set[str]:
    """The fragments that its headings can be linked by."""
    headings = re.findall(r"^#+ (.+)$", without_blocks(document), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def everything_written() -> str:
    return "\n".join(text(path) for path in DOCUMENTS)


def test_the_readme_explains_every_setting_and_no_other():
    table = re.findall(r"^\| `([A-Z_]+)` \|", text(ROOT / "README.md"), flags=re.M)
    assert sorted(table) == sorted(SETTINGS)


def test_the_example_of_an_environment_names_every_setting_and_no_other():
    named = re.findall(r"^#?([A-Z_]+)=", text(ROOT / ".env.example"), flags=re.M)
    assert sorted(named) == sorted(SETTINGS)


def test_every_command_is_explained_and_every_explained_command_exists():
    explained = set(re.findall(r"python -m server ([a-z]+)", everything_written()))
    assert explained == set(kith.commands)


def test_every_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), flags=re.M))
    code = [
        *re.findall(r"`make ([a-z]+)", everything_written()),
        *re.findall(r"^make ([a-z]+)", everything_written(), re.M),
    ]
    assert set(code) <= targets
    assert {"run", "test", "bench"} <= set(code)


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name: str):
    document = ROOT / name
    prose = re.sub(r"`[^`\n]*`", "", without_blocks(text(document)))
    links = [*re.findall(r"\]\(([^)\s]+)\)", prose), *re.findall(r'src="([^"]+)"', prose)]
    for link in links:
        path, _, fragment = link.partition("#")
        if "://" in path:
            continue
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), f"{name} links to {link}"
        if fragment:
            assert fragment in anchors(text(target)), f"{name} links to {link}"


@pytest.mark.parametrize("name", NAMES)
def test_every_file_that_is_named_exists(name: str):
    folders = "server|members|events|rsvps|volunteers|followups|frontend|tests|bench|docs"
    files = [
        file for file in in_backticks(text(ROOT / name)) if re.fullmatch(rf"({folders})/[\w./*-]*", file)
    ]
    for file in files:
        assert file.startswith(EXAMPLES) or (ROOT / file).exists(), f"{name} names {file}"


@pytest.mark.parametrize("name", NAMES)
def test_every_address_that_is_named_has_a_route(name: str):
    addresses = [each for each in in_backticks(text(ROOT / name)) if re.fullmatch(r"/[\w{}./-]*", each)]
    for address in addresses:
        assert leads_somewhere(address), f"{name} names {address}"


def test_every_document_is_in_the_index():
    index = text(ROOT / "docs" / "README.md")
    missing = [path.name for path in (ROOT / "docs").glob("*.md") if f"]({path.name})" not in index]
    assert missing == ["README.md"]


def test_every_test_that_is_named_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", everything_written())
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).exists() or not re.search(rf"^(async )?def {name}\(", text(ROOT / file), re.M)
    ]
    assert missing == []


def test_whatever_the_threat_model_says_is_prevented_is_shown_by_a_test():
    items = re.split(r"^- ", without_blocks(text(ROOT / "docs" / "threat-model.md")), flags=re.M)[1:]
    said = [re.split(r"\n\n", item)[0] for item in items]
    assert len(said) > 40
    assert [item for item in said if "::test_" not in item] == []


def test_every_library_is_explained():
    project = text(ROOT / "pyproject.toml")
    dependencies = re.search(r"^dependencies = \[(.*?)^\]", project, flags=re.M | re.S)
    assert dependencies
    needed = re.findall(r'^\s+"([a-z0-9-]+)', dependencies[1], flags=re.M)
    rows = "\n".join(re.findall(r"^\| ([^|]+) \|", text(ROOT / "CONTRIBUTING.md"), flags=re.M))
    assert needed
    assert [library for library in needed if library not in rows] == []


def leads_somewhere(address: str) -> bool:
    """Whether there is a route for it, by whatever method; `/dev` stands for all below it."""
    path = re.sub(r"{\w+}", "x2", address)
    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    routes = [route for route in composition.routes() if isinstance(route, Route)]
    return any(
        route.matches(scope)[0] is not Match.NONE or route.path.startswith(f"{address}/") for route in routes
    )


@pytest.mark.parametrize("name", ["README.md", "docs/contributors.md"])
def test_every_room_is_on_the_map(name: str):
    packages = {file.parent for file in ROOT.glob("*/piccolo_app.py") if file.parent.name != "server"}
    inside = {file.parent for package in packages for file in package.glob("*/__init__.py")}
    rooms = {room for room in inside if room.name not in ("pages", "piccolo_migrations")}
    words = text(ROOT / name)
    assert len(rooms) > 15
    assert [room for room in sorted(rooms) if f"{room.name}/" not in words] == []


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_pictures_are_of_a_day_on_which_the_door_is_open_whenever_they_are_taken(hour):
    with time_machine.travel(datetime(2027, 3, 28, hour, 10, tzinfo=pictures.AMSTERDAM), tick=False):
        there = datetime.now(UTC) + timedelta(seconds=pictures.until_the_hour())
    assert there == datetime(2027, 3, 28, pictures.HOUR, tzinfo=pictures.AMSTERDAM)
    assert loading.soon(there, "Europe/Amsterdam") - doors.BEFORE < there
