"""Each table is written by its own package only, answers by the store alone, arrivals by one verb.

Whoever reads what can happen to a row has one place to look, and whoever adds a rule one place to put it.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from piccolo.conf.apps import Finder

ROOT = Path(__file__).parent.parent
PACKAGES = ("server", "members", "events", "rsvps", "volunteers", "followups")
ROOTS = ("server/demo/", "server/composition.py")  # They put the packages together.

TABLES = Finder().get_table_classes()
OWNERS = {table._meta.tablename: table.__module__.partition(".")[0] for table in TABLES}
NAMES = {table.__name__: table._meta.tablename for table in TABLES}
# Tables that one module alone writes, within their package.
ONLY = {
    "rsvps": "rsvps/seating/store.py",
    "rsvp_changes": "rsvps/seating/store.py",
    "sent_forms": "rsvps/seating/store.py",
    "arrivals": "rsvps/door/store.py",
}

WRITES = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|COPY|MERGE INTO)\s+\"?([a-z_]+)\"?")
VERBS = {"insert", "update", "delete", "truncate"}


def written(source: str) -> Iterator[tuple[int, str]]:
    """Every table that a module writes, with the line: in SQL, by Piccolo's verbs, or by a row that it makes."""
    tree = ast.parse(source)
    words = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # Docstrings.
    saves = re.search(r"\.(?:save|update_self|remove)\(", source)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in words:
                yield from ((node.lineno, table) for table in WRITES.findall(text) if table in OWNERS)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=verb)):
                if name in NAMES and verb in VERBS:
                    yield node.lineno, NAMES[name]
            case ast.Call(func=ast.Name(id=name)) if saves and name in NAMES:
                yield node.lineno, NAMES[name]


def modules() -> list[str]:
    found = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "piccolo_migrations" not in path.parts
    ]
    return [path for path in found if not path.startswith(ROOTS)]


def faults(path: str, source: str) -> list[str]:
    package = path.partition("/")[0]
    return [
        f"{path}:{line} writes {table}, which is {ONLY.get(table, OWNERS[table] + '’')}s"
        for line, table in written(source)
        if OWNERS[table] != package or path != ONLY.get(table, path)
    ]


@pytest.mark.slow
def test_each_table_is_written_by_its_own_package() -> None:
    found = [fault for path in modules() for fault in faults(path, (ROOT / path).read_text())]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        'await db.run("UPDATE rsvps SET status = $1")',
        'await db.run(f"DELETE FROM rsvps WHERE {it}")',
        'await db.run("""\nWITH new AS (INSERT INTO\n rsvps (id) VALUES (1)) SELECT 1""")',
        "await Rsvp.update({Rsvp.status: 'going'}).where(Rsvp.id == 1)",
        "await Rsvp.insert(Rsvp())",
        "rsvp = Rsvp(status='going')\nawait rsvp.save()",
    ],
)
def test_whatever_writes_an_answer_elsewhere_is_found(source: str) -> None:
    assert faults("volunteers/store.py", source)
    assert faults("rsvps/hosting/hosts.py", source)
    assert not faults("rsvps/seating/store.py", source)


def test_reading_and_locking_is_for_everybody() -> None:
    assert not faults("followups/queries.py", 'await db.rows("SELECT FROM rsvps FOR NO KEY UPDATE")')
    assert not faults("followups/queries.py", "await Rsvp.select().where(Rsvp.id == 1)")
