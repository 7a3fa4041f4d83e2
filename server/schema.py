"""Whether the database is what the tables in the code say, and making it so."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stdout

from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.apps.migrations.commands.new import AutoMigrationManager

from server import db

LOCK = 5_544_835_126  # Any number, as long as every Kith takes the same.


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
    return [name for name in _known() if name not in seen]


async def drift() -> list[str]:
    """What the tables in the code say and no migration does, as Piccolo's statements. Needs no database."""
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
    with redirect_stdout(io.StringIO()):  # Piccolo tells of each; the caller says how many.
        result = await run_forwards("all")
    if not result.success:
        raise MigrationFailed(result.message)


def _known() -> list[str]:
    manager = BaseMigrationManager()
    known = []
    for name in manager.get_sorted_app_names():
        modules = manager.get_migration_modules(manager.get_app_config(name).resolved_migrations_folder_path)
        known += [f"{name} {id}" for id in manager.get_migration_ids(modules)]
    return known
