"""Whoever has answered so far has done so themselves"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T21:50:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Whoever has answered so far has done so themselves"

STATEMENTS = [
    "UPDATE rsvps SET answered_by = person WHERE confirmed_at IS NOT NULL AND status <> 'invited'",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
