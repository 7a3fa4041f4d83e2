"""Pictures of events die with them"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T18:57:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Pictures of events die with them"

STATEMENTS = [
    """
    CREATE TRIGGER events_discard_picture AFTER DELETE OR UPDATE OF picture ON events FOR EACH ROW
    WHEN (OLD.picture IS NOT NULL) EXECUTE FUNCTION discard_picture()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
