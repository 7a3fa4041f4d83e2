"""Find people by what they are called"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T19:40:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Find people by what they are called"

STATEMENTS = [
    "ALTER TABLE people DROP COLUMN folded",
    """
    ALTER TABLE people ADD COLUMN folded text NOT NULL
    GENERATED ALWAYS AS (findable(CASE called WHEN '' THEN name ELSE name || ' ' || called END)) STORED
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
