"""Keep communities' names as they are sorted"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-30T03:25:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Keep communities' names as they are sorted"

STATEMENTS = [
    # To fold a name takes ten microseconds, and words may be found in all communities there are.
    "ALTER TABLE communities ADD COLUMN folded text NOT NULL GENERATED ALWAYS AS (fold(name)) STORED",
    "DROP INDEX communities_by_name",
    "CREATE INDEX communities_by_name ON communities (folded, slug)",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
