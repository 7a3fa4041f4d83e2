"""Whatever asks the database for people, to show them to somebody, leaves out whom a block hides from that reader.

Every function and every piece of SQL that fetches names of people is found in the code. It uses the one clause there
is for it (`hidden` or `not_blocked` of `members.queries`), or stands below with the reason why nobody else sees it.
"""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("members", "events", "rsvps", "volunteers", "followups")
NAMES_PEOPLE = re.compile(
    r"\b(people|host)\.(\*|name\b|called\b)|SELECT \* FROM people"
    r"|\bPerson\.(objects|select)\((?!Person\.(?:id|picture)\))|\bPerson\)\}"
    r"|\b[A-Z]\w+\.(?!community|event)\w+\.(name|called|all_columns)\b"
)
LEAVES_OUT = re.compile(r"\b(hidden|not_blocked)\(|\{hidden\}")

ONE_BY_ONE = (
    "One person whom the caller knows already; `access` and letters ask `are_blocked` before they name them."
)
OWN = "What is the reader's own."
WRITES = "It writes, and shows nobody."
WRITTEN_TO = "Whom a letter goes to."
TYPED = "Found by addresses that the caller typed, which are shown as they were typed."
SORTS = "What a list is sorted by; the list itself says whom its reader sees."
OTHERWISE = {
    "events.hosting.queries._on_rota": "Who asks, and is asked, in questions that were found: of nobody who is hidden.",
    "events.news.queries._READERS": WRITTEN_TO,
    "events.news.queries.lock_news": WRITTEN_TO,
    "events.news.queries.lock_turns": WRITTEN_TO,
    "events.hosting.queries._asked": "Who asks in the invitations that `hosting_of` found: of nobody who is hidden.",
    "followups.hosts.queries.answer": ONE_BY_ONE,
    "members.queries.CALLED": SORTS,
    "members.queries._people_of_sessions": OWN,
    "members.queries.blocked_by": "Whom the reader has blocked, so that they can take it back.",
    "members.queries._person_by_email": ONE_BY_ONE,
    "members.queries._person_by_id": ONE_BY_ONE,
    "members.queries._person_by_public_id": ONE_BY_ONE,
    "members.communities.keeping_out.met": WRITES,
    "members.account.mail._asked": WRITTEN_TO,
    "members.account.mail.address_changed": WRITTEN_TO,
    "members.store.stranger": ONE_BY_ONE,
    "rsvps.hosting.queries.people_at": TYPED,
    "rsvps.status.queries._ANSWERED": ONE_BY_ONE,
}


@cache
def units() -> dict[str, str]:
    """Every function, method and constant of the packages with its source, as "rsvps.door.queries.at_door"."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "piccolo_migrations" in path.parts:
                continue
            source = path.read_text()
            lines = source.splitlines()
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for node in ast.parse(source).body:
                for name in _names(node):
                    found[f"{module}.{name}"] = "\n".join(lines[node.lineno - 1 : node.end_lineno])
    return found


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def leaves_out(name: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether it uses the clause, itself or by a piece of SQL of its module that it is made of."""
    source, module = units()[name], name.rpartition(".")[0]
    if LEAVES_OUT.search(source):
        return True
    words = {f"{module}.{word}" for word in re.findall(r"\b_?[A-Z][A-Z_]+\b", source)}
    pieces = words & set(units()) - seen - {name}
    return any(leaves_out(piece, seen | {name}) for piece in pieces)


def fetching() -> list[str]:
    return [name for name, source in units().items() if NAMES_PEOPLE.search(source)]


def test_it_leaves_out_whom_a_block_hides_or_says_why_not() -> None:
    wrong = [name for name in fetching() if leaves_out(name) == (name in OTHERWISE)]
    assert not wrong, {name: OTHERWISE.get(name, "It names people to whomever asks.") for name in wrong}


def test_what_is_excepted_is_still_there() -> None:
    assert set(OTHERWISE) <= set(fetching())
    assert len(fetching()) > 20
