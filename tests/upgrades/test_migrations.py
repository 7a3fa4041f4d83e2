"""Migrations are append-only: somebody may have applied them."""

from collections import defaultdict

from tests.upgrades.sealing import SEALED, migrations, seal_of


def test_no_migration_is_edited_once_it_is_out() -> None:
    sealed = dict(line.split("  ")[::-1] for line in SEALED.read_text().splitlines())
    edited = [path for path, seal in sealed.items() if seal_of(path) != seal]
    assert not edited, "add another migration instead"


def test_a_new_migration_comes_after_those_that_are_out() -> None:
    sealed = {line.split("  ")[1] for line in SEALED.read_text().splitlines()}
    newest: dict[str, str] = defaultdict(str)
    for path in sorted(sealed):
        newest[path.partition("/")[0]] = path
    early = [path for path in migrations() if path not in sealed and path < newest[path.partition("/")[0]]]
    assert not early
