"""Raise the version of an event's page with its questions"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T22:46:10:000004"
VERSION = "1.38.0"
DESCRIPTION = "Raise the version of an event's page with its questions"

STATEMENTS = [
    """
    CREATE TRIGGER questions_on_page AFTER INSERT OR UPDATE OR DELETE ON questions
    FOR EACH ROW EXECUTE FUNCTION raise_page_version()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
