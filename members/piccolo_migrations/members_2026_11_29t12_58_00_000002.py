"""Nobody could choose a language yet"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T12:58:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Nobody could choose a language yet"

STATEMENTS = ["UPDATE people SET language = '' WHERE language = 'en'"]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
