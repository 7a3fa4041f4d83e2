"""Tests mirror the packages: whoever looks for the test of a module finds it under its name.

A module of the frame (tables, queries, pages, ...) is tested by way of what it serves. Each heart has a test module of
its own, and what stands in a package's folder of tests begins with the name of a module (or of a page, or of a room)
of that folder: `test_seats.py`, `test_seats_race.py`.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = (
    "members",
    "events",
    "rsvps",
    "volunteers",
    "followups",
)  # `server` is the ground: it has no heart.
FRAME = {
    *("piccolo_app", "tables", "queries", "store", "access", "routes", "pages", "forms", "mail", "jobs"),
    *("announcements", "contributions", "panels"),
}
NAMED_OTHERWISE = {
    "server/test_main.py": "what is said to `python -m server`: server/__main__.py",
    "server/test_design.py": "the design's own rules, which hold for frontend/",
    "server/test_ready.py": "server/web.py and server/worker.py, from their start on",
}


def modules() -> list[Path]:
    """Every module of the packages, from the root on."""
    found = [path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return [path for path in found if "piccolo_migrations" not in path.parts and path.stem != "__init__"]


def is_heart(path: Path) -> bool:
    """Whether something happens there: it has a verb, outside of the frame."""
    if path.stem in FRAME or "pages" in path.parts:
        return False
    verbs = [
        node for node in ast.parse((ROOT / path).read_text()).body if isinstance(node, ast.AsyncFunctionDef)
    ]
    return any(not verb.name.startswith("_") for verb in verbs)


HEARTS = sorted(path for path in modules() if is_heart(path))
TESTS = sorted(
    path.relative_to(ROOT / "tests")
    for package in ("server", *PACKAGES)
    for path in (ROOT / "tests" / package).rglob("test_*.py")
)


@pytest.mark.parametrize("heart", HEARTS, ids=str)
def test_each_heart_has_its_tests(heart: Path) -> None:
    assert (ROOT / "tests" / heart.parent / f"test_{heart.name}").exists()


@pytest.mark.parametrize("test", TESTS, ids=str)
def test_each_test_is_named_after_what_it_tests(test: Path) -> None:
    if test.as_posix() in NAMED_OTHERWISE:
        return
    package = ROOT / test.parent
    names = {path.stem for folder in (package, package / "pages") for path in folder.glob("*.py")}
    names |= {folder.name for folder in package.iterdir() if folder.is_dir()}
    name = test.stem.removeprefix("test_")
    assert any(name == each or name.startswith(f"{each}_") for each in names)


def test_what_is_named_otherwise_is_still_there() -> None:
    assert set(NAMED_OTHERWISE) <= {test.as_posix() for test in TESTS}
    assert len(HEARTS) > 40
