"""Whether the database is what the tables in the code say, and making it so.

What only commands need of Piccolo is imported by them: a web process asks no more than what is not applied.
"""

import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stdout
from functools import cache
from pathlib import Path

from server import db

LOCK = 5_544_835_126  # Any number, as long as every Kith takes the same.

_ID = re.compile(r'^ID = "(.+)"$', re.MULTILINE)


class MigrationFailed(Exception):
    """Piccolo could not apply a migration. Nothing was changed."""


async def apply() -> int:
    """Apply what is not applied yet, all or nothing; how many that were. Two at once wait for each other."""
    async with db.transaction():
        await db.run("SELECT pg_advisory_xact_lock($1)", LOCK)
        waiting = len(await unapplied())
        if waiting:
            await _forwards()
    return waiting


async def unapplied() -> list[str]:
    """The migrations that this database has not seen, by app and id. Two queries."""
    seen = set()
    if await db.value("SELECT to_regclass('migration')"):
        found = await db.rows("SELECT app_name, name FROM migration")
        seen = {f"{row['app_name']} {row['name']}" for row in found}
    return [name for name in known() if name not in seen]


async def drift() -> list[str]:
    """What the tables in the code say and no migration does, as Piccolo's statements. Needs no database."""
    from piccolo.apps.migrations.commands.new import AutoMigrationManager

    manager = AutoMigrationManager(auto_input="y")
    missing = []
    for name in manager.get_sorted_app_names():
        with redirect_stdout(io.StringIO()):
            changes = await manager.get_alter_statements(manager.get_app_config(name))
        missing += [f"{name}: {statement}" for change in changes for statement in change.statements]
    return missing


@asynccontextmanager
async def pool() -> AsyncIterator[None]:
    """A connection pool for a command, in which statements may take their time."""
    await db.engine().start_connection_pool(patience=db.OF_COMMANDS, max_size=4)
    try:
        yield
    finally:
        await db.engine().close_connection_pool()


async def _forwards() -> None:
    from piccolo.apps.migrations.commands.forwards import run_forwards

    with redirect_stdout(io.StringIO()):  # Piccolo tells of each; the caller says how many.
        result = await run_forwards("all")
    if not result.success:
        raise MigrationFailed(result.message)


@cache
def known() -> list[str]:
    """Every migration there is, by app and id, in the order of the apps and of their ids.

    Read from the files: each carries its id in a line of its own, and loading them all takes a process 0.1 s.
    """
    from piccolo_conf import APP_REGISTRY  # Imported late: it imports every table.

    found = []
    for config in APP_REGISTRY.app_configs.values():
        files = Path(config.resolved_migrations_folder_path).glob("*.py")
        ids = [match[1] for file in files if (match := _ID.search(file.read_text()))]
        found += [f"{config.app_name} {each}" for each in sorted(ids)]
    return found
