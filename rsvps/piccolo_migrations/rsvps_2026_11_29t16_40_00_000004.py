"""Find what standing answers have led to and nobody has been told"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T16:40:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Find what standing answers have led to and nobody has been told"

STATEMENTS = [
    "CREATE INDEX counted_in_untold ON counted_in (standing) WHERE told_at IS NULL",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
