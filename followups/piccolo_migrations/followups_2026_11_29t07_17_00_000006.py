"""Find the letters that wait until somebody is back"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T07:17:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "Find the letters that wait until somebody is back"

STATEMENTS = ["CREATE INDEX replies_that_wait ON follow_up_replies (follow_up) WHERE waits"]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="followups", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
