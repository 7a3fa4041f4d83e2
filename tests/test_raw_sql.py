"""Piccolo is the language. Raw SQL is in `queries` and `store` modules, where a reader expects it."""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from piccolo.conf.apps import Finder

ROOT = Path(__file__).parent.parent
PACKAGES = ("server", "members", "events", "rsvps", "volunteers", "followups")
HOMES = {"queries", "store"}

# Where else it may stand, and why.
ELSEWHERE = {
    "server/db.py": "The ground: BEGIN, COMMIT, and the road for all SQL.",
    "server/statements.py": "What Piccolo has prepared is handed to it here; and locks of words.",
    "server/pagination.py": "Puts the statement of a page together, whatever list it is of.",
    "server/jobs.py": "The table of due work: claims and many rows at once, beside what they mean.",
    "server/schema.py": "A lock that is not of a row, and Piccolo's own table, without loading what migrates.",
    "server/checkup.py": "Asks PostgreSQL about itself.",
    "server/watching.py": "Asks PostgreSQL about itself.",
    "rsvps/hosting/orders.py": "The statement of a page of the organisers' list in each order; reads only.",
    "rsvps/hosting/roster.py": "That list, which is these statements and little else; reads only.",
}

TABLES = {table.__name__ for table in Finder().get_table_classes()}
OF_A_TABLE = {"select", "objects", "update", "insert", "delete", "count", "exists"}
OF_A_ROW = {"save", "update_self"}
RAW = {"rows", "row", "value", "run", "copy"}
SQL = re.compile(
    r"\bSELECT\b.+\bFROM\b|\bINSERT INTO\b|\bUPDATE \S+ SET\b|\bDELETE FROM\b|\bEXISTS \(", re.DOTALL
)


@dataclass
class Said:
    """What one module asks the database: in Piccolo, in raw SQL, and where else words of SQL are."""

    piccolo: int = 0
    raw: list[int] = field(default_factory=list)
    pieces: list[int] = field(default_factory=list)


def said(source: str) -> Said:
    found, tree = Said(), ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found.piccolo += is_piccolo(node)
            found.raw += [node.lineno] * is_raw(node)
        elif isinstance(node, ast.Constant) and id(node) not in docstrings and SQL.search(str(node.value)):
            found.pieces.append(node.lineno)
    return found


def is_piccolo(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id=name), attr=verb) if name in TABLES:
            return verb in OF_A_TABLE
        case ast.Attribute(attr=verb):
            return verb in OF_A_ROW
        case ast.Name(id="lock" | "locked"):
            return isinstance(call.args[0], ast.Name) and call.args[0].id in TABLES
    return False


def is_raw(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id="db"), attr=verb):
            return verb in RAW
        case ast.Attribute(value=ast.Name(id=name), attr="raw"):
            return name in TABLES
    return False


MODULES = [
    str(path.relative_to(ROOT))
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "piccolo_migrations" not in path.parts
]


@pytest.mark.parametrize("name", MODULES)
def test_raw_sql_stands_in_queries_and_stores(name: str) -> None:
    found = said((ROOT / name).read_text())
    at_home = Path(name).stem in HOMES or name in ELSEWHERE
    assert at_home or not (found.raw or found.pieces), "raw SQL belongs in a queries or store module"


def test_it_finds_what_it_looks_for() -> None:
    assert said('await db.rows("SELECT id FROM people")') == Said(raw=[1], pieces=[1])
    assert said('x = f"AND NOT EXISTS (SELECT FROM {y})"').pieces == [1]
    assert said("await Person.raw('SELECT 1')").raw == [1]
    assert said('def ask():\n    """SELECT name FROM people"""') == Said()
    assert said("Person.select().where(a)\nana.update_self({})\nlock(Person, 1)").piccolo == 3
    assert said("form.values.update({})\n[1].count(1)\nlock.acquire()") == Said()


def test_what_is_excepted_is_still_there() -> None:
    assert all(name in MODULES for name in ELSEWHERE)
