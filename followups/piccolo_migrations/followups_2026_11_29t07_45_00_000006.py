"""Find who said that it was their first time"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T07:45:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "Find who said that it was their first time"

STATEMENTS = ["CREATE INDEX replies_first_time ON follow_up_replies (follow_up) WHERE first_time_told"]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="followups", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
