"""Find people however their names are written"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T18:51:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Find people however their names are written"

STATEMENTS = [
    "ALTER TABLE people ADD COLUMN folded text NOT NULL GENERATED ALWAYS AS (findable(name)) STORED",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
