"""Tell of changed people and communities"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T19:30:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Tell of changed people and communities"

STATEMENTS = [
    """
    CREATE TRIGGER people_tell AFTER UPDATE OR DELETE ON people
    FOR EACH ROW EXECUTE FUNCTION tell_of_change()
    """,
    """
    CREATE TRIGGER communities_tell AFTER UPDATE OR DELETE ON communities
    FOR EACH ROW EXECUTE FUNCTION tell_of_change()
    """,
    """
    CREATE FUNCTION members_tell_of_community() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('kith_changes', 'communities:' || coalesce(NEW.community, OLD.community));
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER memberships_tell AFTER INSERT OR UPDATE OR DELETE ON memberships
    FOR EACH ROW EXECUTE FUNCTION members_tell_of_community()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
