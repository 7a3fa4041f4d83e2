"""The call's seats are kept like the room's"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T21:35:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "The call's seats are kept like the room's"

FROZEN = {"co_hosts": ["created_at"]}
STATEMENTS = [
    """
    CREATE FUNCTION events_keep_online_seats() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'event % has no % more seats online', NEW.id, NEW.online_taken - OLD.online_taken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'event_online_seats_kept';
    END $$
    """,
    """
    CREATE TRIGGER event_online_seats_kept BEFORE UPDATE OF online_taken ON events FOR EACH ROW
    WHEN (NEW.online_taken > OLD.online_taken AND NEW.online_taken > NEW.online_seats)
    EXECUTE FUNCTION events_keep_online_seats()
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
