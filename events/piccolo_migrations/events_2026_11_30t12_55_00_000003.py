"""Look once more at series of which nothing is ahead"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-30T12:55:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Look once more at series of which nothing is ahead"

# The next gathering is made however far it is, from now on; what comes once a year was due eight weeks before.
STATEMENTS = [
    """
    UPDATE series SET due_at = started_at WHERE due_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM events
        WHERE events.series = series.id AND series_date IS NOT NULL AND starts_at > current_timestamp
    )
    """
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
