"""Count in a community's calendar only what calendars show"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T22:15:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Count in a community's calendar only what calendars show"

FROZEN = {"events": ["calendar_changed_at"]}
STATEMENTS = [
    "DROP TRIGGER event_into_calendar ON events",
    "DROP TRIGGER event_in_calendar ON events",
    "DROP TRIGGER events_tell_calendar ON events",
    "DROP FUNCTION events_tell_of_calendar",
    "DROP FUNCTION events_count_calendar",
    "UPDATE events SET calendar_changed_at = changed_at",
    # Of either community, should an event ever move to another one.
    """
    CREATE FUNCTION raise_calendar_version() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        changed bigint;
    BEGIN
        FOR changed IN
            SELECT DISTINCT id FROM communities WHERE id IN (OLD.community, NEW.community) ORDER BY id
        LOOP
            INSERT INTO community_calendars (community, version) VALUES (changed, 1)
            ON CONFLICT (community) DO UPDATE SET version = community_calendars.version + 1;
            PERFORM pg_notify('kith_changes', 'calendars:' || changed);
        END LOOP;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER event_into_calendar AFTER INSERT ON events FOR EACH ROW
    WHEN (NEW.status <> 'draft' AND NEW.visibility = 'public') EXECUTE FUNCTION raise_calendar_version()
    """,
    """
    CREATE TRIGGER event_in_calendar AFTER UPDATE ON events FOR EACH ROW
    WHEN (
        NEW.calendar_changed_at <> OLD.calendar_changed_at AND (
            (NEW.status <> 'draft' AND NEW.visibility = 'public')
            OR (OLD.status <> 'draft' AND OLD.visibility = 'public')
        )
    )
    EXECUTE FUNCTION raise_calendar_version()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)
        await migrating.drop_frozen_defaults(FROZEN)

    manager.add_raw(run)
    return manager
