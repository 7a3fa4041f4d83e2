"""Find what is on by an index alone"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T22:25:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Find what is on by an index alone"

STATEMENTS = [
    # What began within the longest time a gathering can go on may be over or not: whether it is, and whether it is
    # online, is told here, without a look at each of them.
    "DROP INDEX events_on",
    """
    CREATE INDEX events_on ON events (starts_at, id) INCLUDE (ends_at, mode)
    WHERE status = 'published' AND visibility = 'public'
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
