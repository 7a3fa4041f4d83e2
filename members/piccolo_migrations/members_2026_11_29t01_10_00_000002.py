"""Find communities by their words"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T01:10:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Find communities by their words"

STATEMENTS = [
    """
    ALTER TABLE communities ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
        searchable(name || ' ' || place, summary || ' ' || about)
    ) STORED
    """,
    "CREATE INDEX communities_search ON communities USING gin (search)",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
