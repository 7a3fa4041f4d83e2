"""Tell of a membership as a change of its person"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T23:18:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Tell of a membership as a change of its person"

STATEMENTS = [
    # Told as a change of the community, every join had all that is kept of it asked for anew. A page shows of
    # memberships only what its hosts are.
    "DROP TRIGGER memberships_tell ON memberships",
    "DROP FUNCTION members_tell_of_community",
    """
    CREATE FUNCTION members_tell_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('kith_changes', 'people:' || coalesce(NEW.person, OLD.person));
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER memberships_tell AFTER INSERT OR UPDATE OR DELETE ON memberships
    FOR EACH ROW EXECUTE FUNCTION members_tell_of_person()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
