"""Tell every process what changed"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T19:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Tell every process what changed"

STATEMENTS = [
    """
    CREATE FUNCTION tell_of_change() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        row record := coalesce(NEW, OLD);
    BEGIN
        PERFORM pg_notify('kith_changes', TG_TABLE_NAME || ':' || row.id);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER pictures_tell AFTER UPDATE OR DELETE ON pictures
    FOR EACH ROW EXECUTE FUNCTION tell_of_change()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="server", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
