"""Find what people wrote to each other that has to be forgotten some day"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T07:40:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "Find what people wrote to each other that has to be forgotten some day"

STATEMENTS = ["CREATE INDEX notes_between_written ON notes_between (written_at)"]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="followups", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
