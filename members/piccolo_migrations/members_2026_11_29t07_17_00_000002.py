"""Find who is away"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T07:17:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Find who is away"

STATEMENTS = ["CREATE INDEX people_away ON people (away_until) WHERE away_until IS NOT NULL"]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
