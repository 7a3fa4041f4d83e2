"""Find who has paused all letters, and until when"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T22:30:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Find who has paused all letters, and until when"

STATEMENTS = [
    "CREATE INDEX people_paused ON people (letters_paused_until) WHERE letters_paused_until IS NOT NULL",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
