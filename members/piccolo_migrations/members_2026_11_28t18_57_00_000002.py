"""Pictures of people and communities die with them"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T18:57:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Pictures of people and communities die with them"

STATEMENTS = [
    """
    CREATE TRIGGER people_discard_picture AFTER DELETE OR UPDATE OF picture ON people FOR EACH ROW
    WHEN (OLD.picture IS NOT NULL) EXECUTE FUNCTION discard_picture()
    """,
    """
    CREATE TRIGGER communities_discard_picture AFTER DELETE OR UPDATE OF picture ON communities FOR EACH ROW
    WHEN (OLD.picture IS NOT NULL) EXECUTE FUNCTION discard_picture()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
