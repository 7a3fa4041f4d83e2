"""Tell of changed roles"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T19:30:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "Tell of changed roles"

STATEMENTS = [
    """
    CREATE FUNCTION volunteers_tell_of_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('kith_changes', 'events:' || coalesce(NEW.event, OLD.event));
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER volunteer_roles_tell AFTER INSERT OR UPDATE OR DELETE ON volunteer_roles
    FOR EACH ROW EXECUTE FUNCTION volunteers_tell_of_event()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="volunteers", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
