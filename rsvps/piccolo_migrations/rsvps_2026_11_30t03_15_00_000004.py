"""Keep what begins at the same moment in order"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-30T03:15:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Keep what begins at the same moment in order"

# Lists are in the order of both. When many begin at the same moment, as they do each evening, an index of the start alone
# has to be read until all of these are there to be sorted.
STATEMENTS = [
    "DROP INDEX events_starting",
    "CREATE INDEX events_starting ON events (starts_at, id) WHERE status = 'published'",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
