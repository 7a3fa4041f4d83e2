"""Tell of changed events and calendars"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T19:30:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Tell of changed events and calendars"

STATEMENTS = [
    """
    CREATE TRIGGER events_tell AFTER UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION tell_of_change()
    """,
    """
    CREATE FUNCTION events_tell_of_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('kith_changes', 'calendars:' || coalesce(NEW.community, OLD.community));
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER events_tell_calendar AFTER INSERT OR DELETE OR UPDATE OF community, uid, sequence, status, title,
        summary, about, starts_at, ends_at, zone, mode, place, address, address_public, join_url, visibility,
        cancel_reason, cancelled_at, changed_at ON events
    FOR EACH ROW EXECUTE FUNCTION events_tell_of_calendar()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
