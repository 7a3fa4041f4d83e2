"""Who had said something has come to their page's end; notes that come back are found by their day"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T07:23:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "Who had said something has come to their page's end; notes that come back are found by their day"

STATEMENTS = [
    "UPDATE follow_up_replies SET finished_at = answered_at WHERE answered_at IS NOT NULL AND finished_at IS NULL",
    """
    CREATE INDEX replies_to_send_back ON follow_up_replies (note_back_at)
    WHERE note_back_at IS NOT NULL AND note_sent_at IS NULL
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="followups", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
