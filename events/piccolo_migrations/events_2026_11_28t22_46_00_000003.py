"""Raise the version of an event's page by what stands on it"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T22:46:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Raise the version of an event's page by what stands on it"

STATEMENTS = [
    # For every table with a column `event` whose rows are shown on the event's page.
    """
    CREATE FUNCTION raise_page_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE events SET page_version = page_version + 1 WHERE id IN (OLD.event, NEW.event);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER co_hosts_on_page AFTER INSERT OR UPDATE OR DELETE ON co_hosts
    FOR EACH ROW EXECUTE FUNCTION raise_page_version()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    manager.rename_column(
        table_class_name="Event",
        tablename="events",
        old_column_name="touched",
        new_column_name="page_version",
        old_db_column_name="touched",
        new_db_column_name="page_version",
        schema=None,
    )
    return manager
