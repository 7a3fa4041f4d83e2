"""What is new at a door"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T21:50:00:000011"
VERSION = "1.38.0"
DESCRIPTION = "What is new at a door"

STATEMENTS = [
    # Helpers ask every few seconds for the marks after the last one that they know.
    "CREATE INDEX door_marks_by_door ON door_marks (door, id)",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
