"""Find the follow-ups whose hosts are to be told"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T07:29:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "Find the follow-ups whose hosts are to be told"

STATEMENTS = ["CREATE INDEX follow_ups_telling ON follow_ups (tells_at) WHERE tells_at IS NOT NULL"]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="followups", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
