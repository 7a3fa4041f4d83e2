"""Raise the version of an event's page with how it is answered"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T23:24:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Raise the version of an event's page with how it is answered"

STATEMENTS = [
    "DROP TRIGGER answer_policies_tell ON answer_policies",
    """
    CREATE TRIGGER answer_policies_on_page AFTER UPDATE ON answer_policies
    FOR EACH ROW EXECUTE FUNCTION raise_page_version()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
