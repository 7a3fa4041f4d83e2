"""Find gatherings however their words are written"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T18:52:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Find gatherings however their words are written"

STATEMENTS = [
    "DROP INDEX events_search",
    "ALTER TABLE events DROP COLUMN search",
    # Not to_tsvector: how its parser cuts words is the database locale's affair.
    """
    ALTER TABLE events ADD COLUMN search tsvector GENERATED ALWAYS AS (
        array_to_tsvector(string_to_array(findable(title || ' ' || summary || ' ' || place || ' ' || about), ' '))
    ) STORED
    """,
    "CREATE INDEX events_search ON events USING gin (search)",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
