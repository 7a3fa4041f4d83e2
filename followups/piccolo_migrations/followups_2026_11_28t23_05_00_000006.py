"""Find the messages that have to be forgotten some day"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T23:05:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "Find the messages that have to be forgotten some day"

STATEMENTS = [
    """
    CREATE INDEX replies_that_say ON follow_up_replies (follow_up)
    WHERE message <> '' OR felt_welcome IS NOT NULL
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="followups", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
