"""Find what goes on for days by when it does"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-30T04:10:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Find what goes on for days by when it does"

# What is not over may have begun a month ago: to find that along the starts, all of that month was read for each list of
# what is on. Most gatherings are as short as an evening, and are found by their start.
STATEMENTS = [
    """
    CREATE INDEX events_going_on ON events USING gist (tstzrange(starts_at, ends_at))
    WHERE status = 'published' AND ends_at - starts_at > interval '6 hours'
    """
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
