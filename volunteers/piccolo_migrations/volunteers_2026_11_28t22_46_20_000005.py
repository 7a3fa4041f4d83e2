"""Raise the version of an event's page with its shifts"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T22:46:20:000005"
VERSION = "1.38.0"
DESCRIPTION = "Raise the version of an event's page with its shifts"

STATEMENTS = [
    # It told processes of the change, but left the version that they then compare.
    "DROP TRIGGER volunteer_roles_tell ON volunteer_roles",
    "DROP FUNCTION volunteers_tell_of_event",
    """
    CREATE TRIGGER volunteer_roles_on_page AFTER INSERT OR UPDATE OR DELETE ON volunteer_roles
    FOR EACH ROW EXECUTE FUNCTION raise_page_version()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="volunteers", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
