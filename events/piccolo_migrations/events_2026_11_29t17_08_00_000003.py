"""Find all events of a series by an index, soonest first"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T17:08:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Find all events of a series by an index, soonest first"

STATEMENTS = [
    # Those of its days, which both of the others hold apart, and its pattern: for what is ahead of it, for whoever
    # holds or writes all of them, and for PostgreSQL, which looks for them when a series is deleted.
    "CREATE INDEX event_of_series ON events (series, starts_at) WHERE series IS NOT NULL",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
