"""The glossary of docs/contributors.md says where each word of the field is found, and that is where it is."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "contributors.md").read_text().partition("## Glossary")[2].partition("\n## ")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("|") and "---" not in line
]
FIELDS = [row for row in ROWS if len(row) == 3 and row[0] != "Looking for"]
WORDS = [row for row in ROWS if len(row) == 2 and row[0] != "The product's word"]
# What somebody greps who comes from elsewhere.
GREPPED = {
    "csrf", "session", "flash message", "pagination", "idempotency key", "retention", "check-in", "cache",
    "invalidation", "outbox", "lease", "waitlist",
}  # fmt: skip
PATH = re.compile(r"`([a-z_/]+\.py)`")
PACKAGES = ("members", "events", "rsvps", "volunteers", "followups")
NOT_READ = re.compile(r'""".*?"""|^\s*#.*?$|{#.*?#}', re.DOTALL | re.MULTILINE)
NAME = re.compile(r"`([A-Za-z_]+)`")


def test_what_people_grep_is_in_the_glossary() -> None:
    assert {row[0] for row in FIELDS} >= GREPPED
    assert WORDS


@pytest.mark.parametrize(("term", "here", "where"), FIELDS, ids=[row[0] for row in FIELDS])
def test_a_word_of_the_field_is_found_where_it_says(term: str, here: str, where: str) -> None:
    (path,) = PATH.findall(where)
    source = (ROOT / path).read_text()
    assert re.search(re.escape(term.split()[0][:9]), source, re.IGNORECASE), f"{path} does not say {term}"
    for name in NAME.findall(here):
        assert re.search(rf"\b(?:class|def|async def) {name}\b|^{name} = ", source, re.MULTILINE), name


# What the glossary calls by another name, and nothing that people read.
OTHER_NAMES = re.compile(r"never “([^”]+)”")


@pytest.mark.parametrize(("word", "meaning"), WORDS, ids=[row[0] for row in WORDS])
def test_nothing_has_a_second_name(word: str, meaning: str) -> None:
    read = [
        *(ROOT / "frontend").rglob("*.html"),
        *(ROOT / "frontend").rglob("*.jinja"),
        ROOT / "docs" / "organisers.md",
        *(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")),
    ]
    for name in OTHER_NAMES.findall(meaning):
        # As a name it begins with a capital; within a sentence its words may stand for what they say.
        for path in read:
            assert name.capitalize() not in NOT_READ.sub("", path.read_text()), f"{path}: {word}"


@pytest.mark.parametrize(("word", "meaning"), WORDS, ids=[row[0] for row in WORDS])
def test_a_word_of_the_product_means_what_it_says(word: str, meaning: str) -> None:
    for path in PATH.findall(meaning):
        (name, *_) = NAME.findall(meaning)
        assert re.search(rf"\b(?:class|def) {name}\b", (ROOT / path).read_text()), f"{word}: {name} in {path}"
