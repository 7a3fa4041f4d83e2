"""Drop the index of events by their end"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-30T03:03:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Drop the index of events by their end"

# The follow-ups were all that went by it, and keep one of their own of what nobody has been asked about.
STATEMENTS = ["DROP INDEX events_by_end"]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
