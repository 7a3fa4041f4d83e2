"""Find the calendars that are to be read now"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T16:30:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "Find the calendars that are to be read now"

STATEMENTS = [
    "CREATE INDEX calendar_sources_due ON calendar_sources (next_read_at) WHERE next_read_at IS NOT NULL",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
