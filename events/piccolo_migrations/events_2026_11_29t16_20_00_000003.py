"""Keep the days of series apart"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T16:20:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Keep the days of series apart"

STATEMENTS = [
    "CREATE UNIQUE INDEX event_once_a_day ON events (series, series_date) WHERE series_date IS NOT NULL",
    "CREATE UNIQUE INDEX event_pattern_once ON events (series) WHERE series IS NOT NULL AND series_date IS NULL",
    "CREATE INDEX series_due ON series (due_at) WHERE due_at IS NOT NULL",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)
        await migrating.drop_frozen_defaults({"series": ["public_id"]})

    manager.add_raw(run)
    return manager
